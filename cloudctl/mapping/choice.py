"""From what a user wrote to a size of one cloud: the nearest that is not smaller, and what is lost."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from cloudctl.errors import UsageError
from cloudctl.mapping.families import NAMING, Family
from cloudctl.mapping.naming import unknown
from cloudctl.mapping.size_table import PROVIDERS, Shape, Size, catalog, size

if TYPE_CHECKING:
    from cloudctl.mapping.neutral_sizes import Neutral

_SHAPE = re.compile(r"([1-9]\d*)x(\d+(?:\.\d+)?)")
_ORDINARY = frozenset({"burstable", "general", "compute", "memory"})


class NoSizeFits(UsageError):
    """A shape that no size of a cloud can hold."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A size of the target cloud for what was ``wanted``.

    ``exact`` says that vCPUs and memory are equal to what was wanted; ``lost`` has a short text for everything in
    which the size differs from the wanted one.
    """

    size: Size
    wanted: str
    exact: bool
    lost: tuple[str, ...]


class Wish(NamedTuple):
    """A shape that must be met; ``source`` is the size that it was taken from, of class ``kind``, if any."""

    vcpus: int
    memory_gib: float
    architecture: str | None = None
    source: Size | None = None
    kind: str | None = None
    previous: bool = False


def _native(provider: str, name: str) -> Wish | None:
    found = catalog(provider).find(name)
    source = found.size() if found else size(provider, name)
    if not source:
        return None
    kind, previous = (found.family.kind, found.family.rule.previous) if found else ("general", False)
    return Wish(source.vcpus, source.memory_gib, source.architecture, source, kind, previous)


def _neutral_sizes() -> Mapping[str, Neutral]:
    from cloudctl.mapping.neutral_sizes import neutral

    return neutral()


def _neutral(provider: str, name: str) -> Wish | None:
    entry = _neutral_sizes().get(name)
    preferred = entry and size(provider, getattr(entry, provider))
    return Wish(entry.vcpus, entry.memory_gib, None, preferred, None) if entry and preferred else None


def _shape(text: str) -> Wish | None:
    match = _SHAPE.fullmatch(text)
    return Wish(int(match[1]), float(match[2])) if match else None


def _foreign(provider: str, wanted: str) -> Wish | None:
    """A size of another cloud, by a name that the target cloud does not have."""
    others = (other for other in PROVIDERS if other != provider)
    return next((wish for other in others if (wish := _native(other, wanted))), None)


def _read(provider: str, wanted: str) -> Wish:
    named, colon, name = wanted.partition(":")
    if colon and named in PROVIDERS:
        wish = _native(named, name)
    else:
        wish = _shape(wanted) or _native(provider, wanted) or _neutral(provider, wanted) or _foreign(provider, wanted)
    if wish:
        return wish
    raise _unknown(provider, wanted)


def _unknown(provider: str, wanted: str) -> UsageError:
    named, colon, name = wanted.partition(":")
    where, what = (named, name) if colon and named in PROVIDERS else (provider, wanted)
    names = [found.name for found in catalog(where).shapes()]
    error = unknown("size", what, [*names, *_neutral_sizes()], prefix=NAMING[where].prefix)
    return error if error.fix else _unknown_everywhere(what)


def _unknown_everywhere(wanted: str) -> UsageError:
    """With the nearest names of all clouds, for a size may be named in any cloud's words."""
    error = unknown("size", wanted, _every_name())
    error.fix = error.fix or "cloudctl mapping sizes lists them; a shape such as 2x8 is a size, too"
    return error


def home_of_size(wanted: str) -> str | None:
    """The cloud whose native size this names; None for a shape and a neutral name. Raises UnknownName."""
    named, colon, name = wanted.partition(":")
    if colon and named in PROVIDERS:
        if size(named, name):
            return named
        raise _unknown(named, name)
    home = next((provider for provider in PROVIDERS if size(provider, wanted)), None)
    if home or _shape(wanted) or wanted in _neutral_sizes():
        return home
    raise _unknown_everywhere(wanted)


def _every_name() -> Iterator[str]:
    """The names that a size may be called by: those of Azure also without their prefix, as they may be written."""
    yield from _neutral_sizes()
    for provider in PROVIDERS:
        for found in catalog(provider).shapes():
            yield found.name
            yield found.name.removeprefix(NAMING[provider].prefix)


def _unlike(wish: Wish, family: Family) -> int:
    """0 for a family of the wanted class, 1 for an ordinary family in the place of a special one, 2 for another."""
    special = wish.kind in {"storage", "confidential", "hpc"}
    if special:
        return 0 if family.kind == wish.kind else 1 if family.kind in _ORDINARY else 2
    return 0 if family.kind in _ORDINARY else 2


def _weight(found: Shape) -> float:
    """What a size costs, roughly: in all three clouds a vCPU costs about as much as 8 GiB of memory.

    It grows with both, so that no size of the same class which is smaller is passed over.
    """
    return found.vcpus + found.memory_gib / 8 + 16 * found.token.gpus


Order = tuple[bool, bool, bool, bool, bool, int, bool, bool, float, bool, bool, int, str]


def _order(wish: Wish, found: Shape) -> Order:
    """The sort key of the candidates: what must not be lost comes first, then the least machine that will do."""
    source, family, burstable = wish.source, found.family, found.burstable
    gpus = source.gpu_count if source else 0
    return (
        found.token.gpus < gpus,
        bool(gpus) and found.gpu_model != (source and source.gpu_model),
        not gpus and found.token.gpus > 0,
        family.rule.previous,
        family.rule.architecture != (wish.architecture or "x86_64"),
        0 if gpus else _unlike(wish, family),
        bool(source and source.burstable and not burstable),
        bool(source and burstable and not source.burstable),
        _weight(found),
        burstable,
        (found.local_disk_gb != 0) != (source is not None and source.local_disk_gb != 0),
        family.rank,
        found.name,
    )


def _candidates(provider: str, wish: Wish, architecture: str | None) -> Iterator[Shape]:
    for found in catalog(provider).shapes():
        fits = found.vcpus >= wish.vcpus and found.memory_gib >= wish.memory_gib
        if fits and architecture in (None, found.family.rule.architecture):
            yield found


def _gpus(found: Size) -> str:
    return f"{found.gpu_count} x {found.gpu_model}" if found.gpu_count else "no GPU"


def _disk(found: Size) -> str:
    if found.local_disk_gb is None:
        return "a size that is not confirmed"
    return f"{found.local_disk_gb} GB" if found.local_disk_gb else "none"


def _lost_parts(source: Size, found: Size) -> Iterator[str]:
    if source.burstable != found.burstable:
        yield "burstable becomes not burstable" if source.burstable else "not burstable becomes burstable"
    if (source.gpu_count, source.gpu_model) != (found.gpu_count, found.gpu_model):
        yield f"{_gpus(source)} becomes {_gpus(found)}"
    if source.local_disk_gb != found.local_disk_gb:
        has = "no local disk" if source.local_disk_gb == 0 else f"local disk of {_disk(source)}"
        yield f"{has} becomes {_disk(found)}"


def _lost_family(wish: Wish, family: Family) -> Iterator[str]:
    if wish.previous != family.rule.previous:
        yield "previous generation becomes current" if wish.previous else "current generation becomes previous"
    if wish.kind == "confidential" and family.kind != "confidential":
        yield "confidential computing becomes none"
    if wish.kind == "accelerated" and wish.source and not wish.source.gpu_count:
        yield "accelerator becomes none"


def _lost_shape(wish: Wish, found: Size) -> Iterator[str]:
    if found.vcpus != wish.vcpus:
        yield f"{wish.vcpus} vCPUs become {found.vcpus}"
    if found.memory_gib != wish.memory_gib:
        yield f"{wish.memory_gib:g} GiB become {found.memory_gib:g}"


def _lost(wish: Wish, family: Family, found: Size) -> Iterator[str]:
    yield from _lost_shape(wish, found)
    if wish.architecture not in (None, found.architecture):
        yield f"{wish.architecture} becomes {found.architecture}"
    if wish.source:
        yield from _lost_family(wish, family)
        yield from _lost_parts(wish.source, found)


def _choice(wish: Wish, wanted: str, found: Size, lost: Iterable[str]) -> Choice:
    exact = (found.vcpus, found.memory_gib) == (wish.vcpus, wish.memory_gib)
    return Choice(found, wanted, exact, tuple(lost))


def _nearest(provider: str, wish: Wish, architecture: str | None) -> Shape:
    candidates = list(_candidates(provider, wish, architecture))
    if not candidates:
        raise NoSizeFits(f"no size of {provider} has {wish.vcpus} vCPUs and {wish.memory_gib:g} GiB")
    target = wish._replace(architecture=architecture or wish.architecture)
    return min(candidates, key=lambda candidate: _order(target, candidate))


def choose(provider: str, wanted: str, *, architecture: str | None = None) -> Choice:
    """The size of a cloud for a native name, another cloud's (``azure:Standard_D2s_v5``), a shape or a neutral name.

    A shape is ``VCPUSxGIB`` (``2x8``); ``architecture`` is ``x86_64`` or ``arm64``, None for that of the named size.
    A translation is never smaller in vCPUs or memory, and keeps GPUs, architecture and burstability where it can.
    Raises UnknownName for a name that no table has, NoSizeFits for a shape that no size of the cloud can hold, and
    UsageError for a native size of another architecture than asked.

    The result is within the smallest: among the sizes of the cloud that are not of a previous generation and have the
    result's class (burstable, general, compute and memory are one), architecture, burstability, GPU count and model,
    none is smaller in vCPUs or memory, not larger in the other, and still not smaller than what was wanted.
    """
    wish = _read(provider, wanted)
    source = wish.source
    if source and source.provider == provider:
        if architecture in (None, source.architecture):
            return _choice(wish, wanted, source, _lost_shape(wish, source))
        if wish.kind:
            raise UsageError(f"{source.name} is {source.architecture}, not {architecture}")
    nearest = _nearest(provider, wish, architecture)
    found = nearest.size()
    return _choice(wish, wanted, found, _lost(wish, nearest.family, found))
