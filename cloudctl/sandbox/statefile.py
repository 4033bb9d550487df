"""What the sandbox's process and its clients agree on: files in the state directory, exit code, header."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

STATUS_FILE = "sandbox.json"
PORTS_FILE = "ports.json"
LOCK_FILE = "sandbox.lock"
LOG_FILE = "sandbox.log"
TOKEN_HEADER = "X-Sandbox-Token"
EXIT_LOCKED = 75
"""The host's exit code when another sandbox runs on the directory."""
CLOUDS = ("aws", "azure", "gcp")


@dataclass(frozen=True, slots=True)
class Status:
    """A running sandbox. ``started`` is RFC 3339 UTC; the settings are those of ``cloud.Settings``."""

    state: Path
    pid: int
    started: str
    version: str
    ports: dict[str, int]
    transition: float
    page_size: int
    read_lag: float
    token: str = field(repr=False)

    def endpoint(self, cloud: str) -> str:
        """The address of a cloud, without a slash at the end; KeyError for an unknown one."""
        return f"http://127.0.0.1:{self.ports[cloud]}"

    def record(self) -> dict[str, Any]:
        """What anyone may see of it: everything but the token."""
        record = {**asdict(self), "state": str(self.state)}
        del record["token"]
        return record

    def write(self) -> None:
        """Publish it in the state directory."""
        write_json(self.state / STATUS_FILE, {**self.record(), "token": self.token})


def read_status(state: Path) -> Status | None:
    """The status that was published last in this directory, if any; its process may have gone."""
    record = read_json(state / STATUS_FILE)
    try:
        return Status(**{**record, "state": state})
    except TypeError:
        return None


def read_json(path: Path) -> dict[str, Any]:
    """The object in a file; empty when there is no such file or no object in it."""
    try:
        content = json.loads(path.read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def write_json(path: Path, content: object) -> None:
    """Write a file readable by its owner only; readers see the old content or the new."""
    write_text(path, json.dumps(content, indent=2))


def write_text(path: Path, text: str) -> None:
    """The same with text that is there already."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as stream:
        stream.write(text)
    draft.replace(path)
