"""Real processes of cloudctl that start in milliseconds: forked from a server that has the program and SDKs loaded.

Each command runs ``cloudctl.main.run`` in a process of its own, with its own environment and with files for stdout and
stderr, so that it can be killed at any point and ends with the exit code that a shell would see.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from multiprocessing import forkserver
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest

KILLED = -signal.SIGKILL
_PATIENCE = 120.0
_CONTEXT = multiprocessing.get_context("forkserver")


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended: exit code (negative: the signal), stdout and stderr."""

    words: tuple[str, ...]
    code: int
    out: str
    err: str

    def __str__(self) -> str:
        return f"cloudctl {' '.join(self.words)}: exit {self.code}\n{self.err}"


@dataclass(frozen=True, slots=True)
class Running:
    """A command that was started."""

    words: tuple[str, ...]
    folder: Path
    process: ForkServerProcess

    @property
    def alive(self) -> bool:
        return self.process.is_alive()

    def kill(self) -> None:
        """SIGKILL: the process has no time for anything."""
        self.process.kill()

    def end(self) -> Ended:
        """Wait for the end; a command that does not come to it is killed, and fails the test."""
        self.process.join(_PATIENCE)
        if self.process.exitcode is None:
            self.kill()
            self.process.join()
            raise AssertionError(f"cloudctl {' '.join(self.words)} did not end within {_PATIENCE:g} s\n{self._text(2)}")
        return Ended(self.words, self.process.exitcode, self._text(1), self._text(2))

    def _text(self, number: int) -> str:
        return (self.folder / str(number)).read_text(errors="replace")


def start_server() -> None:
    """Start the server with what ``warm.py`` loads."""
    _CONTEXT.set_forkserver_preload(["warm"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(Path(__file__).parent))
        forkserver.ensure_running()


def begin(words: Sequence[str], environment: Mapping[str, str], folder: Path, *, hurried: bool) -> Running:
    """Start ``cloudctl WORDS``. ``hurried`` makes every wait a tenth as long, and changes nothing else."""
    folder.mkdir(parents=True)
    arguments = (tuple(words), dict(environment), folder, hurried)
    process = _CONTEXT.Process(target=_command, args=arguments, daemon=True)
    process.start()
    return Running(tuple(words), folder, process)


def _command(words: tuple[str, ...], environment: dict[str, str], folder: Path, hurried: bool) -> None:
    os.environ.clear()
    os.environ.update(environment)
    for number in (1, 2):
        os.dup2(os.open(folder / str(number), os.O_CREAT | os.O_WRONLY, 0o600), number)
    if hurried:
        _sleep_less()
    from cloudctl.main import run

    sys.argv = ["cloudctl", *words]
    run()


def _sleep_less() -> None:
    from cloudctl.retry import Deadline

    usual = Deadline.sleep

    def sleep(self: Deadline, seconds: float) -> None:
        usual(self, seconds / 10)

    Deadline.sleep = sleep  # type: ignore[method-assign]
