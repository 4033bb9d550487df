"""What every command that moves or deletes objects does: dry run or progress, errors of single items, a summary."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from cloudctl.commands.invocation import Invocation
from cloudctl.commands.reading import show_records
from cloudctl.diagnostics import Level
from cloudctl.errors import CloudError, Interrupted, Kind
from cloudctl.objects.jobs import ACTION, SUMMARY, Action, Job, Outcome, Result
from cloudctl.objects.work import Work
from cloudctl.output import View, records, validate

_CUT_SHORT = (Kind.INTERRUPTED, Kind.TERMINATED, Kind.DEADLINE)
Deletions = Callable[[int], Iterable[Job]]


def checked_output(go: Invocation) -> View:
    """The output flags, checked; where nobody looks the summary is JSON, if nothing else is asked for."""
    view = go.view()
    validate(view, ACTION if go.flag("dry_run") else SUMMARY, listed=go.flag("dry_run"))
    if go.text("output") is None and not sys.stdout.isatty():
        view = replace(view, format="json")
    return view


@dataclass(slots=True)
class Found:
    """The items that there are to do, and their bytes; ``all`` once there are no more to be found."""

    items: int = 0
    bytes: int = 0
    all: bool = False

    def counted(self, jobs: Iterable[Job]) -> Iterator[Job]:
        for job in jobs:
            self.items += 1
            self.bytes += job.action.size or 0
            yield job
        self.all = True


@dataclass(slots=True)
class Running:
    """One command: what became of its items so far. ``quiet`` keeps standard output for what is copied there."""

    go: Invocation
    view: View
    outcome: Outcome = field(default_factory=Outcome)
    first: CloudError | None = None
    held: CloudError | None = None
    started: float = field(default_factory=time.monotonic)
    total: int = 0
    found: Found = field(default_factory=lambda: Found())

    def take(self, results: Iterable[Result]) -> None:
        """Count results as they come, and tell of each that failed."""
        for result in results:
            self.total += 1
            self.outcome.take(result)
            if self.total > 1:
                self._flush()
            self._tell(result)

    def _tell(self, result: Result) -> None:
        action = result.job.action
        if result.error:
            self.first = self.first or result.error
            self.held = result.error
            if self.total > 1:
                self._flush()
        elif action.action == "skip":
            self.go.report.warn(f"skipped: {action.reason}")
        elif self.go.report.level <= Level.DETAIL:
            way = f"{action.source} -> {action.target}" if action.source else str(action.target)
            self.go.report.detail(f"{action.action if result.done else 'unchanged'}: {way}")

    def _flush(self) -> None:
        """Tell of the error that is held back: that of the only item is what the command ends with."""
        if self.held:
            self.go.tell(self.held)
            self.held = None

    @contextmanager
    def summed_up(self, work: Work, *, shown: bool = True) -> Iterator[None]:
        """Where ^C or the deadline ends the work, what was done by then is told all the same."""
        try:
            yield
        except (CloudError, Interrupted) as error:
            if error.kind in _CUT_SHORT:
                self.take(work.ended)
                self._flush()
                self._sum_up(shown)
            raise

    def end(self, *, shown: bool = True, refusal: CloudError | None = None) -> None:
        """Write the summary, and raise what the command ends with."""
        self._sum_up(shown)
        self.fail(refusal)

    def _sum_up(self, shown: bool) -> None:
        summary = self.outcome.summary
        summary.seconds = round(time.monotonic() - self.started, 3)
        if shown:
            show_records([summary], SUMMARY, self.view, many=False)

    def fail(self, refusal: CloudError | None) -> None:
        """Raise what the command ends with, if anything; a refusal that comes on top of failures is told."""
        error = self.outcome.error(self.first, self.total)
        if error and error is not self.held:
            self._flush()
        if error and refusal:
            self.go.tell(refusal)
        if last := error or refusal:
            raise last


def would(jobs: Iterable[Job]) -> Iterator[Result]:
    """What would become of jobs as far as is known without a look at their targets."""
    return (Result(job, done=True, error=job.error) for job in jobs)


def dry_run(go: Invocation, view: View, results: Iterable[Result], deletions: Deletions | None = None) -> None:
    """List what would be done. Items that would fail are told, and end the command as they would.

    ``deletions`` are asked for last, with the number of failures, and may refuse by raising.
    """
    running, refusals = Running(go, view), []
    go.report.note("nothing is changed")

    def planned() -> Iterator[Action]:
        yield from _planned(running, results)
        try:
            yield from _planned(running, would(deletions(running.outcome.summary.failed) if deletions else ()))
        except CloudError as error:
            refusals.append(error)

    records(planned(), ACTION, view, sys.stdout)
    running.fail(refusals[0] if refusals else None)


def _planned(running: Running, results: Iterable[Result]) -> Iterator[Action]:
    for result in results:
        running.take([result])
        if result.done and result.error is None:
            yield result.job.action
