"""Which provider operations were called: a bounded record, in order of arrival."""

from __future__ import annotations

import threading
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any


class Phase(StrEnum):
    """How far a call has come."""

    SERVING = "serving"
    HANGING = "hanging"
    """Not executed, and waiting in a ``hang`` fault."""
    HOLDING = "holding"
    """Executed, and its reply withheld by a ``hold`` fault."""
    REPLIED = "replied"
    DROPPED = "dropped"
    """The connection ended without a reply."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request. ``status`` is None until there is a reply; ``fault`` is the kind that hit it, if any."""

    sequence: int
    time: str
    cloud: str
    method: str
    path: str
    operation: str = ""
    phase: Phase = Phase.SERVING
    executed: bool = False
    status: int | None = None
    fault: str | None = None

    def record(self) -> dict[str, Any]:
        return {**asdict(self), "phase": self.phase.value}


class Recorder:
    """The last ``limit`` calls. Sequence numbers grow from 1 and are never used twice in one run."""

    def __init__(self, limit: int = 10_000) -> None:
        self._limit = limit
        self._last = 0
        self._calls: dict[int, Call] = {}
        self._serving: set[int] = set()
        self._condition = threading.Condition()

    def open(self, cloud: str, method: str, path: str) -> int:
        """Record a request that has arrived; its sequence number."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        with self._condition:
            self._last += 1
            self._calls[self._last] = Call(self._last, now, cloud, method, path)
            self._serving.add(self._last)
            if len(self._calls) > self._limit:
                del self._calls[next(iter(self._calls))]
            return self._last

    def update(self, sequence: int, **changes: Any) -> None:
        """Change fields of a call; one that has left the record already is ignored."""
        with self._condition:
            if sequence in self._calls:
                self._calls[sequence] = replace(self._calls[sequence], **changes)
            if changes.get("phase", Phase.SERVING) is not Phase.SERVING:
                self._serving.discard(sequence)
                self._condition.notify_all()

    def since(self, sequence: int = 0, cloud: str | None = None) -> list[Call]:
        """The calls after ``sequence``, of one cloud or all."""
        with self._condition:
            calls = list(self._calls.values())
        return [call for call in calls if call.sequence > sequence and cloud in (None, call.cloud)]

    def clear(self) -> None:
        with self._condition:
            self._calls.clear()

    def wait_idle(self, timeout: float) -> bool:
        """Wait until no call is being served (held and hanging ones do not count)."""
        with self._condition:
            return self._condition.wait_for(lambda: not self._serving, timeout)
