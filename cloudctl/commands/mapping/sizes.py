"""``cloudctl mapping sizes``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cloudctl.commands.invocation import Invocation
from cloudctl.commands.mapping.answer import answer, clouds, fields_of
from cloudctl.errors import UsageError
from cloudctl.mapping import Size
from cloudctl.mapping import sizes as known_sizes
from cloudctl.output import Kind
from cloudctl.scope import PROVIDERS

SIZE = Kind(
    name="size",
    columns=("provider", "name", "vcpus", "memory_gib", "architecture", "burstable", "gpu_count", "gpu_model"),
    wide=fields_of(Size),
    fields=fields_of(Size),
    key=("provider", "name"),
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a size must hold at least, and, where not None, what it must be."""

    vcpus: int
    memory_gib: float
    architecture: str | None
    gpu: bool | None
    burstable: bool | None

    def accepts(self, size: Size) -> bool:
        holds = size.vcpus >= self.vcpus and size.memory_gib >= self.memory_gib
        is_one = self.gpu in (None, size.gpu_count > 0) and self.burstable in (None, size.burstable)
        return holds and is_one and self.architecture in (None, size.architecture)


def list_sizes(go: Invocation, wanted: Wanted, providers: Sequence[str]) -> None:
    """Write the sizes that hold what is wanted, smallest first. Raises UsageError for an unknown architecture."""
    if wanted.architecture not in (None, "x86_64", "arm64"):
        raise UsageError(f"unknown architecture {wanted.architecture}", fix="use x86_64 or arm64")
    answer(go, SIZE, lambda: sorted(_accepted(wanted, clouds(providers) or PROVIDERS), key=_smallest_first))


def _accepted(wanted: Wanted, providers: Sequence[str]) -> Iterator[Size]:
    for provider in providers:
        yield from (size for size in known_sizes(provider) if wanted.accepts(size))


def _smallest_first(size: Size) -> tuple[int, float, int]:
    return size.vcpus, size.memory_gib, size.gpu_count
