"""The power of a machine: start, deallocate, power off, restart.

https://learn.microsoft.com/en-us/azure/virtual-machines/states-billing
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from cloudctl.sandbox.azure import crud, operations
from cloudctl.sandbox.azure.call import Answer, Call
from cloudctl.sandbox.azure.network import interfaces, public_addresses
from cloudctl.sandbox.azure.resource_id import ResourceId
from cloudctl.sandbox.azure.store import Record, Store


@dataclass(frozen=True, slots=True)
class Action:
    """A transition: the state while it runs and the one it ends in."""

    via: str
    to: str


CREATE = Action("starting", "running")
ACTIONS = {
    "start": Action("starting", "running"),
    "restart": Action("starting", "running"),
    "powerOff": Action("stopping", "stopped"),
    "deallocate": Action("deallocating", "deallocated"),
}


def power_state(record: Record) -> str:
    """``running``, ``deallocated``, ``stopped`` or the state on the way there, by now."""
    power = record.hidden["power"]
    return str(power["to"] if time.time() >= power["until"] else power["via"])


def turn(store: Store, record: Record, action: Action) -> None:
    """Let the transition begin; one that is under way is superseded."""
    if record.hidden.get("power", {}).get("to") == action.to and action.via != "starting":
        return
    until = time.time() + store.settings.transition
    record.hidden["power"] = {"via": action.via, "to": action.to, "until": until}
    for reference in record.properties["networkProfile"]["networkInterfaces"]:
        if (nic := store.get(reference["id"])) is not None:
            _addresses(store, nic, action)


def act(store: Store, call: Call, action: str, target: ResourceId) -> Answer:
    """One of the power actions."""
    from cloudctl.sandbox.azure.compute.machines import TYPE

    record = crud.require(store, TYPE, target)
    crud.check_not_deleting(TYPE, record, action)
    turn(store, record, ACTIONS[action])
    etag, tag = record.etag, record.tag
    crud.touch(store, record, "Updating")
    # The model of the machine is the same as before, and so is its ETag.
    record.etag, record.tag = etag, tag
    return Answer(202, None, operations.headers(call, TYPE.namespace, record, store.begin()))


def _addresses(store: Store, nic: Record, action: Action) -> None:
    for address in interfaces.addresses_of(store, nic):
        if action.to == "deallocated":
            public_addresses.release(address)
        elif action.to == "running" and "ipAddress" not in address.hidden:
            public_addresses.attach(store, address)
