"""Which methods are served, and by what."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from cloudctl.sandbox.gcp import (
    attributes,
    catalogue,
    disks,
    firewalls,
    instance_changes,
    instance_create,
    instance_states,
    networks,
    operations,
)
from cloudctl.sandbox.gcp.call import Call
from cloudctl.sandbox.gcp.errors import Json
from cloudctl.sandbox.gcp.listing import EVERYWHERE, IN_REGIONS, IN_ZONES, Row, in_all_places, in_one_place
from cloudctl.sandbox.gcp.store import Resource

Handler = Callable[[Call], Json]
_View = Callable[[Call, Resource], Json]
_Rows = Callable[[Call], Iterable[Row]]


def _get(view: _View, call: Call) -> Json:
    return view(call, call.read())


def _stored_rows(view: _View, call: Call) -> Iterator[Row]:
    for resource in call.store.all(call.project, call.method.collection, call.now):
        if call.shows(resource):
            yield Row(resource.at.scope, resource.at.name, resource.born, partial(view, call, resource))


def _lists(rows: _Rows, scopes: tuple[str, ...] = ()) -> dict[str, Handler]:
    listed: dict[str, Handler] = {"list": lambda call: in_one_place(call, rows(call))}
    if scopes:
        listed["aggregatedList"] = lambda call: in_all_places(call, rows(call), scopes)
    return listed


def _reads(view: _View, scopes: tuple[str, ...] = ()) -> dict[str, Handler]:
    return {"get": partial(_get, view), **_lists(partial(_stored_rows, view), scopes)}


_COLLECTIONS: dict[str, dict[str, Handler]] = {
    "instances": _reads(instance_states.view, IN_ZONES)
    | instance_states.POWER
    | {
        "insert": instance_create.insert,
        "delete": instance_states.delete,
        "setLabels": attributes.set_labels,
        "setMetadata": instance_changes.set_metadata,
        "setTags": instance_changes.set_tags,
        "setMachineType": instance_changes.set_machine_type,
        "setDeletionProtection": instance_changes.set_deletion_protection,
        "setDiskAutoDelete": instance_changes.set_disk_auto_delete,
    },
    "disks": _reads(disks.view, IN_ZONES)
    | {
        "insert": disks.insert,
        "delete": disks.delete,
        "resize": disks.resize,
        "setLabels": attributes.set_labels,
    },
    "firewalls": _reads(firewalls.view)
    | {
        "insert": firewalls.insert,
        "patch": firewalls.patch,
        "update": firewalls.update,
        "delete": firewalls.delete,
    },
    "networks": _reads(networks.view_network) | {"insert": networks.insert, "delete": networks.delete},
    "subnetworks": _reads(networks.view_subnetwork, IN_REGIONS)
    | {"insert": networks.insert_subnetwork, "delete": networks.delete_subnetwork},
    "zones": {"get": catalogue.get_zone} | _lists(catalogue.zone_rows),
    "regions": {"get": catalogue.get_region} | _lists(catalogue.region_rows),
    "machineTypes": {"get": catalogue.get_machine_type} | _lists(catalogue.machine_type_rows, IN_ZONES),
    "images": {"get": catalogue.get_image, "getFromFamily": catalogue.get_image_from_family}
    | _lists(catalogue.image_rows),
    "projects": {"get": catalogue.get_project},
    # The wait itself is the application's: it must not hold the lock.
    **{
        collection: {"get": operations.get, "wait": operations.get} | _lists(operations.rows, scopes)
        for collection, scopes in (("zoneOperations", ()), ("regionOperations", ()), ("globalOperations", EVERYWHERE))
    },
}

HANDLERS: dict[str, Handler] = {
    f"compute.{collection}.{name}": handler
    for collection, methods in _COLLECTIONS.items()
    for name, handler in methods.items()
}
