"""One command's wall time, processor time and memory, and how those of several compare."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Usage:
    """Seconds of wall and processor time (user and system) of a process and its own, and its peak memory in MB."""

    wall: float
    cpu: float
    peak: float

    def __str__(self) -> str:
        return f"{self.wall:.2f} s, CPU {self.cpu:.2f} s, {self.peak:.0f} MB"


def usage(command: list[str]) -> Usage:
    """Raises CalledProcessError: a command that fails is not fast."""
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, told = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Usage(time.perf_counter() - begun, told.ru_utime + told.ru_stime, told.ru_maxrss / 1024)


def best(command: list[str]) -> Usage:
    """Of several runs: of short commands what else goes on is much."""
    return least(usage(command) for _ in range(ROUNDS))


def least(runs: Iterable[Usage]) -> Usage:
    """The shortest times of several runs, and the most memory."""
    found = list(runs)
    return Usage(min(one.wall for one in found), min(one.cpu for one in found), max(one.peak for one in found))


def show(title: str, measured: Mapping[str, Usage]) -> None:
    """A line for each; the ratios are cloudctl's to it."""
    print(f"{title}:", flush=True)
    ours = measured["cloudctl"]
    for name, one in measured.items():
        ratios = "" if one is ours else f" (x {ours.wall / one.wall:.2f}, CPU x {ours.cpu / one.cpu:.2f})"
        print(f"  {name}: {one}{ratios}", flush=True)
