"""The command tree as the completion scripts need it: plain records, read from the parser's own objects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from typer import _click as click

from cloudctl.commands.shared import FILES, label
from cloudctl.completion.values import words_of


@dataclass(frozen=True, slots=True)
class Value:
    """What is typed for a flag or an argument: one of ``words``, a file, or text that only the user knows."""

    label: str
    words: tuple[str, ...] = ()
    files: bool = False


@dataclass(frozen=True, slots=True)
class Flag:
    """One flag with all its spellings (``--no-...`` too); ``value`` is None for a switch."""

    names: tuple[str, ...]
    help: str
    value: Value | None
    repeats: bool
    required: bool


@dataclass(frozen=True, slots=True)
class Argument:
    value: Value
    repeats: bool
    required: bool


@dataclass(frozen=True, slots=True)
class Node:
    """The program, a noun or a verb: its words after ``cloudctl``, and what may follow them."""

    path: tuple[str, ...]
    help: str
    flags: tuple[Flag, ...]
    arguments: tuple[Argument, ...]
    commands: tuple[Node, ...]

    @property
    def place(self) -> str:
        return " ".join(self.path)

    def walk(self) -> Iterator[Node]:
        """This node and all below it, parents first."""
        yield self
        for command in self.commands:
            yield from command.walk()


def tree(command: Any, path: tuple[str, ...] = (), parent: click.Context | None = None) -> Node:
    """The tree below a command of the parser."""
    context = click.Context(
        command, info_name=path[-1] if path else "cloudctl", parent=parent, **command.context_settings
    )
    params = [param for param in command.get_params(context) if not getattr(param, "hidden", False)]
    return Node(
        path,
        _first_line(command.help),
        tuple(_flag(path, param) for param in params if param.param_type_name == "option"),
        tuple(_argument(path, param) for param in params if param.param_type_name == "argument"),
        tuple(tree(child, (*path, name), context) for name, child in _children(command, context)),
    )


def _children(command: Any, context: click.Context) -> Iterator[tuple[str, Any]]:
    for name in getattr(command, "list_commands", lambda _context: [])(context):
        yield name, command.get_command(context, name)


def _flag(path: tuple[str, ...], param: Any) -> Flag:
    value = None if param.is_flag else _value(path, param)
    names = sorted(param.opts, key=lambda name: name.startswith("--"))  # the parser has those of --help in any order
    return Flag((*names, *param.secondary_opts), _first_line(param.help), value, param.multiple, param.required)


def _argument(path: tuple[str, ...], param: Any) -> Argument:
    return Argument(_value(path, param), param.nargs == -1, param.required)


def _value(path: tuple[str, ...], param: Any) -> Value:
    called = label(param)
    return Value(called, words_of(path, param.name) or _choices(param), called in FILES)


def _choices(param: Any) -> tuple[str, ...]:
    """The words of an enumeration; the parser keeps its members."""
    return tuple(getattr(choice, "value", choice) for choice in getattr(param.type, "choices", ()))


def _first_line(text: str | None) -> str:
    return (text or "").strip().partition("\n")[0]
