"""Sizes of virtual machines, generated from the rules of their series.

https://learn.microsoft.com/en-us/azure/virtual-machines/sizes/overview
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

_GPU_REGIONS = frozenset(
    {
        "eastus",
        "eastus2",
        "southcentralus",
        "westus2",
        "westus3",
        "westeurope",
        "northeurope",
        "uksouth",
        "swedencentral",
        "australiaeast",
        "japaneast",
        "southeastasia",
        "centralindia",
        "koreacentral",
        "canadacentral",
    }
)


@dataclass(frozen=True, slots=True)
class Size:
    """A size as the SKU list describes it; memory is in GiB, ``local_gib`` the temporary disk."""

    name: str
    family: str
    vcpus: int
    memory: float
    architecture: str = "x64"
    generations: str = "V1,V2"
    gpus: int = 0
    local_gib: int = 0
    premium: bool = True
    burstable: bool = False

    @property
    def size(self) -> str:
        return self.name.removeprefix("Standard_")

    def restricted(self, location: str) -> bool:
        """Whether the subscriptions may not use it there: GPU sizes exist in the larger regions only."""
        return bool(self.gpus) and location not in _GPU_REGIONS


@dataclass(frozen=True, slots=True)
class _Series:
    """A rule: ``pattern`` with the number of vCPUs gives a name, ``ratio`` is GiB per vCPU."""

    pattern: str
    family: str
    ratio: float
    counts: tuple[int, ...]
    architecture: str = "x64"
    generations: str = "V1,V2"
    local: float = 0


_D = (2, 4, 8, 16, 32, 48, 64)
_D96 = (*_D, 96)
_E = (2, 4, 8, 16, 20, 32, 48, 64)
_E96 = (*_E, 96)
_ARM_D = (2, 4, 8, 16, 32, 48, 64)
_ARM_E = (2, 4, 8, 16, 20, 32)
_V6 = (2, 4, 8, 16, 32, 48, 64, 96, 128)
_V6_ARM = (2, 4, 8, 16, 32, 48, 64, 96)
_ARM = "Arm64"

_SERIES = (
    _Series("B{}s_v2", "standardBsv2Family", 4, (2, 4, 8, 16, 32)),
    _Series("B{}ls_v2", "standardBsv2Family", 2, (2, 4, 8, 16, 32)),
    _Series("B{}ts_v2", "standardBsv2Family", 0.5, (2,)),
    _Series("B{}as_v2", "standardBasv2Family", 4, (2, 4, 8, 16, 32)),
    _Series("B{}als_v2", "standardBasv2Family", 2, (2, 4, 8, 16, 32)),
    _Series("B{}ats_v2", "standardBasv2Family", 0.5, (2,)),
    _Series("B{}ps_v2", "standardBpsv2Family", 4, (2, 4, 8, 16), _ARM, "V2"),
    _Series("B{}pls_v2", "standardBpsv2Family", 2, (2, 4, 8, 16), _ARM, "V2"),
    _Series("B{}pts_v2", "standardBpsv2Family", 0.5, (2,), _ARM, "V2"),
    _Series("A{}_v2", "standardAv2Family", 2, (1, 2, 4, 8), "x64", "V1", 10),
    _Series("D{}_v3", "standardDv3Family", 4, _D, "x64", "V1", 25),
    _Series("D{}s_v3", "standardDSv3Family", 4, _D, local=8),
    _Series("D{}_v4", "standardDv4Family", 4, _D, "x64", "V1"),
    _Series("D{}s_v4", "standardDSv4Family", 4, _D),
    _Series("D{}d_v4", "standardDDv4Family", 4, _D, "x64", "V1", 37.5),
    _Series("D{}ds_v4", "standardDDSv4Family", 4, _D, local=37.5),
    _Series("D{}a_v4", "standardDAv4Family", 4, _D96, "x64", "V1", 25),
    _Series("D{}as_v4", "standardDASv4Family", 4, _D96, local=8),
    _Series("D{}_v5", "standardDv5Family", 4, _D96),
    _Series("D{}s_v5", "standardDSv5Family", 4, _D96),
    _Series("D{}d_v5", "standardDDv5Family", 4, _D96, local=37.5),
    _Series("D{}ds_v5", "standardDDSv5Family", 4, _D96, local=37.5),
    _Series("D{}as_v5", "standardDASv5Family", 4, _D96),
    _Series("D{}ads_v5", "standardDADSv5Family", 4, _D96, local=37.5),
    _Series("D{}ls_v5", "standardDLSv5Family", 2, _D96),
    _Series("D{}lds_v5", "standardDLDSv5Family", 2, _D96, local=37.5),
    _Series("D{}ps_v5", "standardDPSv5Family", 4, _ARM_D, _ARM, "V2"),
    _Series("D{}pds_v5", "standardDPDSv5Family", 4, _ARM_D, _ARM, "V2", 37.5),
    _Series("D{}pls_v5", "standardDPLSv5Family", 2, _ARM_D, _ARM, "V2"),
    _Series("D{}plds_v5", "standardDPLDSv5Family", 2, _ARM_D, _ARM, "V2", 37.5),
    _Series("D{}s_v6", "standardDsv6Family", 4, _V6, "x64", "V2"),
    _Series("D{}ds_v6", "standardDdsv6Family", 4, _V6, "x64", "V2", 55),
    _Series("D{}ls_v6", "standardDlsv6Family", 2, _V6, "x64", "V2"),
    _Series("D{}lds_v6", "standardDldsv6Family", 2, _V6, "x64", "V2", 55),
    _Series("D{}as_v6", "standardDav6Family", 4, _D96),
    _Series("D{}ads_v6", "standardDadv6Family", 4, _D96, local=55),
    _Series("D{}als_v6", "standardDalv6Family", 2, _D96),
    _Series("D{}alds_v6", "standardDaldv6Family", 2, _D96, local=55),
    _Series("D{}ps_v6", "StandardDpsv6Family", 4, _V6_ARM, _ARM, "V2"),
    _Series("D{}pds_v6", "StandardDpdsv6Family", 4, _V6_ARM, _ARM, "V2", 55),
    _Series("D{}pls_v6", "StandardDplsv6Family", 2, _V6_ARM, _ARM, "V2"),
    _Series("D{}plds_v6", "StandardDpldsv6Family", 2, _V6_ARM, _ARM, "V2", 55),
    _Series("E{}_v3", "standardEv3Family", 8, _E, "x64", "V1", 25),
    _Series("E{}s_v3", "standardESv3Family", 8, _E, local=16),
    _Series("E{}_v4", "standardEv4Family", 8, _E, "x64", "V1"),
    _Series("E{}s_v4", "standardESv4Family", 8, _E),
    _Series("E{}as_v4", "standardEASv4Family", 8, _E96, local=16),
    _Series("E{}_v5", "standardEv5Family", 8, _E96),
    _Series("E{}s_v5", "standardESv5Family", 8, _E96),
    _Series("E{}ds_v5", "standardEDSv5Family", 8, _E96, local=37.5),
    _Series("E{}as_v5", "standardEASv5Family", 8, _E96),
    _Series("E{}ads_v5", "standardEADSv5Family", 8, _E96, local=37.5),
    _Series("E{}ps_v5", "standardEPSv5Family", 8, _ARM_E, _ARM, "V2"),
    _Series("E{}pds_v5", "standardEPDSv5Family", 8, _ARM_E, _ARM, "V2", 37.5),
    _Series("E{}s_v6", "standardEsv6Family", 8, _V6, "x64", "V2"),
    _Series("E{}ds_v6", "standardEdsv6Family", 8, _V6, "x64", "V2", 55),
    _Series("E{}as_v6", "standardEav6Family", 8, _E96),
    _Series("E{}ads_v6", "standardEadv6Family", 8, _E96, local=55),
    _Series("E{}ps_v6", "StandardEpsv6Family", 8, _V6_ARM, _ARM, "V2"),
    _Series("E{}pds_v6", "StandardEpdsv6Family", 8, _V6_ARM, _ARM, "V2", 55),
    _Series("F{}s_v2", "standardFSv2Family", 2, (2, 4, 8, 16, 32, 48, 64, 72), local=8),
    _Series("F{}as_v6", "standardFasv6Family", 4, (2, 4, 8, 16, 32, 48, 64)),
    _Series("F{}als_v6", "standardFalsv6Family", 2, (2, 4, 8, 16, 32, 48, 64)),
    _Series("F{}ams_v6", "standardFamsv6Family", 8, (2, 4, 8, 16, 32, 48, 64)),
    _Series("L{}s_v3", "standardLSv3Family", 8, (8, 16, 32, 48, 64, 80), local=10),
    _Series("L{}as_v3", "standardLASv3Family", 8, (8, 16, 32, 48, 64, 80), local=10),
)
# name, family, vCPUs, GiB, GPUs, temporary disk in GiB
_SINGLE = (
    ("B1ls", "standardBSFamily", 1, 0.5, 0, 4),
    ("B1s", "standardBSFamily", 1, 1, 0, 4),
    ("B1ms", "standardBSFamily", 1, 2, 0, 4),
    ("B2s", "standardBSFamily", 2, 4, 0, 8),
    ("B2ms", "standardBSFamily", 2, 8, 0, 16),
    ("B4ms", "standardBSFamily", 4, 16, 0, 32),
    ("B8ms", "standardBSFamily", 8, 32, 0, 64),
    ("B12ms", "standardBSFamily", 12, 48, 0, 96),
    ("B16ms", "standardBSFamily", 16, 64, 0, 128),
    ("B20ms", "standardBSFamily", 20, 80, 0, 160),
    ("DS1_v2", "standardDSv2Family", 1, 3.5, 0, 7),
    ("DS2_v2", "standardDSv2Family", 2, 7, 0, 14),
    ("DS3_v2", "standardDSv2Family", 4, 14, 0, 28),
    ("DS4_v2", "standardDSv2Family", 8, 28, 0, 56),
    ("DS5_v2", "standardDSv2Family", 16, 56, 0, 112),
    ("NC4as_T4_v3", "Standard NCASv3_T4 Family", 4, 28, 1, 176),
    ("NC8as_T4_v3", "Standard NCASv3_T4 Family", 8, 56, 1, 352),
    ("NC16as_T4_v3", "Standard NCASv3_T4 Family", 16, 110, 1, 352),
    ("NC64as_T4_v3", "Standard NCASv3_T4 Family", 64, 440, 4, 2816),
    ("NC24ads_A100_v4", "StandardNCADSA100v4Family", 24, 220, 1, 64),
    ("NC48ads_A100_v4", "StandardNCADSA100v4Family", 48, 440, 2, 128),
    ("NC96ads_A100_v4", "StandardNCADSA100v4Family", 96, 880, 4, 256),
    ("NC40ads_H100_v5", "StandardNCadsH100v5Family", 40, 320, 1, 128),
    ("NC80adis_H100_v5", "StandardNCadsH100v5Family", 80, 640, 2, 256),
    ("NV6ads_A10_v5", "StandardNVADSA10v5Family", 6, 55, 1, 180),
    ("NV12ads_A10_v5", "StandardNVADSA10v5Family", 12, 110, 1, 360),
    ("NV18ads_A10_v5", "StandardNVADSA10v5Family", 18, 220, 1, 720),
    ("NV36ads_A10_v5", "StandardNVADSA10v5Family", 36, 440, 1, 1440),
    ("NV72ads_A10_v5", "StandardNVADSA10v5Family", 72, 880, 2, 2880),
    ("ND96isr_H100_v5", "standardNDSH100v5Family", 96, 1900, 8, 1000),
)


@cache
def sizes() -> dict[str, Size]:
    """All sizes by their names in lower case."""
    return {size.name.lower(): size for size in (*_single(), *_series())}


def _single() -> Iterator[Size]:
    for name, family, vcpus, memory, gpus, local in _SINGLE:
        generations = "V2" if "H100" in name or "A100" in name else "V1,V2"
        yield Size(f"Standard_{name}", family, vcpus, memory, "x64", generations, gpus, local, burstable=name[0] == "B")


def _series() -> Iterator[Size]:
    for series in _SERIES:
        for count in series.counts:
            yield Size(
                name=f"Standard_{series.pattern.format(count)}",
                family=series.family,
                vcpus=count,
                memory=_memory(series, count),
                architecture=series.architecture,
                generations=series.generations,
                local_gib=int(series.local * count),
                premium="s" in series.pattern.partition("_")[0],
                burstable=series.pattern.startswith("B"),
            )


def _memory(series: _Series, count: int) -> float:
    # The largest sizes of the 8 GiB per vCPU series stop short of the rule.
    exact = {
        ("E", 64, "v3"): 432,
        ("E", 64, "v4"): 504,
        ("E", 64, "v5"): 512,
        ("E", 96, "v4"): 672,
        ("E", 96, "v5"): 672,
    }
    found = exact.get((series.pattern[0], count, series.pattern[-2:]))
    memory = found or series.ratio * count
    return int(memory) if memory == int(memory) else memory
