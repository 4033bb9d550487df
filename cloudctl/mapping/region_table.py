"""Regions of the three clouds: where they are, how many zones they have, and which is nearest to another cloud's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from math import asin, cos, radians, sin, sqrt

from cloudctl.errors import UsageError
from cloudctl.mapping import tables
from cloudctl.mapping.naming import unknown
from cloudctl.mapping.tables import Place, record

PROVIDERS = ("aws", "azure", "gcp")
_EARTH_KM = 6371.0


@dataclass(frozen=True, slots=True)
class Region:
    """A region of a cloud.

    ``latitude`` and ``longitude`` in degrees, of the city or area that the provider names (where its data centres are
    is not published). ``zones`` is the number of availability zones: 0 is none, None is not confirmed. ``restricted``
    regions need an account of their own or the provider's leave, and are never chosen in the place of another.
    """

    provider: str
    name: str
    city: str
    country: str
    latitude: float
    longitude: float
    zones: int | None
    restricted: bool


@dataclass(frozen=True, slots=True)
class RegionChoice:
    """A region for what was ``wanted``, ``km`` away from it; ``lost`` names what differs."""

    region: Region
    wanted: str
    km: int
    lost: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Site:
    city: str
    country: str
    latitude: float
    longitude: float
    aws: tuple[str, ...] = ()
    azure: tuple[str, ...] = ()
    gcp: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Atlas:
    """All regions by provider and name, in the order of the table."""

    regions: Mapping[str, Mapping[str, Region]]

    def all(self) -> Iterator[Region]:
        for found in self.regions.values():
            yield from found.values()


def _region(provider: str, word: str, site: _Site, place: Place) -> Region:
    name, _, zones = word.partition(":")
    if zones and not zones.isdecimal():
        raise place.error(f"{word!r} is not NAME or NAME:ZONES")
    restricted = place.path[0] == "restricted"
    count = int(zones) if zones else None
    return Region(provider, name, site.city, site.country, site.latitude, site.longitude, count, restricted)


def _check_site(site: _Site, place: Place) -> None:
    if not -90 <= site.latitude <= 90 or not -180 <= site.longitude <= 180:
        raise place.error("is not on the globe")
    if not (site.aws or site.azure or site.gcp):
        raise place.error("has no region")


def read(place: Place) -> Atlas:
    """The regions of a table; TableError for one that is there twice, or a site without any."""
    place.expect({"site", "restricted"})
    found: dict[str, dict[str, Region]] = {provider: {} for provider in PROVIDERS}
    for item in [*place.child("site").items(), *place.child("restricted").items()]:
        site = record(_Site, item)
        _check_site(site, item)
        for provider in PROVIDERS:
            for word in getattr(site, provider):
                new = _region(provider, word, site, item.child(provider))
                if new.name in found[provider]:
                    raise item.child(provider).error(f"the region {new.name!r} is there twice")
                found[provider][new.name] = new
    return Atlas(found)


@cache
def _atlas() -> Atlas:
    return read(tables.load("regions"))


def region(provider: str, name: str) -> Region | None:
    """The region with this native name, or None when the table does not have it."""
    return _atlas().regions[provider].get(name.casefold())


def regions(provider: str) -> list[Region]:
    """Every region of a cloud that the table knows, restricted ones included."""
    return list(_atlas().regions[provider].values())


def distance(one: Region, other: Region) -> float:
    """The great-circle distance in km (haversine, on a sphere)."""
    latitudes = radians(one.latitude), radians(other.latitude)
    across = sin(radians(other.longitude - one.longitude) / 2) ** 2
    along = sin((latitudes[1] - latitudes[0]) / 2) ** 2
    return 2 * _EARTH_KM * asin(sqrt(along + cos(latitudes[0]) * cos(latitudes[1]) * across))


def nearest(provider: str, origin: Region) -> tuple[Region, float]:
    """The nearest region of a cloud that is not restricted, and how many km it is away.

    Of two at the same place, that with more zones, then the one higher up in the table.
    """
    candidates = [found for found in regions(provider) if not found.restricted]
    best = min(candidates, key=lambda found: (round(distance(origin, found)), -(found.zones or 0)))
    return best, distance(origin, best)


def _elsewhere(provider: str, wanted: str) -> Region | None:
    """A region of another cloud, as ``azure:NAME`` or by name, or any region in the city of that name."""
    named, colon, name = wanted.partition(":")
    if colon and named in PROVIDERS:
        return region(named, name)
    in_city = [found for found in _atlas().all() if found.city.casefold() == wanted.casefold()]
    here = [found for found in in_city if found.provider == provider and not found.restricted]
    by_name = [found for found in _atlas().all() if found.name == wanted.casefold()]
    return next(iter([*by_name, *here, *in_city]), None)


def home_of_region(wanted: str) -> str | None:
    """The cloud whose native region this names; None for a city. Raises UnknownName."""
    named, colon, name = wanted.partition(":")
    clouds = (named,) if colon and named in PROVIDERS else PROVIDERS
    home = next((provider for provider in clouds if region(provider, name if colon else wanted)), None)
    if home is None and not any(found.city.casefold() == wanted.casefold() for found in _atlas().all()):
        everything = [text for found in _atlas().all() for text in (found.name, found.city)]
        raise unknown("region", wanted, everything)
    return home


def _lost(origin: Region, found: Region) -> Iterator[str]:
    if origin.country != found.country:
        yield f"{origin.country} becomes {found.country}"
    if origin.zones is not None and found.zones is not None and found.zones < origin.zones:
        yield f"{origin.zones} zones become {found.zones}"


def choose_region(provider: str, wanted: str) -> RegionChoice:
    """The region of a cloud for a native name, another cloud's name (``azure:westeurope``) or a city.

    A name of another cloud, or a city where this cloud has no region, gives the nearest region that is not restricted.
    Raises UnknownName for a name that no table has.
    """
    if native := region(provider, wanted):
        return RegionChoice(native, wanted, 0, ())
    origin = _elsewhere(provider, wanted)
    if not origin:
        raise _unknown(provider, wanted)
    found, km = nearest(provider, origin)
    return RegionChoice(found, wanted, round(km), tuple(_lost(origin, found)))


def _unknown(provider: str, wanted: str) -> UsageError:
    cities = dict.fromkeys(found.city for found in _atlas().all())
    return unknown("region", wanted, [*(found.name for found in regions(provider)), *cities])
