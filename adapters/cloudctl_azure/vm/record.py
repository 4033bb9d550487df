"""Azure's records of virtual machines, as their JSON has them, to the neutral record. Pure functions, no calls.

The state follows mappings/vm.toml: a machine that is being deleted is deleting; otherwise its power state decides;
without one (the instance view was not returned) it is what provisioning says of a failed or new machine, else unknown.
https://learn.microsoft.com/azure/virtual-machines/states-billing
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache

from cloudctl.mapping import noun, size
from cloudctl.services.vm import Disk, Interface, Port, Vm, VmState
from cloudctl_azure.arm_id import fold
from cloudctl_azure.documents import Native, dig, items, location, tags, text
from cloudctl_azure.vm.ports import opened


@dataclass(frozen=True, slots=True)
class Around:
    """What other calls say about machines, by folded ARM id."""

    views: Mapping[str, Native] = field(default_factory=dict)
    interfaces: Mapping[str, Native] = field(default_factory=dict)
    addresses: Mapping[str, Native] = field(default_factory=dict)
    disks: Mapping[str, Native] = field(default_factory=dict)
    groups: Mapping[str, Native] = field(default_factory=dict)
    subnets: Mapping[str, Native] = field(default_factory=dict)


def by_id(records: Iterable[Native]) -> dict[str, Native]:
    return {fold(record.get("id")): record for record in records}


def whole(native: object, *path: str) -> int | None:
    """The whole number under a path; None where it is missing or none."""
    found = dig(native, *path)
    try:
        return int(found)
    except (TypeError, ValueError):
        return None


def vm(native: Native, around: Around, context: str) -> Vm:
    """The neutral record of a machine (``VirtualMachine`` of the compute API), as a list has it."""
    native = _with_view(native, around)
    native_state, state = state_of(native)
    size_name = text(native, "properties", "hardwareProfile", "vmSize")
    known = size("azure", size_name) if size_name else None
    vcpus = whole(native, "properties", "hardwareProfile", "vmSizeProperties", "vCPUsAvailable")
    first = next(iter(interfaces(native, around)), None)
    return Vm(
        provider="azure",
        context=context,
        id=str(native.get("id") or ""),
        name=name_of(native),
        state=state,
        native_state=native_state,
        size=size_name,
        vcpus=vcpus or (known.vcpus if known else None),
        memory_gib=known.memory_gib if known else None,
        region=location(native),
        zone=next(iter(_texts(native.get("zones"))), None),
        private_ip=first.private_ip if first else None,
        public_ip=first.public_ip if first else None,
        image=image(native),
        os=_os(native),
        lifecycle="spot" if text(native, "properties", "priority") in ("Spot", "Low") else "on-demand",
        created=moment(text(native, "properties", "timeCreated")),
        tags=tags(native),
        native=native,
    )


def _with_view(native: Native, around: Around) -> Native:
    """The record with the instance view that another list has for it."""
    view = around.views.get(fold(native.get("id")))
    if not view or dig(native, "properties", "instanceView"):
        return native
    properties = native.get("properties")
    known = properties if isinstance(properties, Mapping) else {}
    return {**native, "properties": {**known, "instanceView": view}}


@cache
def _states() -> Mapping[str, VmState]:
    table = noun("vm").clouds["azure"].states
    return {code.casefold(): VmState(state) for code, state in table.items()}


def codes(native: Native) -> list[str]:
    """The status codes of a machine, the deciding one first: ``ProvisioningState/deleting``, ``PowerState/running``."""
    provisioning = text(native, "properties", "provisioningState")
    found = [f"ProvisioningState/{provisioning.lower()}"] if provisioning else []
    statuses = items(native, "properties", "instanceView", "statuses")
    shown = [code for status in statuses if (code := text(status, "code"))]
    power = [code for code in shown if code.casefold().startswith("powerstate/")]
    hibernated = [code for code in shown if code.casefold() == "hibernationstate/hibernated"]
    if found == ["ProvisioningState/deleting"]:
        return found + power
    return hibernated + power + found


def state_of(native: Native) -> tuple[str | None, VmState]:
    """The native state code and the neutral state of a machine."""
    found = codes(native)
    states = _states()
    code = next((code for code in found if code.casefold() in states), next(iter(found), None))
    return code, states.get((code or "").casefold(), VmState.UNKNOWN)


def name_of(native: Native) -> str | None:
    return text(native, "name") or fold(native.get("id")).rpartition("/")[2] or None


def moment(value: str | None) -> datetime | None:
    """A time of the API (RFC 3339, up to seven digits of a second); None for anything else."""
    try:
        found = datetime.fromisoformat(value or "")
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def image(native: Native) -> str | None:
    """The image: ``publisher:offer:sku:version``, or the id of a custom or gallery image. An attached disk has none."""
    reference = dig(native, "properties", "storageProfile", "imageReference")
    parts = [text(reference, key) for key in ("publisher", "offer", "sku")]
    version = text(reference, "exactVersion") or text(reference, "version")
    if all(parts) and version:
        return ":".join(str(part) for part in (*parts, version))
    ids = ("id", "sharedGalleryImageId", "communityGalleryImageId")
    return next((found for key in ids if (found := text(reference, key))), None)


def _os(native: Native) -> str | None:
    found = text(native, "properties", "storageProfile", "osDisk", "osType")
    if found:
        return found.lower()
    profile = dig(native, "properties", "osProfile")
    kinds = {"linuxConfiguration": "linux", "windowsConfiguration": "windows"}
    return next((os for key, os in kinds.items() if dig(profile, key) is not None), None)


def interfaces(native: Native, around: Around) -> list[Interface]:
    """The machine's interfaces, the primary one first; addresses are None where the interface was not returned."""
    references = items(native, "properties", "networkProfile", "networkInterfaces")
    references.sort(key=lambda reference: dig(reference, "properties", "primary") is not True)
    return [_interface(reference, around) for reference in references]


def _interface(reference: Native, around: Around) -> Interface:
    native = around.interfaces.get(fold(reference.get("id")))
    configurations = items(native, "properties", "ipConfigurations")
    configurations.sort(key=lambda one: dig(one, "properties", "primary") is not True)
    first = configurations[0] if configurations else None
    subnet = text(first, "properties", "subnet", "id")
    guarded = (native, around.subnets.get(fold(subnet)))
    groups = (text(one, "properties", "networkSecurityGroup", "id") for one in guarded)
    return Interface(
        id=text(native, "id") or text(reference, "id"),
        private_ip=text(first, "properties", "privateIPAddress"),
        public_ip=_public_ip(configurations, around),
        network=subnet.rpartition("/subnets/")[0] or None if subnet else None,
        subnet=subnet,
        security_groups=tuple(dict.fromkeys(filter(None, groups))),
    )


def _public_ip(configurations: list[Native], around: Around) -> str | None:
    """The first public address of an interface that has been assigned; it is a resource of its own."""
    for configuration in configurations:
        reference = dig(configuration, "properties", "publicIPAddress")
        address = around.addresses.get(fold(dig(reference, "id")), reference)
        if found := text(address, "properties", "ipAddress"):
            return found
    return None


def disks(native: Native, around: Around) -> list[Disk]:
    """The root disk and the data disks. Managed disks are always encrypted by the platform; others are not known."""
    storage = dig(native, "properties", "storageProfile")
    root = dig(storage, "osDisk")
    found = [_disk(root, around, boot=True)] if isinstance(root, Mapping) else []
    return found + [_disk(disk, around, boot=False) for disk in items(storage, "dataDisks")]


def _disk(attached: Native, around: Around, *, boot: bool) -> Disk:
    disk_id = text(attached, "managedDisk", "id")
    native = around.disks.get(fold(disk_id))
    encrypted = True if disk_id or dig(native, "properties", "encryption", "type") else None
    return Disk(
        id=disk_id or text(attached, "vhd", "uri"),
        name=text(attached, "name"),
        size_gb=whole(native, "properties", "diskSizeGB") or whole(attached, "diskSizeGB"),
        type=text(native, "sku", "name") or text(attached, "managedDisk", "storageAccountType"),
        boot=boot,
        encrypted=encrypted,
    )


def ports(native: Native, around: Around) -> list[Port]:
    """The inbound ports that the security groups of an interface allow, as far as they may be read."""
    groups = [[around.groups.get(fold(group)) for group in one.security_groups] for one in interfaces(native, around)]
    return list(dict.fromkeys(port for known in groups for port in opened(filter(None, known))))


def identity(native: Native) -> str | None:
    """The principal of the system-assigned identity, or the id of the first user-assigned one."""
    assigned = dig(native, "identity", "userAssignedIdentities")
    first = next(iter(assigned), None) if isinstance(assigned, Mapping) else None
    return text(native, "identity", "principalId") or first


def key(native: Native) -> str | None:
    """The fingerprint of the first SSH key as ``ssh-keygen -l`` prints it; Azure's keys have no name."""
    keys = items(native, "properties", "osProfile", "linuxConfiguration", "ssh", "publicKeys")
    words = (text(keys[0], "keyData") or "").split() if keys else []
    if len(words) < 2:
        return None
    try:
        raw = base64.b64decode(words[1], validate=True)
    except ValueError:
        return None
    return "SHA256:" + base64.b64encode(hashlib.sha256(raw).digest()).decode().rstrip("=")


def login_user(native: Native) -> str | None:
    return text(native, "properties", "osProfile", "adminUsername")


def _texts(values: object) -> list[str]:
    return [str(value) for value in values if value] if isinstance(values, list) else []
