"""The strict reader of ``mappings/*.toml``: every key is known and typed, every error names file, line and key."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Collection, Mapping
from dataclasses import MISSING, Field, fields
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple, TypeVar

from cloudctl.errors import UsageError

T = TypeVar("T")
_TOML_LINE = re.compile(r"at line (\d+)")


class TableError(UsageError):
    """A mapping table that breaks its rules; ``file``, ``line`` (from 1) and ``key`` say where."""

    def __init__(self, file: str, line: int, key: str, problem: str) -> None:
        where = f"mappings/{file}:{line}: {key}" if key else f"mappings/{file}:{line}"
        super().__init__(f"{where}: {problem}", fix="correct the table, or reinstall cloudctl")
        self.file = file
        self.line = line
        self.key = key


class Place(NamedTuple):
    """A value of a table, together with the way to it, so that whoever refuses it can say where it stands.

    A named tuple, because a table makes thousands of them.
    """

    file: str
    text: str
    value: Any
    path: tuple[str | int, ...] = ()

    def child(self, key: str | int) -> Place:
        return Place(self.file, self.text, self.value[key], (*self.path, key))

    def without(self, keys: Collection[str]) -> Place:
        """The same table without some of its keys, for those who read the rest."""
        kept = {key: value for key, value in self.table().items() if key not in keys}
        return Place(self.file, self.text, kept, self.path)

    def error(self, problem: str) -> TableError:
        from cloudctl.mapping.positions import dotted, line_of

        return TableError(self.file, line_of(self.text, self.path), dotted(self.path), problem)

    def table(self) -> Mapping[str, Any]:
        """The value as a TOML table; TableError when it is something else."""
        if not isinstance(self.value, dict):
            raise self.error("is not a table")
        return self.value

    def children(self) -> list[tuple[str, Place]]:
        return [(key, self.child(key)) for key in self.table()]

    def items(self) -> list[Place]:
        """The tables of an array of tables; TableError when it is something else or empty."""
        if not isinstance(self.value, list) or not self.value:
            raise self.error("is not an array of tables, or is empty")
        return [self.child(index) for index in range(len(self.value))]

    def expect(self, required: Collection[str], optional: Collection[str] = ()) -> None:
        """Raise TableError for a key that is not allowed here, or one that is missing."""
        for key, place in self.children():
            if key not in required and key not in optional:
                raise place.error("unknown key")
        for key in sorted(set(required) - self.table().keys()):
            raise self.error(f"lacks the key {key!r}")


def parse(file: str, text: str) -> Place:
    """A table from its text; TableError with the line for text that is not TOML or has a key twice."""
    try:
        return Place(file, text, tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        line = _TOML_LINE.search(str(error))
        raise TableError(file, int(line[1]) if line else 1, "", str(error)) from error


@cache
def load(name: str) -> Place:
    """The table ``mappings/NAME.toml``, read once per process; UsageError when there is none."""
    source = files("cloudctl_mappings") / f"{name}.toml"
    if not source.is_file():
        raise UsageError(f"no mapping table {name!r}")
    return parse(f"{name}.toml", source.read_text("utf-8"))


def names() -> list[str]:
    """The tables that are installed."""
    return sorted(
        entry.name.removesuffix(".toml")
        for entry in files("cloudctl_mappings").iterdir()
        if entry.name.endswith(".toml")
    )


def text(place: Place) -> str:
    """A text that is not empty."""
    if not isinstance(place.value, str) or not place.value.strip():
        raise place.error("is not a text, or is empty")
    return place.value


def _number(place: Place) -> float:
    if isinstance(place.value, bool) or not isinstance(place.value, int | float):
        raise place.error("is not a number")
    return float(place.value)


def _integer(place: Place) -> int:
    if isinstance(place.value, bool) or not isinstance(place.value, int):
        raise place.error("is not an integer")
    return place.value


def _truth(place: Place) -> bool:
    if not isinstance(place.value, bool):
        raise place.error("is not true or false")
    return place.value


def words(place: Place) -> tuple[str, ...]:
    """Words separated by blanks, or an array of texts; a word given twice is an error."""
    found = place.value if isinstance(place.value, list) else text(place).split()
    if not found or not all(isinstance(word, str) and word for word in found):
        raise place.error("is not a list of texts, or is empty")
    for word in found:
        if found.count(word) > 1:
            raise place.error(f"has {word!r} twice")
    return tuple(found)


def numbers(place: Place) -> Mapping[str, float]:
    """A table whose values are numbers."""
    return {key: _number(child) for key, child in place.children()}


def texts(place: Place) -> Mapping[str, str]:
    """A table whose values are texts."""
    return {key: text(child) for key, child in place.children()}


def _lists(place: Place) -> Mapping[str, tuple[str, ...]]:
    return {key: words(child) for key, child in place.children()}


# Keyed by the annotation as it is written, which is what a dataclass field has under postponed evaluation.
_READERS: dict[str, Callable[[Place], Any]] = {
    "str": text,
    "str | None": text,
    "float": _number,
    "float | None": _number,
    "int": _integer,
    "int | None": _integer,
    "bool": _truth,
    "bool | None": _truth,
    "tuple[str, ...]": words,
    "Mapping[str, str]": texts,
    "Mapping[str, tuple[str, ...]]": _lists,
}


@cache
def _keys_of(cls: type[Any]) -> tuple[Mapping[str, Callable[[Place], Any]], frozenset[str]]:
    """The readers of the fields of a dataclass that a table can hold, and which of these have no default."""
    known = {item.name: item for item in fields(cls) if item.type in _READERS}
    required = (name for name, item in known.items() if _required(item))
    return {name: _READERS[str(item.type)] for name, item in known.items()}, frozenset(required)


def _required(item: Field[Any]) -> bool:
    return item.default is MISSING and item.default_factory is MISSING


def record(cls: type[T], place: Place, **given: object) -> T:
    """A dataclass from a TOML table: its fields are the allowed keys, its annotations their types.

    ``given`` holds the fields that do not come from the table. A field without a default is required.
    """
    readers, required = _keys_of(cls)  # type: ignore[arg-type]
    place.expect(required - given.keys(), readers.keys() - given.keys())
    values = {key: readers[key](child) for key, child in place.children()}
    return cls(**values, **given)
