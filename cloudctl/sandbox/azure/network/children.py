"""Child resources that may also be written inside the body of their parent."""

from __future__ import annotations

from abc import abstractmethod

from cloudctl.sandbox.azure import crud
from cloudctl.sandbox.azure.call import Json
from cloudctl.sandbox.azure.refusals import Refusal
from cloudctl.sandbox.azure.resource_types import Behaviour, Change, ResourceType
from cloudctl.sandbox.azure.store import Record, Store


class Child(Behaviour):
    """A child is checked against its parent and its siblings, whichever way it is written."""

    @abstractmethod
    def check(self, change: Change, parent: Json, siblings: list[Json]) -> None:
        """Check and complete the body; ``parent`` is the parent's properties, ``siblings`` are bodies."""

    def prepare(self, change: Change) -> None:
        parent = change.store.get(change.id.parent.key)
        assert parent is not None
        records = change.store.children(parent.id, change.id.type)
        siblings = [record.body for record in records if record.key != change.id.key]
        self.complete(change, parent.properties, siblings)

    def complete(self, change: Change, parent: Json, siblings: list[Json]) -> None:
        change.body.pop("id", None)
        change.body["name"] = change.id.name
        self.check(change, parent, siblings)


def prepare(change: Change, kind: ResourceType, member: str, child: Child) -> None:
    """Check the children that a body lists; without a list the children stay as they are."""
    listed = change.properties.pop(member, None)
    if listed is None:
        return
    changes = [_change(change, kind, body) for body in listed]
    for each in changes:
        siblings = [other.body for other in changes if other is not each]
        child.complete(each, change.properties, siblings)
    change.children = changes
    for record in _missing(change, kind):
        child.check_delete(change.store, record)


def write(change: Change, kind: ResourceType) -> None:
    """Make the children that were listed and remove the others."""
    if change.children is None:
        return
    for record in _missing(change, kind):
        change.store.remove(record)
    for each in change.children:
        crud.save(kind, each)


def remove(store: Store, parent: Record, kind: ResourceType) -> None:
    """The parent is gone, and its children with it."""
    for record in store.children(parent.id, kind.name):
        store.remove(record)


def _change(change: Change, kind: ResourceType, body: Json) -> Change:
    if not body.get("name"):
        raise Refusal.REQUIRED.error(name="name")
    kind.check_name(body["name"])
    target = change.id.child(kind.name.rpartition("/")[2], body["name"])
    return Change(change.store, target, body, change.store.get(target.key))


def _missing(change: Change, kind: ResourceType) -> list[Record]:
    kept = {each.id.key for each in change.children or ()}
    return [record for record in change.store.children(str(change.id), kind.name) if record.key not in kept]
