"""Compute Engine's instances, as the API's JSON has them, to the neutral record. Pure functions, no calls.

https://cloud.google.com/compute/docs/reference/rest/v1/instances. States follow mappings/vm.toml. Resources are URLs,
of which the part from ``projects/`` on names the resource; hosts and versions before it differ.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

from cloudctl.mapping import noun, size
from cloudctl.services.vm import Disk, Interface, Vm, VmState
from cloudctl_gcp import tags

Native = Mapping[str, Any]


def dig(native: object, *path: str) -> Any:
    """The value under a path of keys; None where a step is missing, null or no object."""
    for key in path:
        if not isinstance(native, Mapping):
            return None
        native = native.get(key)
    return native


def items(native: object, *path: str) -> list[Native]:
    """The objects of the array under a path; empty where there is none."""
    found = dig(native, *path)
    return [item for item in found if isinstance(item, Mapping)] if isinstance(found, list) else []


def texts(native: object, *path: str) -> list[str]:
    """The texts of the array under a path; empty where there is none."""
    found = dig(native, *path)
    return [str(item) for item in found if item] if isinstance(found, list) else []


def text(native: object, *path: str) -> str | None:
    """The text under a path; None where it is missing or empty."""
    found = dig(native, *path)
    return str(found) if found not in (None, "") else None


def whole(native: object, *path: str) -> int | None:
    """The whole number under a path (64-bit ones are texts); None where it is missing or none."""
    try:
        return int(dig(native, *path))
    except (TypeError, ValueError):
        return None


def tail(url: str | None) -> str | None:
    """The last part of a URL: the resource's name."""
    return (url or "").rstrip("/").rpartition("/")[2] or None


def path(url: str | None) -> str | None:
    """A URL from ``projects/`` on; one without it as it is."""
    before, slash, rest = (url or "").partition("/projects/")
    return f"projects/{rest}" if slash else before or None


def vm(native: Native, context: str, images: Mapping[str, str] | None = None) -> Vm:
    """The neutral record of an instance, as a list has it; ``images`` by path of the disk made from them."""
    size_name = tail(text(native, "machineType"))
    known = size("gcp", size_name) if size_name else None
    name, zone = text(native, "name"), zone_of(native)
    first = interfaces(native)
    return Vm(
        provider="gcp",
        context=context,
        id=text(native, "id") or name or "",
        name=name,
        state=state_of(native),
        native_state=text(native, "status"),
        size=size_name,
        vcpus=known.vcpus if known else None,
        memory_gib=known.memory_gib if known else None,
        region=region_of(zone),
        zone=zone,
        private_ip=next((one.private_ip for one in first if one.private_ip), None),
        public_ip=next((one.public_ip for one in first if one.public_ip), None),
        image=(images or {}).get(path(text(boot_disk(native), "source")) or ""),
        os=_os(boot_disk(native)),
        lifecycle="spot" if is_spot(native) else "on-demand",
        created=moment(text(native, "creationTimestamp")),
        tags=tags.read(labels(native)),
        native=native,
    )


@cache
def _states() -> Mapping[str, VmState]:
    return {native: VmState(state) for native, state in noun("vm").clouds["gcp"].states.items()}


def state_of(native: Native) -> VmState:
    return _states().get(text(native, "status") or "", VmState.UNKNOWN)


def labels(native: Native) -> dict[str, str]:
    """The labels by name: the client's maps have no order of their own."""
    found = dig(native, "labels")
    return {str(key): str(value or "") for key, value in sorted(found.items())} if isinstance(found, Mapping) else {}


def zone_of(native: Native) -> str | None:
    """The zone's name; from the resource's own URL where the field is absent."""
    if zone := tail(text(native, "zone")):
        return zone
    _, found, rest = (text(native, "selfLink") or "").partition("/zones/")
    return rest.partition("/")[0] if found else None


def region_of(zone: str | None) -> str | None:
    return (zone or "").rpartition("-")[0] or None


def is_spot(native: Native) -> bool:
    """Old instances say ``preemptible`` only: https://cloud.google.com/compute/docs/instances/preemptible"""
    return text(native, "scheduling", "provisioningModel") == "SPOT" or dig(native, "scheduling", "preemptible") is True


def moment(value: str | None) -> datetime | None:
    try:
        found = datetime.fromisoformat(value or "")
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def interfaces(native: Native) -> tuple[Interface, ...]:
    return tuple(_interface(item) for item in items(native, "networkInterfaces"))


def _interface(native: Native) -> Interface:
    """An interface may have IPv4, IPv6 or both; the external IPv6 address stands in a list of its own."""
    addresses = [text(item, "natIP") for item in items(native, "accessConfigs")]
    addresses += [text(item, "externalIpv6") for item in items(native, "ipv6AccessConfigs")]
    return Interface(
        id=text(native, "name"),
        private_ip=text(native, "networkIP") or text(native, "ipv6Address"),
        public_ip=next(filter(None, addresses), None),
        network=path(text(native, "network")),
        subnet=path(text(native, "subnetwork")),
    )


def boot_disk(native: Native) -> Native:
    return next((disk for disk in items(native, "disks") if disk.get("boot") is True), {})


def _os(boot: Native) -> str | None:
    """From what the boot disk's licenses and features say; an image of one's own may have neither."""
    licenses = texts(boot, "licenses")
    features = {text(feature, "type") for feature in items(boot, "guestOsFeatures")}
    if "WINDOWS" in features or any("/windows-" in license for license in licenses):
        return "windows"
    return "linux" if licenses else None


def image_of(disk: Native) -> str | None:
    """The image that a disk (not an attached one) was made from."""
    return path(text(disk, "sourceImage"))


def disks(native: Native, known: Mapping[str, Native]) -> tuple[Disk, ...]:
    """The attached disks; ``known`` holds the disks themselves by path, for what only they tell."""
    return tuple(_disk(item, known.get(path(text(item, "source")) or "", {})) for item in items(native, "disks"))


def _disk(attached: Native, disk: Native) -> Disk:
    local = text(attached, "type") == "SCRATCH"
    return Disk(
        id=text(disk, "id"),
        name=tail(text(attached, "source")) or text(attached, "deviceName"),
        size_gb=whole(disk, "sizeGb") or whole(attached, "diskSizeGb"),
        type="local-ssd" if local else tail(text(disk, "type")),
        boot=attached.get("boot") is True,
        # All data at rest is encrypted: https://cloud.google.com/compute/docs/disks/disk-encryption
        encrypted=True,
    )


def identity(native: Native) -> str | None:
    """The e-mail address of the service account that the instance runs as."""
    return next((text(account, "email") for account in items(native, "serviceAccounts")), None)


def login_user(native: Native) -> str | None:
    return next((user for user, _ in _ssh_keys(native)), None)


def key(native: Native) -> str | None:
    """The fingerprint of the first SSH key as ``ssh-keygen -l`` prints it; Google's keys have no name."""
    words = next((key.split() for _, key in _ssh_keys(native)), [])
    try:
        raw = base64.b64decode(words[1], validate=True)
    except (IndexError, ValueError):
        return None
    return "SHA256:" + base64.b64encode(hashlib.sha256(raw).digest()).decode().rstrip("=")


def _ssh_keys(native: Native) -> Iterator[tuple[str, str]]:
    """User and key of each line: https://cloud.google.com/compute/docs/connect/add-ssh-keys#metadata"""
    for item in items(native, "metadata", "items"):
        if item.get("key") in ("ssh-keys", "sshKeys"):
            for line in (text(item, "value") or "").splitlines():
                user, colon, key = line.strip().partition(":")
                if colon and user:
                    yield user, key
