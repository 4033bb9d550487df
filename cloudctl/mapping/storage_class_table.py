"""Storage classes of objects, and what changes from one cloud's to another's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from cloudctl.mapping import tables
from cloudctl.mapping.side_by_side import Match, find, read_entries
from cloudctl.mapping.tables import Place


@dataclass(frozen=True, slots=True)
class ClassOnCloud:
    """A storage class of one cloud; mappings/storage_classes.toml explains the values.

    ``min_days`` are billed however soon an object is deleted; ``retrieval`` is ``online``, or ``hours`` with the
    longest usual number of them. ``sla_percent`` None: not confirmed. ``zones`` None: several, or chosen elsewhere.
    """

    native: str
    min_days: int
    retrieval: str
    hours: int | None = None
    sla_percent: float | None = None
    zones: int | None = None

    def natives(self) -> tuple[str, ...]:
        return (self.native,)


@dataclass(frozen=True, slots=True)
class StorageClass:
    """A storage class by neutral name."""

    name: str
    title: str
    clouds: Mapping[str, ClassOnCloud]
    missing: Mapping[str, str]
    differs: str | None = None


def _check(_provider: str, side: ClassOnCloud, place: Place) -> None:
    if side.retrieval not in ("online", "hours"):
        raise place.child("retrieval").error("is neither online nor hours")
    if (side.retrieval == "hours") != (side.hours is not None):
        raise place.error("has hours with a retrieval of hours, and only then")


def read(place: Place) -> Mapping[str, StorageClass]:
    """The classes of a table by name; TableError where it breaks the rules."""
    place.expect({"class"})
    return read_entries(place.child("class"), StorageClass, ClassOnCloud, _check)


@cache
def _classes() -> Mapping[str, StorageClass]:
    return read(tables.load("storage_classes"))


def storage_classes() -> list[StorageClass]:
    """Every storage class, in the order of the table."""
    return list(_classes().values())


def find_storage_class(wanted: str) -> list[Match[StorageClass]]:
    """The classes for a neutral name, or for a provider's own (``STANDARD_IA``, ``azure:Archive``).

    Raises UnknownName.
    """
    return find("storage class", _classes(), wanted)


def lost_class(source: ClassOnCloud, found: ClassOnCloud) -> Iterator[str]:
    """What changes from one class to another, a short text each."""
    if source.min_days != found.min_days:
        yield f"{source.min_days} days at least become {found.min_days}"
    if source.hours != found.hours:
        yield f"{_retrieval(source)} becomes {_retrieval(found)}"
    if None not in (source.sla_percent, found.sla_percent) and source.sla_percent != found.sla_percent:
        yield f"uptime of {source.sla_percent:g} % becomes {found.sla_percent:g} %"
    if source.zones != found.zones:
        yield f"{_redundancy(source)} becomes {_redundancy(found)}"


def _retrieval(side: ClassOnCloud) -> str:
    return f"a restore of up to {side.hours} hours" if side.hours else "reading at once"


def _redundancy(side: ClassOnCloud) -> str:
    return "one zone" if side.zones == 1 else "the usual redundancy"
