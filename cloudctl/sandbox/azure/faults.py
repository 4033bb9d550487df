"""The error replies that a client of Azure must expect at any time, in their documented form."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from cloudctl.sandbox.azure.call import Call, Json
from cloudctl.sandbox.azure.refusals import Refused

_CLIENT = "sandbox@example.com"
_OBJECT = "00000000-0000-4000-8000-00000000000b"
_NETWORK = "Microsoft.Network/"
_STORAGE = "Microsoft.Storage/"


@dataclass(frozen=True, slots=True)
class Fault:
    """A reply: its status, the error's code and message, and headers of its own."""

    status: int
    code: str
    message: str
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def body(self) -> Json:
        return {"error": {"code": self.code, "message": self.message}}


def fault(call: Call, operation: str, kind: str) -> Fault:
    """The fault of a kind for a request; KeyError for an unknown kind."""
    builders = {
        "throttle": _throttle,
        "error": _error,
        "denied": _denied,
        "unauthenticated": _unauthenticated,
        "expired": _expired,
        "quota": _quota,
        "capacity": _capacity,
    }
    return builders[kind](call, operation)


def _throttle(call: Call, operation: str) -> Fault:
    # https://learn.microsoft.com/en-us/azure/azure-resource-manager/management/request-limits-and-throttling
    if operation.startswith("Microsoft.Compute/"):
        # https://learn.microsoft.com/en-us/troubleshoot/azure/virtual-machines/windows/
        # troubleshooting-throttling-errors
        message = "The server rejected the request because too many requests have been received for this subscription."
        return Fault(429, "OperationNotAllowed", message, {"Retry-After": "1"})
    message = f"The request for subscription '{_subscription(call)}' was throttled. Please try again after '1' seconds."
    return Fault(429, "TooManyRequests", message, {"Retry-After": "1"})


def _error(call: Call, operation: str) -> Fault:
    if operation.startswith(_STORAGE):
        # https://learn.microsoft.com/en-us/rest/api/storagerp/srp_error_codes_common
        return Fault(500, "InternalError", "The server encountered an internal error. Please retry the request.")
    if call.method == "GET":
        return Fault(503, "ServiceUnavailable", "The service is temporarily unavailable. Please try again later.")
    return Fault(500, "InternalServerError", "Encountered internal server error. Please try again later.")


def _denied(call: Call, operation: str) -> Fault:
    # https://learn.microsoft.com/en-us/azure/role-based-access-control/troubleshooting
    message = (
        f"The client '{_CLIENT}' with object id '{_OBJECT}' does not have authorization to perform action "
        f"'{operation}' over scope '{call.path}' or the scope is invalid. If access was recently granted, please "
        "refresh your credentials."
    )
    return Fault(403, "AuthorizationFailed", message)


def _unauthenticated(call: Call, operation: str) -> Fault:
    headers = {"WWW-Authenticate": 'Bearer error="invalid_token", error_description="The access token is invalid."'}
    return Fault(401, "InvalidAuthenticationToken", "The access token is invalid.", headers)


def _expired(call: Call, operation: str) -> Fault:
    message = "The access token expiry UTC time is earlier than current UTC time."
    return Fault(401, "ExpiredAuthenticationToken", message, {"WWW-Authenticate": 'Bearer error="invalid_token"'})


def _quota(call: Call, operation: str) -> Fault:
    # https://learn.microsoft.com/en-us/azure/azure-resource-manager/troubleshooting/error-resource-quota
    location = _location(call)
    if operation.startswith(_NETWORK):
        kind = operation.split("/")[1]
        message = f"Cannot create more than 1000 {kind} for this subscription in this region."
        return Fault(400, f"{kind[0].upper()}{kind[1:]}CountLimitReached", message)
    if operation.startswith(_STORAGE):
        # https://learn.microsoft.com/en-us/rest/api/storagerp/srp_error_codes_create_storage_account
        return Fault(409, "MaxStorageAccountsCountPerSubscriptionExceeded", _storage_quota(call, location))
    message = (
        "Operation could not be completed as it results in exceeding approved Total Regional Cores quota. Additional "
        f"details - Deployment Model: Resource Manager, Location: {location}, Current Limit: 10, Current Usage: 10, "
        "Additional Required: 2, (Minimum) New Limit Required: 12."
    )
    return Fault(409, "OperationNotAllowed", message)


def _storage_quota(call: Call, location: str) -> str:
    # Accounts are all that Azure Storage has a quota of: containers and blobs are without number.
    # https://learn.microsoft.com/en-us/azure/storage/common/scalability-targets-standard-account
    return (
        f"Subscription {_subscription(call)} already contains 250 storage accounts with Standard Dns endpoints in "
        f"location {location} and the maximum allowed is 250."
    )


def _capacity(call: Call, operation: str) -> Fault:
    # https://learn.microsoft.com/en-us/troubleshoot/azure/virtual-machines/windows/allocation-failure
    body = _body(call)
    size = (body.get("properties") or {}).get("hardwareProfile", {}).get("vmSize", "")
    if size and not body.get("zones"):
        message = (
            f"The requested VM size for resource 'Following SKUs have failed for Capacity Restrictions: {size}' is "
            f"currently not available in location '{_location(call)}'. Please try another size or deploy to a "
            "different location or different zone. See https://aka.ms/azureskunotavailable for details."
        )
        return Fault(409, "SkuNotAvailable", message)
    place = "zone" if body.get("zones") else "region"
    message = (
        f"Allocation failed. We do not have sufficient capacity for the requested VM size in this {place}. Read more "
        "about improving likelihood of allocation success at http://aka.ms/allocation-guidance"
    )
    return Fault(409, "ZonalAllocationFailed" if body.get("zones") else "AllocationFailed", message)


def _body(call: Call) -> Json:
    """The body; empty when there is none that could be read."""
    try:
        return call.json()
    except Refused:
        return {}


def _location(call: Call) -> str:
    return str(_body(call).get("location", "eastus"))


def _subscription(call: Call) -> str:
    found = re.match("/subscriptions/([^/]+)", call.path, re.IGNORECASE)
    return found[1] if found else ""
