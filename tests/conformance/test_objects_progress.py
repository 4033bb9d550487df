"""How far a transfer is: one line on a terminal, gone at the end, and nothing where nobody looks."""

from __future__ import annotations

import os
import pty
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from command_line import PROGRAM
from object_store import Objects

BYTES = 300_000


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    folder = tmp_path / "tree"
    folder.mkdir()
    for number in range(3):
        (folder / str(number)).write_bytes(os.urandom(BYTES))
    return folder


def on_terminal(*words: str) -> str:
    """What a command writes to a terminal."""
    ours, theirs = pty.openpty()
    environment = os.environ | {"TERM": "xterm", "COLUMNS": "120"}
    command = [str(PROGRAM), "bucket", *words]
    running = subprocess.Popen(
        command, stderr=theirs, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, env=environment
    )
    os.close(theirs)
    seen = b""
    try:
        while piece := os.read(ours, 4096):
            seen += piece
    except OSError:  # the other end is closed
        assert running.wait(60) == 0, seen
    finally:
        os.close(ours)
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", seen.decode())


def test_a_terminal_sees_files_bytes_rate_and_the_time_left(data: Objects, sandbox: Any, tree: Path) -> None:
    sandbox.fault("latency", data.store.name, data.facts.put, count=0, latency=0.4)
    seen = on_terminal("cp", "-R", "--parallel", "1", str(tree), data.url)
    sandbox.clear_faults()
    assert re.search(r"\b[12]/3 files", seen)
    assert re.search(r"\d+\.\d/900\.0 kB", seen)
    assert re.search(r"\d kB/s|\d MB/s", seen)
    assert re.search(r"0:00:0\d 0:00:0\d", seen), "elapsed and left"


def test_nobody_else_sees_any_of_it(data: Objects, tree: Path) -> None:
    result = data.run("cp", "-R", str(tree), data.url)
    assert (result.code, result.err, result.json["bytes"]) == (0, "", 3 * BYTES)


def test_the_quiet_see_nothing_either(data: Objects, tree: Path) -> None:
    assert on_terminal("cp", "-R", "-q", str(tree), data.url) == ""
