"""One request to the API, checked, with what a behaviour needs to answer it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cloudctl.sandbox.cloud import Settings
from cloudctl.sandbox.gcp.discovery import Discovery, Method
from cloudctl.sandbox.gcp.errors import Json, Refused, invalid, not_found
from cloudctl.sandbox.gcp.links import Reference, parse
from cloudctl.sandbox.gcp.refusals import Refusal
from cloudctl.sandbox.gcp.store import Resource, Store


@dataclass(frozen=True, slots=True)
class Call:
    """A request: ``parameters`` of path and query, ``now`` in seconds since the epoch.

    ``digest`` is equal for equal requests.
    """

    method: Method
    parameters: Mapping[str, Any]
    body: Json
    now: float
    digest: str
    store: Store
    discovery: Discovery
    settings: Settings

    @property
    def project(self) -> str:
        return str(self.parameters["project"])

    @property
    def scope(self) -> str:
        """``zones/Z``, ``regions/R`` or ``global``: where the request looks."""
        order = self.method.order[:-1] if self.method.names_resource else self.method.order
        place = next((one for one in ("zone", "region") if one in order), None)
        return f"{place}s/{self.parameters[place]}" if place else "global"

    @property
    def zone(self) -> str | None:
        return self.parameters.get("zone")

    @property
    def target(self) -> Reference:
        """The resource that the path names."""
        return self.at(str(self.parameters[self.method.order[-1]]))

    def at(self, name: str, collection: str | None = None, scope: str | None = None) -> Reference:
        """A resource of this name in the place where the request looks."""
        return Reference(self.project, scope or self.scope, collection or self.method.collection, name)

    def find(self, at: Reference) -> Resource:
        """Raises notFound. Writes see everything; reads use :meth:`read`."""
        if resource := self.store.find(at, self.now):
            return resource
        raise not_found(at.path)

    def shows(self, resource: Resource) -> bool:
        """Whether reads see the resource yet."""
        return resource.born + self.settings.read_lag <= self.now

    def read(self) -> Resource:
        """The resource that the path names, for a reply."""
        resource = self.find(self.target)
        if self.shows(resource):
            return resource
        raise not_found(self.target.path)

    def change(self) -> Resource:
        """The resource that the path names, for a change: one that is being deleted takes none."""
        resource = self.find(self.target)
        if resource.gone is not None:
            raise not_ready(resource)
        return resource

    def referred(self, text: str, field: str, collection: str) -> Reference:
        """Read a field that names a resource by full or partial URL."""
        if at := parse(text, self.project, collection):
            return at
        raise invalid(Refusal.REFERENCE_MALFORMED, field, text, "The URL is malformed.")

    def kind(self, schema: str) -> str:
        """The ``kind`` of a schema, for example ``compute#instance``."""
        return str(self.discovery.schemas[schema]["properties"]["kind"]["default"])


def not_ready(resource: Resource) -> Refused:
    """The resource is in a state in which the request is not possible."""
    return Refused(Refusal.RESOURCE_NOT_READY, f"The resource '{resource.at.path}' is not ready")
