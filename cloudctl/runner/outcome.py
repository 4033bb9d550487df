"""What goes into the runner beside a plan, and what comes out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cloudctl.errors import Conflict, DeadlineExceeded, Kind
from cloudctl.plan import Found, Plan


@dataclass(frozen=True, slots=True)
class Options:
    """``wait`` False ends once the provider has accepted the work; ``keep`` leaves what a failed create made."""

    wait: bool = True
    keep: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a plan ended.

    ``ref`` is the id of the last step's outcome, ``changed`` whether any call was made that changes something,
    ``finished`` is False after ``--no-wait``: ``operation wait RUN`` goes on.
    """

    run: str
    ref: str | None
    changed: bool
    finished: bool


class Again(Exception):
    """The situation has changed: start the plan's generator anew."""


class Detached(Exception):
    """``--no-wait``: the provider has accepted the work."""

    def __init__(self, ref: str | None) -> None:
        super().__init__(ref)
        self.ref = ref


class AlreadyThere(Conflict):
    """The whole outcome of a create is there already, made by an earlier run."""

    def __init__(self, plan: Plan) -> None:
        super().__init__(
            f"{plan.noun} {plan.name} exists already",
            kind=Kind.EXISTS,
            fix="use --if-not-exists to accept it, or choose another name",
        )


def pauses() -> Iterator[float]:
    """Seconds between looks: short at first, at most five."""
    pause = 0.1
    while True:
        yield pause
        pause = min(pause * 1.4, 5.0)


def unfinished(plan: Plan, run: str | None, error: DeadlineExceeded) -> DeadlineExceeded:
    """The time is over. ``run`` is what can be gone on with; None when nothing was changed yet."""
    go_on = f"nothing was undone; go on with: cloudctl operation wait {run}"
    return DeadlineExceeded(
        f"the deadline passed before {plan.noun} {plan.verb} {plan.name} was done",
        why=error.why or error.message,
        fix=go_on if run else "nothing was changed; give more time with --timeout",
    )


def refuse_foreign(plan: Plan, what: str, found: Found | None, run: str | None = None) -> None:
    """A create goes on only with what carries our mark, and below the claim only with its own ``run``'s."""
    if found is None:
        return
    if found.mark is None or found.mark.owner != plan.owner:
        raise not_ours(what, found)
    if run and found.run != run:
        raise _left_over(plan, what, found)


def not_ours(what: str, found: Found) -> Conflict:
    """Something of the wanted name is there that does not carry our mark."""
    return Conflict(
        f"{what}: {found.ref} exists and was not made by cloudctl for this name",
        kind=Kind.EXISTS,
        fix="choose another name; cloudctl never adopts or changes what it did not make",
    )


def _left_over(plan: Plan, what: str, found: Found) -> Conflict:
    """Something of ours is there, but of an earlier run, which did not take it away."""
    return Conflict(
        f"{what}: {found.ref} was left by the earlier run {found.run}",
        kind=Kind.EXISTS,
        fix=f"cloudctl {plan.noun} delete {plan.name} takes it away",
    )


def other_arguments(plan: Plan, found: Found) -> Conflict:
    """The claim of a create that did not end, and that wanted something else."""
    return Conflict(
        f"an unfinished create of {plan.noun} {plan.name} with other arguments is there",
        why=f"run {found.run} was begun with other arguments and did not end",
        fix=f"run it again with the same arguments, or: cloudctl {plan.noun} delete {plan.name}",
    )
