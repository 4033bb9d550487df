"""The journal of one large transfer: which parts have arrived, so that a run after a crash sends the others only.

One file per source and target (``$XDG_STATE_HOME/cloudctl/transfers/KEY.jsonl``, 0600), locked while a process works on
it. The file goes when the transfer ends. A line that a crash cut off counts as not written.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from cloudctl.errors import CloudError, Kind
from cloudctl.files import state_path
from cloudctl.objects.files import failed
from cloudctl.services.objects import Part


class Journal:
    """``header`` is what an earlier run wrote (None: there was none); ``parts`` by number."""

    def __init__(self, handle: int, path: Path) -> None:
        self._handle, self._path = handle, path
        self._lock = threading.Lock()
        self.header: dict[str, Any] | None = None
        self.parts: dict[int, Part] = {}
        for line in os.pread(handle, os.fstat(handle).st_size, 0).splitlines():
            try:
                self._take(json.loads(line))
            except (ValueError, TypeError):
                break

    def _take(self, line: dict[str, Any]) -> None:
        if "number" in line:
            part = Part(**line)
            self.parts[part.number] = part
        else:
            self.header, self.parts = line, {}

    def begin(self, header: Mapping[str, Any]) -> None:
        """Start over."""
        os.ftruncate(self._handle, 0)
        self.header, self.parts = dict(header), {}
        self._write(header)

    def add(self, part: Part) -> None:
        self.parts[part.number] = part
        self._write(asdict(part))

    def forget(self) -> None:
        """The transfer is over."""
        with suppress(FileNotFoundError):
            self._path.unlink()

    def _write(self, line: Mapping[str, Any]) -> None:
        data = (json.dumps(line) + "\n").encode()
        with self._lock:
            os.pwrite(self._handle, data, os.fstat(self._handle).st_size)


def _open(name: str) -> tuple[Path, int]:
    try:
        path = state_path("transfers", name)
        return path, os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        found = failed(error, error.filename)
        found.why = "large transfers keep a journal there"
        found.fix = "let XDG_STATE_HOME name a folder that can be written to"
        raise found from error


@contextmanager
def opened(*identity: str) -> Iterator[Journal]:
    """The journal of a source and a target, locked. Raises CONFLICT while another process has it, or a file's error."""
    key = hashlib.sha256("\0".join(identity).encode(errors="surrogateescape")).hexdigest()[:24]
    path, handle = _open(f"{key}.jsonl")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield Journal(handle, path)
    except BlockingIOError as error:
        raise CloudError(Kind.CONFLICT, f"another process transfers {identity[0]} to {identity[-1]}") from error
    finally:
        os.close(handle)
