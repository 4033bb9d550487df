"""Azure's error replies as CloudErrors.

The bodies are those of Azure's troubleshooting pages
(https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors,
https://learn.microsoft.com/troubleshoot/azure/virtual-machines/windows/error-messages) and of public reports.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
import requests
from azure.core.exceptions import (
    ClientAuthenticationError,
    HttpResponseError,
    ServiceRequestError,
    ServiceResponseError,
)
from azure.core.rest import HttpRequest
from cloudctl_azure.error_codes import _TABLE
from cloudctl_azure.errors import operation_error, translate
from urllib3.exceptions import NameResolutionError

from cloudctl.errors import CloudError, Kind

SCOPE = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/web"


class Reply:
    """What azure.core's exceptions read of a response."""

    def __init__(
        self,
        status: int,
        body: object,
        headers: Mapping[str, str] | None = None,
        sent: Mapping[str, str] | None = None,
    ) -> None:
        self.status_code = status
        self.reason = "Because"
        self.headers = {"x-ms-request-id": "req-1", **(headers or {})}
        self.request = HttpRequest("PUT", "https://management.azure.com/", headers=dict(sent or {}))
        self._body = body if isinstance(body, str) else json.dumps(body)

    def text(self) -> str:
        return self._body

    def body(self) -> bytes:
        return self._body.encode()

    def json(self) -> Any:
        return json.loads(self._body)


def error(
    status: int,
    code: str,
    message: str = "told so",
    headers: Mapping[str, str] | None = None,
    sent: Mapping[str, str] | None = None,
    details: list[dict[str, str]] | None = None,
) -> CloudError:
    inner: dict[str, object] = {"code": code, "message": message}
    if details:
        inner["details"] = details
    found = translate(HttpResponseError(response=Reply(status, {"error": inner}, headers, sent)))  # type: ignore[arg-type]
    assert found is not None
    return found


CASES = [
    (404, "ResourceNotFound", "The Resource 'x' was not found.", Kind.NOT_FOUND, False),
    (404, "ResourceGroupNotFound", "Resource group 'g' could not be found.", Kind.NOT_FOUND, False),
    (404, "SubscriptionNotFound", "The subscription 's' could not be found.", Kind.NOT_FOUND, False),
    (400, "InvalidResourceReference", "Resource x referenced by y was not found.", Kind.NOT_FOUND, False),
    (409, "AnotherOperationInProgress", "Another operation on this resource is in progress.", Kind.CONFLICT, True),
    (429, "RetryableError", "A retryable error occurred.", Kind.CONFLICT, True),
    (400, "NicInUse", "Network Interface n is used by existing resource v.", Kind.CONFLICT, True),
    (400, "NicReservedForAnotherVm", "Nic(s) in request is reserved for 180 seconds.", Kind.CONFLICT, True),
    (400, "PublicIPAddressCannotBeDeleted", "Public IP address can not be deleted.", Kind.CONFLICT, True),
    (400, "InUseNetworkSecurityGroupCannotBeDeleted", "Network security group is in use.", Kind.CONFLICT, True),
    (409, "ResourceGroupBeingDeleted", "The resource group is in deprovisioning state.", Kind.CONFLICT, True),
    (409, "PropertyChangeNotAllowed", "Changing property 'zones' is not allowed.", Kind.CONFLICT, False),
    (409, "OperationNotAllowed", "The VM is marked for deletion.", Kind.CONFLICT, False),
    (409, "OperationNotAllowed", "It exceeds the approved Total Regional Cores quota.", Kind.QUOTA, False),
    (409, "QuotaExceeded", "Operation results in exceeding quota limits of Core.", Kind.QUOTA, False),
    (400, "PublicIPCountLimitReached", "Cannot create more than 10 public IP addresses.", Kind.QUOTA, False),
    (409, "SkuNotAvailable", "The requested size is not available in 'eastus'.", Kind.CAPACITY, False),
    (400, "SubnetIsFull", "Subnet s does not have enough capacity for 1 IP addresses.", Kind.CAPACITY, False),
    (409, "AllocationFailed", "Allocation failed.", Kind.CAPACITY, False),
    (409, "ZonalAllocationFailed", "Allocation failed.", Kind.CAPACITY, False),
    (409, "OverconstrainedAllocationRequest", "Allocation failed.", Kind.CAPACITY, False),
    (403, "AuthorizationFailed", "no", Kind.DENIED, False),
    (403, "RequestDisallowedByPolicy", "Resource 'web' was disallowed by policy.", Kind.DENIED, False),
    (409, "ReadOnlyDisabledSubscription", "The subscription is disabled and marked as read only.", Kind.DENIED, False),
    (409, "ScopeLocked", "The scope cannot perform delete operation because of locks.", Kind.CONFLICT, False),
    (400, "MarketplacePurchaseEligibilityFailed", "Marketplace purchase eligibilty check failed.", Kind.DENIED, False),
    (401, "ExpiredAuthenticationToken", "The access token expiry time is in the past.", Kind.UNAUTHENTICATED, False),
    (401, "InvalidAuthenticationTokenTenant", "The token is from the wrong issuer.", Kind.UNAUTHENTICATED, False),
    (429, "TooManyRequests", "The request is being throttled.", Kind.THROTTLED, True),
    (429, "SubscriptionRequestsThrottled", "Number of requests exceeded the limit.", Kind.THROTTLED, True),
    (500, "InternalServerError", "Encountered internal server error.", Kind.UNAVAILABLE, True),
    (409, "InternalExecutionError", "An internal execution error occurred.", Kind.UNAVAILABLE, True),
    (503, "ServiceUnavailable", "The service is temporarily unavailable.", Kind.UNAVAILABLE, True),
    (400, "InvalidParameter", "The value of parameter vmName is invalid.", Kind.USAGE, False),
    (400, "LocationNotAvailableForResourceType", "The location is not available.", Kind.USAGE, False),
    (412, "SourceConditionNotMet", "The source condition is not met.", Kind.CONFLICT, False),
    (412, "LeaseLost", "A lease ID was specified, but the lease has expired.", Kind.CONFLICT, False),
    (501, "NotImplemented", "not implemented", Kind.UNSUPPORTED, False),
    (418, "Unheard", "something new", Kind.USAGE, False),
    (409, "Unheard", "something new", Kind.CONFLICT, False),
    (500, "Unheard", "something new", Kind.UNAVAILABLE, True),
    (302, "Unheard", "something new", Kind.UNEXPECTED, False),
]  # fmt: skip


@pytest.mark.parametrize(("status", "code", "message", "kind", "retryable"), CASES)
def test_a_reply_tells_kind_code_and_request_id(
    status: int, code: str, message: str, kind: Kind, retryable: bool
) -> None:
    found = error(status, code, message)
    assert (found.kind, found.code, found.request_id) == (kind, code, "req-1")
    assert (found.message, found.retryable) == (message, retryable)


def test_no_code_is_in_the_table_twice() -> None:
    codes = [code.casefold() for _, listed in _TABLE for code in listed.split()]
    assert len(codes) == len(set(codes))


def test_a_condition_that_failed_is_exists_for_a_create_and_a_conflict_to_retry_for_an_update() -> None:
    create = error(412, "PreconditionFailed", sent={"If-None-Match": "*"})
    update = error(412, "PreconditionFailed", sent={"If-Match": 'W/"1"'})
    assert (create.kind, create.retryable) == (Kind.EXISTS, False)
    assert (update.kind, update.retryable) == (Kind.CONFLICT, True)


def test_a_reserved_interface_is_waited_for() -> None:
    assert error(400, "NicReservedForAnotherVm").retry_after * 5 >= 180


@pytest.mark.parametrize(("header", "least", "most"), [("17", 17, 17), ("soon", 0, 0), ("", 0, 0)])
def test_the_wait_that_azure_asks_for_is_kept(header: str, least: float, most: float) -> None:
    assert least <= error(429, "TooManyRequests", headers={"Retry-After": header}).retry_after <= most


def test_the_wait_may_be_a_date() -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    assert 30 < error(503, "ServiceUnavailable", headers={"Retry-After": later}).retry_after <= 60


def test_a_missing_permission_is_named() -> None:
    found = error(
        403,
        "AuthorizationFailed",
        "The client 'c' with object id 'o' does not have authorization to perform action "
        f"'Microsoft.Compute/virtualMachines/write' over scope '{SCOPE}' or the scope is invalid.",
    )
    assert found.fix == "ask for a role that has Microsoft.Compute/virtualMachines/write"


_MAY = "The client 'c' with object id 'o' has permission to perform action 'Microsoft.Compute/virtualMachines/write' on"


@pytest.mark.parametrize(
    ("code", "rest", "fix"),
    [
        ("LinkedAuthorizationFailed",
         f"scope '{SCOPE}'; however, it does not have permission to perform action 'Microsoft.Network/virtualNetworks/"
         f"subnets/join/action' on the linked scope(s) '{SCOPE}' or the linked scope(s) are invalid.",
         "ask for a role that has Microsoft.Network/virtualNetworks/subnets/join/action"),
        ("LinkedAuthorizationFailed",
         f"scope '{SCOPE}'; however, it does not have permission to perform action(s) 'Microsoft.Network/"
         f"publicIPAddresses/join/action' on the linked scope(s) '{SCOPE}' (respectively).",
         "ask for a role that has Microsoft.Network/publicIPAddresses/join/action"),
        ("LinkedAuthorizationFailed",
         f"scope '{SCOPE}', however the current tenant 't' is not authorized to access linked subscription 's'.",
         "ask for a role on the subscription or resource group, such as Contributor"),
        ("DenyAssignmentAuthorizationFailed",
         f"scope '{SCOPE}'; however, the access is denied because of the deny assignment with name 'System deny "
         f"assignment created by Azure Databricks' and Id '1' at scope '{SCOPE}'.",
         "no role helps against a deny assignment: ask who manages the resource group"),
    ],
)  # fmt: skip
def test_a_permission_that_is_there_is_not_asked_for(code: str, rest: str, fix: str) -> None:
    found = error(403, code, f"{_MAY} {rest}")
    assert (found.kind, found.fix) == (Kind.DENIED, fix)


def test_an_unregistered_provider_is_named_with_the_command() -> None:
    found = error(
        409,
        "MissingSubscriptionRegistration",
        "The subscription is not registered to use namespace 'Microsoft.Compute'.",
    )
    assert (found.kind, found.fix) == (Kind.DENIED, "az provider register --namespace Microsoft.Compute")


def test_terms_that_were_not_accepted_have_a_command() -> None:
    assert "az vm image terms accept" in (error(400, "ResourcePurchaseValidationFailed").fix or "")


def test_the_code_among_the_details_decides_where_the_outer_one_does_not() -> None:
    found = error(400, "BadRequest", "failed", details=[{"code": "QuotaExceeded", "message": "10 cores are the limit"}])
    assert (found.kind, found.code, found.why) == (Kind.QUOTA, "BadRequest", "10 cores are the limit")


def test_an_error_without_the_envelope_is_read_too() -> None:
    found = translate(HttpResponseError(response=Reply(409, {"code": "DiskInUse", "message": "in use"})))  # type: ignore[arg-type]
    assert found and (found.kind, found.code, found.message) == (Kind.CONFLICT, "DiskInUse", "in use")


@pytest.mark.parametrize("body", ["<html>Bad gateway</html>", "", "null", "[]", '{"error": null}', '{"error": "x"}'])
def test_a_reply_that_is_no_error_of_azure_goes_by_its_status(body: str) -> None:
    found = translate(HttpResponseError(response=Reply(502, body)))  # type: ignore[arg-type]
    assert found and (found.kind, found.retryable, found.message) == (Kind.UNAVAILABLE, True, "HTTP 502 Because")


def test_signatures_and_tokens_do_not_reach_the_message() -> None:
    found = error(
        400, "InvalidParameter", "see https://x.blob.core.windows.net/c/b?sig=SECRET&se=1 and eyJhbGciOi.eyJhdWQi.sig"
    )
    assert found.message == "see https://x.blob.core.windows.net/c/b and ***"


def test_a_secret_that_entra_refuses_has_its_code_and_trace() -> None:
    message = (
        "Authentication failed: AADSTS7000215: Invalid client secret provided. Ensure the secret being sent is the "
        "client secret value. Trace ID: 0c9f4ed7-0000-0000-0000-000000000000 Correlation ID: 1 Timestamp: now"
    )
    found = translate(ClientAuthenticationError(message=message))
    assert found and (found.kind, found.code) == (Kind.UNAUTHENTICATED, "AADSTS7000215")
    assert found.request_id == "0c9f4ed7-0000-0000-0000-000000000000"
    assert "Trace ID" not in (found.why or "")


def test_without_any_credential_the_fix_is_to_log_in(monkeypatch: pytest.MonkeyPatch) -> None:
    found = translate(ClientAuthenticationError(message="Azure CLI not found on path"))
    assert found and found.kind is Kind.UNAUTHENTICATED
    assert "az login" in (found.fix or "")
    monkeypatch.setenv("AZURE_CLIENT_ID", "c")
    found = translate(ClientAuthenticationError(message="no"))
    assert found and "AZURE_CLIENT_ID" in (found.fix or "")


def transport(inner: Exception) -> CloudError:
    found = translate(ServiceRequestError(inner, error=inner))
    assert found is not None
    return found


def test_a_connection_that_was_refused_or_reset_is_tried_again() -> None:
    refused = transport(requests.exceptions.ConnectionError("refused"))
    reset = translate(ServiceResponseError("reset"))
    assert reset is not None
    for found in (refused, reset):
        assert (found.kind, found.retryable) == (Kind.UNAVAILABLE, True)


@pytest.mark.parametrize(
    ("inner", "variable"),
    [
        (requests.exceptions.ProxyError("407"), "HTTPS_PROXY"),
        (requests.exceptions.SSLError("self-signed certificate"), "REQUESTS_CA_BUNDLE"),
        (NameResolutionError("management.azure.com", None, OSError("unknown")), "HTTPS_PROXY"),  # type: ignore[arg-type]
    ],
)
def test_what_the_network_refuses_is_not_tried_again(inner: Exception, variable: str) -> None:
    found = transport(inner)
    assert (found.kind, found.retryable) == (Kind.UNAVAILABLE, False)
    assert variable in (found.fix or "")


def test_an_operation_that_failed_is_over_whatever_its_code() -> None:
    found = operation_error({"status": "Failed", "error": {"code": "InternalExecutionError", "message": "oops"}}, "r")
    assert (found.kind, found.retryable, found.request_id) == (Kind.UNAVAILABLE, False, "r")
    assert operation_error({"status": "Canceled"}).kind is Kind.CONFLICT


def test_other_exceptions_are_left_alone() -> None:
    assert translate(KeyError("x")) is None
