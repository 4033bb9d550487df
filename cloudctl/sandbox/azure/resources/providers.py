"""Resource providers and their registration in a subscription.

https://learn.microsoft.com/en-us/azure/azure-resource-manager/management/resource-providers-and-types
"""

from __future__ import annotations

import time

from cloudctl.sandbox.azure.call import Answer, Call, Json
from cloudctl.sandbox.azure.locations import LOCATIONS
from cloudctl.sandbox.azure.refusals import Refusal
from cloudctl.sandbox.azure.store import Store

NAMESPACES = (
    "Microsoft.Authorization",
    "Microsoft.Compute",
    "Microsoft.DBforMySQL",
    "Microsoft.DBforPostgreSQL",
    "Microsoft.ManagedIdentity",
    "Microsoft.Network",
    "Microsoft.Resources",
    "Microsoft.Sql",
    "Microsoft.Storage",
)
# These need no registration: https://learn.microsoft.com/en-us/azure/azure-resource-manager/management/
# resource-providers-and-types#register-resource-provider
_FREE = ("Microsoft.Resources", "Microsoft.Authorization")
_BY_KEY = {namespace.lower(): namespace for namespace in NAMESPACES}


def canonical(namespace: str) -> str:
    """A namespace in its own spelling; refused when there is no such provider."""
    try:
        return _BY_KEY[namespace.lower()]
    except KeyError:
        raise Refusal.NAMESPACE.error(namespace=namespace) from None


def state(store: Store, subscription: str, namespace: str) -> str:
    """``NotRegistered``, ``Registering`` or ``Registered``, by now."""
    if namespace in _FREE:
        return "Registered"
    since = store.registrations.get(_key(subscription, namespace))
    if since is None:
        return "NotRegistered"
    return "Registered" if time.time() >= since + store.settings.transition else "Registering"


def require_registration(store: Store, subscription: str, namespace: str) -> None:
    """Refuse a write while the provider is not registered (while it registers, writes pass already)."""
    if state(store, subscription, namespace) == "NotRegistered":
        row = Refusal.UNREGISTERED
        detail = {**row.error(namespace=namespace).body, "target": namespace}
        raise row.error(namespace=namespace, details=(detail,))


def get(store: Store, call: Call, subscription: str, namespace: str) -> Answer:
    return Answer(200, _view(store, subscription, canonical(namespace)))


def list_all(store: Store, call: Call, subscription: str) -> Answer:
    return Answer(200, {"value": [_view(store, subscription, namespace) for namespace in NAMESPACES]})


def register(store: Store, call: Call, subscription: str, namespace: str) -> Answer:
    namespace = canonical(namespace)
    if state(store, subscription, namespace) == "NotRegistered":
        store.registrations[_key(subscription, namespace)] = time.time()
    return Answer(200, _view(store, subscription, namespace))


def _key(subscription: str, namespace: str) -> str:
    return f"{subscription}/{namespace}".lower()


def _view(store: Store, subscription: str, namespace: str) -> Json:
    return {
        "id": f"/subscriptions/{subscription}/providers/{namespace}",
        "namespace": namespace,
        "registrationPolicy": "RegistrationFree" if namespace in _FREE else "RegistrationRequired",
        "registrationState": state(store, subscription, namespace),
        "resourceTypes": _types(namespace),
    }


def _types(namespace: str) -> list[Json]:
    from cloudctl.sandbox.azure.registry import TYPES

    return [
        {
            "resourceType": kind.name.partition("/")[2],
            "locations": [location.display for location in LOCATIONS.values()],
            "apiVersions": list(reversed(kind.versions)),
            "defaultApiVersion": kind.versions[-1],
            "capabilities": "SupportsTags, SupportsLocation" if kind.tracked else "None",
        }
        for kind in TYPES.values()
        if kind.namespace == namespace
    ]
