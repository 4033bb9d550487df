"""The noun tables that dispatch reads: who serves a noun on each cloud, and which verbs it has there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from cloudctl.mapping import tables
from cloudctl.mapping.naming import unknown
from cloudctl.mapping.tables import Place, record

# Tables of facts; every other table is a noun.
_FACTS = frozenset({"engines", "images", "regions", "roles", "services", "sizes", "storage_classes"})


@dataclass(frozen=True, slots=True)
class NounCloud:
    """A noun on one cloud.

    ``adapter`` is ``module:Class`` and ``extra`` the extra of the package that brings its SDK. Each verb of the
    noun is either in ``verbs``, with the provider's own operations, or in ``unsupported``, with the reason.
    ``states`` maps the provider's states to the neutral ones (empty where things have no state); ``notes`` has a line
    on verbs that behave otherwise here, ``unsupported_options`` the reason for each option that is refused.
    ``locations`` are places in which this noun alone can be, beside the regions of the cloud.
    """

    service: str
    adapter: str
    extra: str
    verbs: Mapping[str, tuple[str, ...]]
    states: Mapping[str, str] = field(default_factory=dict)
    unsupported: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    unsupported_options: Mapping[str, str] = field(default_factory=dict)
    locations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NounTable:
    """A noun: its verbs in the order of the help, its neutral states, and what each cloud makes of them."""

    name: str
    verbs: tuple[str, ...]
    states: tuple[str, ...]
    clouds: Mapping[str, NounCloud]


@dataclass(frozen=True, slots=True)
class _Head:
    verbs: tuple[str, ...]
    states: tuple[str, ...] = ()


def _check_verbs(head: _Head, cloud: NounCloud, place: Place) -> None:
    for verb in head.verbs:
        if (verb in cloud.verbs) == (verb in cloud.unsupported):
            raise place.error(f"must have the verb {verb!r} in exactly one of verbs and unsupported")
    for part in ("verbs", "unsupported"):
        for verb in getattr(cloud, part).keys() - set(head.verbs):
            raise place.child(part).child(verb).error("is not a verb of this noun")


def _check_states(head: _Head, cloud: NounCloud, place: Place) -> None:
    for native, state in cloud.states.items():
        if state not in head.states:
            raise place.child("states").child(native).error(f"{state!r} is not a state of this noun")


def _cloud(head: _Head, place: Place) -> NounCloud:
    cloud = record(NounCloud, place)
    _check_verbs(head, cloud, place)
    _check_states(head, cloud, place)
    return cloud


def read(name: str, place: Place) -> NounTable:
    """The table of a noun, checked; TableError where it breaks the rules."""
    place.expect({"noun", "cloud"})
    head = record(_Head, place.child("noun"))
    clouds = {key: _cloud(head, child) for key, child in place.child("cloud").children()}
    return NounTable(name, head.verbs, head.states, clouds)


@cache
def noun(name: str) -> NounTable:
    """The table of a noun, read once per process; UsageError for a name that has none."""
    return read(name, tables.load(name))


def nouns() -> list[str]:
    """The nouns that have a table."""
    return [name for name in tables.names() if name not in _FACTS]


def find_noun(name: str) -> NounTable:
    """The table of a noun. Raises UnknownName, with the nearest names."""
    if name not in nouns():
        raise unknown("noun", name, nouns())
    return noun(name)
