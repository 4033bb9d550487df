"""The plain table: what is written off a terminal, where nothing may be cut off."""

from __future__ import annotations

import unicodedata
from itertools import islice, zip_longest
from typing import TextIO

from cloudctl.output.sheet import Sheet
from cloudctl.output.text import cell

_GAP = "  "


WINDOW = 1000
"""Rows whose columns are fitted together: longer tables are written as they come, so that a list of any length fits."""


def write_table(content: Sheet, out: TextIO, *, headers: bool) -> None:
    """Columns two blanks apart, each as wide as its widest cell so far, header in upper case."""
    rows = ([cell(value) for value in row] for row in content.rows)
    header = [[cell(name.upper()) for name in content.header]] if content.header and headers else []
    widths: list[int] = []
    while lines := [*header, *islice(rows, WINDOW)]:
        here = [max(map(width, column)) for column in zip_longest(*lines, fillvalue="")]
        widths = [max(pair) for pair in zip_longest(widths, here, fillvalue=0)]
        header = []
        _write_lines(lines, widths, out)


def _write_lines(lines: list[list[str]], widths: list[int], out: TextIO) -> None:
    for line in lines:
        padded = (text + " " * (room - width(text)) for text, room in zip(line, widths, strict=False))
        out.write(_GAP.join(padded).rstrip() + "\n")


def width(text: str) -> int:
    """The number of terminal cells: two for wide East Asian characters, none for combining marks."""
    if text.isascii():
        return len(text)
    return sum(_cells(one) for one in text)


def _cells(one: str) -> int:
    if unicodedata.combining(one):
        return 0
    return 2 if unicodedata.east_asian_width(one) in "WF" else 1
