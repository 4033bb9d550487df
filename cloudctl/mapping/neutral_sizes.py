"""Neutral sizes (``[neutral]`` of ``mappings/sizes.toml``): ``small`` and what is taken for it on each cloud."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from cloudctl.mapping.size_table import PROVIDERS, catalog, size_tables
from cloudctl.mapping.tables import Place, record


@dataclass(frozen=True, slots=True)
class Neutral:
    """A neutral size: the shape that its name stands for, and the native size that is taken on each cloud."""

    vcpus: int
    memory_gib: float
    aws: str
    azure: str
    gcp: str


def read_neutral(place: Place) -> Mapping[str, Neutral]:
    """The neutral sizes from the table; TableError for a native size that the catalogs do not have."""
    found = {name: record(Neutral, child) for name, child in place.child("neutral").children()}
    for name, entry in found.items():
        for provider in PROVIDERS:
            if not catalog(provider).find(getattr(entry, provider)):
                raise place.child("neutral").child(name).child(provider).error("is not a size of this cloud")
    return found


@cache
def neutral() -> Mapping[str, Neutral]:
    """The neutral sizes by name, smallest first."""
    return read_neutral(size_tables())
