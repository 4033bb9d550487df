"""The plain table: what is written off a terminal, where nothing may be cut off."""

from __future__ import annotations

import unicodedata
from itertools import zip_longest
from typing import TextIO

from cloudctl.output.sheet import Sheet
from cloudctl.output.text import cell

_GAP = "  "


def write_table(content: Sheet, out: TextIO, *, headers: bool) -> None:
    """Columns two blanks apart, each as wide as its widest cell, header in upper case."""
    lines = [[cell(value) for value in row] for row in content.rows]
    if content.header and headers:
        lines.insert(0, [cell(name.upper()) for name in content.header])
    widths = [max(map(width, column)) for column in zip_longest(*lines, fillvalue="")]
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
