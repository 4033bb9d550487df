"""The rules of a machine's size, disk, interfaces, priority and identity."""

from __future__ import annotations

import uuid

from cloudctl.sandbox.azure.compute.images import Image
from cloudctl.sandbox.azure.compute.power import power_state
from cloudctl.sandbox.azure.compute.sizes import Size, sizes
from cloudctl.sandbox.azure.network.interfaces import MACHINE
from cloudctl.sandbox.azure.refusals import ComputeRefusal, Refusal
from cloudctl.sandbox.azure.resource_types import Change
from cloudctl.sandbox.azure.resources.subscriptions import TENANT

_NOT_SERVED = (
    "availabilitySet",
    "capacityReservation",
    "flexProfile",
    "host",
    "hostGroup",
    "proximityPlacementGroup",
    "virtualMachineScaleSet",
)
_DISK_NOT_SERVED = ("vhd", "image", "diffDiskSettings", "encryptionSettings")


def check_served(change: Change) -> None:
    """Refuse, as not served, what is real but not emulated."""
    properties = change.properties
    storage = properties.get("storageProfile") or {}
    disk = storage.get("osDisk") or {}
    found = [name for name in _NOT_SERVED if properties.get(name)]
    found += [f"osDisk.{name}" for name in _DISK_NOT_SERVED if disk.get(name)]
    found += ["storageProfile.dataDisks"] if storage.get("dataDisks") else []
    found += ["imageReference.id"] if _names_image(storage.get("imageReference") or {}) else []
    network = properties.get("networkProfile") or {}
    found += ["networkInterfaceConfigurations"] if network.get("networkInterfaceConfigurations") else []
    if disk.get("createOption", "FromImage") != "FromImage":
        found.append(f"osDisk.createOption {disk['createOption']}")
    if found:
        raise Refusal.NOT_SERVED.error(what=f"virtual machines with {found[0]}")


def check_size(change: Change, image: Image) -> Size:
    """The size, which must exist, be available and fit the image."""
    name = (change.properties.get("hardwareProfile") or {}).get("vmSize")
    if not name:
        raise Refusal.REQUIRED.error(name="vmSize")
    size = sizes().get(name.lower())
    if size is None:
        valid = ", ".join(each.name for each in sizes().values() if not each.restricted(change.location))
        raise ComputeRefusal.VM_SIZE.error(size=name, sizes=valid)
    if size.restricted(change.location):
        raise ComputeRefusal.VM_SKU.error(size=size.name, location=change.location)
    if size.architecture != image.architecture:
        raise ComputeRefusal.VM_ARCHITECTURE.error(size=size.name, needs=size.architecture, has=image.architecture)
    if image.generation not in size.generations.split(","):
        raise ComputeRefusal.VM_GENERATION.error(size=size.name, generation=image.generation[-1])
    return size


def check_spot(change: Change) -> None:
    properties = change.properties
    spot = properties.get("priority") in ("Spot", "Low")
    if properties.get("evictionPolicy") and not spot:
        raise ComputeRefusal.VM_EVICTION.error()
    if spot:
        properties.setdefault("evictionPolicy", "Deallocate")


def check_identity(change: Change) -> None:
    """A system-assigned identity is made at once; user-assigned ones are not emulated."""
    identity = change.body.get("identity")
    if not identity or identity.get("type") == "None":
        change.body.pop("identity", None)
    elif identity["type"] != "SystemAssigned":
        raise Refusal.NOT_SERVED.error(what="user-assigned identities")
    else:
        old = (change.old.body.get("identity") if change.old else None) or {}
        identity["principalId"] = old.get("principalId") or str(uuid.uuid4())
        identity["tenantId"] = TENANT


def prepare_disk(change: Change, image: Image) -> None:
    """Complete the OS disk of a new machine."""
    storage = change.properties["storageProfile"]
    disk = storage.setdefault("osDisk", {"createOption": "FromImage"})
    name = disk.setdefault("name", f"{change.id.name}_OsDisk_1_{uuid.uuid4().hex}")
    target = change.id.sibling("disks", name)
    if change.store.get(target.key) is not None:
        raise ComputeRefusal.VM_DISK_NAME.error(name=name, group=change.id.group, subscription=change.id.subscription)
    size = disk.setdefault("diskSizeGB", image.disk_gb)
    if size < image.disk_gb:
        raise ComputeRefusal.VM_DISK_SIZE.error(size=size, least=image.disk_gb)
    disk["osType"] = image.os
    disk.setdefault("caching", "ReadWrite")
    disk.setdefault("deleteOption", "Detach")
    managed = disk.setdefault("managedDisk", {})
    managed.setdefault("storageAccountType", "Standard_LRS")
    managed["id"] = str(target)
    storage["dataDisks"] = []
    storage.setdefault("diskControllerType", "SCSI")


def check_interfaces(change: Change) -> None:
    """The interfaces exist, in the machine's region, are free, and one of several is primary."""
    references = (change.properties.get("networkProfile") or {}).get("networkInterfaces") or []
    if not references:
        raise Refusal.REQUIRED.error(name="networkProfile")
    primary = [each for each in references if (each.get("properties") or {}).get("primary")]
    if len(references) > 1 and len(primary) != 1:
        raise ComputeRefusal.VM_PRIMARY_NIC.error(name=change.id.name)
    for reference in references:
        nic = change.referenced(reference.get("id") or "")
        reference["id"] = nic.id
        for user in change.store.referrers(nic.id, MACHINE):
            if user.key != change.id.key:
                raise ComputeRefusal.NIC_TAKEN.error(id=nic.id, user=user.id)
    if change.old is not None and _interfaces(change.old.properties) != _interfaces(change.properties):
        _check_deallocated(change)


def _check_deallocated(change: Change) -> None:
    assert change.old is not None
    if power_state(change.old) != "deallocated":
        raise ComputeRefusal.VM_NIC_CHANGE.error(name=change.id.name)


def _interfaces(properties: dict[str, object]) -> set[str]:
    profile = properties["networkProfile"]
    assert isinstance(profile, dict)
    return {reference["id"].lower() for reference in profile["networkInterfaces"]}


def _names_image(reference: dict[str, object]) -> bool:
    return any(reference.get(name) for name in ("id", "sharedGalleryImageId", "communityGalleryImageId"))
