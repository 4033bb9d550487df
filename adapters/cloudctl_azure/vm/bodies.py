"""The request bodies of what a create makes: https://learn.microsoft.com/rest/api/compute/virtual-machines/create-or-update"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cloudctl.mapping import AzureImage
from cloudctl.plan import Run, Secret
from cloudctl.services.vm import OpenPort, VmSpec

IMAGE_TAG = "cloudctl-image"

_FIRST_PRIORITY = 1000
_SPOT = {"priority": "Spot", "evictionPolicy": "Deallocate", "billingProfile": {"maxPrice": -1}}

Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Bodies:
    """The bodies for one run of one create; ids of other resources come in as they are made."""

    spec: VmSpec
    run: Run
    region: str
    zone: str | None

    def security_group(self) -> Body:
        rules = [_rule(index, port) for index, port in enumerate(self.spec.open_ports)]
        return {**self._head(self.run.claim_mark.tags()), "properties": {"securityRules": rules}}

    def address(self) -> Body:
        return {
            **self._head(self.run.mark.tags()),
            **self._zones(),
            "sku": {"name": "Standard"},
            "properties": {"publicIPAllocationMethod": "Static", "publicIPAddressVersion": "IPv4"},
        }

    def interface(self, subnet: str, group: str, address: str | None) -> Body:
        configuration = {
            "primary": True,
            "subnet": {"id": subnet},
            "privateIPAllocationMethod": "Dynamic",
            **({"publicIPAddress": {"id": address}} if self.spec.public_ip else {}),
        }
        return {
            **self._head(self.run.mark.tags()),
            "properties": {
                "ipConfigurations": [{"name": "primary", "properties": configuration}],
                "networkSecurityGroup": {"id": group},
            },
        }

    def machine(self, interface: str, disk: str) -> Body:
        """The machine; ``disk`` is the name for its root disk."""
        spec = self.spec
        attached = {"id": interface, "properties": {"primary": True, "deleteOption": "Delete"}}
        return {
            **self._head({**self.run.mark.tags(), IMAGE_TAG: spec.image.wanted}),
            **self._zones(),
            **self._plan(),
            "properties": {
                "hardwareProfile": {"vmSize": spec.size.size.name},
                "storageProfile": {"imageReference": self._image(), "osDisk": self._disk(disk)},
                "osProfile": self._os_profile(),
                "networkProfile": {"networkInterfaces": [attached]},
                **(_SPOT if spec.spot else {}),
            },
        }

    def _head(self, marks: Mapping[str, str]) -> Body:
        return {"location": self.region, "tags": {**self.spec.tags, **marks}}

    def _zones(self) -> Body:
        return {"zones": [self.zone]} if self.zone else {}

    def _plan(self) -> Body:
        """Images of other publishers may be sold under a plan, free ones too: the purchase names it."""
        source = self.spec.image.source
        if not isinstance(source, AzureImage) or not source.plan:
            return {}
        return {"plan": {"name": source.sku, "product": source.offer, "publisher": source.publisher}}

    def _image(self) -> Body:
        source = self.spec.image.source
        if not isinstance(source, AzureImage):
            image_id = self.spec.image.id or ""
            return {_image_key(image_id): image_id}
        return {
            "publisher": source.publisher,
            "offer": source.offer,
            "sku": source.sku,
            "version": source.version,
        }

    def _disk(self, name: str) -> Body:
        size = {"diskSizeGB": self.spec.disk_gb} if self.spec.disk_gb else {}
        return {"name": name, "createOption": "FromImage", "deleteOption": "Delete", **size}

    def _os_profile(self) -> Body:
        user = self.spec.image.login_user or "azureuser"
        key = {"path": f"/home/{user}/.ssh/authorized_keys", "keyData": self.spec.ssh_key.strip()}
        data = self.spec.user_data
        return {
            "computerName": self.spec.name,
            "adminUsername": user,
            "linuxConfiguration": {"disablePasswordAuthentication": True, "ssh": {"publicKeys": [key]}},
            **({"customData": Secret(base64.b64encode(data.encode()).decode())} if data else {}),
        }


def _rule(index: int, port: OpenPort) -> Body:
    return {
        "name": f"open-{port.port}-{index}",
        "properties": {
            "priority": _FIRST_PRIORITY + index,
            "direction": "Inbound",
            "access": "Allow",
            "protocol": "Tcp",
            "sourceAddressPrefix": port.source,
            "sourcePortRange": "*",
            "destinationAddressPrefix": "*",
            "destinationPortRange": str(port.port),
        },
    }


def _image_key(image_id: str) -> str:
    """The field of an image reference for an id: those of shared and community galleries have their own."""
    folded = image_id.casefold()
    if folded.startswith("/communitygalleries/"):
        return "communityGalleryImageId"
    return "sharedGalleryImageId" if folded.startswith("/sharedgalleries/") else "id"
