"""Rows and columns: the common shape of table, wide, csv and tsv."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cloudctl.output.model import Result
from cloudctl.output.select import lookup
from cloudctl.output.text import cell_lines


@dataclass(frozen=True, slots=True)
class Sheet:
    """A header, or None, and rows of plain values."""

    header: tuple[str, ...] | None
    rows: Iterable[tuple[object, ...]]


def sheet(result: Result) -> Sheet:
    """The result as rows: known columns are read as they stream, others are found in the elements.

    Objects give a column for each of their keys, lists a row each, anything else a row with one cell.
    """
    if result.columns is not None:
        return Sheet(result.columns, _picked(result.elements, result.columns))
    elements = list(result.elements)
    if elements and all(isinstance(element, dict) for element in elements):
        columns = tuple(dict.fromkeys(key for element in elements if isinstance(element, dict) for key in element))
        return Sheet(columns, _picked(elements, columns))
    return Sheet(None, [tuple(item) if isinstance(item, list) else (item,) for item in elements])


def record_sheet(value: object) -> Sheet:
    """One object standing upright, a line for each field; a list of objects takes a line for each of them."""
    if not isinstance(value, dict):
        return Sheet(None, [(value,)])
    return Sheet(None, [row for name, field in value.items() for row in _upright(name, field)])


def _upright(name: str, field: object) -> Iterator[tuple[object, ...]]:
    first, *others = cell_lines(field)
    yield name, first
    for line in others:
        yield " ", line


def _picked(elements: Iterable[object], columns: tuple[str, ...]) -> Iterator[tuple[object, ...]]:
    return (tuple(lookup(element, column) for column in columns) for element in elements)
