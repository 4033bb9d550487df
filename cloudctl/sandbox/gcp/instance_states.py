"""The life of an instance, by the clock.

https://cloud.google.com/compute/docs/instances/instance-lifecycle
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from cloudctl.sandbox.gcp.call import Call, not_ready
from cloudctl.sandbox.gcp.errors import Json, Refused
from cloudctl.sandbox.gcp.interfaces import renew_external, without_external
from cloudctl.sandbox.gcp.links import parse
from cloudctl.sandbox.gcp.machine_types import find
from cloudctl.sandbox.gcp.operations import begin
from cloudctl.sandbox.gcp.refusals import Refusal
from cloudctl.sandbox.gcp.store import Resource
from cloudctl.sandbox.gcp.values import timestamp

_ACTIVE = ("PROVISIONING", "STAGING", "RUNNING")
_WITH_HARDWARE = ("STAGING", "RUNNING", "STOPPING", "SUSPENDING")


@dataclass(frozen=True, slots=True)
class Change:
    """A change of state: from which states, in which ones it does nothing, and the states on the way.

    ``path`` gives each state and the share of the transition's time after which it is entered.
    """

    path: tuple[tuple[float, str], ...]
    possible_in: tuple[str, ...] = ()
    nothing_in: tuple[str, ...] = ()
    stamp: str = ""


STARTING = Change(
    path=((0.0, "PROVISIONING"), (0.3, "STAGING"), (1.0, "RUNNING")),
    possible_in=("TERMINATED",),
    nothing_in=_ACTIVE,
    stamp="lastStartTimestamp",
)
_CHANGES = {
    "start": STARTING,
    "resume": Change(STARTING.path, ("SUSPENDED",), (), "lastStartTimestamp"),
    "stop": Change(((0.0, "STOPPING"), (1.0, "TERMINATED")), _ACTIVE, ("STOPPING", "TERMINATED"), "lastStopTimestamp"),
    "suspend": Change(((0.0, "SUSPENDING"), (1.0, "SUSPENDED")), ("RUNNING",), (), "lastSuspendedTimestamp"),
    "reset": Change((), ("RUNNING",)),
}


def enter(call: Call, instance: Resource, change: Change) -> None:
    """Put the change's states on the instance's timeline, from now on."""
    past = [entry for entry in instance.timeline if entry[0] <= call.now][-1:]
    span = call.settings.transition
    instance.timeline = past + [(call.now + share * span, state) for share, state in change.path]
    if change.stamp:
        instance.body[change.stamp] = timestamp(call.now)


def _apply(change: Change, call: Call) -> Json:
    instance = call.change()
    status = instance.status(call.now)
    if status in change.nothing_in:
        return begin(call, instance, seconds=0)
    if status not in change.possible_in:
        raise not_ready(instance)
    if change.path:
        enter(call, instance, change)
    if change.path == STARTING.path:
        renew_external(instance.body["networkInterfaces"])
    return begin(call, instance)


POWER: dict[str, Callable[[Call], Json]] = {name: partial(_apply, change) for name, change in _CHANGES.items()}


def delete(call: Call) -> Json:
    instance = call.change()
    if instance.body["deletionProtection"]:
        why = "Resource cannot be deleted if it's protected against deletion."
        raise Refused(Refusal.DELETION_PROTECTION, f"Invalid resource usage: '{why}'.")
    enter(call, instance, Change(((0.0, "STOPPING"),)))
    instance.gone = call.now + call.settings.transition
    for disk in instance.body["disks"]:
        at = parse(disk["source"], call.project, "disks")
        if disk["autoDelete"] and at:
            call.find(at).gone = instance.gone
    return begin(call, instance)


def view(call: Call, instance: Resource) -> Json:
    """The instance as the clock has it."""
    status = instance.status(call.now)
    shown = instance.common_fields("compute#instance") | instance.body | {"status": status}
    machine = find(shown["machineType"].rsplit("/", 1)[-1], instance.at.scope.partition("/")[2])
    shown["cpuPlatform"] = machine.platform if machine and status in _WITH_HARDWARE else "Unknown CPU Platform"
    if status not in _WITH_HARDWARE:
        shown["networkInterfaces"] = without_external(shown["networkInterfaces"])
    return shown
