"""The script of a shell from the command tree."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cloudctl.completion import bash, fish, zsh
from cloudctl.completion.tree import Node, tree
from cloudctl.main import program

_WRITERS: Mapping[str, Callable[[Node], str]] = {"bash": bash.script, "zsh": zsh.script, "fish": fish.script}


def generate(shell: str) -> str:
    """The text of the script, ending with a line end. Raises KeyError for an unknown shell."""
    return _WRITERS[shell](tree(program()))
