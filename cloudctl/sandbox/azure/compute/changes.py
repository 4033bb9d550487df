"""What of an existing machine cannot be changed.

https://learn.microsoft.com/en-us/rest/api/compute/virtual-machines/create-or-update
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from cloudctl.sandbox.azure.call import Json
from cloudctl.sandbox.azure.compute.os_profile import take_custom_data
from cloudctl.sandbox.azure.refusals import ComputeRefusal
from cloudctl.sandbox.azure.resource_types import Change
from cloudctl.sandbox.azure.store import Record

# Where the property is, and what Microsoft.Compute calls it.
_FIXED = (
    (("storageProfile", "osDisk", "name"), "osDisk.name"),
    (("storageProfile", "osDisk", "createOption"), "osDisk.createOption"),
    (("storageProfile", "osDisk", "diskSizeGB"), "osDisk.diskSizeGB"),
    (("storageProfile", "osDisk", "managedDisk", "storageAccountType"), "osDisk.managedDisk.storageAccountType"),
    (("storageProfile", "imageReference", "publisher"), "imageReference.publisher"),
    (("storageProfile", "imageReference", "offer"), "imageReference.offer"),
    (("storageProfile", "imageReference", "sku"), "imageReference.sku"),
    (("storageProfile", "imageReference", "version"), "imageReference.version"),
    (("osProfile", "computerName"), "osProfile.computerName"),
    (("osProfile", "adminUsername"), "osProfile.adminUsername"),
    (
        ("osProfile", "linuxConfiguration", "disablePasswordAuthentication"),
        "linuxConfiguration.disablePasswordAuthentication",
    ),
    (("osProfile", "linuxConfiguration", "ssh", "publicKeys"), "linuxConfiguration.ssh.publicKeys"),
    (("priority",), "priority"),
)
_KEPT = ("vmId", "timeCreated")


def check_unchanged(change: Change, old: Record) -> None:
    """Refuse what cannot change; what the body leaves out stays as it was."""
    new = change.properties
    profile = new.get("osProfile") or {}
    profile.pop("adminPassword", None)
    if take_custom_data(profile) not in (None, old.hidden["customData"]):
        raise ComputeRefusal.VM_CHANGE.error(property="customData")
    for path, name in _FIXED:
        wanted = _at(new, path)
        if wanted is not None and wanted != _at(old.properties, path):
            raise ComputeRefusal.VM_CHANGE.error(property=name)
    if change.body.get("zones", old.body.get("zones")) != old.body.get("zones"):
        raise ComputeRefusal.VM_CHANGE.error(property="zones")
    merged = deepcopy(old.properties)
    _overlay(merged, new)
    change.body["properties"] = merged | {name: old.properties[name] for name in _KEPT}
    for member in ("zones", "plan", "identity"):
        if member in old.body:
            change.body.setdefault(member, old.body[member])


def _at(properties: Json, path: tuple[str, ...]) -> Any:
    value: Any = properties
    for name in path:
        value = (value or {}).get(name)
    return value


def _overlay(base: Json, changes: Json) -> None:
    for name, value in changes.items():
        if isinstance(value, dict) and isinstance(base.get(name), dict):
            _overlay(base[name], value)
        else:
            base[name] = value
