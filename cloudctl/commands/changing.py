"""What every change does: plan, dry run or execution, one plan per item, and what it prints in the end."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from cloudctl.commands.invocation import CHANGE_SECONDS, Invocation
from cloudctl.commands.operation import write_accepted
from cloudctl.commands.reading import show_records
from cloudctl.errors import CloudError, Kind
from cloudctl.explain import step_lines
from cloudctl.output import Kind as RecordKind
from cloudctl.output import View, records, validate
from cloudctl.plan import Plan, Secret, Step
from cloudctl.retry import Deadline
from cloudctl.runner import Options, Outcome, Runner
from cloudctl.scope import Scope

STEP = RecordKind(
    name="step",
    columns=("context", "step", "operation", "title"),
    wide=("context", "step", "operation", "title", "arguments"),
    fields=("context", "step", "operation", "title", "arguments"),
    key=("context", "step"),
)


@dataclass(frozen=True, slots=True)
class Change:
    """A plan with the adapter that it came from, and the record of what it changes (None: there is none yet)."""

    service: Any
    plan: Plan
    record: Any = None

    @property
    def scope(self) -> Scope:
        return self.plan.scope


def wants_plan(go: Invocation) -> bool:
    """Whether the plan is asked for (``--dry-run``, ``--explain``), and not the change."""
    return go.flag("dry_run") or go.flag("explain")


def checked(go: Invocation, kind: RecordKind) -> Deadline:
    """Check the output flags before any call, and start the clock."""
    validate(go.view(), STEP if wants_plan(go) else kind)
    return Deadline(go.seconds(CHANGE_SECONDS))


def carry_out(
    go: Invocation,
    changes: Sequence[Change],
    kind: RecordKind,
    result: Callable[[Change], Any],
    *,
    many: bool,
    silent: tuple[str, ...] = (),
) -> None:
    """Execute, and write what ``result`` gives for each finished change, except in the ``silent`` formats."""
    view = go.view()
    if wants_plan(go):
        return dry_run(go, changes, view)
    accepted: list[str] = []

    def act(change: Change) -> Any:
        outcome = execute(go, change)
        if not outcome.finished:
            accepted.append(outcome.run)
        return result(change) if outcome.finished else None

    results, error = each(go, changes, act)
    if accepted:
        write_accepted(go, *accepted)
    elif (found := [row for row in results if row]) and view.format not in silent:
        show_records(found, kind, view, many=many)
    if error:
        raise error
    return None


def question(changes: Sequence[Change], what: str = "Delete") -> str:
    """What is asked before these changes take something away."""
    first = changes[0]
    names = ", ".join(change.plan.name for change in changes)
    return f"{what} {first.plan.noun} {names} ({first.scope.context.name}, {first.scope.context.account})?"


def dry_run(go: Invocation, changes: Sequence[Change], view: View) -> None:
    """Write the steps that these changes would take, or with ``--explain`` their native commands; change nothing."""
    for change in changes:
        go.report.note(f"{_what(change.plan)} on {change.scope.context.account}: nothing is changed")
    if go.flag("explain"):
        return explain(go, changes)
    return records(_steps(go, changes), STEP, view, sys.stdout)


def explain(go: Invocation, changes: Sequence[Change]) -> None:
    for change in changes:
        with in_context(change):
            steps = list(Runner(change.service.call, go.report).preview(change.plan))
        sys.stdout.writelines(f"{line}\n" for line in step_lines(steps, change.service.recorder))


def _steps(go: Invocation, changes: Sequence[Change]) -> Iterator[Mapping[str, object]]:
    for change in changes:
        for step in Runner(change.service.call, go.report).preview(change.plan):
            yield step_record(change.scope, step)


def step_record(scope: Scope, step: Step) -> dict[str, object]:
    return {
        "context": scope.context.name,
        "step": step.key,
        "operation": step.operation,
        "title": step.title,
        "arguments": masked(step.arguments),
    }


def masked(value: Any) -> Any:
    """The arguments as they may be shown: secrets replaced, everything else as it is sent."""
    if isinstance(value, Secret):
        return Secret.MASK
    if isinstance(value, Mapping):
        return {str(key): masked(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [masked(item) for item in value]
    return value


@contextmanager
def in_context(change: Change) -> Iterator[None]:
    """Errors say where they come from, and what helps with this change."""
    try:
        yield
    except CloudError as error:
        error.context = error.context or change.scope.context.name
        if error.kind is Kind.CAPACITY:
            error.fix = change.plan.no_room or error.fix
        raise


def execute(go: Invocation, change: Change, *, keep: bool = False) -> Outcome:
    """Run one plan to its end, or to its acceptance with ``--no-wait``."""
    options = Options(wait=go.flags.get("wait", True), keep=keep)
    with in_context(change):
        outcome = Runner(change.service.call, go.report, options).execute(change.plan)
    if not outcome.finished:
        go.report.note(f"accepted; go on with: cloudctl operation wait {outcome.run}")
    return outcome


def each(
    go: Invocation, changes: Sequence[Change], act: Callable[[Change], Any]
) -> tuple[list[Any], CloudError | None]:
    """Act on every item; one item's failure does not keep the others from being done.

    Returns the results, and what the command ends with: the error itself for a single item.
    """
    results: list[Any] = []
    errors: list[CloudError] = []
    for change in changes:
        try:
            results.append(act(change))
        except CloudError as error:
            if len(changes) == 1:
                raise
            go.tell(error)
            errors.append(error)
    return results, _summary(errors, len(changes))


def _summary(errors: Sequence[CloudError], total: int) -> CloudError | None:
    if not errors:
        return None
    kinds = {error.kind for error in errors}
    kind = kinds.pop() if len(errors) == total and len(kinds) == 1 else Kind.PARTIAL
    return CloudError(kind, f"{len(errors)} of {total} failed")


def _what(plan: Plan) -> str:
    return f"{plan.noun} {plan.verb} {plan.name}"
