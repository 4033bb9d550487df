"""From records to plain JSON values: dict, list, str, int, float, bool, None."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from functools import cache
from math import isfinite
from typing import Any, cast

from cloudctl.output.model import ABSENT, Row

_EXACT = frozenset({str, int, bool, type(None)})


def plain_record(row: Row, left_out: frozenset[str] = frozenset()) -> dict[str, object]:
    """The row as a dict in its own field order, without what is ``left_out``.

    A record's fields are taken in one step each: of a long list this is most of what its output costs.
    """
    names = _names(type(row), left_out)
    if names is None:
        given = cast(Mapping[str, object], row)
        return {str(name): plain(given[name]) for name in given if name not in left_out and given[name] is not ABSENT}
    return {
        name: value if type(value) in _EXACT else plain(value)
        for name in names
        if (value := getattr(row, name)) is not ABSENT
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
        return plain_record(value)
    if isinstance(value, bytes):
        return b64encode(value).decode("ascii")
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item) for item in value]
    return str(value)


def rfc3339(moment: datetime) -> str:
    """``2026-01-02T03:04:05Z``; fractions of a second are dropped."""
    utc = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    return utc.replace(microsecond=0).isoformat().replace("+00:00", "Z")


@cache
def _names(model: type[Any], left_out: frozenset[str]) -> tuple[str, ...] | None:
    """The fields of a record but those that are left out; None for a mapping, which has its own names."""
    if issubclass(model, Mapping):
        return None
    return tuple(field.name for field in fields(model) if field.name not in left_out)
