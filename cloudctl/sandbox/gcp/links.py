"""URLs of resources: making them, and reading the full and partial forms that the API takes."""

from __future__ import annotations

import re
from dataclasses import dataclass

BASE = "https://www.googleapis.com/compute/v1"

_REFERENCE = re.compile(
    r"(?:https?://[^/]+/compute/\w+/)?/?(?:projects/(?P<project>[^/]+)/)?"
    r"(?P<scope>global|zones/[^/]+|regions/[^/]+)/(?P<collection>\w+)/(?P<name>[^/]+(?:/[^/]+)?)"
)


@dataclass(frozen=True, slots=True)
class Reference:
    """Where a resource is: ``scope`` is ``global``, ``zones/Z`` or ``regions/R``."""

    project: str
    scope: str
    collection: str
    name: str

    @property
    def path(self) -> str:
        return f"projects/{self.project}/{self.scope}/{self.collection}/{self.name}"

    @property
    def url(self) -> str:
        return f"{BASE}/{self.path}"


def parse(text: str, project: str, collection: str) -> Reference | None:
    """Read a full or partial URL of a resource of the collection; ``project`` where the URL names none."""
    found = _REFERENCE.fullmatch(text)
    if found is None or found["collection"] != collection:
        return None
    return Reference(found["project"] or project, found["scope"], collection, found["name"])


def scope_url(project: str, scope: str) -> str:
    """The URL of a zone or region of the project."""
    return f"{BASE}/projects/{project}/{scope}"
