"""The run-time status of a machine."""

from __future__ import annotations

from cloudctl.sandbox.azure.call import Json
from cloudctl.sandbox.azure.compute import images
from cloudctl.sandbox.azure.compute.power import power_state
from cloudctl.sandbox.azure.operations import timestamp
from cloudctl.sandbox.azure.store import Record

_PROVISIONING = {
    "Creating": ("creating", "Creating"),
    "Updating": ("updating", "Updating"),
    "Deleting": ("deleting", "Deleting"),
    "Succeeded": ("succeeded", "Provisioning succeeded"),
}


def instance_view(record: Record, state: str) -> Json:
    """``state`` is the provisioning state. A deallocated machine has no agent and no name to tell."""
    code, display = _PROVISIONING[state]
    power = power_state(record)
    done = _status(
        f"ProvisioningState/{code}", display, timestamp(record.until if state == "Succeeded" else record.created)
    )
    view: Json = {
        "disks": [{"name": record.properties["storageProfile"]["osDisk"]["name"], "statuses": [_succeeded(record)]}],
        "hyperVGeneration": _generation(record),
        "statuses": [done, _status(f"PowerState/{power}", f"VM {power}")],
    }
    return {**_guest(record), **view} if power == "running" else view


def _guest(record: Record) -> Json:
    profile = record.properties["storageProfile"]
    ready = _status("ProvisioningState/succeeded", "Ready", timestamp(record.created))
    ready["message"] = "Guest Agent is running"
    return {
        "computerName": record.properties["osProfile"]["computerName"],
        "osName": profile["imageReference"]["offer"],
        "osVersion": profile["imageReference"]["exactVersion"],
        "vmAgent": {"vmAgentVersion": "2.14.0.1", "statuses": [ready], "extensionHandlers": []},
    }


def _generation(record: Record) -> str:
    image, _ = images.find(record.properties["storageProfile"]["imageReference"])
    return image.generation


def _succeeded(record: Record) -> Json:
    return _status("ProvisioningState/succeeded", "Provisioning succeeded", timestamp(record.created))


def _status(code: str, display: str, time: str = "") -> Json:
    status = {"code": code, "level": "Info", "displayStatus": display}
    return {**status, "time": time} if time else status
