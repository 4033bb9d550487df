"""Machine sizes of the three clouds, from families by rule (``mappings/sizes.toml``)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from cloudctl.mapping import tables
from cloudctl.mapping.families import NAMING, Family, Token, read_families, tokens
from cloudctl.mapping.tables import Place

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


class Shape(NamedTuple):
    """A size of a family before it is made a `Size`: of the thousands that a look-up compares, one is made."""

    family: Family
    token: Token
    vcpus: int
    memory_gib: float

    @property
    def name(self) -> str:
        return NAMING[self.family.provider].prefix + self.family.pattern.replace("#", self.token.name)

    @property
    def gpu_model(self) -> str | None:
        return self.family.rule.gpu if self.token.gpus else None

    @property
    def burstable(self) -> bool:
        return self.family.kind == "burstable"

    @property
    def local_disk_gb(self) -> int | None:
        rule = self.family.rule
        if self.token.disk_gb is not None:
            return self.token.disk_gb
        return None if rule.local_disk_unconfirmed else round(self.vcpus * rule.local_disk_gb_per_vcpu)

    def size(self) -> Size:
        return Size(
            provider=self.family.provider,
            name=self.name,
            family=NAMING[self.family.provider].family(self.family.pattern),
            vcpus=self.vcpus,
            memory_gib=self.memory_gib,
            architecture=self.family.rule.architecture,
            burstable=self.burstable,
            gpu_count=self.token.gpus,
            gpu_model=self.gpu_model,
            local_disk_gb=self.local_disk_gb,
        )


class Catalog:
    """The families of one cloud by folded pattern; their sizes are read only when they are asked for."""

    def __init__(self, provider: str, families: Mapping[str, Family], ratios: Mapping[str, float]) -> None:
        self.provider = provider
        self.families = families
        self._ratios = ratios
        self._tokens: dict[object, Mapping[str, Token]] = {}

    def _tokens_of(self, family: Family) -> Mapping[str, Token]:
        """The tokens of a family by name, read once for all the families of a rule."""
        if family.place.path not in self._tokens:
            read = tokens(family.place.child("sizes"), family.rule.sizes)
            self._tokens[family.place.path] = {token.name: token for token in read}
        return self._tokens[family.place.path]

    def _shape(self, family: Family, token: Token) -> Shape:
        memory_gib = token.memory_gib
        if memory_gib is None:
            ratio = family.rule.gib_per_vcpu or self._ratios.get(family.kind)
            if not ratio:
                raise family.place.child("sizes").error(f"nothing says the memory of {token.name!r}")
            memory_gib = token.vcpus * ratio
        return Shape(family, token, token.vcpus, memory_gib)

    def find(self, name: str) -> Shape | None:
        """The shape with a native name, without regard to case; None when the table does not have it."""
        naming = NAMING[self.provider]
        pattern, key = naming.split(name.casefold().removeprefix(naming.prefix.casefold()))
        family = self.families.get(pattern)
        token = self._tokens_of(family).get(key) if family else None
        return self._shape(family, token) if family and token else None

    def shapes(self) -> Iterator[Shape]:
        """Every size of the cloud, in the order of the table."""
        for family in self.families.values():
            for token in self._tokens_of(family).values():
                yield self._shape(family, token)


def read_catalog(place: Place, provider: str) -> Catalog:
    """The catalog of one cloud from the table; TableError where it breaks the rules."""
    preferred = place.child("preferred").child(provider)
    families = read_families(provider, place.child(provider), tables.words(preferred))
    known = {NAMING[provider].family(family.pattern) for family in families.values()}
    for name in tables.words(preferred):
        if name not in known:
            raise preferred.error(f"no rule has the family {name!r}")
    return Catalog(provider, families, tables.numbers(place.child("gib_per_vcpu")))


@cache
def size_tables() -> Place:
    """The whole of ``mappings/sizes.toml``, read once per process."""
    place = tables.load("sizes")
    place.expect({"gib_per_vcpu", "preferred", "neutral", "gcp_custom", *PROVIDERS})
    return place


@cache
def catalog(provider: str) -> Catalog:
    """The catalog of one cloud, read once per process."""
    return read_catalog(size_tables(), provider)


def size(provider: str, name: str) -> Size | None:
    """The size with this native name, or None when the table does not have it. Cheap: reads one family."""
    if found := catalog(provider).find(name):
        return found.size()
    if provider != "gcp" or "custom-" not in name:
        return None
    from cloudctl.mapping.custom_types import custom

    return custom(name)


def sizes(provider: str) -> list[Size]:
    """Every size of a cloud that the table knows, without custom ones."""
    return [found.size() for found in catalog(provider).shapes()]
