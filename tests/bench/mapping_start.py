"""How long ``cloudctl mapping size t3.micro --to azure`` takes, against ``python -c "import typer"``.

    python -m tests.bench.mapping_start [ROUNDS]

A ratio, taken in one run, the two in turn: processor time of the whole process, the least of the rounds. Exit 1 when
it is above `BUDGET`.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence

BUDGET = 2.5
TYPER = (sys.executable, "-c", "import typer")
LOOK_UP = (sys.executable, "-c", "from cloudctl.main import run; run()", "mapping", "size", "t3.micro", "--to", "azure")


def processor_seconds(command: Sequence[str]) -> float:
    """User and system time of one run. Raises CalledProcessError when it fails."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return usage.ru_utime + usage.ru_stime


def main(rounds: int) -> int:
    runs = [(processor_seconds(TYPER), processor_seconds(LOOK_UP)) for _ in range(rounds)]
    typer, look_up = (min(times) for times in zip(*runs, strict=True))
    ratio = look_up / typer
    print(f"import typer {typer * 1000:.0f} ms, mapping size {look_up * 1000:.0f} ms: {ratio:.2f} x (budget {BUDGET})")
    return 0 if ratio <= BUDGET else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20))
