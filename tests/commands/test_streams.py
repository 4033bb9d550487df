"""Standard streams that are closed, full or gone: told in one line, with an exit code, and no reason to stop work."""

from __future__ import annotations

import shlex
import subprocess
import sys

import pytest

PROGRAM = f"{shlex.quote(sys.executable)} -c 'from cloudctl.main import run; run()'"


def ended(words: str) -> subprocess.CompletedProcess[str]:
    """The command line with these words and redirections, as a shell runs it."""
    command = ["bash", "-c", f"{PROGRAM} {words}"]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize(
    "words", ["--version", "--help", "vm list --help", "completion zsh", "mapping sizes", "mapping sizes -o json"]
)
@pytest.mark.parametrize(("where", "code"), [(">/dev/full", 11), (">&-", 1)])
def test_output_that_cannot_be_written_is_told_in_one_line(words: str, where: str, code: int) -> None:
    done = ended(f"{words} {where}")
    assert (done.returncode, done.stderr.count("\n")) == (code, 1), done.stderr
    assert "standard output: " in done.stderr


@pytest.mark.parametrize("where", ["2>/dev/full", "2>&-", "2> >(exec true)"])
def test_messages_that_nobody_can_read_change_nothing(where: str) -> None:
    done = ended(f"mapping region nonesuch {where}")
    assert (done.returncode, done.stdout) == (3, "")
    assert ended(f"mapping sizes -o name --debug {where}").returncode == 0


def test_a_closed_input_is_no_terminal() -> None:
    done = ended("bucket delete s3://data -p aws <&-")
    assert (done.returncode, done.stdout) == (2, "")
    assert "no terminal" in done.stderr


@pytest.mark.parametrize("words", ["--version", "completion zsh", "mapping sizes -o json"])
def test_a_reader_that_closes_the_pipe_is_no_error(words: str) -> None:
    done = ended(f"{words} | true; exit ${{PIPESTATUS[0]}}")
    assert (done.returncode, done.stderr) == (141, "")


def test_with_all_streams_closed_a_command_still_ends_with_its_code() -> None:
    assert ended("mapping region nonesuch <&- >&- 2>&-").returncode == 3


def test_a_user_without_a_name_and_a_home_has_the_root_for_one() -> None:
    program = "import pwd; pwd.getpwuid = {}.__getitem__; from cloudctl.main import run; run()"
    command = ["env", "-i", sys.executable, "-c", program, "context", "list", "-o", "name"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
