"""What the emulated subscriptions contain, and what has become of it by now."""

from __future__ import annotations

import time
import uuid
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from cloudctl.sandbox.azure.call import Json
from cloudctl.sandbox.azure.resource_id import ResourceId, parse
from cloudctl.sandbox.cloud import Settings
from cloudctl.sandbox.objects.store import ObjectStore
from cloudctl.sandbox.statefile import read_json, write_json

FILE = "azure.json"
_FORGET_OPERATIONS = 3600.0


@dataclass(slots=True)
class Record:
    """A resource. Times are seconds since the epoch.

    ``body`` is what was asked for and what was derived once; ``hidden`` is never shown. The last change
    (``Creating``, ``Updating``, ``Deleting``) runs until ``until``.
    """

    id: str
    type: str
    body: Json
    created: float
    change: str
    until: float
    etag: int = 1
    tag: str = field(default_factory=lambda: str(uuid.uuid4()))
    hidden: Json = field(default_factory=dict)

    @property
    def address(self) -> ResourceId:
        parsed = parse(self.id)
        assert parsed is not None
        return parsed

    @property
    def key(self) -> str:
        return self.id.lower()

    @property
    def properties(self) -> Json:
        properties: Json = self.body.setdefault("properties", {})
        return properties

    @property
    def location(self) -> str:
        return str(self.body.get("location", ""))


@dataclass(frozen=True, slots=True)
class Operation:
    """A long-running operation; it succeeds at ``until``. ``target`` is the id of what its result is, if any."""

    id: str
    started: float
    until: float
    target: str = ""


class Store:
    """Resources, registrations and operations, and the blobs in ``objects``. Not locked: the caller does that.

    ``host`` is the address that the last request was sent to; resources show their endpoints below it.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._path = settings.state / FILE
        self.objects = ObjectStore(settings.state, "azure")
        self.host = ""
        self._empty()
        self._load(self._path)

    def clear(self) -> None:
        self._empty()
        self.objects.clear()

    def _empty(self) -> None:
        self.records: dict[str, Record] = {}
        self.registrations: dict[str, float] = {}
        self.operations: dict[str, Operation] = {}
        self.deleting: set[str] = set()
        self._by_type: dict[str, dict[str, None]] = defaultdict(dict)
        self._by_parent: dict[str, dict[str, None]] = defaultdict(dict)
        self._referrers: dict[str, dict[str, None]] = defaultdict(dict)

    def snapshot(self) -> Json:
        """The content as JSON; nothing in it changes later, since bodies are replaced and never changed."""
        return {
            "records": [_saved(record) for record in self.records.values()],
            "registrations": dict(self.registrations),
            "operations": [asdict(operation) for operation in self.operations.values()],
            "objects": self.objects.snapshot(),
        }

    def write(self, content: Json) -> None:
        """Replace the state files."""
        self.objects.write(content["objects"])
        write_json(self._path, {name: part for name, part in content.items() if name != "objects"})

    def _load(self, path: Path) -> None:
        content = read_json(path)
        for record in content.get("records", []):
            self.put(Record(**record))
        self.registrations.update(content.get("registrations", {}))
        self.operations.update({o["id"]: Operation(**o) for o in content.get("operations", [])})

    def get(self, key: str) -> Record | None:
        """The record with an id in any case."""
        return self.records.get(key.lower())

    def put(self, record: Record) -> None:
        """Keep a record; called again whenever its references have changed."""
        self.remove(record)
        self.records[record.key] = record
        self._by_type[record.type.lower()][record.key] = None
        self._by_parent[_above(record)][record.key] = None
        for target in _references(record.body):
            self._referrers[target.lower()][record.key] = None
        if record.change == "Deleting":
            self.deleting.add(record.key)

    def remove(self, record: Record) -> None:
        old = self.records.pop(record.key, None)
        self._by_type[record.type.lower()].pop(record.key, None)
        self._by_parent[_above(record)].pop(record.key, None)
        self.deleting.discard(record.key)
        if old is not None:
            for referrers in [self._referrers[target] for target in old.hidden.get("references", ())]:
                referrers.pop(record.key, None)
        record.hidden["references"] = sorted({target.lower() for target in _references(record.body)})

    def of_type(self, kind: str) -> Iterator[Record]:
        """All records of a type, ordered by id."""
        return (self.records[key] for key in sorted(self._by_type[kind.lower()]))

    def children(self, parent: str, kind: str | None = None) -> list[Record]:
        """The records right below a resource or resource group, of one type or all, as they were made."""
        found = [self.records[key] for key in self._by_parent.get(parent.lower(), ())]
        return sorted((r for r in found if kind in (None, r.type)), key=lambda record: record.created)

    def within(self, parent: str) -> list[Record]:
        """Everything below a resource or resource group."""
        return [record for child in self.children(parent) for record in (child, *self.within(child.id))]

    def referrers(self, target: str, kind: str) -> list[Record]:
        """The records of a type whose bodies refer to a resource."""
        found = (self.records[key] for key in self._referrers.get(target.lower(), ()))
        return [record for record in found if record.type == kind]

    def begin(self, now: float | None = None, target: str = "") -> Operation:
        """Start a long-running operation."""
        started = time.time() if now is None else now
        operation = Operation(str(uuid.uuid4()), started, started + self.settings.transition, target)
        self.operations = {o.id: o for o in self.operations.values() if o.until > started - _FORGET_OPERATIONS}
        self.operations[operation.id] = operation
        return operation

    def drop_account(self, name: str) -> None:
        """Delete the containers of a storage account."""
        for bucket in [bucket for bucket in self.objects.buckets.values() if bucket.place == name]:
            self.objects.drop(bucket)

    def visible(self, record: Record) -> bool:
        """Whether reads show it already."""
        return time.time() - record.created >= self.settings.read_lag


def _above(record: Record) -> str:
    """The key of what a record is listed below; nothing for a resource group."""
    address = record.address
    return address.parent.key if address.types else ""


def _saved(record: Record) -> Json:
    saved: Json = {each.name: getattr(record, each.name) for each in fields(record)}
    return {**saved, "hidden": dict(record.hidden)}


def _references(value: Any) -> Iterator[str]:
    """Every ``id`` in a body that names a resource."""
    if isinstance(value, dict):
        for name, member in value.items():
            if name == "id" and isinstance(member, str) and parse(member):
                yield member
            else:
                yield from _references(member)
    elif isinstance(value, list):
        for member in value:
            yield from _references(member)
