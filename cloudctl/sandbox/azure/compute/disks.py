"""Managed disks."""

from __future__ import annotations

import time
import uuid

from cloudctl.sandbox.azure.call import Json
from cloudctl.sandbox.azure.compute.power import power_state
from cloudctl.sandbox.azure.compute.provider import DISK_VERSIONS, MODELS
from cloudctl.sandbox.azure.operations import timestamp
from cloudctl.sandbox.azure.refusals import ComputeRefusal, Refusal
from cloudctl.sandbox.azure.resource_types import Behaviour, Change, ResourceType
from cloudctl.sandbox.azure.store import Record, Store

MACHINE = "Microsoft.Compute/virtualMachines"


class Disks(Behaviour):
    """Empty disks can be made; the machines make the others."""

    def prepare(self, change: Change) -> None:
        properties = change.properties
        creation = properties.get("creationData") or {}
        if "createOption" not in creation:
            raise Refusal.REQUIRED.error(name="creationData")
        if change.old is None:
            self._check_new(properties)
            properties |= fixed_properties()
        else:
            properties.update({name: change.old.properties[name] for name in fixed_properties()})
            self._check_size(properties, change.old.properties)
        properties["diskSizeBytes"] = properties["diskSizeGB"] * 1024**3
        sku = change.body.setdefault("sku", {"name": "Standard_LRS"})
        sku["tier"] = sku["name"].partition("_")[0]

    def view(self, store: Store, record: Record) -> Json:
        return {**record.properties, "diskState": _state(store, record)}

    def beside(self, store: Store, record: Record) -> Json:
        return {"managedBy": user.id} if (user := machine_of(store, record)) else {}

    def check_delete(self, store: Store, record: Record) -> None:
        if user := machine_of(store, record):
            raise ComputeRefusal.DISK_IN_USE.error(name=record.address.name, user=user.id)

    @staticmethod
    def _check_new(properties: Json) -> None:
        option = properties["creationData"]["createOption"]
        if option != "Empty":
            raise Refusal.NOT_SERVED.error(what=f"disks with createOption {option}")
        if not properties.get("diskSizeGB"):
            raise Refusal.REQUIRED.error(name="diskSizeGB")

    @staticmethod
    def _check_size(properties: Json, old: Json) -> None:
        wanted = properties.setdefault("diskSizeGB", old["diskSizeGB"])
        if wanted < old["diskSizeGB"]:
            raise ComputeRefusal.DISK_SHRINK.error(current=old["diskSizeGB"], wanted=wanted)


def fixed_properties() -> Json:
    """What the cloud decides when a disk is made."""
    return {
        "timeCreated": timestamp(time.time()),
        "uniqueId": str(uuid.uuid4()),
        "encryption": {"type": "EncryptionAtRestWithPlatformKey"},
        "networkAccessPolicy": "AllowAll",
        "publicNetworkAccess": "Enabled",
    }


def machine_of(store: Store, record: Record) -> Record | None:
    """The machine that a disk is attached to."""
    return next(iter(store.referrers(record.id, MACHINE)), None)


def _state(store: Store, record: Record) -> str:
    """Attached, or Reserved while its machine is deallocated."""
    user = machine_of(store, record)
    if user is None:
        return "Unattached"
    return "Reserved" if power_state(user) == "deallocated" else "Attached"


TYPE = ResourceType(
    name="Microsoft.Compute/disks",
    versions=DISK_VERSIONS,
    model=f"{MODELS}:Disk",
    patch=f"{MODELS}:DiskUpdate",
    rule=r"[\w]([\w.\-]*\w)?",
    limit=80,
    behaviour=Disks(),
    created=202,
    entity="diskName",
)
