"""Machine types by rule: vCPU counts times memory per vCPU.

Counts and memory are those of https://cloud.google.com/compute/docs/machine-resource and the pages of its
families. The zones of a family are a shortened reading of https://cloud.google.com/compute/docs/regions-zones:
enough to meet a type that a zone does not have, not a catalogue to plan by.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from cloudctl.sandbox.gcp.locations import ZONES, region_of

_GIB = 1024
_CUSTOM = re.compile(r"(?:(?P<series>e2|n1|n2|n2d|n4)-)?custom-(?P<cpus>\d+)-(?P<memory>\d+)")

_E2 = (2, 4, 8, 16, 32)
_N1 = (1, 2, 4, 8, 16, 32, 64, 96)
_N2 = (2, 4, 8, 16, 32, 48, 64, 80, 96)
_N4 = (2, 4, 8, 16, 32, 48, 64, 80)
_C3 = (4, 8, 22, 44, 88, 176)
_C4 = (2, 4, 8, 16, 24, 32, 48, 96, 144, 192, 288)
_C4A = (1, 2, 4, 8, 16, 32, 48, 64, 72)

# (class, vCPU counts, MiB per vCPU). Where the published size is a whole number of GB although the ratio
# is not, it is the ratio rounded down.
_SHAPES: tuple[tuple[str, tuple[int, ...], float], ...] = (
    ("e2-standard", _E2, 4 * _GIB),
    ("e2-highmem", _E2[:-1], 8 * _GIB),
    ("e2-highcpu", _E2, 1 * _GIB),
    ("n1-standard", _N1, 3.75 * _GIB),
    ("n1-highmem", _N1[1:], 6.5 * _GIB),
    ("n1-highcpu", _N1[1:], 0.9 * _GIB),
    ("n2-standard", (*_N2, 128), 4 * _GIB),
    ("n2-highmem", _N2, 8 * _GIB),
    ("n2-highcpu", _N2, 1 * _GIB),
    ("n2d-standard", (*_N2, 128, 224), 4 * _GIB),
    ("n2d-highmem", _N2, 8 * _GIB),
    ("n2d-highcpu", (*_N2, 128, 224), 1 * _GIB),
    ("n4-standard", _N4, 4 * _GIB),
    ("n4-highmem", _N4, 8 * _GIB),
    ("n4-highcpu", _N4, 2 * _GIB),
    ("c2-standard", (4, 8, 16, 30, 60), 4 * _GIB),
    ("c2d-standard", (2, 4, 8, 16, 32, 56, 112), 4 * _GIB),
    ("c2d-highmem", (2, 4, 8, 16, 32, 56, 112), 8 * _GIB),
    ("c2d-highcpu", (2, 4, 8, 16, 32, 56, 112), 2 * _GIB),
    ("c3-standard", _C3, 4 * _GIB),
    ("c3-highmem", _C3, 8 * _GIB),
    ("c3-highcpu", _C3, 2 * _GIB),
    ("c4-highcpu", _C4, 2 * _GIB),
    ("c4a-standard", _C4A, 4 * _GIB),
    ("c4a-highmem", _C4A, 8 * _GIB),
    ("c4a-highcpu", _C4A, 2 * _GIB),
    ("t2d-standard", (1, 2, 4, 8, 16, 32, 48, 60), 4 * _GIB),
    ("t2a-standard", (1, 2, 4, 8, 16, 32, 48), 4 * _GIB),
    ("g2-standard", (4, 8, 12, 16, 24, 32, 48, 96), 4 * _GIB),
)
_SINGLE: dict[str, tuple[int, float]] = {
    "e2-micro": (2, 1),
    "e2-small": (2, 2),
    "e2-medium": (2, 4),
    "f1-micro": (1, 0.6),
    "g1-small": (1, 1.7),
    "n2-highmem-128": (128, 864),
    **{f"c4-standard-{n}": (n, n * 15 // 4) for n in _C4},
    **{f"c4-highmem-{n}": (n, n * 31 // 4) for n in _C4},
    "m1-ultramem-40": (40, 961),
    "m1-ultramem-80": (80, 1922),
    "m1-ultramem-160": (160, 3844),
    "m1-megamem-96": (96, 1433.6),
    "m2-ultramem-208": (208, 5888),
    "m2-ultramem-416": (416, 11776),
    "m2-megamem-416": (416, 5888),
    "m3-ultramem-32": (32, 976),
    "m3-ultramem-64": (64, 1952),
    "m3-ultramem-128": (128, 3904),
    "m3-megamem-64": (64, 976),
    "m3-megamem-128": (128, 1952),
    "a2-highgpu-1g": (12, 85),
    "a2-highgpu-2g": (24, 170),
    "a2-highgpu-4g": (48, 340),
    "a2-highgpu-8g": (96, 680),
    "a2-megagpu-16g": (96, 1360),
}
_SHARED = {"e2-micro", "e2-small", "e2-medium", "f1-micro", "g1-small"}
_GPUS = {
    "a2-highgpu-1g": ("nvidia-tesla-a100", 1),
    "a2-highgpu-2g": ("nvidia-tesla-a100", 2),
    "a2-highgpu-4g": ("nvidia-tesla-a100", 4),
    "a2-highgpu-8g": ("nvidia-tesla-a100", 8),
    "a2-megagpu-16g": ("nvidia-tesla-a100", 16),
    **{f"g2-standard-{n}": ("nvidia-l4", {24: 2, 48: 4, 96: 8}.get(n, 1)) for n in (4, 8, 12, 16, 24, 32, 48, 96)},
}
_ARM = ("c4a", "t2a")
_HYPERDISK_ONLY = ("c4", "c4a", "n4")
_PLATFORMS = {
    "e2": "Intel Broadwell",
    "n1": "Intel Haswell",
    "f1": "Intel Haswell",
    "g1": "Intel Haswell",
    "n2": "Intel Cascade Lake",
    "n2d": "AMD Milan",
    "n4": "Intel Emerald Rapids",
    "c2": "Intel Cascade Lake",
    "c2d": "AMD Milan",
    "c3": "Intel Sapphire Rapids",
    "c4": "Intel Emerald Rapids",
    "c4a": "Google Axion",
    "t2d": "AMD Milan",
    "t2a": "Ampere Altra",
    "m1": "Intel Skylake",
    "m2": "Intel Cascade Lake",
    "m3": "Intel Ice Lake",
    "a2": "Intel Cascade Lake",
    "g2": "Intel Cascade Lake",
}
_LARGE = ("us-central1", "us-east1", "us-east4", "us-west1", "europe-west1", "europe-west4", "asia-southeast1")
# Families that are not in every zone: the zones that have them, or regions whose zones all do.
_ZONES: dict[str, tuple[str, ...]] = {
    "f1": (*_LARGE, "europe-west2", "europe-west3", "asia-east1", "asia-northeast1"),
    "g1": (*_LARGE, "europe-west2", "europe-west3", "asia-east1", "asia-northeast1"),
    "n4": (*_LARGE, "europe-west2", "europe-west3", "europe-west9", "us-west4", "asia-east1"),
    "c2": (*_LARGE, "europe-west2", "europe-west3", "asia-east1", "asia-northeast1", "asia-south1"),
    "c2d": (*_LARGE, "europe-west2", "asia-east1", "asia-south1"),
    "c3": (*_LARGE, "europe-west2", "europe-west3", "europe-west9", "asia-south1", "us-east5"),
    "c4": (*_LARGE, "europe-west3", "asia-south1", "us-west4"),
    "c4a": (*_LARGE, "europe-west3", "us-east5"),
    "t2d": (*_LARGE, "europe-west2", "europe-west3", "asia-east1", "asia-northeast1"),
    "t2a": ("us-central1-a", "us-central1-b", "us-central1-f", "europe-west4", "asia-southeast1-b"),
    "m1": ("us-central1", "us-east4", "us-west2", "europe-west1", "europe-west4", "asia-southeast1"),
    "m2": ("us-central1", "us-east4", "europe-west4", "asia-southeast1"),
    "m3": ("us-central1", "us-east4", "europe-west4", "asia-southeast1"),
    "a2": ("us-central1", "us-east1-b", "us-west1-b", "us-west3-b", "us-west4-b", "europe-west4-a", "europe-west4-b"),
    "g2": ("us-central1-a", "us-central1-b", "us-central1-c", "us-east1", "us-east4-a", "us-west1", "europe-west4"),
}


@dataclass(frozen=True, slots=True)
class MachineType:
    """A predefined or custom machine type; ``memory`` is in MiB."""

    name: str
    cpus: int
    memory: int

    @property
    def series(self) -> str:
        series = self.name.split("-")[0]
        return "n1" if series == "custom" else series

    @property
    def architecture(self) -> str:
        return "ARM64" if self.series in _ARM else "X86_64"

    @property
    def platform(self) -> str:
        return _PLATFORMS[self.series]

    @property
    def shared(self) -> bool:
        return self.name in _SHARED

    @property
    def gpu(self) -> tuple[str, int] | None:
        """Model and number of the GPUs that are part of the type."""
        return _GPUS.get(self.name)

    @property
    def interfaces(self) -> int:
        """How many network interfaces a machine can have: one for each vCPU, at least 2, at most 10."""
        return min(max(self.cpus, 2), 10)

    @property
    def default_disk_type(self) -> str:
        return "hyperdisk-balanced" if self.series in _HYPERDISK_ONLY else "pd-standard"

    def takes(self, disk_type: str) -> bool:
        """Whether the series can have disks of this type."""
        if self.series in _HYPERDISK_ONLY:
            return disk_type.startswith("hyperdisk-")
        return disk_type != "pd-standard" or self.series not in ("c3", "m3", "g2")

    def is_in(self, zone: str) -> bool:
        places = _ZONES.get(self.series)
        return places is None or zone in places or region_of(zone) in places


def _types() -> dict[str, MachineType]:
    types = [MachineType(f"{shape}-{n}", n, round(n * each)) for shape, counts, each in _SHAPES for n in counts]
    types += [MachineType(name, cpus, int(gib * _GIB)) for name, (cpus, gib) in _SINGLE.items()]
    return {one.name: one for one in sorted(types, key=lambda one: one.name)}


_TYPES = _types()


def find(name: str, zone: str) -> MachineType | None:
    """The type of this name, if the zone has it; custom types are in every zone that has their series."""
    found = _TYPES.get(name) or _custom(name)
    return found if found and found.is_in(zone) else None


def _custom(name: str) -> MachineType | None:
    found = _CUSTOM.fullmatch(name)
    if found is None or int(found["memory"]) % 256 or int(found["cpus"]) < 1:
        return None
    return MachineType(name, int(found["cpus"]), int(found["memory"]))


@lru_cache(maxsize=len(ZONES))
def in_zone(zone: str) -> tuple[MachineType, ...]:
    """The predefined types of the zone, by name."""
    return tuple(one for one in _TYPES.values() if one.is_in(zone))
