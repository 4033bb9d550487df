"""Database engines: which service runs them on each cloud, and their versions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from cloudctl.mapping import tables
from cloudctl.mapping.side_by_side import Match, find, read_entries
from cloudctl.mapping.tables import Place


@dataclass(frozen=True, slots=True)
class EngineOnCloud:
    """An engine on one cloud; mappings/engines.toml explains the values.

    ``versions`` are those in standard support, ``extended`` those in the paid one, both as the provider's API takes
    them; empty ``versions`` and ``ha`` None are not confirmed.
    """

    service: str
    engine: tuple[str, ...]
    versions: tuple[str, ...] = ()
    extended: tuple[str, ...] = ()
    ha: str | None = None

    def natives(self) -> tuple[str, ...]:
        return (self.service, *self.engine)


@dataclass(frozen=True, slots=True)
class Engine:
    """An engine by neutral name, or by the provider's own where only one cloud has it."""

    name: str
    title: str
    clouds: Mapping[str, EngineOnCloud]
    missing: Mapping[str, str]
    differs: str | None = None


def _check(_provider: str, side: EngineOnCloud, place: Place) -> None:
    for version in side.extended:
        if version in side.versions:
            raise place.child("extended").error(f"{version!r} is in versions too")


def read(place: Place) -> Mapping[str, Engine]:
    """The engines of a table by name; TableError where it breaks the rules."""
    place.expect({"engine"})
    return read_entries(place.child("engine"), Engine, EngineOnCloud, _check)


@cache
def _engines() -> Mapping[str, Engine]:
    return read(tables.load("engines"))


def engines() -> list[Engine]:
    """Every engine, in the order of the table."""
    return list(_engines().values())


def find_engine(wanted: str) -> list[Match[Engine]]:
    """The engines for a neutral name, or for a provider's own (``sqlserver-se``). Raises UnknownName."""
    return find("engine", _engines(), wanted)
