"""What a row of the table of resource types says."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from enum import Enum

from cloudctl.sandbox.azure.call import Json
from cloudctl.sandbox.azure.locations import LOCATIONS, NAMES, normalize
from cloudctl.sandbox.azure.refusals import Refusal, Table
from cloudctl.sandbox.azure.resource_id import ResourceId
from cloudctl.sandbox.azure.store import Record, Store


class ETag(Enum):
    """How a type shows the version of a resource."""

    NONE = "none"
    WEAK = "weak"
    """A GUID: ``W/"6dc3e75c-..."`` (Microsoft.Network)."""
    COUNTER = "counter"
    """A number: ``"1"`` (Microsoft.Compute)."""


@dataclass(slots=True)
class Change:
    """A write of one resource: ``body`` is what it will be, ``old`` what it was; ``patch`` tells PATCH from PUT.

    ``children`` are the writes of child resources that came in the same body (None: it listed none);
    ``notes`` is what a behaviour's ``prepare`` tells its ``written``.
    """

    store: Store
    id: ResourceId
    body: Json
    old: Record | None
    patch: bool = False
    children: list[Change] | None = None
    notes: Json = field(default_factory=dict)

    @property
    def properties(self) -> Json:
        properties: Json = self.body.setdefault("properties", {})
        return properties

    @property
    def location(self) -> str:
        return str(self.body.get("location", ""))

    def referenced(self, reference: str) -> Record:
        """A resource that the body refers to; it must exist, in the same region."""
        found = self.store.get(reference)
        location = self.location
        if found is None or (location and _region(self.store, found) not in ("", location)):
            missing = {"code": "NotFound", "message": f"Resource {reference} not found."}
            raise Refusal.REFERENCE.error(reference=reference, id=self.id, details=(missing,))
        return found


class Behaviour:
    """What a type does beyond keeping a body; each type overrides what it needs."""

    def prepare(self, change: Change) -> None:
        """Check the body and fill in what the cloud decides. May refuse; changes nothing else."""

    def written(self, change: Change, record: Record) -> None:
        """The record is stored: make or change what belongs to it."""

    def view(self, store: Store, record: Record) -> Json:
        """The properties as they are shown, without provisioningState."""
        return record.properties

    def beside(self, store: Store, record: Record) -> Json:
        """What is shown beside the properties and is not in the body."""
        return {}

    def check_delete(self, store: Store, record: Record) -> None:
        """Refuse when the resource is in use."""

    def deleted(self, store: Store, record: Record) -> None:
        """The deletion is complete and the record gone: free what it held."""


@dataclass(frozen=True, slots=True)
class ResourceType:
    """One resource type.

    ``versions`` are the api-versions that it has, ``model`` and ``patch`` the SDK classes (``module:Class``)
    of its PUT and PATCH bodies, ``rule`` the pattern of its names; ``entity`` is what Microsoft.Compute calls
    the name in its errors. A type that is not ``tracked`` has neither location nor tags.
    """

    name: str
    versions: tuple[str, ...]
    model: str
    patch: str
    rule: str
    limit: int
    behaviour: Behaviour
    etag: ETag = ETag.NONE
    created: int = 201
    updated: int = 200
    tracked: bool = True
    entity: str = ""
    creating: str = "Creating"
    instant: bool = False
    deleting: Table = Refusal.BUSY

    @property
    def namespace(self) -> str:
        return self.name.partition("/")[0]

    @property
    def is_child(self) -> bool:
        return self.name.count("/") > 1

    def check_name(self, name: str) -> None:
        if len(name) <= self.limit and re.fullmatch(self.rule, name, re.ASCII):
            return
        if self.entity:
            raise Refusal.ENTITY_NAME.error(target=self.entity, rule=self.rule)
        raise Refusal.NAME.error(name=name, limit=self.limit, rule=self.rule)

    def state(self, record: Record) -> str:
        """The provisioning state by now."""
        if time.time() >= record.until:
            return "Succeeded"
        return self.creating if record.change == "Creating" else record.change

    def tag(self, record: Record) -> str:
        """The ETag header of a resource."""
        return f'W/"{record.tag}"' if self.etag is ETag.WEAK else f'"{record.etag}"'

    def view(self, store: Store, record: Record) -> Json:
        """A resource as it is shown."""
        shown: Json = {"name": record.address.name, "id": record.id, "type": self.name}
        if self.etag is not ETag.NONE:
            shown["etag"] = self.tag(record)
        shown |= {name: value for name, value in record.body.items() if name != "properties"}
        shown |= self.behaviour.beside(store, record)
        shown["properties"] = {"provisioningState": self.state(record), **self.behaviour.view(store, record)}
        return shown


def check_location(kind: ResourceType, change: Change) -> None:
    """Normalise the location and check that it exists, did not change and has the zones."""
    if not kind.tracked:
        return
    if not change.location:
        raise Refusal.NO_LOCATION.error()
    wanted = change.body["location"] = normalize(change.location)
    if wanted not in LOCATIONS:
        raise Refusal.REGION.error(location=wanted, type=kind.name, locations=NAMES)
    if change.old and change.old.location != wanted:
        raise Refusal.LOCATION_CHANGE.error(
            name=change.id.name, location=change.old.location, group=change.id.group, wanted=wanted
        )
    _check_zones(kind, change, wanted)


def _check_zones(kind: ResourceType, change: Change, location: str) -> None:
    zones, supported = change.body.get("zones") or [], LOCATIONS[location].zones
    if not set(zones) <= set(supported):
        raise Refusal.ZONE.error(
            zones=",".join(zones),
            type=kind.name,
            name=change.id.name,
            location=location,
            supported=",".join(supported),
        )


def _region(store: Store, record: Record) -> str:
    """The location of a resource; that of its parent for a child."""
    if record.location:
        return record.location
    parent = store.get(record.address.parent.key)
    return parent.location if parent else ""
