"""What goes into the runner beside a plan, and what comes out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cloudctl.errors import Conflict, Kind
from cloudctl.plan import Plan


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
