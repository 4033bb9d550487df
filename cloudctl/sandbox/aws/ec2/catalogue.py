"""The public images of the publishers that admins launch from, made up for each region in their real patterns.

Names, owners, root devices and sizes follow what the publishers document:
https://documentation.ubuntu.com/aws/aws-how-to/instances/find-ubuntu-images/,
https://wiki.debian.org/Cloud/AmazonEC2Image, https://docs.aws.amazon.com/linux/al2023/ug/ec2.html,
https://access.redhat.com/solutions/15356, https://rockylinux.org/download, https://wiki.almalinux.org/cloud/AWS.html,
https://docs.aws.amazon.com/ec2/latest/windows-ami-reference/windows-ami-versions.html.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

_INTEL = "x86_64"
_ARM = "arm64"
_BOTH = (_INTEL, _ARM)


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who owns images: account id, alias that ``Owners`` accepts, and how the publisher names architectures."""

    owner: str
    alias: str | None
    intel: str = "x86_64"
    arm: str = "arm64"

    def label(self, architecture: str) -> str:
        """The publisher's word for an architecture in image names."""
        return self.intel if architecture == _INTEL else self.arm


@dataclass(frozen=True, slots=True)
class Family:
    """Images that differ in date and architecture only; ``pattern`` knows ``arch``, ``ymd`` and ``dotted``."""

    publisher: Publisher
    pattern: str
    dates: tuple[str, ...]
    root_device: str = "/dev/sda1"
    root_gib: int = 8
    architectures: tuple[str, ...] = _BOTH
    platform_details: str = "Linux/UNIX"
    usage_operation: str = "RunInstances"


@dataclass(frozen=True, slots=True)
class Image:
    """One image of one region."""

    id: str
    name: str
    family: Family
    architecture: str
    created: str

    @property
    def windows(self) -> bool:
        """Whether the image has ``Platform`` windows."""
        return self.family.platform_details == "Windows"


_CANONICAL = Publisher("099720109477", "amazon", "amd64", "arm64")
_DEBIAN = Publisher("136693071363", None, "amd64", "arm64")
_AMAZON = Publisher("137112412989", "amazon")
_RED_HAT = Publisher("309956199498", None)
_ROCKY = Publisher("792107900819", None, "x86_64", "aarch64")
_ALMA = Publisher("764336703387", None, "x86_64", "aarch64")
_SUSE = Publisher("013907871322", "amazon")
_MICROSOFT = Publisher("801119661308", "amazon")

_DATES = ("2026-03-11", "2026-06-17", "2026-09-16")
_YOUNG = ("2026-04-23", "2026-10-07")


def _red_hat(version: str, dates: tuple[str, ...] = _DATES) -> Family:
    return Family(
        _RED_HAT,
        f"RHEL-{version}_HVM-{{ymd}}-{{arch}}-0-Hourly2-GP3",
        dates,
        root_gib=10,
        platform_details="Red Hat Enterprise Linux",
        usage_operation="RunInstances:0010",
    )


def _windows(version: int) -> Family:
    return Family(
        _MICROSOFT,
        f"Windows_Server-{version}-English-Full-Base-{{dotted}}",
        _DATES,
        root_gib=30,
        architectures=(_INTEL,),
        platform_details="Windows",
        usage_operation="RunInstances:0002",
    )


FAMILIES = (
    Family(_CANONICAL, "ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-{arch}-server-{ymd}", _DATES),
    Family(_CANONICAL, "ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-{arch}-server-{ymd}", _DATES),
    Family(_CANONICAL, "ubuntu/images/hvm-ssd-gp3/ubuntu-resolute-26.04-{arch}-server-{ymd}", _YOUNG),
    Family(_CANONICAL, "ubuntu-minimal/images/hvm-ssd-gp3/ubuntu-noble-24.04-{arch}-minimal-{ymd}", _DATES),
    Family(_DEBIAN, "debian-12-{arch}-{ymd}-2412", _DATES, "/dev/xvda"),
    Family(_DEBIAN, "debian-13-{arch}-{ymd}-2412", _DATES, "/dev/xvda"),
    Family(_AMAZON, "al2023-ami-2023.11.{ymd}.0-kernel-6.1-{arch}", _DATES, "/dev/xvda"),
    Family(_AMAZON, "al2023-ami-minimal-2023.11.{ymd}.0-kernel-6.1-{arch}", _DATES, "/dev/xvda", 2),
    _red_hat("8.10.0"),
    _red_hat("9.6.0", _DATES[:2]),
    _red_hat("9.7.0", _DATES[2:]),
    _red_hat("10.0.0", _DATES[:1]),
    _red_hat("10.1.0", _DATES[1:]),
    Family(_ROCKY, "Rocky-9-EC2-Base-9.6-{ymd}.0.{arch}", _DATES[:2], root_gib=10),
    Family(_ROCKY, "Rocky-9-EC2-Base-9.7-{ymd}.0.{arch}", _DATES[2:], root_gib=10),
    Family(_ALMA, "AlmaLinux OS 9.6.{ymd} {arch}", _DATES[:2], root_gib=10),
    Family(_ALMA, "AlmaLinux OS 9.7.{ymd} {arch}", _DATES[2:], root_gib=10),
    Family(
        _SUSE,
        "suse-sles-15-sp7-v{ymd}-hvm-ssd-{arch}",
        _DATES,
        root_gib=10,
        platform_details="SUSE Linux",
        usage_operation="RunInstances:000g",
    ),
    _windows(2019),
    _windows(2022),
    _windows(2025),
)


def images(region: str) -> Iterator[Image]:
    """The catalogue of a region. Ids are stable and differ from region to region, as the real ones do."""
    for family in FAMILIES:
        for date in family.dates:
            for architecture in family.architectures:
                yield _image(region, family, date, architecture)


def _image(region: str, family: Family, date: str, architecture: str) -> Image:
    name = family.pattern.format(
        arch=family.publisher.label(architecture), ymd=date.replace("-", ""), dotted=date.replace("-", ".")
    )
    digest = hashlib.sha256(f"{region}/{name}".encode()).hexdigest()
    return Image(f"ami-{digest[:17]}", name, family, architecture, f"{date}T08:15:30")
