"""Virtual machines: what is checked and made when one is written or deleted."""

from __future__ import annotations

import time
import uuid

from cloudctl.sandbox.azure import crud
from cloudctl.sandbox.azure.call import Json
from cloudctl.sandbox.azure.compute import disks, images, os_profile, power
from cloudctl.sandbox.azure.compute.changes import check_unchanged
from cloudctl.sandbox.azure.compute.images import Image
from cloudctl.sandbox.azure.compute.profiles import (
    check_identity,
    check_interfaces,
    check_served,
    check_size,
    check_spot,
    prepare_disk,
)
from cloudctl.sandbox.azure.compute.provider import MODELS, VERSIONS
from cloudctl.sandbox.azure.network import interfaces, public_addresses
from cloudctl.sandbox.azure.operations import timestamp
from cloudctl.sandbox.azure.refusals import ComputeRefusal, Refusal
from cloudctl.sandbox.azure.resource_types import Behaviour, Change, ETag, ResourceType
from cloudctl.sandbox.azure.store import Record, Store


class Machines(Behaviour):
    """A machine makes its OS disk; what goes with it when it is deleted, its deleteOptions say."""

    def prepare(self, change: Change) -> None:
        check_served(change)
        if change.old is not None:
            check_unchanged(change, change.old)
            image, _ = images.find(change.properties["storageProfile"]["imageReference"])
        else:
            image = self._prepare_image(change)
        size = check_size(change, image)
        change.properties["hardwareProfile"]["vmSize"] = size.name
        if change.old is None:
            check_spot(change)
            os_profile.prepare(change, image)
            prepare_disk(change, image)
            self._identify(change)
        check_identity(change)
        check_interfaces(change)

    def written(self, change: Change, record: Record) -> None:
        if change.old is None:
            record.hidden["customData"] = change.notes["customData"]
            self._make_disk(change, record)
            power.turn(change.store, record, power.CREATE)

    def view(self, store: Store, record: Record) -> Json:
        return record.properties

    def deleted(self, store: Store, record: Record) -> None:
        """Interfaces and disk go along where their deleteOption says so; Detach is the default."""
        profile = record.properties["networkProfile"]
        for reference in profile["networkInterfaces"]:
            nic = store.get(reference["id"])
            if nic is not None:
                _free(store, nic, delete=reference.get("properties", {}).get("deleteOption") == "Delete")
        disk = record.properties["storageProfile"]["osDisk"]
        found = store.get(disk["managedDisk"]["id"])
        if found is not None and disk["deleteOption"] == "Delete":
            store.remove(found)

    @staticmethod
    def _prepare_image(change: Change) -> Image:
        reference = (change.properties.get("storageProfile") or {}).get("imageReference")
        if not reference:
            raise Refusal.REQUIRED.error(name="imageReference")
        image, version = images.find(reference)
        reference["exactVersion"] = version
        plan = change.body.get("plan") or {}
        if image.plan and (plan.get("name"), plan.get("product")) != (image.sku, image.offer):
            raise ComputeRefusal.VM_PLAN.error(id=change.id)
        return image

    @staticmethod
    def _identify(change: Change) -> None:
        change.properties["vmId"] = str(uuid.uuid4())
        change.properties["timeCreated"] = timestamp(time.time())

    @staticmethod
    def _make_disk(change: Change, record: Record) -> None:
        profile = record.properties["storageProfile"]
        image, _ = images.find(profile["imageReference"])
        os_disk = profile["osDisk"]
        body: Json = {
            "location": record.location,
            "sku": {"name": os_disk["managedDisk"]["storageAccountType"]},
            "properties": {
                **disks.fixed_properties(),
                "osType": image.os,
                "hyperVGeneration": image.generation,
                "supportedCapabilities": {"acceleratedNetwork": True, "architecture": image.architecture},
                "creationData": {"createOption": "FromImage", "imageReference": {"id": _image_id(record, image)}},
                "diskSizeGB": os_disk["diskSizeGB"],
                "diskSizeBytes": os_disk["diskSizeGB"] * 1024**3,
            },
        }
        body["sku"]["tier"] = body["sku"]["name"].partition("_")[0]
        if "zones" in record.body:
            body["zones"] = record.body["zones"]
        target = change.id.sibling("disks", os_disk["name"])
        crud.save(disks.TYPE, Change(change.store, target, body, None))


def _image_id(record: Record, image: Image) -> str:
    version = record.properties["storageProfile"]["imageReference"]["exactVersion"]
    location = f"/Subscriptions/{record.address.subscription}/Providers/Microsoft.Compute/Locations/{record.location}"
    publisher = f"Publishers/{image.publisher}/ArtifactTypes/VMImage/Offers/{image.offer}"
    return f"{location}/{publisher}/Skus/{image.sku}/Versions/{version}"


def _free(store: Store, nic: Record, *, delete: bool) -> None:
    """The machine of an interface is gone."""
    references = [each["properties"].get("publicIPAddress") for each in nic.properties["ipConfigurations"]]
    addresses = list(interfaces.addresses_of(store, nic))
    for address in addresses:
        public_addresses.release(address)
    if not delete:
        return
    store.remove(nic)
    asked = {
        reference["id"].lower()
        for reference in references
        if reference and reference.get("properties", {}).get("deleteOption") == "Delete"
    }
    for address in addresses:
        if address.key in asked or address.properties.get("deleteOption") == "Delete":
            store.remove(address)


TYPE = ResourceType(
    name="Microsoft.Compute/virtualMachines",
    versions=VERSIONS,
    model=f"{MODELS}:VirtualMachine",
    patch=f"{MODELS}:VirtualMachineUpdate",
    rule=r"[^_\W][\w\-.]{0,79}(?<![\-.])",
    limit=80,
    behaviour=Machines(),
    etag=ETag.COUNTER,
    entity="vmName",
    deleting=ComputeRefusal.VM_DELETING,
)
