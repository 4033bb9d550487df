"""Running cloudctl as a user does: a command line in, exit code and both streams out."""

from __future__ import annotations

import contextlib
import io
import json
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cloudctl.main import main

EXECUTABLE = Path(sys.executable).with_name("cloudctl")


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended."""

    exit: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The array that ``-o json`` wrote."""
        found: list[dict[str, Any]] = json.loads(self.out)
        return found

    @property
    def record(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.out)
        return found

    @property
    def errors(self) -> list[dict[str, Any]]:
        """The errors that ``-o json`` wrote to stderr, one object a line."""
        return [found for line in self.err.splitlines() if (found := _object(line)) and "error" in found]

    def named(self, name: str) -> dict[str, Any]:
        return next(row for row in self.rows if row["name"] == name)


def _object(line: str) -> dict[str, Any] | None:
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def cloudctl(*arguments: str) -> Ended:
    """The command in this process; threads that it leaves behind must not reach into the next one."""
    before = set(threading.enumerate())
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(list(arguments))
    for thread in set(threading.enumerate()) - before:
        if "process_request" not in thread.name:
            thread.join(20)
    return Ended(code, out.getvalue(), err.getvalue())


def executable(*arguments: str, environment: Mapping[str, str]) -> Ended:
    """The installed program in a process of its own."""
    ended = subprocess.run(
        [EXECUTABLE, *arguments], env=dict(environment), capture_output=True, text=True, timeout=60, check=False
    )
    return Ended(ended.returncode, ended.stdout, ended.stderr)
