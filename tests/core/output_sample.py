"""A small kind and three records that hold what formats stumble over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from enum import Enum
from io import StringIO

from cloudctl.output import ABSENT, Absent, Kind, View, record, records, validate


class State(Enum):
    RUNNING = "running"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Disk:
    """An attached disk."""

    id: str
    size_gb: int


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine for the tests of the output.

    Further paragraphs are for developers.
    """

    context: str
    id: str
    name: str | None
    state: State
    memory_gib: float | None = field(metadata={"description": "Memory in GiB."})
    zones: tuple[str, ...]
    created: datetime | None
    tags: Mapping[str, str]
    disks: tuple[Disk, ...] | Absent = ABSENT
    native: Mapping[str, object] | Absent = ABSENT


KIND = Kind(
    name="machine",
    columns=("context", "name", "state", "memory_gib"),
    wide=("context", "name", "state", "memory_gib", "zones", "created", "tags"),
    fields=("context", "id", "name", "state", "memory_gib", "zones", "created", "tags", "disks"),
    show_only=("disks",),
)

WEB = Machine(
    context="aws",
    id="i-1",
    name="wéb",
    state=State.RUNNING,
    memory_gib=4.0,
    zones=("a", "b"),
    created=datetime(2026, 1, 2, 4, 4, 5, 999, tzinfo=timezone(timedelta(hours=1))),
    tags={"Name": "x\x1b[31m", "k8s.io/role": 'say "hi"\nthere'},
)
NAMELESS = Machine("gcp", "42", None, State.STOPPED, 0.5, (), None, {})
WIDE_NAME = Machine(
    "azure", "/sub/1", "日本", State.RUNNING, None, ("1",), datetime(2025, 12, 31, tzinfo=UTC), {"env": "prod"}
)
ROWS = (WEB, NAMELESS, WIDE_NAME)


def listed(view: View, rows: tuple[Machine | Mapping[str, object], ...] = ROWS) -> str:
    """What a list command writes to a stream that is no terminal."""
    validate(view, KIND)
    out = StringIO()
    records(iter(rows), KIND, view, out)
    return out.getvalue()


def shown(view: View, row: Machine) -> str:
    """What a show command writes."""
    validate(view, KIND, listed=False)
    out = StringIO()
    record(row, KIND, view, out)
    return out.getvalue()
