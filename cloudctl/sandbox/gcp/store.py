"""What the emulated project holds: resources and operations, in memory and in one JSON file."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from cloudctl.sandbox.gcp.links import Reference
from cloudctl.sandbox.gcp.values import numeric_id, timestamp

_VERSION = 1


@dataclass(slots=True)
class Resource:
    """A resource. Times are seconds since the epoch; ``gone`` is when its deletion is complete.

    ``timeline`` holds the states that the resource enters and when, the future ones too: a state is
    what the clock says, polled or not.
    """

    at: Reference
    id: str
    born: float
    body: dict[str, Any]
    timeline: list[tuple[float, str]] = field(default_factory=list)
    gone: float | None = None

    def status(self, now: float) -> str:
        return next((state for start, state in reversed(self.timeline) if start <= now), self.timeline[0][1])

    def exists(self, now: float) -> bool:
        return self.gone is None or now < self.gone

    def common_fields(self, kind: str) -> dict[str, Any]:
        """The fields that resources of every kind have, and the place that this one is in."""
        fields = {
            "kind": kind,
            "id": self.id,
            "creationTimestamp": timestamp(self.born),
            "name": self.at.name,
            "selfLink": self.at.url,
        }
        place, _, _ = self.at.scope.partition("/")
        if place != "global":
            fields[place.removesuffix("s")] = self.at.url.rsplit("/", 2)[0]
        return fields


@dataclass(slots=True)
class Operation:
    """A mutation under way or done. ``error`` is code, message, HTTP status and its phrase, details."""

    at: Reference
    id: str
    type: str
    target: Reference
    target_id: str
    began: float
    ends: float
    request_id: str | None = None
    digest: str = ""
    error: dict[str, Any] | None = None


class Store:
    """Resources by collection, place and name; operations by place and name. Callers hold the lock."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.clear()
        if path.exists():
            self._load(json.loads(path.read_text()))

    def clear(self) -> None:
        self._resources: dict[tuple[str, str], dict[tuple[str, str], Resource]] = {}
        self.operations: dict[Reference, Operation] = {}
        self._requests: dict[tuple[str, str], Operation] = {}

    def add(self, at: Reference, body: dict[str, Any], now: float) -> Resource:
        resource = Resource(at, numeric_id(), now, body)
        self._place(resource)
        return resource

    def _place(self, resource: Resource) -> None:
        at = resource.at
        self._resources.setdefault((at.project, at.collection), {})[at.scope, at.name] = resource

    def find(self, at: Reference, now: float) -> Resource | None:
        """By name, or by numeric id as the API allows."""
        kept = self._resources.get((at.project, at.collection), {})
        found = kept.get((at.scope, at.name))
        if found is None and at.name.isdigit():
            found = next((one for one in kept.values() if one.id == at.name and one.at.scope == at.scope), None)
        return found if found is not None and found.exists(now) else None

    def all(self, project: str, collection: str, now: float) -> Iterator[Resource]:
        kept = self._resources.get((project, collection), {})
        return (resource for resource in kept.values() if resource.exists(now))

    def holds(self, project: str) -> bool:
        """Whether anything was ever made in the project."""
        return any(owner == project for owner, _ in self._resources)

    def record(self, operation: Operation) -> None:
        self.operations[operation.at] = operation
        if operation.request_id:
            self._requests[operation.at.project, operation.request_id] = operation

    def requested(self, project: str, request_id: str) -> Operation | None:
        return self._requests.get((project, request_id))

    def snapshot(self, now: float) -> str:
        """The state as JSON text; what is gone is forgotten here."""
        for place, kept in self._resources.items():
            self._resources[place] = {name: one for name, one in kept.items() if one.exists(now)}
        resources = [one for kept in self._resources.values() for one in kept.values()]
        content = {"version": _VERSION, "resources": resources, "operations": [*self.operations.values()]}
        return json.dumps(content, default=_members)

    def _load(self, content: dict[str, Any]) -> None:
        if content["version"] != _VERSION:
            return
        for saved in content["resources"]:
            timeline = [(start, state) for start, state in saved.pop("timeline")]
            self._place(Resource(Reference(**saved.pop("at")), timeline=timeline, **saved))
        for saved in content["operations"]:
            at, target = Reference(**saved.pop("at")), Reference(**saved.pop("target"))
            self.record(Operation(at, target=target, **saved))

    def write(self, content: str) -> None:
        """Replace the file in one step; only its owner can read it."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=self._path.parent, prefix=self._path.name)
        with os.fdopen(handle, "w") as stream:
            stream.write(content)
        Path(temporary).replace(self._path)


def _members(value: Any) -> dict[str, Any]:
    """A dataclass as JSON; unlike ``asdict`` it copies nothing, which counts with thousands of instances."""
    return {member.name: getattr(value, member.name) for member in fields(value)}
