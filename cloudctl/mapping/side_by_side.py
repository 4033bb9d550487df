"""Tables that set the three clouds side by side: an entry by neutral name, and each cloud's counterpart or none."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from cloudctl.mapping.naming import unknown
from cloudctl.mapping.tables import Place, record, text

PROVIDERS = ("aws", "azure", "gcp")


class Counterpart(Protocol):
    """What one cloud has for an entry."""

    def natives(self) -> Sequence[str]:
        """The provider's own names by which the entry is found."""
        ...


class Entry(Protocol):
    """One entry: each cloud is either in ``clouds`` or, with the reason, in ``missing``."""

    @property
    def name(self) -> str: ...
    @property
    def clouds(self) -> Mapping[str, Any]: ...
    @property
    def missing(self) -> Mapping[str, str]: ...


C = TypeVar("C", bound=Counterpart)
E = TypeVar("E", bound=Entry)
Check = Callable[[str, C, Place], None]


@dataclass(frozen=True, slots=True)
class Match(Generic[E]):
    """An entry that a name led to; ``provider`` is the cloud whose own name it was, None for a neutral name."""

    entry: E
    provider: str | None


def read_entries(place: Place, entry: type[E], counterpart: type[C], check: Check[C]) -> dict[str, E]:
    """The entries of an array of tables by name.

    TableError for a cloud that has neither a counterpart nor a reason, an entry that no cloud has, and a name that is
    there twice.
    """
    found: dict[str, E] = {}
    for item in place.items():
        new = record(entry, item.without(PROVIDERS), **_sides(item, counterpart, check))
        if new.name in found:
            raise item.child("name").error(f"{new.name!r} is there twice")
        found[new.name] = new
    return found


def _sides(item: Place, counterpart: type[C], check: Check[C]) -> dict[str, object]:
    clouds: dict[str, C] = {}
    missing: dict[str, str] = {}
    for provider in PROVIDERS:
        if provider not in item.table():
            raise item.error(f"says nothing of {provider}")
        side = item.child(provider)
        if "none" in side.table():
            side.expect({"none"})
            missing[provider] = text(side.child("none"))
        else:
            clouds[provider] = record(counterpart, side)
            check(provider, clouds[provider], side)
    if not clouds:
        raise item.error("is on no cloud")
    return {"clouds": clouds, "missing": missing}


def find(what: str, entries: Mapping[str, E], wanted: str) -> list[Match[E]]:
    """What a neutral name, a provider's own (``NEARLINE``) or ``PROVIDER:OWN`` leads to, without regard to case.

    A provider's name may be the counterpart of several entries. Raises UnknownName, with the nearest names.
    """
    if entry := entries.get(wanted.casefold()):
        return [Match(entry, None)]
    named, colon, own = wanted.partition(":")
    providers, name = ((named,), own) if colon and named in PROVIDERS else (PROVIDERS, wanted)
    homes = ((entry, _home(entry, providers, name.casefold())) for entry in entries.values())
    found = [Match(entry, home) for entry, home in homes if home]
    if not found:
        raise unknown(what, wanted, [*entries, *_natives(entries)])
    return found


def _home(entry: Entry, providers: Sequence[str], folded: str) -> str | None:
    for provider in providers:
        if provider in entry.clouds and folded in (name.casefold() for name in entry.clouds[provider].natives()):
            return provider
    return None


def _natives(entries: Mapping[str, E]) -> Iterator[str]:
    for entry in entries.values():
        for side in entry.clouds.values():
            yield from side.natives()
