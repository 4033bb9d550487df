"""Everything that cloudctl writes to stdout goes through here: records in, one of nine formats out.

Data formats (json, yaml, ndjson, csv, tsv) are exact: what the cloud holds is what is written, in the
format's own escaping. csv and tsv (RFC 4180 quoting, LF line ends, null as an empty cell) have no escape for
control characters, and cells that a spreadsheet would run as a formula are not altered either. What is meant
for eyes (table, wide, name) is safe: whatever is not printable is shown as its escape, ``\\x1b``. Nothing is
written before the first record is there, so that a list that fails as a whole leaves stdout empty.

Importing this package loads no rich, yaml or jmespath: each is loaded by the format or flag that needs it.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from typing import TextIO

from cloudctl.output import formats, select
from cloudctl.output.check import validate
from cloudctl.output.model import ABSENT, FORMATS, Absent, Kind, Result, Row, View
from cloudctl.output.plain import plain_record
from cloudctl.output.query import evaluate

__all__ = ["ABSENT", "FORMATS", "Absent", "Kind", "Row", "View", "record", "records", "validate"]


def records(rows: Iterable[Row], kind: Kind, view: View, out: TextIO, *, listed: bool = True) -> None:
    """Write a list: always an array, ``[]`` when empty.

    ``rows`` is read once and closed at the end, whatever happens; with ``view.limit`` and no sort it is read
    no further than needed. Without ``listed`` the rows are several answers of ``show``, and have all that it has.
    Filter, sort and limit come before the query. Without sort and query, ndjson, csv,
    tsv and name write each row as it arrives; ndjson flushes it.
    Raises :class:`cloudctl.errors.UsageError` when the query does not fit the data, BrokenPipeError when the
    reader has gone.
    """
    with ExitStack() as stack:
        if hasattr(rows, "close"):
            stack.callback(rows.close)
        hidden = _hidden(kind, view, listed)
        chosen = select.chosen((plain_record(row, hidden) for row in rows), view)
        if view.query is not None:
            result = _any(evaluate(view.query, list(chosen)))
        else:
            result = Result(select.projected(chosen, view.columns), many=True, columns=_columns(kind, view))
        formats.write(result, kind, view, out)


def record(row: Row, kind: Kind, view: View, out: TextIO) -> None:
    """Write one object, the answer of ``show``; ``view.query`` sees the object itself."""
    value = plain_record(row, _native(view))
    if view.query is not None:
        result = _any(evaluate(view.query, value))
    else:
        result = Result(select.projected(iter([value]), view.columns), many=False, columns=view.columns or None)
    formats.write(result, kind, view, out)


def _hidden(kind: Kind, view: View, listed: bool) -> frozenset[str]:
    """What of the rows is not to be seen, or not looked at: of long lists most of the time would go into it."""
    left_out = _native(view).union(kind.show_only if listed else ())
    shown = {"name": kind.key, "table": kind.columns, "wide": kind.wide}.get(view.format)
    if shown is None or view.query is not None or view.columns or view.filters or view.sort:
        return left_out
    return left_out | (set(kind.fields) - {path.partition(".")[0] for path in shown})


def _native(view: View) -> frozenset[str]:
    """The provider's own record, which is left out unless it is asked for."""
    return frozenset(() if view.native else ("native",))


def _columns(kind: Kind, view: View) -> tuple[str, ...]:
    defaults = {"table": kind.columns, "wide": kind.wide}
    return view.columns or defaults.get(view.format) or kind.known(listed=True, native=view.native)


def _any(value: object) -> Result:
    many = isinstance(value, list)
    return Result(iter(value if isinstance(value, list) else [value]), many=many, columns=None)
