"""Which request is which operation: fixed addresses in a table, resources by their ids.

The names of operations are those of Azure's access control:
https://learn.microsoft.com/en-us/azure/role-based-access-control/resource-provider-operations
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from cloudctl.sandbox.azure import crud, operations
from cloudctl.sandbox.azure.call import Answer, Call
from cloudctl.sandbox.azure.compute import images, machines, power, provider, reads, skus
from cloudctl.sandbox.azure.locations import NAMES
from cloudctl.sandbox.azure.refusals import Refusal
from cloudctl.sandbox.azure.registry import TYPES
from cloudctl.sandbox.azure.resource_id import ResourceId
from cloudctl.sandbox.azure.resource_types import ResourceType
from cloudctl.sandbox.azure.resources import groups, providers, subscriptions
from cloudctl.sandbox.azure.storage import table as storage
from cloudctl.sandbox.azure.storage.provider import VERSIONS as _STORAGE
from cloudctl.sandbox.azure.store import Store

Handler = Callable[[Store, Call], Answer]

_SUBSCRIPTION = "/subscriptions/{subscription}"
_GROUP = "/subscriptions/{subscription}/resourcegroups/{group}"
_COMPUTE = "/subscriptions/{subscription}/providers/Microsoft.Compute"
_IMAGES = _COMPUTE + "/locations/{location}/publishers"
_OFFERS = _IMAGES + "/{publisher}/artifacttypes/vmimage/offers"
_SKUS = _OFFERS + "/{offer}/skus"
_POLLS = _SUBSCRIPTION + "/providers/{namespace}/locations/{location}"
_RESOURCES = "Microsoft.Resources/subscriptions"
_PUBLISHERS = "Microsoft.Compute/locations/publishers"
_ACTIONS = {"GET": "read", "HEAD": "read", "PUT": "write", "PATCH": "write", "DELETE": "delete"}


@dataclass(frozen=True, slots=True)
class Route:
    """A request's operation; ``versions`` are its api-versions (none: any)."""

    operation: str
    run: Handler
    subscription: str | None = None
    versions: tuple[str, ...] = ()
    type: str = ""


@dataclass(frozen=True, slots=True)
class _Fixed:
    method: str
    template: str
    operation: str
    handler: Callable[..., Answer]
    versions: tuple[str, ...] = ()


def _status(store: Store, call: Call, subscription: str, namespace: str, location: str, id: str) -> Answer:
    return operations.status(store, call, id)


def _result(store: Store, call: Call, subscription: str, namespace: str, location: str, id: str) -> Answer:
    return operations.result(store, call, id)


def _group_result(store: Store, call: Call, subscription: str, id: str) -> Answer:
    return operations.result(store, call, id)


_SUBS = subscriptions.VERSIONS
_ARM = groups.VERSIONS
_VM = provider.VERSIONS
_TABLE = (
    _Fixed("GET", "/tenants", "Microsoft.Resources/tenants/read", subscriptions.tenants, _SUBS),
    _Fixed("GET", "/subscriptions", f"{_RESOURCES}/read", subscriptions.list_all, _SUBS),
    _Fixed("GET", _SUBSCRIPTION, f"{_RESOURCES}/read", subscriptions.get, _SUBS),
    _Fixed("GET", f"{_SUBSCRIPTION}/locations", f"{_RESOURCES}/locations/read", subscriptions.locations, _SUBS),
    _Fixed("GET", f"{_SUBSCRIPTION}/resources", f"{_RESOURCES}/resources/read", subscriptions.resources, _ARM),
    _Fixed("GET", f"{_SUBSCRIPTION}/operationresults/{{id}}", f"{_RESOURCES}/operationresults/read", _group_result),
    _Fixed("GET", f"{_SUBSCRIPTION}/providers", f"{_RESOURCES}/providers/read", providers.list_all, _ARM),
    _Fixed("GET", f"{_SUBSCRIPTION}/providers/{{namespace}}", f"{_RESOURCES}/providers/read", providers.get, _ARM),
    _Fixed(
        "POST",
        f"{_SUBSCRIPTION}/providers/{{namespace}}/register",
        "{namespace}/register/action",
        providers.register,
        _ARM,
    ),
    _Fixed("GET", f"{_SUBSCRIPTION}/resourcegroups", f"{_RESOURCES}/resourceGroups/read", groups.list_all, _ARM),
    _Fixed("PUT", _GROUP, f"{_RESOURCES}/resourceGroups/write", groups.put, _ARM),
    _Fixed("PATCH", _GROUP, f"{_RESOURCES}/resourceGroups/write", groups.patch, _ARM),
    _Fixed("GET", _GROUP, f"{_RESOURCES}/resourceGroups/read", groups.get, _ARM),
    _Fixed("HEAD", _GROUP, f"{_RESOURCES}/resourceGroups/read", groups.head, _ARM),
    _Fixed("DELETE", _GROUP, f"{_RESOURCES}/resourceGroups/delete", groups.delete, _ARM),
    _Fixed(
        "GET",
        f"{_GROUP}/resources",
        f"{_RESOURCES}/resourceGroups/resources/read",
        subscriptions.group_resources,
        _ARM,
    ),
    _Fixed("GET", f"{_POLLS}/operations/{{id}}", "{namespace}/locations/operations/read", _status),
    _Fixed("GET", f"{_POLLS}/operationResults/{{id}}", "{namespace}/locations/operationResults/read", _result),
    _Fixed("GET", f"{_COMPUTE}/skus", "Microsoft.Compute/skus/read", skus.list_skus, provider.SKU_VERSIONS),
    _Fixed(
        "GET",
        f"{_COMPUTE}/locations/{{location}}/vmSizes",
        "Microsoft.Compute/locations/vmSizes/read",
        skus.list_sizes,
        _VM,
    ),
    _Fixed(
        "GET",
        f"{_COMPUTE}/locations/{{location}}/virtualMachines",
        "Microsoft.Compute/locations/virtualMachines/read",
        reads.list_location,
        _VM,
    ),
    _Fixed("GET", _IMAGES, f"{_PUBLISHERS}/read", images.list_publishers, _VM),
    _Fixed("GET", _OFFERS, f"{_PUBLISHERS}/artifacttypes/offers/read", images.list_offers, _VM),
    _Fixed("GET", _SKUS, f"{_PUBLISHERS}/artifacttypes/offers/skus/read", images.list_skus, _VM),
    _Fixed(
        "GET",
        f"{_SKUS}/{{sku}}/versions",
        f"{_PUBLISHERS}/artifacttypes/offers/skus/versions/read",
        images.list_versions,
        _VM,
    ),
    _Fixed(
        "GET",
        f"{_SKUS}/{{sku}}/versions/{{version}}",
        f"{_PUBLISHERS}/artifacttypes/offers/skus/versions/read",
        images.get_version,
        _VM,
    ),
    *(_Fixed(*row, _STORAGE) for row in storage.ROWS),
)


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template), re.IGNORECASE)


_PATTERNS = tuple((fixed, _pattern(fixed.template)) for fixed in _TABLE)


def match(call: Call) -> Route:
    """The operation that a request asks for; refused when the sandbox has none for it."""
    path = call.path.rstrip("/")
    for fixed, pattern in _PATTERNS:
        if fixed.method == call.method and (found := pattern.fullmatch(path)):
            return _fixed(fixed, found.groupdict())
    return _resource(call, path.strip("/").split("/"))


def check_version(call: Call, route: Route) -> None:
    """Refuse a missing or unknown api-version."""
    version = call.query.get("api-version")
    if not version:
        raise Refusal.NO_API_VERSION.error()
    if not route.versions or version in route.versions:
        return
    if not route.type:
        raise Refusal.API_VERSION.error(version=version, versions=",".join(route.versions))
    raise Refusal.PROVIDER_VERSION.error(
        location="", version=version, type=route.type, versions=", ".join(route.versions), locations=NAMES
    )


def _fixed(fixed: _Fixed, values: dict[str, Any]) -> Route:
    operation = fixed.operation
    if "namespace" in values:
        values["namespace"] = providers.canonical(values["namespace"])
        operation = operation.format(namespace=values["namespace"])
    kind = "" if operation.startswith("Microsoft.Resources") else operation.partition("/")[2].rpartition("/")[0]
    return Route(operation, partial(fixed.handler, **values), values.get("subscription"), fixed.versions, kind)


def _resource(call: Call, parts: list[str]) -> Route:
    """Requests on resources: by id, lists below a group, a parent or a subscription, and actions."""
    lowered = [part.lower() for part in parts]
    if lowered[0] != "subscriptions" or "providers" not in lowered[2:] or parts[-1].lower() == "providers":
        raise Refusal.NOT_SERVED.error(what=f"{call.method} {call.path}")
    start = lowered.index("providers", 2)
    group = parts[3] if start == 4 and lowered[2] == "resourcegroups" else None
    if start != 2 and group is None:
        raise Refusal.NOT_SERVED.error(what=f"{call.method} {call.path}")
    namespace, rest = providers.canonical(parts[start + 1]), parts[start + 2 :]
    return _typed(call, parts[1], group, namespace, rest)


def _typed(call: Call, subscription: str, group: str | None, namespace: str, rest: list[str]) -> Route:
    kind, names, tail = _split(call, namespace, rest)
    target = _target(subscription, group, kind, names)
    listing = len(names) < kind.name.count("/")
    if tail:
        return _action(call, kind, target, tail[0])
    if listing and call.method != "GET":
        raise Refusal.NOT_SERVED.error(what=f"{call.method} {call.path}")
    handler = _list(kind, subscription, group, target) if listing else _single(call, kind, target)
    return Route(f"{kind.name}/{_ACTIONS[call.method]}", handler, subscription, kind.versions, _short(kind))


def _split(call: Call, namespace: str, rest: list[str]) -> tuple[ResourceType, list[str], list[str]]:
    """The type of a path, its names, and what follows a complete id (an action)."""
    types = [*rest[::2]]
    while types:
        kind = TYPES.get("/".join((namespace, *types)).lower())
        if kind is not None:
            used = 2 * len(types)
            return kind, rest[1:used:2], rest[used:]
        types.pop()
    version = call.query.get("api-version", "")
    raise Refusal.RESOURCE_TYPE.error(type="/".join(rest[::2]), namespace=namespace, version=version)


def _target(subscription: str, group: str | None, kind: ResourceType, names: list[str]) -> ResourceId:
    """The id in the type's own spelling; that of the parent for a list."""
    types = tuple(kind.name.split("/")[1 : len(names) + 1])
    return ResourceId(subscription, group or "", kind.namespace, types, tuple(names))


def _single(call: Call, kind: ResourceType, target: ResourceId) -> Handler:
    if call.method == "GET" and kind.name == machines.TYPE.name:
        return partial(reads.get, target=target)
    handlers: dict[str, Callable[..., Answer]] = {
        "GET": crud.get,
        "PUT": crud.put,
        "PATCH": crud.patch,
        "DELETE": crud.delete,
    }
    if call.method not in handlers or not target.group:
        raise Refusal.NOT_SERVED.error(what=f"{call.method} {call.path}")
    return partial(handlers[call.method], kind=kind, target=target)


def _list(kind: ResourceType, subscription: str, group: str | None, target: ResourceId) -> Handler:
    if kind.name == machines.TYPE.name:
        if group is None:
            return partial(reads.list_subscription, subscription=subscription)
        return partial(reads.list_group, target=target)
    if group is None:
        return partial(crud.list_all, kind=kind, subscription=subscription)
    return partial(crud.list_below, kind=kind, parent=target)


def _action(call: Call, kind: ResourceType, target: ResourceId, name: str) -> Route:
    """What stands after a complete id: ``start``, ``instanceView``."""
    if kind.name == machines.TYPE.name:
        if call.method == "GET" and name.lower() == "instanceview":
            run = partial(reads.get_instance_view, target=target)
            return Route(f"{kind.name}/instanceView/read", run, target.subscription, kind.versions, _short(kind))
        for action in power.ACTIONS:
            if call.method == "POST" and name.lower() == action.lower():
                run = partial(power.act, action=action, target=target)
                return Route(f"{kind.name}/{action}/action", run, target.subscription, kind.versions, _short(kind))
    raise Refusal.NOT_SERVED.error(what=f"{kind.name}/{name}")


def _short(kind: ResourceType) -> str:
    return kind.name.partition("/")[2]
