"""Which records are written, in which order, which of their fields: --filter, --sort, --limit, --columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from cloudctl.errors import UsageError
from cloudctl.output.model import View
from cloudctl.output.text import data_text

_FILTER = re.compile(r"(?P<path>.+?)(?P<operator>!=|=)(?P<value>.*)", re.DOTALL)


def lookup(value: object, path: str) -> object:
    """The value at a dotted path, or None; a key that contains dots itself is found too."""
    if not isinstance(value, Mapping):
        return None
    if path in value:
        return value[path]
    for dot in (match.start() for match in re.finditer(r"\.", path)):
        if path[:dot] in value:
            return lookup(value[path[:dot]], path[dot + 1 :])
    return None


@dataclass(frozen=True, slots=True)
class Filter:
    """One ``--filter``: the field at ``path`` is, or with ``negated`` is not, ``value``."""

    path: str
    value: str
    negated: bool

    @classmethod
    def parse(cls, text: str) -> Filter:
        """Raises UsageError for anything but ``path=value`` and ``path!=value``."""
        match = _FILTER.fullmatch(text)
        if match is None:
            raise UsageError(
                f"invalid filter: {text!r}", fix="write --filter FIELD=VALUE, FIELD!=VALUE or tags.KEY=VALUE"
            )
        return cls(match["path"], match["value"], negated=match["operator"] == "!=")

    def accepts(self, row: object) -> bool:
        """Numbers compare as numbers, ``null`` and the empty text stand for what is not known, a list has the
        value when one of its elements has it."""
        found = lookup(row, self.path)
        candidates = found if isinstance(found, list) else [found]
        return any(self._is(candidate) for candidate in candidates) != self.negated

    def _is(self, candidate: object) -> bool:
        if candidate is None:
            return self.value in ("", "null")
        if isinstance(candidate, (int, float)) and not isinstance(candidate, bool):
            return _number(self.value) == candidate
        return data_text(candidate) == self.value


def chosen(rows: Iterable[dict[str, object]], view: View) -> Iterator[dict[str, object]]:
    """The rows that pass every filter, sorted, at most ``view.limit`` of them; only a sort reads them all."""
    filters = [Filter.parse(text) for text in view.filters]
    passed = (row for row in rows if all(one.accepts(row) for one in filters)) if filters else rows
    return islice(_sorted(passed, view.sort) if view.sort else passed, view.limit)


def projected(rows: Iterator[dict[str, object]], columns: tuple[str, ...]) -> Iterator[dict[str, object]]:
    """The rows reduced to the chosen columns, in that order, each under the path it was asked by."""
    return ({path: lookup(row, path) for path in columns} for row in rows) if columns else rows


def _sorted(rows: Iterable[dict[str, object]], sort: tuple[str, ...]) -> Iterator[dict[str, object]]:
    ordered = list(rows)
    for field in reversed(sort):
        ordered = _sorted_by(ordered, field.removeprefix("-"), descending=field.startswith("-"))
    yield from ordered


def _sorted_by(rows: list[dict[str, object]], path: str, *, descending: bool) -> list[dict[str, object]]:
    """Stable in both directions; what is not known comes last in both."""
    known = [row for row in rows if lookup(row, path) is not None]
    unknown = [row for row in rows if lookup(row, path) is None]
    return sorted(known, key=lambda row: _rank(lookup(row, path)), reverse=descending) + unknown


def _rank(value: object) -> tuple[int, float, str]:
    if isinstance(value, (int, float)):
        return (0, value, "")
    return (1, 0, data_text(value))


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
