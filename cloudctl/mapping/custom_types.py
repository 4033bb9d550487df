"""Machine types of GCP whose shape is chosen freely (``[[gcp_custom]]`` of ``mappings/sizes.toml``)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from cloudctl.mapping.size_table import Size, size_tables
from cloudctl.mapping.tables import record


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


@cache
def _custom_series() -> Mapping[str, CustomSeries]:
    read = [record(CustomSeries, item) for item in size_tables().child("gcp_custom").items()]
    return {entry.series: entry for entry in read}


_CUSTOM = re.compile(r"(?:(?P<series>[a-z]\w*)-)?custom-(?P<vcpus>\d+)-(?P<mib>\d+)(?P<ext>-ext)?")

# Custom shapes of the shared-core sizes have their two vCPUs, and a memory of their own:
# https://cloud.google.com/compute/docs/general-purpose-machines#e2-shared-core
_SHARED_CORE = re.compile(r"e2-custom-(?:micro|small|medium)-(?P<mib>\d+)")


def _allowed(series: CustomSeries, vcpus: int, mib: int, extended: bool) -> bool:
    counts = vcpus % 2 == 0 or (vcpus == 1 and series.one_vcpu)
    ratio = mib / 1024 / vcpus if vcpus else 0.0
    within = series.min_gib_per_vcpu <= ratio and (ratio <= series.max_gib_per_vcpu or extended)
    return counts and vcpus <= series.max_vcpus and mib % 256 == 0 and within and extended <= series.extended


def custom(name: str) -> Size | None:
    """The size that a GCP custom machine type names (``n2-custom-4-8192``), or None for one that cannot be."""
    if shared := _SHARED_CORE.fullmatch(name):
        return Size("gcp", name, "e2", 2, int(shared["mib"]) / 1024, "x86_64", True, 0, None, 0)
    match = _CUSTOM.fullmatch(name)
    series = _custom_series().get(match["series"] or "n1") if match else None
    if not match or not series:
        return None
    vcpus, mib = int(match["vcpus"]), int(match["mib"])
    if not _allowed(series, vcpus, mib, bool(match["ext"])):
        return None
    return Size("gcp", name, series.series, vcpus, mib / 1024, "x86_64", False, 0, None, 0)
