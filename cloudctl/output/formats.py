"""The nine formats. Each writer takes the result and the stream; :func:`write` picks it by name."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from io import TextIOWrapper
from itertools import chain, islice
from typing import TextIO, TypeAlias

from cloudctl.errors import UsageError
from cloudctl.output.model import Kind, Result, View
from cloudctl.output.sheet import Sheet, record_sheet, sheet
from cloudctl.output.table import WINDOW, write_table
from cloudctl.output.terminal import interactive, write_rich
from cloudctl.output.text import cell, compact_json, data_text

_Writer: TypeAlias = Callable[[Result, Kind, View, TextIO], None]


def write(result: Result, kind: Kind, view: View, out: TextIO) -> None:
    """Write the result; text that the stream's encoding lacks is escaped, never an error."""
    if isinstance(out, TextIOWrapper) and out.errors != "backslashreplace":
        out.reconfigure(errors="backslashreplace")
    _WRITERS[view.format](result, kind, view, out)


def _json(result: Result, kind: Kind, view: View, out: TextIO) -> None:
    out.write(json.dumps(result.document(), indent=2, ensure_ascii=not _unicode(out)) + "\n")


def _yaml(result: Result, kind: Kind, view: View, out: TextIO) -> None:
    from cloudctl.output.yaml_format import dump

    out.write(dump(result.document(), unicode=_unicode(out)))


def _ndjson(result: Result, kind: Kind, view: View, out: TextIO) -> None:
    for element in result.elements:
        out.write(compact_json(element, ascii_only=not _unicode(out)) + "\n")
        out.flush()


def _separated(delimiter: str) -> _Writer:
    # Not the csv module: before Python 3.13 it leaves a lone carriage return bare, which readers take for the
    # end of the row.
    special = re.compile(f'[{delimiter}"\r\n]')

    def quoted(value: object) -> str:
        text = data_text(value)
        return '"' + text.replace('"', '""') + '"' if special.search(text) else text

    def write_separated(result: Result, kind: Kind, view: View, out: TextIO) -> None:
        content = sheet(result)
        lines = (delimiter.join(map(quoted, row)) + "\n" for row in content.rows)
        first = next(lines, "")
        if content.header and view.headers:
            out.write(delimiter.join(map(quoted, content.header)) + "\n")
        out.write(first)
        out.writelines(lines)

    return write_separated


def _name(result: Result, kind: Kind, view: View, out: TextIO) -> None:
    out.writelines(_identity(element, kind) + "\n" for element in result.elements if element is not None)


def _identity(element: object, kind: Kind) -> str:
    try:
        return ":".join([cell(element[field]) for field in kind.key])  # type: ignore[index]
    except (KeyError, TypeError):
        if isinstance(element, str):
            return cell(element)
        raise UsageError(
            f"-o name needs {' and '.join(kind.key)} in every element",
            fix="leave the objects whole in --query, or use -o tsv",
        ) from None


def _table(result: Result, kind: Kind, view: View, out: TextIO) -> None:
    content = sheet(result) if result.many else record_sheet(result.document())
    if content.header and interactive(out):
        rows = iter(content.rows)
        first = list(islice(rows, WINDOW))
        if len(first) < WINDOW:
            return write_rich(Sheet(content.header, first), view, out)
        content = Sheet(content.header, chain(first, rows))
    return write_table(content, out, headers=view.headers)


def _none(result: Result, kind: Kind, view: View, out: TextIO) -> None:
    for _ in result.elements:
        pass


def _unicode(out: TextIO) -> bool:
    """Whether the stream takes any character; where it does not, JSON and YAML use their own escapes."""
    return (getattr(out, "encoding", None) or "utf-8").lower().replace("-", "").startswith("utf")


_WRITERS: dict[str, _Writer] = {
    "table": _table,
    "wide": _table,
    "json": _json,
    "yaml": _yaml,
    "csv": _separated(","),
    "tsv": _separated("\t"),
    "ndjson": _ndjson,
    "name": _name,
    "none": _none,
}
