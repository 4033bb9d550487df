"""The calls that reach the sandbox while something is done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatchcase
from typing import Any, Protocol

Calls = list[dict[str, Any]]


class Facts(Protocol):
    """What is known of a cloud: ``reads`` are patterns of operations that change nothing."""

    @property
    def reads(self) -> tuple[str, ...]: ...


@contextmanager
def recorded(sandbox: Any, cloud: str | None = None) -> Iterator[Calls]:
    """The calls made inside the block, known at its end."""
    before = max((call["sequence"] for call in sandbox.operations()), default=0)
    calls: Calls = []
    yield calls
    calls += sandbox.operations(since=before, cloud=cloud)


def operations(calls: Calls) -> set[str]:
    return {call["operation"] for call in calls}


def changes(calls: Calls, cloud: Facts) -> set[str]:
    """The operations among the calls that may have changed something."""
    return {name for name in operations(calls) if not any(fnmatchcase(name, pattern) for pattern in cloud.reads)}
