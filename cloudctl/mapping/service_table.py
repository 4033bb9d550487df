"""The services of the three clouds by category."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from cloudctl.mapping import tables
from cloudctl.mapping.noun_table import nouns
from cloudctl.mapping.side_by_side import Match, find, read_entries
from cloudctl.mapping.tables import Place

_SCOPES = ("global", "regional", "zonal")
_API = {
    "aws": re.compile(r"[a-z0-9-]+"),
    "azure": re.compile(r"Microsoft\.\w+(/\w+)+"),
    "gcp": re.compile(r"[a-z]+\.googleapis\.com"),
}


@dataclass(frozen=True, slots=True)
class ServiceOnCloud:
    """The services of a cloud in a category, the closest first.

    ``api`` holds service names of the AWS SDKs, resource types of Azure Resource Manager or API hosts of GCP, and is
    empty where none of those APIs has them. ``documentation`` is a title. ``scope``, where one resource lives, is
    ``global``, ``regional`` or ``zonal``.
    """

    services: tuple[str, ...]
    documentation: str
    scope: str
    api: tuple[str, ...] = ()

    def natives(self) -> tuple[str, ...]:
        return (*self.services, *self.api)


@dataclass(frozen=True, slots=True)
class Category:
    """A category of services; ``noun`` is cloudctl's that serves it, ``differs`` in what the clouds differ."""

    name: str
    title: str
    differs: str
    clouds: Mapping[str, ServiceOnCloud]
    missing: Mapping[str, str]
    noun: str | None = None


def _check(provider: str, side: ServiceOnCloud, place: Place) -> None:
    if side.scope not in _SCOPES:
        raise place.child("scope").error(f"is none of {', '.join(_SCOPES)}")
    for name in side.api:
        if not _API[provider].fullmatch(name):
            raise place.child("api").error(f"{name!r} is no API of {provider}")


def read(place: Place) -> Mapping[str, Category]:
    """The categories of a table by name; TableError where it breaks the rules, also for a noun that has no table."""
    place.expect({"category"})
    found = read_entries(place.child("category"), Category, ServiceOnCloud, _check)
    known = {*nouns(), None}
    for item in place.child("category").items():
        if item.table().get("noun") not in known:
            raise item.child("noun").error("is no noun of cloudctl")
    return found


@cache
def _categories() -> Mapping[str, Category]:
    return read(tables.load("services"))


def categories() -> list[Category]:
    """Every category, in the order of the table."""
    return list(_categories().values())


def find_category(wanted: str) -> list[Match[Category]]:
    """The categories for a name, or for a provider's service or API (``Amazon SQS``, ``aws:sqs``).

    Raises UnknownName.
    """
    return find("category", _categories(), wanted)
