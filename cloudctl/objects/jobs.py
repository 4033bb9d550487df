"""Running the items of one command side by side: what became of each, and of all."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from functools import partial

from cloudctl.errors import CloudError, Kind
from cloudctl.objects.curl import Errand
from cloudctl.objects.work import Work
from cloudctl.output import Kind as RecordKind
from cloudctl.parallel import SideBySide, in_order
from cloudctl.services.objects import NoBucket, StoredObject

# After these no other item would fare better.
_FATAL = (Kind.UNAUTHENTICATED, Kind.DEADLINE, Kind.INTERRUPTED, Kind.TERMINATED)
_AHEAD = 16


@dataclass(frozen=True, slots=True)
class Action:
    """One item of a dry run: what would be done with it, and why. ``size`` is in bytes."""

    action: str
    source: str | None
    target: str | None
    size: int | None
    reason: str | None = None


ACTION = RecordKind(
    name="action",
    columns=("action", "source", "target", "size"),
    wide=("action", "source", "target", "size", "reason"),
    fields=("action", "source", "target", "size", "reason"),
    key=("action", "target"),
)


@dataclass(frozen=True, slots=True)
class Job:
    """An item. ``act`` does it, and says False where there was nothing to do; ``error`` was found before.

    ``errand`` does the same by the courier, where that may be; None where it may not. ``there`` tells whether something
    has the place already that it would take.
    """

    action: Action
    act: Callable[[], bool] | None = None
    error: CloudError | None = None
    errand: Callable[[], Errand[bool] | None] | None = None
    there: Callable[[], bool] | None = None

    @property
    def name(self) -> str:
        return self.action.source or self.action.target or ""


@dataclass(slots=True)
class Summary:
    """What a command did: numbers of objects or files, bytes that were transferred, and seconds."""

    copied: int = 0
    skipped: int = 0
    deleted: int = 0
    failed: int = 0
    bytes: int = 0
    seconds: float = 0.0

    def count(self, action: str, *, done: bool) -> None:
        if not done or action == "skip":
            self.skipped += 1
        elif action == "delete":
            self.deleted += 1
        else:
            self.copied += 1


SUMMARY = RecordKind(
    name="transfer",
    columns=("copied", "skipped", "deleted", "failed", "bytes", "seconds"),
    wide=("copied", "skipped", "deleted", "failed", "bytes", "seconds"),
    fields=("copied", "skipped", "deleted", "failed", "bytes", "seconds"),
    key=("copied", "failed"),
)


@dataclass(frozen=True, slots=True)
class Result:
    """What became of an item."""

    job: Job
    done: bool
    error: CloudError | None = None


@dataclass(slots=True)
class Outcome:
    """What became of all of them; ``errors`` holds the kinds of those that failed."""

    summary: Summary = field(default_factory=Summary)
    kinds: set[Kind] = field(default_factory=set)

    def take(self, result: Result) -> None:
        if result.error is None:
            return self.summary.count(result.job.action.action, done=result.done)
        self.summary.failed += 1
        self.kinds.add(result.error.kind)
        return None

    def error(self, first: CloudError | None, total: int) -> CloudError | None:
        """What the command ends with: the error of the only item, a kind that all share, else PARTIAL."""
        failed = self.summary.failed
        if not failed or first is None:
            return None
        if total == 1:
            return first
        message = f"{failed} of {total} items failed"
        whole = failed == total and len(self.kinds) == 1
        return CloudError(first.kind if whole else Kind.PARTIAL, message)


def run(work: Work, jobs: Iterable[Job]) -> Iterator[Result]:
    """Carry the jobs out, `Work.parallel` at once; results in the order of the jobs.

    Raises the error after which no other would succeed: no credentials, no bucket, no time, interrupted.
    """
    pool = SideBySide(work.parallel)

    def start(job: Job, over: threading.Event) -> Future[Result | None]:
        errand = job.errand() if job.errand else None
        if errand:
            return work.courier.start(_of(job, errand), over)
        return pool.start(lambda: None if over.is_set() else _one(job))

    ahead, together = _AHEAD * work.parallel, 4 * work.parallel
    yield from in_order(start, jobs, ahead, together, work.stopping, work.ended.append)


def looked(work: Work, jobs: Iterable[Job]) -> Iterator[Result]:
    """What would become of jobs that leave what is there: nothing is done but to look, as many at once."""
    return run(work, (replace(job, act=partial(_is_free, job), errand=None) for job in jobs))


def _is_free(job: Job) -> bool:
    return not (job.there and job.there())


def _one(job: Job) -> Result:
    if job.error:
        return Result(job, done=False, error=job.error)
    if job.act is None:
        return Result(job, done=False)
    return _result(job, job.act)


def _of(job: Job, errand: Errand[bool]) -> Errand[Result]:
    """An errand that ends with the result of the job."""

    def end(found: StoredObject) -> Result:
        return _result(job, partial(errand.end, found), final=False)

    return Errand(errand.request, errand.take, end, partial(_one, job))


def _result(job: Job, act: Callable[[], bool], *, final: bool = True) -> Result:
    """What is not ``final`` raises what is worth repeating."""
    try:
        return Result(job, act())
    except CloudError as error:
        if error.kind in _FATAL or isinstance(error, NoBucket) or (error.retryable and not final):
            raise
        return refused(job, error)


def refused(job: Job, error: CloudError) -> Result:
    """What became of an item that failed; the error says which it is."""
    if job.name not in error.message:
        error.message = f"{job.name}: {error.message}"
    return Result(job, done=False, error=error)
