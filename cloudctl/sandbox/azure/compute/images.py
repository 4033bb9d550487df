"""Platform images.

https://learn.microsoft.com/en-us/azure/virtual-machines/linux/cli-ps-findimage
"""

from __future__ import annotations

from dataclasses import dataclass

from cloudctl.sandbox.azure.call import Answer, Call, Json
from cloudctl.sandbox.azure.compute.skus import known_location
from cloudctl.sandbox.azure.refusals import ComputeRefusal
from cloudctl.sandbox.azure.store import Store

_ARM = "Arm64"
_WINDOWS = "MicrosoftWindowsServer"
_CANONICAL = ("24.04.202607010", "24.04.202608200", "24.04.202610150")
_JAMMY = ("22.04.202606300", "22.04.202608190", "22.04.202610140")


@dataclass(frozen=True, slots=True)
class Image:
    """A SKU of an offer, with its versions from oldest to newest; ``plan``: it needs its purchase plan."""

    publisher: str
    offer: str
    sku: str
    versions: tuple[str, ...]
    generation: str = "V2"
    architecture: str = "x64"
    os: str = "Linux"
    disk_gb: int = 30
    plan: bool = False

    @property
    def key(self) -> tuple[str, str, str]:
        return self.publisher.lower(), self.offer.lower(), self.sku.lower()

    def purchase(self) -> Json:
        return {"name": self.sku, "publisher": self.publisher, "product": self.offer}


def _debian(release: str, *versions: str) -> tuple[Image, ...]:
    offer = f"debian-{release}"
    return (
        Image("Debian", offer, release, versions, "V1"),
        Image("Debian", offer, f"{release}-gen2", versions),
        Image("Debian", offer, f"{release}-arm64", versions, architecture=_ARM),
    )


def _windows(year: str, versions: tuple[str, ...], *skus: str, generation: str = "V2") -> tuple[Image, ...]:
    return tuple(
        Image(_WINDOWS, "WindowsServer", f"{year}-{sku}", versions, generation, os="Windows", disk_gb=127)
        for sku in skus
    )


_2019 = ("17763.7678.250807", "17763.7919.251009")
_2022 = ("20348.4052.250807", "20348.4294.251009")
_2025 = ("26100.4946.250807", "26100.6899.251009")

_ALL = (
    Image("Canonical", "ubuntu-26_04-lts", "server", ("26.04.202607010", "26.04.202610150")),
    Image("Canonical", "ubuntu-26_04-lts", "server-arm64", ("26.04.202607010", "26.04.202610150"), architecture=_ARM),
    Image("Canonical", "ubuntu-24_04-lts", "server", _CANONICAL),
    Image("Canonical", "ubuntu-24_04-lts", "server-gen1", _CANONICAL, "V1"),
    Image("Canonical", "ubuntu-24_04-lts", "server-arm64", _CANONICAL, architecture=_ARM),
    Image("Canonical", "ubuntu-24_04-lts", "minimal", _CANONICAL),
    Image("Canonical", "0001-com-ubuntu-server-jammy", "22_04-lts", _JAMMY, "V1"),
    Image("Canonical", "0001-com-ubuntu-server-jammy", "22_04-lts-gen2", _JAMMY),
    Image("Canonical", "0001-com-ubuntu-server-jammy", "22_04-lts-arm64", _JAMMY, architecture=_ARM),
    *_debian("12", "0.20260703.2162", "0.20261013.2264"),
    *_debian("13", "0.20260711.2170", "0.20261013.2264"),
    Image("RedHat", "RHEL", "8-lvm-gen2", ("8.10.2026061819",), disk_gb=64),
    Image("RedHat", "RHEL", "9-lvm-gen2", ("9.6.2026052811", "9.6.2026091017"), disk_gb=64),
    Image("RedHat", "RHEL", "10-lvm-gen2", ("10.0.2026052811", "10.1.2026091017"), disk_gb=64),
    Image("RedHat", "rhel-arm64", "9_6-arm64", ("9.6.2026052811",), architecture=_ARM, disk_gb=64),
    Image("resf", "rockylinux-x86_64", "8-base", ("8.10.20240614",), disk_gb=10, plan=True),
    Image("resf", "rockylinux-x86_64", "9-base", ("9.5.20241118", "9.6.20250531"), disk_gb=10, plan=True),
    Image("resf", "rockylinux-aarch64", "9-base", ("9.6.20250531",), architecture=_ARM, disk_gb=10, plan=True),
    Image("almalinux", "almalinux-x86_64", "8-gen2", ("8.10.2025041501",), disk_gb=30, plan=True),
    Image("almalinux", "almalinux-x86_64", "9-gen2", ("9.5.202411260", "9.6.202505220"), disk_gb=30, plan=True),
    Image("almalinux", "almalinux-x86_64", "10-gen2", ("10.0.202505270",), disk_gb=30, plan=True),
    Image("almalinux", "almalinux-arm", "9-arm-gen2", ("9.6.202505220",), architecture=_ARM, plan=True),
    Image("SUSE", "sles-15-sp6", "gen1", ("2026.06.19", "2026.10.02"), "V1"),
    Image("SUSE", "sles-15-sp6", "gen2", ("2026.06.19", "2026.10.02")),
    Image("SUSE", "sles-15-sp6-arm64", "gen2", ("2026.06.19", "2026.10.02"), architecture=_ARM),
    *_windows("2019", _2019, "Datacenter", generation="V1"),
    *_windows("2019", _2019, "datacenter-gensecond", "datacenter-smalldisk-g2", "datacenter-core-g2"),
    *_windows("2022", _2022, "datacenter", generation="V1"),
    *_windows("2022", _2022, "datacenter-g2", "datacenter-smalldisk-g2", "datacenter-core-g2"),
    *_windows("2022", _2022, "datacenter-azure-edition", "datacenter-azure-edition-core"),
    *_windows("2025", _2025, "datacenter", generation="V1"),
    *_windows("2025", _2025, "datacenter-g2", "datacenter-smalldisk-g2", "datacenter-core-g2"),
    *_windows("2025", _2025, "datacenter-azure-edition", "datacenter-azure-edition-core"),
)
IMAGES = {image.key: image for image in _ALL}


def find(reference: Json) -> tuple[Image, str]:
    """The image of a reference and its exact version; ``latest`` is the newest."""
    parts = [str(reference.get(part, "")) for part in ("publisher", "offer", "sku", "version")]
    image = IMAGES.get((parts[0].lower(), parts[1].lower(), parts[2].lower()))
    version = image.versions[-1] if image and parts[3].lower() == "latest" else parts[3]
    if image is None or version not in image.versions:
        raise ComputeRefusal.VM_IMAGE.error(image=":".join(parts))
    return image, version


def list_publishers(store: Store, call: Call, subscription: str, location: str) -> Answer:
    names = {image.publisher for image in _ALL}
    return _names(call, subscription, location, names)


def list_offers(store: Store, call: Call, subscription: str, location: str, publisher: str) -> Answer:
    names = {image.offer for image in _ALL if image.publisher.lower() == publisher.lower()}
    return _names(call, subscription, location, names)


def list_skus(store: Store, call: Call, subscription: str, location: str, publisher: str, offer: str) -> Answer:
    names = {image.sku for image in _ALL if image.key[:2] == (publisher.lower(), offer.lower())}
    return _names(call, subscription, location, names)


def list_versions(store: Store, call: Call, subscription: str, location: str, **key: str) -> Answer:
    """``$top`` and ``$orderby=name desc`` as documented."""
    image = IMAGES.get((key["publisher"].lower(), key["offer"].lower(), key["sku"].lower()))
    if image is None:
        raise ComputeRefusal.IMAGE.error()
    versions = sorted(image.versions, reverse=call.query.get("$orderby", "").lower().endswith("desc"))
    top = call.number("$top", len(versions))
    return _names(call, subscription, location, versions[:top])


def get_version(store: Store, call: Call, subscription: str, location: str, version: str, **key: str) -> Answer:
    """One version; ``latest`` answers for the newest."""
    image = IMAGES.get((key["publisher"].lower(), key["offer"].lower(), key["sku"].lower()))
    exact = image.versions[-1] if image and version.lower() == "latest" else version
    if image is None or exact not in image.versions:
        raise ComputeRefusal.IMAGE.error()
    place = known_location(location, "locations/publishers")
    path = call.path.rpartition("/")[0]
    return Answer(200, {"id": f"{path}/{exact}", "name": exact, "location": place, "properties": _properties(image)})


def _properties(image: Image) -> Json:
    return {
        **({"plan": image.purchase()} if image.plan else {}),
        "osDiskImage": {"operatingSystem": image.os, "sizeInGb": image.disk_gb},
        "dataDiskImages": [],
        "automaticOSUpgradeProperties": {"automaticOSUpgradeSupported": False},
        "hyperVGeneration": image.generation,
        "architecture": image.architecture,
        "imageDeprecationStatus": {"imageState": "Active"},
        "features": [{"name": "DiskControllerTypes", "value": "SCSI, NVMe"}],
    }


def _names(call: Call, subscription: str, location: str, names: set[str] | list[str]) -> Answer:
    """These lists are bare arrays."""
    place = known_location(location, "locations/publishers")
    ordered = sorted(names) if isinstance(names, set) else names
    return Answer(200, [{"location": place, "name": name, "id": f"{call.path}/{name}"} for name in ordered])
