"""``instances.insert``: everything is checked before anything is made."""

from __future__ import annotations

from cloudctl.sandbox.gcp import disks, interfaces, machine_types
from cloudctl.sandbox.gcp.attributes import labels, metadata, refuse_taken, tags
from cloudctl.sandbox.gcp.call import Call
from cloudctl.sandbox.gcp.errors import Json, Refused, invalid
from cloudctl.sandbox.gcp.instance_states import STARTING, enter
from cloudctl.sandbox.gcp.machine_types import MachineType
from cloudctl.sandbox.gcp.operations import begin
from cloudctl.sandbox.gcp.refusals import Refusal
from cloudctl.sandbox.gcp.values import fingerprint

_NOT_SERVED = ("guestAccelerators", "sourceMachineImage", "resourcePolicies", "reservationAffinity")
_NOT_STORED = ("name", "params")


def insert(call: Call) -> Json:
    given = call.body
    _refuse_not_served(call)
    at = call.at(given["name"])
    refuse_taken(call, at)
    machine = machine_type(call, "resource.machineType")
    body = {key: value for key, value in given.items() if key not in _NOT_STORED} | _attributes(given)
    body["machineType"] = call.at(machine.name, "machineTypes").url
    body["scheduling"] = _scheduling(given.get("scheduling", {}))
    body["networkInterfaces"] = interfaces.attach(call, machine)
    attached = disks.attach(call, machine)
    body["disks"] = [disk.shown for disk in attached]
    instance = call.store.add(at, body, call.now)
    for disk in attached:
        disks.take(call, disk, instance)
    enter(call, instance, STARTING)
    return begin(call, instance)


def _refuse_not_served(call: Call) -> None:
    used = [field for field in _NOT_SERVED if call.body.get(field)]
    used += [name for name in ("sourceInstanceTemplate", "sourceMachineImage") if call.parameters.get(name)]
    for disk in call.body.get("disks", ()):
        used += ["disks.type"] if disk.get("type") == "SCRATCH" else []
        used += ["disks.sourceSnapshot"] if disk.get("initializeParams", {}).get("sourceSnapshot") else []
    for interface in call.body.get("networkInterfaces", ()):
        used += ["accessConfigs.natIP" for one in interface.get("accessConfigs", ()) if one.get("natIP")]
    if used:
        raise Refused(Refusal.FEATURE_NOT_SERVED, f"{call.method.id}: the sandbox does not serve {used[0]}.")


def machine_type(call: Call, field: str) -> MachineType:
    """The machine type that the body names; it must be one of the instance's zone."""
    text = str(call.body.get("machineType", ""))
    at = call.referred(text, field, "machineTypes")
    found = machine_types.find(at.name, str(call.zone)) if at.scope == call.scope else None
    if found is None:
        why = f"Machine type with name '{at.name}' does not exist in zone '{call.zone}'."
        raise invalid(Refusal.MACHINE_TYPE_ZONE, field, text, why)
    return found


def _attributes(given: Json) -> Json:
    """Fields that do not depend on others, with their defaults."""
    shielded = {"enableSecureBoot": False, "enableVtpm": True, "enableIntegrityMonitoring": True}
    return {
        "canIpForward": given.get("canIpForward", False),
        "deletionProtection": given.get("deletionProtection", False),
        "startRestricted": False,
        "shieldedInstanceConfig": shielded | given.get("shieldedInstanceConfig", {}),
        "shieldedInstanceIntegrityPolicy": {"updateAutoLearnPolicy": True},
        "metadata": metadata(given.get("metadata", {}), "resource.metadata"),
        "tags": tags(given.get("tags", {})),
        "fingerprint": fingerprint(given),
        **labels(given.get("labels", {}), "resource.labels"),
    }


def _scheduling(given: Json) -> Json:
    """https://cloud.google.com/compute/docs/instances/spot: never restarted, never migrated."""
    spot = given.get("provisioningModel") == "SPOT" or given.get("preemptible", False)
    if spot and (given.get("automaticRestart") or given.get("onHostMaintenance") == "MIGRATE"):
        why = "Automatic restart and live migration are not available for preemptible and spot instances."
        raise invalid(Refusal.SPOT_SCHEDULING, "resource.scheduling", "", why)
    defaults = {
        "onHostMaintenance": "TERMINATE" if spot else "MIGRATE",
        "automaticRestart": not spot,
        "preemptible": spot,
        "provisioningModel": "SPOT" if spot else "STANDARD",
    }
    if given.get("provisioningModel") == "SPOT":
        defaults["instanceTerminationAction"] = "STOP"
    return defaults | given | {"preemptible": spot}
