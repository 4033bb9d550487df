"""What every create does: its checks before any call, and what happens when the thing is there already."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cloudctl.commands.changing import STEP, Change, dry_run, execute, wants_plan
from cloudctl.commands.invocation import Invocation
from cloudctl.commands.operation import write_accepted
from cloudctl.commands.reading import show_records
from cloudctl.errors import Conflict, Kind, UsageError
from cloudctl.output import Kind as RecordKind
from cloudctl.output import validate
from cloudctl.runner import AlreadyThere
from cloudctl.scope import Context, Scope


def check_output(go: Invocation, kind: RecordKind) -> None:
    """Check the output flags before any call."""
    planned_only = wants_plan(go)
    validate(go.view(), STEP if planned_only else kind, listed=planned_only)


def check_region(scope: Scope) -> None:
    """Raises UsageError, with the ways to name one, for a scope without a region."""
    if scope.region is None:
        raise UsageError(f"no region for {scope.context.name}", fix=_region_fix(scope.context))


def make(
    go: Invocation,
    change: Change,
    kind: RecordKind,
    spec: object,
    made: Callable[[Change], Any],
    *,
    if_not_exists: bool,
    keep: bool,
) -> None:
    """Carry out a create (or show its plan) and write what it ``made``.

    Raises AlreadyThere, and with ``if_not_exists`` EXISTS when what is there differs from the specification.
    """
    view = go.view()
    try:
        if wants_plan(go):
            return dry_run(go, [change], view)
        outcome = execute(go, change, keep=keep)
    except AlreadyThere:
        if not if_not_exists:
            raise
        return show_records([_accepted(change, spec, made(change))], kind, view, many=False)
    if not outcome.finished:
        return write_accepted(go, outcome.run)
    return show_records([made(change)], kind, view, many=False)


def _accepted(change: Change, spec: object, found: Any) -> Any:
    """``--if-not-exists``: what is there, if it is what was asked for."""
    differences = change.service.differences(spec, found)
    if differences:
        raise Conflict(
            f"{change.plan.noun} {change.plan.name} exists and differs", kind=Kind.EXISTS, why="; ".join(differences),
            fix="ask for what is there, or choose another name",
        )  # fmt: skip
    return found


def _region_fix(context: Context) -> str:
    variable = {"aws": "AWS_REGION", "azure": "AZURE_DEFAULTS_LOCATION", "gcp": "CLOUDSDK_COMPUTE_REGION"}
    known = f" or {variable[context.provider]}" if context.provider in variable else ""
    return f"name one with -r REGION, or set CLOUDCTL_REGION{known}"


def tags(words: Sequence[str]) -> Mapping[str, str]:
    """``KEY=VALUE`` words as a mapping. Raises UsageError for another form or a key given twice."""
    found: dict[str, str] = {}
    for word in words:
        key, equals, value = word.partition("=")
        if not key or not equals or key in found:
            raise UsageError(f"--tag takes KEY=VALUE, each key once, not {word}")
        if key.startswith("cloudctl-"):
            raise UsageError(f"tag {key}: names that begin with cloudctl- are cloudctl's own marks")
        found[key] = value
    return found
