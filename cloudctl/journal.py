"""The journal of changes: what was under way when a process ended, and who may go on with it.

One file per resource (``$XDG_STATE_HOME/cloudctl/journal/KEY.jsonl``), locked while a process works on that
resource, every line synced to disk. It never holds secrets. Correctness comes from the marks on the resources;
the journal saves waiting for a dead process's lease, and carries ``--no-wait`` over to another process.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from cloudctl.errors import NotFound
from cloudctl.files import state_path
from cloudctl.plan import Plan


@dataclass(slots=True)
class Entry:
    """What a journal file says: the header of its run, the steps that were accepted, how it ended."""

    header: dict[str, Any] = field(default_factory=dict)
    applied: dict[str, str | None] = field(default_factory=dict)
    result: str | None = None

    @property
    def run(self) -> str | None:
        return self.header.get("run")

    @property
    def holder(self) -> str | None:
        return self.header.get("holder")

    @property
    def unfinished(self) -> bool:
        return bool(self.header) and self.result is None

    def record(self) -> dict[str, object]:
        """The operation as ``operation list`` shows it."""
        keys = ("noun", "verb", "name", "context", "region")
        return {
            "id": self.run,
            "status": self.result or "unfinished",
            **{key: self.header.get(key) for key in keys},
            "started": datetime.fromtimestamp(self.header["started"], UTC),
        }

    @classmethod
    def parse(cls, text: str) -> Entry:
        """Read the lines; a last line that a crash cut off is ignored."""
        entry = cls()
        for line in text.splitlines():
            try:
                entry._take(json.loads(line))
            except ValueError:
                break
        return entry

    def _take(self, line: dict[str, Any]) -> None:
        if "run" in line:
            self.header, self.applied, self.result = line, {}, None
        elif "step" in line:
            self.applied[line["step"]] = line["handle"]
        elif "result" in line:
            self.result = line["result"]


class Journal:
    """The open, locked journal of one resource."""

    def __init__(self, handle: int) -> None:
        self._handle = handle
        self.before = Entry.parse(_read(handle))

    def begin(self, plan: Plan, run: str, holder: str) -> None:
        """Start over with a new header; what the file said before stays in ``before``."""
        os.ftruncate(self._handle, 0)
        self._write(_header(plan) | {"run": run, "holder": holder, "started": int(time.time())})

    def applied(self, step: str, handle: str | None) -> None:
        self._write({"step": step, "handle": handle})

    def end(self, result: str) -> None:
        self._write({"result": result})

    def _write(self, line: Mapping[str, object]) -> None:
        os.lseek(self._handle, 0, os.SEEK_END)
        os.write(self._handle, (json.dumps(line) + "\n").encode())
        os.fsync(self._handle)


def _read(handle: int) -> str:
    os.lseek(handle, 0, os.SEEK_SET)
    return os.read(handle, os.fstat(handle).st_size).decode(errors="replace")


def _header(plan: Plan) -> dict[str, Any]:
    context = plan.scope.context
    return {
        "noun": plan.noun,
        "verb": plan.verb,
        "name": plan.name,
        "spec": plan.spec,
        "context": context.name,
        "provider": context.provider,
        "sandbox": context.sandbox,
        "region": plan.scope.region,
        "zone": plan.scope.zone,
        "arguments": dict(plan.arguments),
    }


def _key(plan: Plan) -> str:
    context = plan.scope.context
    place = (context.name, context.provider, context.account, str(context.sandbox), plan.scope.region)
    return hashlib.sha256("\0".join(map(str, (*place, plan.noun, plan.name))).encode()).hexdigest()[:24]


@contextmanager
def opened(plan: Plan, sleep: Callable[[float], None], waiting: Callable[[], None]) -> Iterator[Journal]:
    """The journal of the plan's resource, locked. ``sleep`` bounds the wait for another process here.

    ``waiting`` is called once when there is one.
    """
    path = state_path("journal", f"{_key(plan)}.jsonl")
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _lock(handle, sleep, waiting)
        yield Journal(handle)
    finally:
        os.close(handle)


def _lock(handle: int, sleep: Callable[[float], None], waiting: Callable[[], None]) -> None:
    told = False
    while True:
        try:
            return fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if not told:
                waiting()
            told = True
            sleep(0.1)


def entries() -> list[Entry]:
    """All operations that the journals know, oldest first."""
    folder = state_path("journal", "x").parent
    found = [Entry.parse(path.read_text(errors="replace")) for path in sorted(folder.glob("*.jsonl"))]
    return sorted((entry for entry in found if entry.header), key=lambda entry: int(entry.header["started"]))


def entry(operation: str) -> Entry:
    """The operation with this id. Raises NotFound."""
    for known in entries():
        if known.run == operation:
            return known
    raise NotFound(f"no operation {operation}", fix="cloudctl operation list shows the known ones")
