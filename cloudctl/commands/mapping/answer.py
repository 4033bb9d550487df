"""What every look-up does: the clouds that are asked for, names that are not there, rows to the output."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields

from cloudctl.commands.invocation import Invocation
from cloudctl.errors import NotFound, UsageError
from cloudctl.mapping.naming import UnknownName
from cloudctl.output import Kind, Row, records, validate
from cloudctl.scope import PROVIDERS


def clouds(given: Sequence[str]) -> tuple[str, ...]:
    """The clouds of an option, which may be repeated and comma-separated, in the order given. Raises UsageError."""
    named = [name for text in given for name in text.split(",") if name]
    for name in named:
        if name not in PROVIDERS:
            raise UsageError(f"unknown provider {name}", fix=f"use one of {', '.join(PROVIDERS)}")
    return tuple(dict.fromkeys(named))


def others(home: str | None) -> tuple[str, ...]:
    """Every cloud but the one that a name is of."""
    return tuple(provider for provider in PROVIDERS if provider != home)


def answer(go: Invocation, kind: Kind, rows: Callable[[], Iterable[Row]]) -> None:
    """Check the output flags, look up, write. A name that no table has is NotFound (exit 3)."""
    view = go.view()
    validate(view, kind)
    try:
        found = list(rows())
    except UnknownName as unknown:
        raise NotFound(unknown.message, fix=unknown.fix) from unknown
    records(found, kind, view, sys.stdout)


def fields_of(model: type) -> tuple[str, ...]:
    """The fields of a dataclass, in their order."""
    return tuple(field.name for field in fields(model))
