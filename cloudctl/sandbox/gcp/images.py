"""Public images: the newest of each family and the one before it, which is deprecated.

Projects, families and sizes are those of https://cloud.google.com/compute/docs/images/os-details; the dates
in the names are the sandbox's own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from cloudctl.sandbox.gcp.links import Reference
from cloudctl.sandbox.gcp.values import fingerprint, stable_id, timestamp

_NEWEST, _OLDER = date(2026, 10, 13), date(2026, 9, 15)
_LINUX = ("UEFI_COMPATIBLE", "VIRTIO_SCSI_MULTIQUEUE", "GVNIC", "SEV_CAPABLE", "IDPF")
_WINDOWS = ("MULTI_IP_SUBNET", "UEFI_COMPATIBLE", "VIRTIO_SCSI_MULTIQUEUE", "WINDOWS", "GVNIC")


@dataclass(frozen=True, slots=True)
class Family:
    """One image family; ``stem`` is the image's name without its version, ``gb`` the disk it needs."""

    project: str
    name: str
    stem: str
    gb: int
    license: str
    description: str
    deprecated: bool = False

    @property
    def architecture(self) -> str:
        return "ARM64" if "arm64" in self.name else "X86_64"

    @property
    def features(self) -> tuple[str, ...]:
        return _WINDOWS if self.project == "windows-cloud" else _LINUX


def _linux(project: str, gb: int, *rows: tuple[str, str, str, str]) -> Iterator[Family]:
    for name, stem, licence, description in rows:
        yield Family(project, name, stem, gb, licence, description)


def _families() -> Iterator[Family]:
    yield Family(
        "debian-cloud", "debian-11", "debian-11-bullseye", 10, "debian-11-bullseye",
        "Debian, Debian GNU/Linux, 11 (bullseye), amd64", deprecated=True,
    )  # fmt: skip
    for number, code in (("12", "bookworm"), ("13", "trixie")):
        stem, text = f"debian-{number}-{code}", f"Debian, Debian GNU/Linux, {number} ({code}),"
        yield Family("debian-cloud", f"debian-{number}", stem, 10, stem, f"{text} amd64")
        yield Family("debian-cloud", f"debian-{number}-arm64", f"{stem}-arm64", 10, stem, f"{text} arm64")
    for number, code in (("22.04", "jammy"), ("24.04", "noble"), ("26.04", "resolute")):
        yield from _ubuntu(number, code)
    yield from _enterprise_linux()
    yield from _linux(
        "cos-cloud", 10,
        ("cos-stable", "cos-stable-125", "cos", "Google, Container-Optimized OS, 125 stable"),
        ("cos-arm64-stable", "cos-arm64-stable-125", "cos", "Google, Container-Optimized OS, 125 stable arm64"),
    )  # fmt: skip
    for year in ("2019", "2022", "2025"):
        text = f"Microsoft, Windows Server, {year} Datacenter"
        yield Family(
            "windows-cloud", f"windows-{year}", f"windows-server-{year}-dc", 50, f"windows-server-{year}-dc", text
        )


def _ubuntu(number: str, code: str) -> Iterator[Family]:
    digits = number.replace(".", "")
    for machine in ("amd64", "arm64"):
        # 22.04 is older than the rule that the architecture stands in every family and image name.
        plain = digits == "2204" and machine == "amd64"
        suffix = "" if plain else f"-{machine}"
        yield Family(
            "ubuntu-os-cloud", f"ubuntu-{digits}-lts{suffix}", f"ubuntu-{digits}-{code}{suffix}", 10,
            f"ubuntu-{digits}-lts", f"Canonical, Ubuntu, {number} LTS, {machine}",
        )  # fmt: skip


def _enterprise_linux() -> Iterator[Family]:
    vendors = (
        ("rhel-cloud", "rhel", "Red Hat, Red Hat Enterprise Linux", ("8", "9", "10"), "rhel-{}-server"),
        ("rocky-linux-cloud", "rocky-linux", "Rocky Linux, Rocky Linux", ("8", "9", "10"), "rocky-linux-{}"),
        ("almalinux-cloud", "almalinux", "AlmaLinux, AlmaLinux", ("8", "9", "10"), "almalinux-{}"),
        ("suse-cloud", "sles", "SUSE, SUSE Linux Enterprise Server", ("15",), "sles-{}"),
    )
    for project, stem, text, numbers, licence in vendors:
        for number in numbers:
            name = f"{stem}-{number}"
            gb = 10 if project in ("suse-cloud", "almalinux-cloud") else 20
            yield Family(project, name, name, gb, licence.format(number), f"{text}, {number}, x86_64")
            if number != "8" and project != "suse-cloud":
                yield Family(
                    project, f"{name}-arm64", f"{name}-arm64", gb, licence.format(number), f"{text}, {number}, arm64"
                )


_ALL = tuple(_families())
PROJECTS = frozenset(family.project for family in _ALL)


@cache
def images(project: str) -> dict[str, dict[str, Any]]:
    """The project's images by name, in the API's form."""
    made: dict[str, dict[str, Any]] = {}
    for family in _ALL:
        if family.project == project:
            newest, older = _image(family, _NEWEST), _image(family, _OLDER)
            older["deprecated"] = {"state": "DEPRECATED", "replacement": newest["selfLink"]}
            if family.deprecated:
                newest["deprecated"] = {"state": "DEPRECATED"}
            made |= {older["name"]: older, newest["name"]: newest}
    return made


def newest(project: str, family: str) -> dict[str, Any] | None:
    """The newest image of the family that is not deprecated."""
    found = (one for one in images(project).values() if one["family"] == family and "deprecated" not in one)
    return next(found, None)


def _image(family: Family, built: date) -> dict[str, Any]:
    name = f"{family.stem}-v{built:%Y%m%d}"
    at = Reference(family.project, "global", "images", name)
    moment = datetime(built.year, built.month, built.day, 19, tzinfo=UTC).timestamp()
    licence = Reference(family.project, "global", "licenses", family.license)
    return {
        "kind": "compute#image",
        "id": stable_id(at.path),
        "creationTimestamp": timestamp(moment),
        "name": name,
        "description": f"{family.description} built on {built:%Y%m%d}",
        "sourceType": "RAW",
        "rawDisk": {"source": "", "containerType": "TAR"},
        "status": "READY",
        "archiveSizeBytes": str(family.gb * 100_000_000),
        "diskSizeGb": str(family.gb),
        "licenses": [licence.url],
        "licenseCodes": [stable_id(licence.path)],
        "family": family.name,
        "selfLink": at.url,
        "labelFingerprint": fingerprint({}),
        "guestOsFeatures": [{"type": feature} for feature in family.features],
        "storageLocations": ["us", "eu", "asia"],
        "architecture": family.architecture,
        "enableConfidentialCompute": False,
    }
