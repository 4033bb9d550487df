"""Families by rule: how a rule of ``mappings/sizes.toml`` names its families and says the shape of each size.

Families and tokens are named tuples, because each look-up makes thousands of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from cloudctl.mapping.tables import Place, record

KINDS = ("burstable", "general", "compute", "memory", "storage", "accelerated", "confidential", "hpc")


@dataclass(frozen=True, slots=True)
class Rule:
    """Families that have the same sizes; mappings/sizes.toml explains the keys."""

    sizes: tuple[str, ...]
    burstable: tuple[str, ...] = ()
    general: tuple[str, ...] = ()
    compute: tuple[str, ...] = ()
    memory: tuple[str, ...] = ()
    storage: tuple[str, ...] = ()
    accelerated: tuple[str, ...] = ()
    confidential: tuple[str, ...] = ()
    hpc: tuple[str, ...] = ()
    gib_per_vcpu: float | None = None
    architecture: str = "x86_64"
    gpu: str | None = None
    local_disk_gb_per_vcpu: float = 0.0
    local_disk_unconfirmed: bool = False
    previous: bool = False


class Family(NamedTuple):
    """One family of a rule: ``pattern`` has ``#`` where the size stands (``D#s_v5``), ``kind`` is its class.

    Of two families that have an equal shape, that with the lower ``rank`` is chosen.
    """

    provider: str
    pattern: str
    kind: str
    rule: Rule
    place: Place
    rank: int


class Token(NamedTuple):
    """A word of ``sizes``: ``NAME[=VCPUSxGIB][+LOCAL_DISK_GB][*GPUS]``; what is None follows the rule."""

    name: str
    vcpus: int
    memory_gib: float | None
    disk_gb: int | None
    gpus: int


class Naming(NamedTuple):
    """How a cloud writes the names of its sizes.

    ``prefix`` starts every name, ``tail`` ends a pattern that does not show where the size stands, ``split`` takes a
    name without prefix apart into pattern and size, and ``family`` is what the provider calls a pattern's family.
    """

    prefix: str
    tail: str
    split: Callable[[str], tuple[str, str]]
    family: Callable[[str], str]


_TOKEN = re.compile(
    r"(?P<name>[\w-]+)(?:=(?P<vcpus>\d+)x(?P<gib>\d+(?:\.\d+)?))?(?:\+(?P<disk>\d+))?(?:\*(?P<gpus>\d+))?"
)
_EC2_MULTIPLE = re.compile(r"(?:metal-)?(\d+)x(?:l|large)")
_EC2_VCPUS = {"medium": 1, "large": 2, "xlarge": 4}
_AZURE = re.compile(r"([a-z]+)(\d+)(.*)")
_GCP = re.compile(r"([a-z]\w*-[a-z]\w*-)(\d+)(.*)")


def _split_ec2(name: str) -> tuple[str, str]:
    family, _, size = name.partition(".")
    return f"{family}.#", size


def _split_azure(name: str) -> tuple[str, str]:
    match = _AZURE.fullmatch(name)
    return (f"{match[1]}#{match[3]}", match[2]) if match else (name, "")


def _split_gcp(name: str) -> tuple[str, str]:
    if match := _GCP.fullmatch(name):
        return f"{match[1]}#{match[3]}", match[2]
    series, _, size = name.partition("-")
    return f"{series}-#", size


NAMING: Mapping[str, Naming] = {
    "aws": Naming("", ".#", _split_ec2, lambda pattern: pattern.removesuffix(".#")),
    "azure": Naming("Standard_", "", _split_azure, lambda pattern: pattern.replace("#", "").replace("_", "")),
    "gcp": Naming("", "-#", _split_gcp, lambda pattern: pattern.partition("-")[0]),
}


def _vcpus(name: str) -> int | None:
    """The vCPUs that the name of a size says: EC2's T-shirt sizes, or the number itself elsewhere."""
    if name.isdecimal():
        return int(name)
    if multiple := _EC2_MULTIPLE.fullmatch(name):
        return 4 * int(multiple[1])
    return _EC2_VCPUS.get(name)


@cache
def _parsed(word: str) -> Token | None:
    """A word by itself, 0 vCPUs where it does not say them; the same words stand in most rules."""
    match = _TOKEN.fullmatch(word)
    if not match:
        return None
    name, vcpus, gib, disk, gpus = match.groups()
    counted = int(vcpus) if vcpus else _vcpus(name) or 0
    return Token(name, counted, float(gib) if gib else None, int(disk) if disk else None, int(gpus or 0))


def _token(word: str, before: Token | None, place: Place) -> Token:
    found = _parsed(word)
    if not found:
        raise place.error(f"{word!r} is not NAME[=VCPUSxGIB][+DISK][*GPUS]")
    if found.name == "metal" and not found.vcpus and before:
        # EC2's plain `metal` is the whole host, as is the size that stands before it.
        disk_gb = before.disk_gb if found.disk_gb is None else found.disk_gb
        return Token("metal", before.vcpus, before.memory_gib, disk_gb, found.gpus)
    if not found.vcpus:
        raise place.error(f"{word!r} does not say its vCPUs")
    return found


def tokens(place: Place, words: tuple[str, ...]) -> tuple[Token, ...]:
    """The sizes of a rule; TableError at ``place`` for a word that is not one, or a size that is there twice."""
    found: dict[str, Token] = {}
    before: Token | None = None
    for word in words:
        before = _token(word, before, place)
        if before.name in found:
            raise place.error(f"has the size {before.name!r} twice")
        found[before.name] = before
    return tuple(found.values())


def _patterns(provider: str, rule: Rule) -> Iterator[tuple[str, str]]:
    """Class and full pattern of each family of a rule."""
    for kind in KINDS:
        for name in getattr(rule, kind):
            yield kind, name if "#" in name else name + NAMING[provider].tail


def _check_rule(rule: Rule, place: Place) -> None:
    if rule.architecture not in ("x86_64", "arm64"):
        raise place.child("architecture").error("is neither x86_64 nor arm64")
    counted = any("*" in word for word in rule.sizes)
    if rule.gpu and not counted:
        raise place.child("gpu").error("no size says how many GPUs it has")
    if counted and not rule.gpu:
        raise place.child("sizes").error("has GPUs, but nothing says their model")


def _families_of(provider: str, place: Place, first: Mapping[str, int], rank: int) -> Iterator[Family]:
    rule = record(Rule, place)
    _check_rule(rule, place)
    for kind, pattern in _patterns(provider, rule):
        if pattern.count("#") != 1:
            raise place.child(kind).error(f"{pattern!r} must have one # where the size stands")
        name = NAMING[provider].family(pattern)
        yield Family(provider, pattern, kind, rule, place, first.get(name, rank))


def read_families(provider: str, place: Place, preferred: tuple[str, ...]) -> dict[str, Family]:
    """The families of one cloud by folded pattern, from its array of rules.

    TableError for a rule that names no family, and for a family that is there twice.
    """
    first = {name: rank for rank, name in enumerate(preferred)}
    found: dict[str, Family] = {}
    for number, item in enumerate(place.items()):
        before = len(found)
        for family in _families_of(provider, item, first, len(first) + number):
            key = family.pattern.casefold()
            if key in found:
                raise item.child(family.kind).error(f"the family {family.pattern!r} is there twice")
            found[key] = family
        if len(found) == before:
            raise item.error("names no family")
    return found
