"""Resource groups."""

from __future__ import annotations

from typing import Any

from cloudctl.sandbox.azure import contract, crud, operations
from cloudctl.sandbox.azure.call import Answer, Call, Json
from cloudctl.sandbox.azure.filters import by_tag
from cloudctl.sandbox.azure.locations import LOCATIONS, NAMES, normalize
from cloudctl.sandbox.azure.refusals import Refusal
from cloudctl.sandbox.azure.resource_id import ResourceId
from cloudctl.sandbox.azure.resource_types import Behaviour, Change, ResourceType
from cloudctl.sandbox.azure.store import Record, Store

VERSIONS = (
    "2019-10-01",
    "2020-10-01",
    "2021-04-01",
    "2022-09-01",
    "2023-07-01",
    "2024-03-01",
    "2024-07-01",
    "2024-11-01",
    "2025-04-01",
)
_ACCOUNTS = "Microsoft.Storage/storageAccounts"
_MODELS = "azure.mgmt.resource.resources.models"


class ResourceGroups(Behaviour):
    """Deleting one deletes everything in it."""

    def view(self, store: Store, record: Record) -> Json:
        return {}

    def deleted(self, store: Store, record: Record) -> None:
        for inside in store.within(record.id):
            store.remove(inside)
            if inside.type == _ACCOUNTS:
                store.drop_account(inside.address.name)


TYPE = ResourceType(
    name="Microsoft.Resources/resourceGroups",
    versions=VERSIONS,
    model=f"{_MODELS}:ResourceGroup",
    patch=f"{_MODELS}:ResourceGroupPatchable",
    rule=r"[\w()\-.]*[\w()\-]",
    limit=90,
    behaviour=ResourceGroups(),
    instant=True,
)


def put(store: Store, call: Call, subscription: str, group: str) -> Answer:
    target = ResourceId(subscription, group)
    TYPE.check_name(target.name)
    old = store.get(target.key)
    change = Change(store, old.address if old else target, contract.check(TYPE.model, call.json()), old)
    return _write(change)


def patch(store: Store, call: Call, subscription: str, group: str) -> Answer:
    old = crud.group(store, ResourceId(subscription, group))
    body: Any = {**old.body, **contract.check(TYPE.patch, call.json())}
    return _write(Change(store, old.address, body, old, patch=True))


def get(store: Store, call: Call, subscription: str, group: str) -> Answer:
    record = _visible(store, ResourceId(subscription, group))
    return Answer(200, _view(store, record))


def head(store: Store, call: Call, subscription: str, group: str) -> Answer:
    _visible(store, ResourceId(subscription, group))
    return Answer(204)


def delete(store: Store, call: Call, subscription: str, group: str) -> Answer:
    record = crud.group(store, ResourceId(subscription, group))
    if record.change != "Deleting":
        crud.touch(store, record, "Deleting")
    return Answer(202, None, operations.headers(call, TYPE.namespace, record, store.begin()))


def list_all(store: Store, call: Call, subscription: str) -> Answer:
    matches = by_tag(call)
    groups = (record for record in crud.below(store, TYPE, f"/subscriptions/{subscription}") if matches(record))
    return crud.page(store, call, TYPE, groups, _view)


def _write(change: Change) -> Answer:
    if not change.location:
        raise Refusal.NO_LOCATION.error()
    wanted = change.body["location"] = normalize(change.location)
    if wanted not in LOCATIONS:
        raise Refusal.GROUP_REGION.error(location=wanted, locations=NAMES)
    if change.old:
        _check_change(change, change.old, wanted)
    record = crud.save(TYPE, change)
    return Answer(200 if change.old else 201, _view(change.store, record))


def _check_change(change: Change, old: Record, wanted: str) -> None:
    if old.change == "Deleting":
        raise Refusal.GROUP_DELETING.error(group=old.address.name)
    if old.location != wanted:
        raise Refusal.GROUP_LOCATION.error(name=old.address.name, location=old.location, wanted=wanted)


def _visible(store: Store, target: ResourceId) -> Record:
    record = crud.group(store, target)
    if not store.visible(record):
        raise Refusal.GROUP.error(group=target.group)
    return record


def _view(store: Store, record: Record) -> Json:
    state = "Deleting" if record.change == "Deleting" else "Succeeded"
    shown = {name: value for name, value in record.body.items() if name not in ("properties", "name")}
    return {
        "id": record.id,
        "name": record.address.name,
        "type": TYPE.name,
        **shown,
        "properties": {"provisioningState": state},
    }
