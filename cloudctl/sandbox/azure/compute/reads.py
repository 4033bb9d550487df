"""The reads of virtual machines that go beyond a plain GET: run-time status and its lists."""

from __future__ import annotations

import re

from cloudctl.sandbox.azure import crud
from cloudctl.sandbox.azure.call import Answer, Call, Json
from cloudctl.sandbox.azure.compute.instance_view import instance_view
from cloudctl.sandbox.azure.compute.machines import TYPE
from cloudctl.sandbox.azure.compute.skus import known_location
from cloudctl.sandbox.azure.refusals import Refusal
from cloudctl.sandbox.azure.resource_id import ResourceId
from cloudctl.sandbox.azure.store import Record, Store

_SCALE_SET = re.compile(r"'?virtualMachineScaleSet/id'? eq '?/subscriptions/[^']+'?", re.IGNORECASE)
_STATUS_ONLY = ("vmId", "hardwareProfile", "timeCreated")


def get(store: Store, call: Call, target: ResourceId) -> Answer:
    """One machine, with its instance view when ``$expand=instanceView`` asks for it."""
    record = crud.require(store, TYPE, target, reading=True)
    expand = call.query.get("$expand", "")
    if expand.lower() not in ("", "instanceview", "userdata"):
        raise Refusal.FILTER.error(filter=expand)
    view = _with_status if expand.lower() == "instanceview" else TYPE.view
    return Answer(200, view(store, record), crud.etag_header(TYPE, record))


def get_instance_view(store: Store, call: Call, target: ResourceId) -> Answer:
    record = crud.require(store, TYPE, target, reading=True)
    return Answer(200, instance_view(record, TYPE.state(record)))


def list_group(store: Store, call: Call, target: ResourceId) -> Answer:
    """The machines of a resource group."""
    holder = crud.group(store, target)
    return _list(store, call, holder.id)


def list_subscription(store: Store, call: Call, subscription: str) -> Answer:
    """The machines of a subscription; ``statusOnly=true`` gives their run-time status."""
    return _list(store, call, f"/subscriptions/{subscription}")


def list_location(store: Store, call: Call, subscription: str, location: str) -> Answer:
    """The machines of a subscription in one location."""
    place = known_location(location, "locations/virtualMachines")
    records = (r for r in crud.below(store, TYPE, f"/subscriptions/{subscription}") if r.location == place)
    return crud.page(store, call, TYPE, records)


def _list(store: Store, call: Call, scope: str) -> Answer:
    expression, expand = call.query.get("$filter", ""), call.query.get("$expand", "")
    if expression and not _SCALE_SET.fullmatch(expression):
        raise Refusal.FILTER.error(filter=expression)
    if expand and (expand.lower() != "instanceview" or not expression):
        raise Refusal.FILTER.error(filter=expand)
    # No scale sets are emulated, so none of the machines is in one.
    records = () if expression else crud.below(store, TYPE, scope)
    only = call.query.get("statusonly", "").lower() == "true"
    return crud.page(store, call, TYPE, records, _status if only else None)


def _with_status(store: Store, record: Record) -> Json:
    shown = TYPE.view(store, record)
    shown["properties"] = {**shown["properties"], "instanceView": instance_view(record, TYPE.state(record))}
    return shown


def _status(store: Store, record: Record) -> Json:
    """What a status-only list shows of a machine."""
    full = _with_status(store, record)
    kept = ("provisioningState", "instanceView", *_STATUS_ONLY)
    properties = {name: full["properties"][name] for name in kept}
    return {
        "name": full["name"],
        "id": full["id"],
        "type": full["type"],
        "location": record.location,
        "properties": properties,
    }
