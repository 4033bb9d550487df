from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path

import pytest

from cloudctl.main import main

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tests.matrix import README, with_matrix  # noqa: E402

_COMMAND = re.compile(r"cloudctl (?!completion)[a-z][^\n`#|;&]*")


def commands() -> list[str]:
    """Every cloudctl command that the README shows, but for loops over shell variables."""
    text = README.read_text(encoding="utf-8")
    found = [match[0].strip() for block in re.findall(r"```console\n(.*?)```", text, re.DOTALL) for match in
             _COMMAND.finditer(block)]  # fmt: skip
    return [command for command in found if "$" not in command]


def test_the_matrix_is_what_the_mapping_says() -> None:
    text = README.read_text(encoding="utf-8")
    assert with_matrix(text) == text, "run make docs"


def test_there_are_commands_to_check() -> None:
    assert len(commands()) > 10


@pytest.mark.parametrize("command", commands())
def test_every_command_that_the_readme_shows_is_one(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = shlex.split(command)[1:]
    assert main([*words, "--help"]) == 0, capsys.readouterr().err


def test_a_flag_that_does_not_exist_would_be_noticed() -> None:
    assert main(["vm", "list", "--no-such-flag", "--help"]) == 2
