"""Faults that the sandbox injects on request: which calls they hit, how often, and when they end."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Any

from cloudctl.scope import PROVIDERS


class FaultKind(StrEnum):
    """What happens to a call that a fault hits."""

    LATENCY = "latency"
    """The call waits, then is served."""
    THROTTLE = "throttle"
    """Refused, not executed; like the next six, with the cloud's documented error."""
    ERROR = "error"
    DENIED = "denied"
    UNAUTHENTICATED = "unauthenticated"
    EXPIRED = "expired"
    QUOTA = "quota"
    CAPACITY = "capacity"
    RESET = "reset"
    """Not executed; the connection is reset (RST)."""
    LOST = "lost"
    """Executed, then the connection is closed without a reply."""
    TRUNCATE = "truncate"
    """Executed; of the reply's body only the first half comes, then the connection is closed."""
    DAMAGE = "damage"
    """Executed; a byte in the middle of the reply's body comes as another one."""
    HANG = "hang"
    """Never executed and never answered; the connection is closed when the fault is cleared."""
    HOLD = "hold"
    """Executed, and the reply is withheld until the fault is cleared or the client goes away."""


_CLOUDS = (*PROVIDERS, "*")
_TYPES: dict[str, tuple[type, ...]] = {
    "cloud": (str,),
    "operation": (str,),
    "kind": (str,),
    "count": (int,),
    "skip": (int,),
    "latency": (int, float),
    "status": (int, type(None)),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """One fault to inject.

    ``cloud`` is ``aws``, ``azure``, ``gcp`` or ``*``; ``operation`` a pattern (``*``, ``?``, ``[abc]``, any
    case) for the provider's name of the operation, such as ``ec2:RunInstances``. The first ``skip`` calls
    that match are let through, then ``count`` are hit (0: all until the fault is cleared), each after a
    wait of ``latency`` seconds. ``status`` replaces the HTTP status of an error reply.
    """

    kind: FaultKind
    cloud: str = "*"
    operation: str = "*"
    count: int = 1
    skip: int = 0
    latency: float = 0.0
    status: int | None = None

    def __post_init__(self) -> None:
        if self.cloud not in _CLOUDS:
            raise ValueError(f"cloud must be one of {', '.join(_CLOUDS)}")
        if min(self.count, self.skip, self.latency) < 0:
            raise ValueError("count, skip and latency cannot be negative")
        if self.kind is FaultKind.LATENCY and not self.latency:
            raise ValueError("a latency fault needs latency, in seconds")
        if self.status is not None and not 400 <= self.status <= 599:
            raise ValueError("status must be between 400 and 599")

    @classmethod
    def parse(cls, record: Mapping[str, Any]) -> Rule:
        """A rule from its JSON record; raises ValueError naming the field that is wrong."""
        for name, value in record.items():
            if name not in _TYPES:
                raise ValueError(f"unknown field {name!r}; known are {', '.join(_TYPES)}")
            if not isinstance(value, _TYPES[name]) or isinstance(value, bool):
                raise ValueError(f"{name} cannot be {value!r}")
        try:
            kind = FaultKind(record.get("kind", ""))
        except ValueError:
            known = ", ".join(kind.value for kind in FaultKind)
            raise ValueError(f"kind must be one of {known}") from None
        return cls(**{**record, "kind": kind})

    def record(self) -> dict[str, Any]:
        """The rule as JSON, as ``parse`` reads it."""
        return {**asdict(self), "kind": self.kind.value}

    def matches(self, cloud: str, operation: str) -> bool:
        return self.cloud in ("*", cloud) and fnmatchcase(operation.lower(), self.operation.lower())


@dataclass(slots=True, eq=False)
class Fault:
    """A rule in force: how often it matched and hit, and the event that ends the waits it causes."""

    id: int
    rule: Rule
    matched: int = 0
    hits: int = 0
    cleared: threading.Event = field(default_factory=threading.Event)

    def due(self, cloud: str, operation: str) -> bool:
        """Count a call; true when it is one to hit. Only called under the lock of Faults."""
        if not self.rule.matches(cloud, operation):
            return False
        if self.rule.count and self.hits >= self.rule.count:
            return False
        self.matched += 1
        if self.matched <= self.rule.skip:
            return False
        self.hits += 1
        return True

    def record(self) -> dict[str, Any]:
        """The rule with its ``id`` and ``hits``, the number of calls that it has hit."""
        return {"id": self.id, **self.rule.record(), "hits": self.hits}


class Faults:
    """The faults in force. Every call is counted once, under a lock, however many threads ask."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ids = itertools.count(1)
        self._faults: list[Fault] = []

    def add(self, rule: Rule) -> Fault:
        with self._lock:
            fault = Fault(next(self._ids), rule)
            self._faults.append(fault)
            return fault

    def records(self) -> list[dict[str, Any]]:
        """All faults, also those used up, in the order in which they were added."""
        with self._lock:
            return [fault.record() for fault in self._faults]

    def take(self, cloud: str, operation: str) -> list[Fault]:
        """The faults that hit this call: each latency that is due, then at most one of another kind."""
        with self._lock:
            slow = [f for f in self._of(latency=True) if f.due(cloud, operation)]
            other = next((f for f in self._of(latency=False) if f.due(cloud, operation)), None)
        return [*slow, other] if other else slow

    def clear(self, fault_id: int | None = None) -> int:
        """End one fault, or all; who waits in it goes on. The number of faults ended."""
        with self._lock:
            ended = [fault for fault in self._faults if fault_id in (None, fault.id)]
            self._faults = [fault for fault in self._faults if fault not in ended]
        for fault in ended:
            fault.cleared.set()
        return len(ended)

    def _of(self, *, latency: bool) -> list[Fault]:
        return [f for f in self._faults if (f.rule.kind is FaultKind.LATENCY) is latency]
