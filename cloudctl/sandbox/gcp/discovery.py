"""Google's discovery document, compiled into routes.

The document is the one that the google-api-python-client wheel carries; it is read once, at the first
request. Format: https://developers.google.com/discovery/v1/reference/apis
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from typing import Any

Schema = dict[str, Any]

_PLACES = {"project": "projects", "zone": "zones", "region": "regions"}


@dataclass(frozen=True, slots=True)
class Method:
    """One method of the API: ``order`` is the path parameters from left to right."""

    id: str
    verb: str
    order: tuple[str, ...]
    parameters: dict[str, Schema]
    request: str | None
    response: str | None

    @property
    def collection(self) -> str:
        return self.id.split(".")[-2]

    @property
    def name(self) -> str:
        return self.id.rsplit(".", 1)[-1]

    @property
    def names_resource(self) -> bool:
        """Whether the last path parameter is a resource of the collection, not the place to look in."""
        return _PLACES.get(self.order[-1], self.collection) == self.collection


@dataclass(frozen=True, slots=True)
class Route:
    pattern: re.Pattern[str]
    method: Method


class Discovery:
    """The methods and schemas of one API, for example ``Discovery("compute.v1")``."""

    def __init__(self, document: str) -> None:
        self._document = document

    @cached_property
    def _content(self) -> dict[str, Any]:
        folder = files("googleapiclient.discovery_cache") / "documents"
        return dict(json.loads((folder / f"{self._document}.json").read_text()))

    @cached_property
    def schemas(self) -> Mapping[str, Schema]:
        return dict(self._content["schemas"])

    @cached_property
    def common_parameters(self) -> Mapping[str, Schema]:
        """Query parameters that every method takes."""
        return dict(self._content["parameters"])

    @cached_property
    def methods(self) -> Mapping[str, Method]:
        return {route.method.id: route.method for routes in self._routes.values() for route in routes}

    @cached_property
    def _routes(self) -> dict[tuple[str, int], list[Route]]:
        prefix = "/" + self._content["servicePath"]
        routes: dict[tuple[str, int], list[Route]] = {}
        for described in _methods(self._content):
            path = prefix + described.get("flatPath", described["path"])
            routes.setdefault((described["httpMethod"], path.count("/")), []).append(_route(path, described))
        for same_length in routes.values():
            same_length.sort(key=lambda route: -len(re.sub(r"\(\?P.*?\)", "", route.pattern.pattern)))
        return routes

    def match(self, verb: str, path: str) -> tuple[Method, dict[str, str]] | None:
        """The method that a request asks for, and its path parameters; fixed segments beat parameters."""
        for route in self._routes.get((verb, path.count("/")), ()):
            if found := route.pattern.fullmatch(path):
                return route.method, found.groupdict()
        return None


def _methods(resource: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    yield from resource.get("methods", {}).values()
    for inner in resource.get("resources", {}).values():
        yield from _methods(inner)


def _route(path: str, described: dict[str, Any]) -> Route:
    pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(path))
    method = Method(
        id=described["id"],
        verb=described["httpMethod"],
        order=tuple(re.findall(r"{(\w+)}", path)),
        parameters=described.get("parameters", {}),
        request=described.get("request", {}).get("$ref"),
        response=described.get("response", {}).get("$ref"),
    )
    return Route(re.compile(pattern), method)
