"""Running cloudctl as its users do: in this process for speed, or as the installed program."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import sysconfig
import time
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cloudctl.main import main

PROGRAM = Path(sysconfig.get_path("scripts")) / "cloudctl"
_SIGNALS = (signal.SIGINT, signal.SIGTERM)
# Seconds: more than a busy machine needs, and less than the minute after which the SDKs themselves would give up.
PATIENCE = 20


@dataclass(frozen=True, slots=True)
class Result:
    """How a command ended; ``seconds`` is how long it took, ``data`` standard output as bytes."""

    code: int
    out: str
    err: str
    seconds: float = 0.0
    data: bytes = b""

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def errors(self) -> list[dict[str, Any]]:
        """The errors on stderr of a command run with ``-o json``."""
        lines = [json.loads(line) for line in self.err.splitlines() if line.startswith("{")]
        return [line for line in lines if "error" in line]


class CommandLine:
    """``cli("vm", "list")`` runs ``cloudctl vm list`` in this process; ``given`` is standard input."""

    def __call__(self, *words: str, given: bytes = b"") -> Result:
        written, err = io.BytesIO(), io.StringIO()
        out = io.TextIOWrapper(written, encoding="utf-8", newline="", write_through=True)
        handlers = {number: signal.getsignal(number) for number in _SIGNALS}
        begun = time.monotonic()
        try:
            with redirect_stdout(out), redirect_stderr(err), pytest.MonkeyPatch.context() as patch:
                patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given)))
                code = main(list(words))
        finally:
            for number, handler in handlers.items():
                signal.signal(number, handler)
        data, seconds = written.getvalue(), time.monotonic() - begun
        return Result(code, data.decode(errors="replace"), err.getvalue(), seconds, data)

    def json(self, *words: str) -> Any:
        """What a command that succeeds writes with ``-o json``."""
        result = self(*words, "-o", "json")
        assert result.code == 0, f"cloudctl {' '.join(words)} ended with {result.code}\n{result.err}"
        return result.json


def program(*words: str) -> Result:
    """Run the installed program with this process's environment."""
    begun = time.monotonic()
    ended = subprocess.run(
        [str(PROGRAM), *words], capture_output=True, text=True, stdin=subprocess.DEVNULL, env=os.environ, timeout=60
    )
    return Result(ended.returncode, ended.stdout, ended.stderr, time.monotonic() - begun)
