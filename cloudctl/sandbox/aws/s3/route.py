"""Which operation of S3 a request asks for, derived from botocore's service model."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qsl

from botocore.loaders import Loader
from botocore.model import OperationModel, ServiceModel

from cloudctl.sandbox.aws.s3.request import S3Request

_PLACES = {"/": 0, "/{Bucket}": 1, "/{Bucket}/{Key+}": 2}
# Every other required header is missed after the operation is known, as an error of that operation.
_TELLING = frozenset({"x-amz-copy-source"})


@dataclass(frozen=True, slots=True)
class Route:
    """What a request must have to be this operation; of several that fit, the one that asks for most is meant."""

    operation: str
    method: str
    place: int
    literals: tuple[tuple[str, str], ...]
    query: frozenset[str]
    headers: frozenset[str]
    deprecated: bool

    @property
    def weight(self) -> tuple[int, bool]:
        return len(self.literals) + len(self.query) + len(self.headers), not self.deprecated

    def fits(self, request: S3Request) -> bool:
        literal = all(name in request.query and request.query[name] == value for name, value in self.literals)
        return literal and self.query <= request.query.keys() and self.headers <= request.headers.keys()


@cache
def service() -> ServiceModel:
    """S3's service model."""
    return ServiceModel(Loader().load_service_model("s3", "service-2"), "s3")


def operation(request: S3Request) -> OperationModel | None:
    """The operation that is asked for; None for a request that the model does not have."""
    place = 2 if request.key else int(bool(request.bucket))
    fitting = [route for route in _routes().get((request.method, place), ()) if route.fits(request)]
    # Sorted by name, so ListBuckets comes before ListDirectoryBuckets, which has a host of its own.
    best = max(fitting, key=lambda route: route.weight, default=None)
    return service().operation_model(best.operation) if best else None


@cache
def _routes() -> dict[tuple[str, int], list[Route]]:
    table: dict[tuple[str, int], list[Route]] = {}
    for name in sorted(service().operation_names):
        if route := _route(service().operation_model(name)):
            table.setdefault((route.method, route.place), []).append(route)
    return table


def _route(model: OperationModel) -> Route | None:
    path, _, literals = model.http["requestUri"].partition("?")
    if path not in _PLACES:
        return None
    pairs = tuple(parse_qsl(literals, keep_blank_values=True))
    query = _required(model, "querystring")
    headers = _required(model, "header") & _TELLING
    return Route(model.name, model.http["method"], _PLACES[path], pairs, query, headers, model.deprecated)


def _required(model: OperationModel, location: str) -> frozenset[str]:
    shape: Any = model.input_shape
    needed = [shape.members[name].serialization for name in shape.required_members] if shape else []
    return frozenset(each["name"].lower() if location == "header" else each["name"]
                     for each in needed if each.get("location") == location)  # fmt: skip
