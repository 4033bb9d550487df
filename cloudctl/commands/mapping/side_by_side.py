"""What the look-ups share that answer with a row for each cloud."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from cloudctl.mapping.side_by_side import PROVIDERS, Entry, Match
from cloudctl.output import Row

E = TypeVar("E", bound=Entry)


def matches(wanted: str | None, find: Callable[[str], list[Match[E]]], every: Callable[[], list[E]]) -> list[Match[E]]:
    """The entries that a name leads to; all of them where no name is given. Raises UnknownName."""
    return find(wanted) if wanted else [Match(entry, None) for entry in every()]


def by_cloud(found: Iterable[Match[E]], row: Callable[[Match[E], str], Row]) -> Iterator[Row]:
    """A row for each cloud of each entry, also where the cloud has none."""
    for match in found:
        for provider in PROVIDERS:
            yield row(match, provider)
