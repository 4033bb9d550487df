"""Command lines made from the command tree, and what they answer."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import chain
from typing import Any

import pytest
from typer.core import TyperCommand

from cloudctl.commands.shared import FLAGS, Flag, Given, given
from cloudctl.completion.tree import Node, Value, tree
from cloudctl.main import main, program

NODES = list(tree(program()).walk())
VERBS = [node for node in NODES if not node.commands]


TEXTS = ("id", "name")
EXAMPLES = {flag.name: flag.words or TEXTS for flag in FLAGS} | {
    "limit": ("7", "8"),
    "timeout": ("90s", "2m"),
    "filter": ("name=web-1", "name!=web-1"),
}
"""Shared flag -> two values that it takes."""


@dataclass(frozen=True, slots=True)
class Answer:
    code: int
    out: str
    err: str

    @property
    def error(self) -> Any:
        """The one JSON object on stderr."""
        return json.loads(self.err)


def answer(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> Answer:
    capsys.readouterr()
    code = main(arguments)
    captured = capsys.readouterr()
    return Answer(code, captured.out, captured.err)


def words(node: Node) -> list[str]:
    """The words of a command with a value for every required argument and flag."""
    values = [_example(argument.value) for argument in node.arguments if argument.required]
    flags = [[flag.names[0], _example(flag.value)] for flag in node.flags if flag.required and flag.value]
    return [*node.path, *values, *chain.from_iterable(flags)]


def _example(value: Value) -> str:
    return value.words[0] if value.words else "1"


def takes(node: Node, flag: Flag) -> bool:
    """Whether a command takes a shared flag; a flag of its own with the same spelling is another one."""
    return any(flag.help == own.help and set(flag.declarations[0].split("/")) <= set(own.names) for own in node.flags)


def spellings(flag: Flag) -> list[list[str]]:
    """Every way to give the flag, with a value that it takes."""
    names = [name for declaration in flag.declarations for name in declaration.split("/")]
    if flag.kind == "flag":
        return [[name] for name in names]
    value = EXAMPLES[flag.name][-1]
    joined = [[f"{name}={value}"] for name in names if name.startswith("--")]
    return [[name, value] for name in names] + joined


class Effects:
    """Runs command lines up to the command, and tells which shared flags would reach it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._seen: list[Given] = []
        self._capsys = capsys
        monkeypatch.setattr(TyperCommand, "invoke", lambda _command, ctx: self._seen.append(Given(given(ctx))))

    def of(self, arguments: list[str]) -> Given | Answer:
        """The flags, or the answer of a command line that is refused."""
        self._seen.clear()
        refused = answer(arguments, self._capsys)
        return self._seen[0] if self._seen else refused
