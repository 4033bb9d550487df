"""Changes to an instance's settings."""

from __future__ import annotations

from cloudctl.sandbox.gcp.attributes import metadata, tags
from cloudctl.sandbox.gcp.call import Call, not_ready
from cloudctl.sandbox.gcp.errors import Json, Refused, invalid
from cloudctl.sandbox.gcp.instance_create import machine_type
from cloudctl.sandbox.gcp.operations import begin
from cloudctl.sandbox.gcp.refusals import Refusal


def set_metadata(call: Call) -> Json:
    instance = call.change()
    if call.body.get("fingerprint") != instance.body["metadata"]["fingerprint"]:
        message = "Supplied fingerprint does not match current metadata fingerprint."
        raise Refused(Refusal.FINGERPRINT_METADATA, message)
    instance.body["metadata"] = metadata(call.body, "metadata")
    return begin(call, instance)


def set_tags(call: Call) -> Json:
    instance = call.change()
    if call.body.get("fingerprint") != instance.body["tags"]["fingerprint"]:
        raise Refused(Refusal.FINGERPRINT_TAGS, "Supplied fingerprint does not match current tags fingerprint.")
    instance.body["tags"] = tags(call.body)
    return begin(call, instance)


def set_machine_type(call: Call) -> Json:
    """Only while the instance is stopped."""
    instance = call.change()
    machine = machine_type(call, "machineType")
    if instance.status(call.now) != "TERMINATED":
        raise not_ready(instance)
    instance.body["machineType"] = call.at(machine.name, "machineTypes").url
    return begin(call, instance)


def set_deletion_protection(call: Call) -> Json:
    instance = call.change()
    instance.body["deletionProtection"] = call.parameters.get("deletionProtection", True)
    return begin(call, instance)


def set_disk_auto_delete(call: Call) -> Json:
    instance = call.change()
    device = call.parameters["deviceName"]
    disk = next((one for one in instance.body["disks"] if one["deviceName"] == device), None)
    if disk is None:
        raise invalid(Refusal.DEVICE_UNKNOWN, "deviceName", device, "No attached disk found with this device name.")
    disk["autoDelete"] = call.parameters["autoDelete"]
    return begin(call, instance)
