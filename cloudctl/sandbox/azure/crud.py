"""The generic requests on resources: PUT, PATCH, GET, HEAD, DELETE and the lists."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterable
from copy import deepcopy
from urllib.parse import quote, unquote

from cloudctl.sandbox.azure import contract, operations
from cloudctl.sandbox.azure.call import Answer, Call, Json
from cloudctl.sandbox.azure.refusals import Refusal
from cloudctl.sandbox.azure.resource_id import ResourceId
from cloudctl.sandbox.azure.resource_types import Change, ETag, ResourceType, check_location
from cloudctl.sandbox.azure.resources.providers import require_registration
from cloudctl.sandbox.azure.store import Record, Store

DEFAULT_PAGE = 1000
View = Callable[[Store, Record], Json]


def put(store: Store, call: Call, kind: ResourceType, target: ResourceId) -> Answer:
    """Create or replace a resource."""
    kind.check_name(target.name)
    target = _place(store, call, kind, target)
    old = store.get(target.key)
    check_not_deleting(kind, old)
    check_condition(call, kind, target, old)
    change = Change(store, target, contract.check(kind.model, call.json()), old)
    return _write(call, kind, change)


def patch(store: Store, call: Call, kind: ResourceType, target: ResourceId) -> Answer:
    """Change what the body names; tags are replaced as a whole."""
    old = require(store, kind, target)
    target = _place(store, call, kind, old.address)
    check_not_deleting(kind, old)
    check_condition(call, kind, target, old)
    body = deepcopy(old.body)
    _merge(body, contract.check(kind.patch, call.json()))
    return _write(call, kind, Change(store, target, body, old, patch=True))


def get(store: Store, call: Call, kind: ResourceType, target: ResourceId) -> Answer:
    record = require(store, kind, target, reading=True)
    return Answer(200, kind.view(store, record), etag_header(kind, record))


def delete(store: Store, call: Call, kind: ResourceType, target: ResourceId) -> Answer:
    """Start a deletion; 204 when there is nothing to delete."""
    group(store, target)
    record = store.get(target.key)
    if record is None:
        return Answer(204)
    check_condition(call, kind, target, record)
    if record.change != "Deleting":
        kind.behaviour.check_delete(store, record)
        touch(store, record, "Deleting")
    operation = store.begin()
    return Answer(202, None, operations.headers(call, kind.namespace, record, operation))


def list_all(store: Store, call: Call, kind: ResourceType, subscription: str) -> Answer:
    """All resources of a type in a subscription."""
    return page(store, call, kind, below(store, kind, f"/subscriptions/{subscription}"))


def list_below(store: Store, call: Call, kind: ResourceType, parent: ResourceId) -> Answer:
    """All resources of a type in a resource group, or below a parent resource."""
    holder = group(store, parent)
    if parent.types:
        holder = _parent(store, call, parent, kind)
    return page(store, call, kind, below(store, kind, holder.id))


def below(store: Store, kind: ResourceType, scope: str) -> Iterable[Record]:
    """The resources of a type whose ids continue that of a scope, ordered by id."""
    prefix = f"{scope}/".lower()
    return (record for record in store.of_type(kind.name) if record.key.startswith(prefix))


def page(store: Store, call: Call, kind: ResourceType, records: Iterable[Record], view: View | None = None) -> Answer:
    """One page of a list, with the link to the next; each record as ``view`` shows it (default: the type's own)."""
    found, link = cut(store, call, [record for record in records if store.visible(record)])
    value = [(view or kind.view)(store, record) for record in found]
    return Answer(200, {"value": value, "nextLink": link} if link else {"value": value})


def cut(store: Store, call: Call, records: list[Record]) -> tuple[list[Record], str | None]:
    """The records of the page that a call asks for and the link to the next page."""
    after = unquote(call.query.get("$skiptoken", ""))
    rest = [record for record in records if record.key > after]
    size = min(call.number("$top", DEFAULT_PAGE), store.settings.page_size or DEFAULT_PAGE)
    if len(rest) <= size:
        return rest, None
    token = quote(rest[size - 1].key, safe="")
    kept = {name: value for name, value in call.query.items() if name not in ("api-version", "$skiptoken")}
    return rest[:size], call.link(call.path, **kept, **{"$skiptoken": token})


def require(store: Store, kind: ResourceType, target: ResourceId, *, reading: bool = False) -> Record:
    """The resource, or its not-found error."""
    group(store, target)
    record = store.get(target.key)
    if record is None or (reading and not store.visible(record)):
        if kind.is_child:
            raise Refusal.CHILD.error(id=target)
        raise Refusal.RESOURCE.error(type=kind.name, name=target.path, group=target.group)
    return record


def group(store: Store, target: ResourceId) -> Record:
    """The resource group of an id."""
    found = store.get(ResourceId(target.subscription, target.group).key)
    if found is None:
        raise Refusal.GROUP.error(group=target.group)
    return found


def check_condition(call: Call, kind: ResourceType, target: ResourceId, record: Record | None) -> None:
    """The headers If-Match and If-None-Match."""
    if kind.etag is ETag.NONE:
        return
    match, none_match = call.headers.get("if-match"), call.headers.get("if-none-match")
    if none_match and record and none_match in ("*", kind.tag(record)):
        raise Refusal.PRECONDITION.error(condition=f"If-None-Match: {none_match}", id=target)
    if match and (record is None or match not in ("*", kind.tag(record))):
        raise Refusal.PRECONDITION.error(condition=f"If-Match: {match}", id=target)


def check_not_deleting(kind: ResourceType, record: Record | None, operation: str = "write") -> None:
    if record and record.change == "Deleting":
        raise kind.deleting.error(id=record.id, name=record.address.name, operation=operation)


def etag_header(kind: ResourceType, record: Record) -> dict[str, str]:
    return {} if kind.etag is ETag.NONE else {"ETag": kind.tag(record)}


def touch(store: Store, record: Record, change: str) -> None:
    """Note a change of a resource that runs from now on: a new ETag, a provisioning state."""
    record.change, record.until = change, time.time() + store.settings.transition
    record.etag, record.tag = record.etag + 1, str(uuid.uuid4())
    store.put(record)


def settle(store: Store) -> None:
    """Complete the deletions whose time has come."""
    from cloudctl.sandbox.azure.registry import TYPES

    now = time.time()
    due = [record for key in store.deleting if (record := store.records[key]).until <= now]
    for record in sorted(due, key=lambda record: record.until):
        if record.key in store.records:
            store.remove(record)
            TYPES[record.type.lower()].behaviour.deleted(store, record)


def _place(store: Store, call: Call, kind: ResourceType, target: ResourceId) -> ResourceId:
    """The id with the spelling of what exists already; refused where nothing can be written."""
    holder = group(store, target)
    require_registration(store, target.subscription, kind.namespace)
    if holder.change == "Deleting":
        raise Refusal.GROUP_DELETING.error(group=holder.address.name)
    if kind.is_child:
        return _parent(store, call, target.parent, kind).address.child(target.types[-1], target.name)
    old = store.get(target.key)
    return old.address if old else holder.address.resource(target)


def _parent(store: Store, call: Call, parent: ResourceId, kind: ResourceType) -> Record:
    found = store.get(parent.key)
    if found is None:
        verb = "write" if call.method in ("PUT", "PATCH") else "read"
        raise Refusal.PARENT.error(verb=verb, type=kind.name, parent=parent.path)
    return found


def _write(call: Call, kind: ResourceType, change: Change) -> Answer:
    check_location(kind, change)
    kind.behaviour.prepare(change)
    record = save(kind, change)
    kind.behaviour.written(change, record)
    status = kind.updated if change.old else kind.created
    headers = etag_header(kind, record)
    # The SDKs accept no 202 to a PATCH, and a PUT that is done at once has no operation to poll.
    if not kind.instant:
        operation = change.store.begin()
        headers |= operations.headers(call, kind.namespace, record, operation, location=status == 202)
    return Answer(status, kind.view(change.store, record), headers)


def save(kind: ResourceType, change: Change) -> Record:
    """Store what a change has prepared."""
    store, now = change.store, time.time()
    if change.old is not None:
        change.old.body = change.body
        touch(store, change.old, "Updating")
        return change.old
    until = now if kind.instant else now + store.settings.transition
    record = Record(str(change.id), kind.name, change.body, now, "Creating", until)
    store.put(record)
    return record


def _merge(body: Json, changes: Json) -> None:
    for name, value in changes.items():
        if name != "tags" and isinstance(value, dict) and isinstance(body.get(name), dict):
            _merge(body[name], value)
        else:
            body[name] = value
