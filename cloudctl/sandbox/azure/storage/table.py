"""The requests of Microsoft.Storage that are not the generic ones on resources."""

from __future__ import annotations

from collections.abc import Callable

from cloudctl.sandbox.azure.call import Answer
from cloudctl.sandbox.azure.storage import accounts, containers, keys, policies, services
from cloudctl.sandbox.azure.storage.provider import ACCOUNTS, CONTAINERS, POLICIES, SERVICES

_PROVIDER = "/subscriptions/{subscription}/providers/Microsoft.Storage"
_ACCOUNT = "/subscriptions/{subscription}/resourcegroups/{group}/providers/Microsoft.Storage/storageAccounts/{account}"
_SERVICE = f"{_ACCOUNT}/blobServices/default"
_CONTAINER = f"{_SERVICE}/containers/{{container}}"
_POLICY = f"{_ACCOUNT}/managementPolicies/default"

ROWS: tuple[tuple[str, str, str, Callable[..., Answer]], ...] = (
    ("PUT", _ACCOUNT, f"{ACCOUNTS}/write", accounts.put),
    ("DELETE", _ACCOUNT, f"{ACCOUNTS}/delete", accounts.delete),
    ("POST", f"{_ACCOUNT}/listKeys", f"{ACCOUNTS}/listKeys/action", keys.list_keys),
    (
        "POST",
        f"{_PROVIDER}/checkNameAvailability",
        "Microsoft.Storage/checknameavailability/read",
        accounts.check_name,
    ),
    (
        "GET",
        f"{_PROVIDER}/locations/{{location}}/asyncoperations/{{id}}",
        "Microsoft.Storage/locations/asyncoperations/read",
        accounts.created,
    ),
    ("GET", f"{_ACCOUNT}/blobServices", f"{SERVICES}/read", services.list_all),
    ("GET", _SERVICE, f"{SERVICES}/read", services.get),
    ("PUT", _SERVICE, f"{SERVICES}/write", services.put),
    ("GET", f"{_SERVICE}/containers", f"{CONTAINERS}/read", containers.list_all),
    ("GET", _CONTAINER, f"{CONTAINERS}/read", containers.get),
    ("PUT", _CONTAINER, f"{CONTAINERS}/write", containers.put),
    ("PATCH", _CONTAINER, f"{CONTAINERS}/write", containers.patch),
    ("DELETE", _CONTAINER, f"{CONTAINERS}/delete", containers.delete),
    ("GET", _POLICY, f"{POLICIES}/read", policies.get),
    ("PUT", _POLICY, f"{POLICIES}/write", policies.put),
    ("DELETE", _POLICY, f"{POLICIES}/delete", policies.delete),
)
"""Method, address, operation, handler; all have the api-versions of the provider."""
