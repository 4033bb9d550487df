"""From records to plain JSON values: dict, list, str, int, float, bool, None."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Collection, Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from functools import cache
from math import isfinite

from cloudctl.output.model import ABSENT, Row

_EXACT = frozenset({str, int, bool, type(None)})


def plain_record(row: Row, *, native: bool, hidden: Collection[str] = ()) -> dict[str, object]:
    """The row as a dict in its own field order, without ``hidden``; ``native``: the provider's record stays."""
    left_out = hidden if native else {*hidden, "native"}
    return {
        name: value if type(value) in _EXACT else plain(value)
        for name, value in _items(row, left_out)
        if value is not ABSENT
    }


def plain(value: object) -> object:
    """The value as it is written: enums by value, times as RFC 3339 UTC seconds, whole floats as integers.

    A time without a zone is taken as UTC; numbers that JSON lacks (NaN) are null; bytes, which occur in
    provider records only, become base64; anything else is written as its text, because printing must not fail
    what has already been done.
    """
    if type(value) in _EXACT:
        return value
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, datetime):
        return rfc3339(value)
    return _container(value)


def _number(value: float) -> int | float | None:
    if value.is_integer():
        return int(value)
    return value if isfinite(value) else None


def _container(value: object) -> object:
    if isinstance(value, Mapping) or (is_dataclass(value) and not isinstance(value, type)):
        return {name: plain(item) for name, item in _items(value) if item is not ABSENT}
    if isinstance(value, bytes):
        return b64encode(value).decode("ascii")
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item) for item in value]
    return str(value)


def rfc3339(moment: datetime) -> str:
    """``2026-01-02T03:04:05Z``; fractions of a second are dropped."""
    utc = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    return utc.replace(microsecond=0).isoformat().replace("+00:00", "Z")


def _items(row: Row, left_out: Collection[str] = ()) -> Iterable[tuple[str, object]]:
    if isinstance(row, Mapping):
        return [(str(name), value) for name, value in row.items() if name not in left_out]
    return [(name, getattr(row, name)) for name in _names(type(row), frozenset(left_out))]


@cache
def _names(model: type, left_out: frozenset[str]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(model) if field.name not in left_out)
