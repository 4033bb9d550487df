"""Machine sizes of the three clouds, from families by rule (``mappings/sizes.toml``)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from cloudctl.mapping import tables
from cloudctl.mapping.families import NAMING, Family, Token, read_families, tokens
from cloudctl.mapping.tables import Place, record

PROVIDERS = ("aws", "azure", "gcp")


@dataclass(frozen=True, slots=True)
class Size:
    """A machine size as its provider publishes it.

    ``memory_gib`` in GiB. ``local_disk_gb`` is the total of the local disks in the unit of the provider's documentation
    (GB on AWS, GiB elsewhere); 0 is none, None not confirmed. ``gpu_count`` counts devices, and a partition of a GPU is
    one device. ``architecture`` is ``x86_64`` or ``arm64``.
    """

    provider: str
    name: str
    family: str
    vcpus: int
    memory_gib: float
    architecture: str
    burstable: bool
    gpu_count: int
    gpu_model: str | None
    local_disk_gb: int | None


@dataclass(frozen=True, slots=True)
class Neutral:
    """A neutral size: the shape that its name stands for, and the native size that is taken on each cloud."""

    vcpus: int
    memory_gib: float
    aws: str
    azure: str
    gcp: str


@dataclass(frozen=True, slots=True)
class CustomSeries:
    """A series of GCP whose shape is chosen freely: NAME-custom-VCPUS-MIB[-ext], n1 also without its name.

    vCPUs are even (or 1 where ``one_vcpu``), at most ``max_vcpus``; memory is a multiple of 256 MiB between the two
    ratios, or above the higher one with ``-ext``.
    """

    series: str
    max_vcpus: int
    min_gib_per_vcpu: float
    max_gib_per_vcpu: float
    one_vcpu: bool = False
    extended: bool = False


def _local_disk(family: Family, token: Token) -> int | None:
    if token.disk_gb is not None:
        return token.disk_gb
    if family.rule.local_disk_unconfirmed:
        return None
    return round(token.vcpus * family.rule.local_disk_gb_per_vcpu)


@dataclass(frozen=True, slots=True)
class Catalog:
    """The families of one cloud by folded pattern; their sizes are made only when they are asked for."""

    provider: str
    families: Mapping[str, Family]
    ratios: Mapping[str, float]
    made: dict[str, dict[str, Size]] = field(default_factory=dict)

    def sizes_of(self, pattern: str) -> Mapping[str, Size]:
        """The sizes of a family by the word that stands for ``#`` in its pattern."""
        if pattern not in self.made:
            family = self.families[pattern]
            self.made[pattern] = {token.name: self._size(family, token) for token in tokens(family)}
        return self.made[pattern]

    def _memory(self, family: Family, token: Token) -> float:
        if token.memory_gib is not None:
            return token.memory_gib
        ratio = family.rule.gib_per_vcpu or self.ratios.get(family.kind)
        if not ratio:
            raise family.place.child("sizes").error(f"nothing says the memory of {token.name!r}")
        return token.vcpus * ratio

    def _size(self, family: Family, token: Token) -> Size:
        naming = NAMING[self.provider]
        return Size(
            provider=self.provider,
            name=naming.prefix + family.pattern.replace("#", token.name),
            family=naming.family(family.pattern),
            vcpus=token.vcpus,
            memory_gib=self._memory(family, token),
            architecture=family.rule.architecture,
            burstable=family.kind == "burstable",
            gpu_count=token.gpus,
            gpu_model=family.rule.gpu if token.gpus else None,
            local_disk_gb=_local_disk(family, token),
        )

    def find(self, name: str) -> tuple[Family, Size] | None:
        """The family and size of a native name, without regard to case; None when the table does not have it."""
        naming = NAMING[self.provider]
        pattern, key = naming.split(name.casefold().removeprefix(naming.prefix.casefold()))
        family = self.families.get(pattern)
        found = self.sizes_of(pattern).get(key) if family else None
        return (family, found) if family and found else None

    def all(self) -> Iterator[tuple[Family, Size]]:
        for pattern, family in self.families.items():
            for found in self.sizes_of(pattern).values():
                yield family, found


def read_catalog(place: Place, provider: str) -> Catalog:
    """The catalog of one cloud from the table; TableError where it breaks the rules."""
    preferred = place.child("preferred").child(provider)
    families = read_families(provider, place.child(provider), tables.words(preferred))
    known = {NAMING[provider].family(family.pattern) for family in families.values()}
    for name in tables.words(preferred):
        if name not in known:
            raise preferred.error(f"no rule has the family {name!r}")
    return Catalog(provider, families, tables.numbers(place.child("gib_per_vcpu")))


def read_neutral(place: Place) -> Mapping[str, Neutral]:
    """The neutral sizes from the table; TableError for a native size that the catalogs do not have."""
    found = {name: record(Neutral, child) for name, child in place.child("neutral").children()}
    for name, entry in found.items():
        for provider in PROVIDERS:
            if not catalog(provider).find(getattr(entry, provider)):
                raise place.child("neutral").child(name).child(provider).error("is not a size of this cloud")
    return found


@cache
def _table() -> Place:
    place = tables.load("sizes")
    place.expect({"gib_per_vcpu", "preferred", "neutral", "gcp_custom", *PROVIDERS})
    return place


@cache
def catalog(provider: str) -> Catalog:
    """The catalog of one cloud, read once per process."""
    return read_catalog(_table(), provider)


@cache
def neutral() -> Mapping[str, Neutral]:
    """The neutral sizes by name, smallest first."""
    return read_neutral(_table())


@cache
def _custom_series() -> Mapping[str, CustomSeries]:
    read = [record(CustomSeries, item) for item in _table().child("gcp_custom").items()]
    return {entry.series: entry for entry in read}


_CUSTOM = re.compile(r"(?:(?P<series>[a-z]\w*)-)?custom-(?P<vcpus>\d+)-(?P<mib>\d+)(?P<ext>-ext)?")


def _allowed(series: CustomSeries, vcpus: int, mib: int, extended: bool) -> bool:
    counts = vcpus % 2 == 0 or (vcpus == 1 and series.one_vcpu)
    ratio = mib / 1024 / vcpus if vcpus else 0.0
    within = series.min_gib_per_vcpu <= ratio and (ratio <= series.max_gib_per_vcpu or extended)
    return counts and vcpus <= series.max_vcpus and mib % 256 == 0 and within and extended <= series.extended


def custom(name: str) -> Size | None:
    """The size that a GCP custom machine type names (``n2-custom-4-8192``), or None for one that cannot be."""
    match = _CUSTOM.fullmatch(name)
    series = _custom_series().get(match["series"] or "n1") if match else None
    if not match or not series:
        return None
    vcpus, mib = int(match["vcpus"]), int(match["mib"])
    if not _allowed(series, vcpus, mib, bool(match["ext"])):
        return None
    return Size("gcp", name, series.series, vcpus, mib / 1024, "x86_64", False, 0, None, 0)


def size(provider: str, name: str) -> Size | None:
    """The size with this native name, or None when the table does not have it. Cheap: reads one family."""
    if found := catalog(provider).find(name):
        return found[1]
    return custom(name) if provider == "gcp" else None


def sizes(provider: str) -> list[Size]:
    """Every size of a cloud that the table knows, without custom ones."""
    return [found for _, found in catalog(provider).all()]
