"""The view is checked before any work starts, so that a slip in a flag costs no call."""

from __future__ import annotations

from collections.abc import Iterable

from cloudctl.errors import UsageError
from cloudctl.output import query
from cloudctl.output.model import FORMATS, Kind, View
from cloudctl.output.select import Filter


def validate(view: View, kind: Kind, *, listed: bool = True) -> None:
    """Raises :class:`cloudctl.errors.UsageError` for a view that cannot be served.

    ``listed`` False is for commands that write one object: fields that only ``show`` has are known there.
    """
    _check_flags(view)
    known = kind.known(listed=listed, native=view.native)
    _check_fields("--columns", view.columns, known, kind)
    _check_fields("--sort", (field.removeprefix("-") for field in view.sort), known, kind)
    _check_fields("--filter", (Filter.parse(text).path for text in view.filters), known, kind)
    if view.query is not None:
        query.check(view.query)


def _check_flags(view: View) -> None:
    if view.format not in FORMATS:
        raise UsageError(f"unknown output format: {view.format}", fix=f"use one of: {', '.join(FORMATS)}")
    if view.limit is not None and view.limit < 1:
        raise UsageError(f"--limit must be 1 or more, not {view.limit}")
    if view.columns and view.query is not None:
        raise UsageError("--columns and --query cannot be combined", fix="name the fields in the query")
    if view.columns and view.format == "name":
        raise UsageError("-o name has no columns", fix="use -o csv or tsv with --no-headers")


def _check_fields(flag: str, paths: Iterable[str], known: tuple[str, ...], kind: Kind) -> None:
    for path in paths:
        field = path.partition(".")[0]
        if field not in known:
            raise UsageError(
                f"{flag}: {kind.name} has no field {path!r}{_elsewhere(field, kind)}",
                fix=f"use one of: {', '.join(known)}",
            )


def _elsewhere(field: str, kind: Kind) -> str:
    if field == "native":
        return " without --native"
    return " in a list, only in show" if field in kind.show_only else ""
