"""Tables on a terminal: fitted to its width, with colour. The only place that loads rich."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TextIO

from cloudctl.output.model import View
from cloudctl.output.sheet import Sheet
from cloudctl.output.table import width
from cloudctl.output.text import cell

if TYPE_CHECKING:
    from rich.table import Table

_STATE_STYLES = {
    "running": "green",
    "available": "green",
    "stopped": "dim",
    "suspended": "dim",
    "deleted": "dim",
    "failed": "bold red",
    "unknown": "magenta",
}
_CHANGING_STYLE = "yellow"
_GAP = 2
_NARROWEST = 12
_WHOLE = frozenset({"context", "id", "name", "url", "principal", "state", "region", "zone"})


def interactive(out: TextIO) -> bool:
    """Whether a person looks at the stream on a terminal that can place text."""
    return out.isatty() and os.environ.get("TERM") != "dumb"


def coloured(view: View, out: TextIO) -> bool:
    """The flag, else the terminal and ``NO_COLOR`` (https://no-color.org)."""
    if view.color is not None:
        return view.color
    return interactive(out) and not os.environ.get("NO_COLOR")


def write_rich(content: Sheet, view: View, out: TextIO) -> None:
    """The table as wide as the terminal: long cells wrap, but identifiers stay in one piece to be copied."""
    from rich.console import Console

    plain = not coloured(view, out)
    console = Console(file=out, force_terminal=True, color_system=None if plain else "standard", highlight=False)
    header = content.header or ()
    rows = [[cell(value) for value in row] for row in content.rows]
    rooms = [_room(name, [row[index] for row in rows]) for index, name in enumerate(header)]
    # rich leaves columns out where the width is not enough for all: then the terminal has to break the lines.
    console.width = max(console.width, sum(rooms) + _GAP * len(rooms))
    console.print(_rich_table(header, rooms, rows, headers=view.headers), crop=False)


def _room(name: str, texts: list[str]) -> int:
    """The least width of a column, in cells."""
    natural = max(map(width, [name, *texts]))
    return natural if name in _WHOLE else min(natural, max(width(name), _NARROWEST))


def _rich_table(header: tuple[str, ...], rooms: list[int], rows: list[list[str]], *, headers: bool) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table(show_header=headers, box=None, pad_edge=False, padding=(0, _GAP, 0, 0), header_style="bold")
    for name, room in zip(header, rooms, strict=True):
        table.add_column(Text(cell(name.upper())), no_wrap=name in _WHOLE, min_width=room, overflow="fold")
    for row in rows:
        table.add_row(*(Text(text, _style(name, text)) for name, text in zip(header, row, strict=True)))
    return table


def _style(column: str, text: str) -> str:
    return _STATE_STYLES.get(text, _CHANGING_STYLE) if column == "state" else ""
