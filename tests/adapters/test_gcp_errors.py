"""What Compute Engine, Google's token service and the transport report, as errors of cloudctl.

Bodies as documented: https://cloud.google.com/compute/docs/troubleshooting/troubleshooting-vm-creation,
https://cloud.google.com/compute/docs/resource-error, https://cloud.google.com/apis/design/errors,
https://cloud.google.com/docs/authentication/troubleshoot-adc.
"""

from __future__ import annotations

import json
import ssl
from typing import Any

import pytest
import requests
from cloudctl_gcp.errors import operation_error, translate
from google.api_core.exceptions import from_http_response
from google.auth import exceptions as auth
from google.protobuf.json_format import ParseError
from urllib3.exceptions import MaxRetryError, NameResolutionError, NewConnectionError

from cloudctl.errors import CloudError, Kind

URL = "https://compute.googleapis.com/compute/v1/projects/p1/zones/z/instances?requestId=secret"
INFO = "type.googleapis.com/google.rpc.ErrorInfo"


def reply(status: int, body: object, **headers: str) -> requests.Response:
    response = requests.Response()
    response.status_code, response.reason = status, "Reason"
    response._content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    response.headers.update(headers)
    response.request = requests.Request("POST", URL).prepare()
    return response


def refused(status: int, body: object, **headers: str) -> CloudError:
    translated = translate(from_http_response(reply(status, body, **headers)))
    assert translated is not None
    return translated


def envelope(status: int, message: str, reason: str, word: str | None = None, *details: Any) -> dict[str, Any]:
    error: dict[str, Any] = {"code": status, "message": message, "errors": [{"message": message, "reason": reason}]}
    return {"error": error | ({"status": word} if word else {}) | ({"details": list(details)} if details else {})}


def info(reason: str, **metadata: str) -> dict[str, Any]:
    return {"@type": INFO, "reason": reason, "domain": "googleapis.com", "metadata": metadata}


REFUSALS = [
    (404, "The resource 'projects/p1/zones/z/instances/web' was not found", "notFound", Kind.NOT_FOUND, False),
    (409, "The resource 'projects/p1/zones/z/instances/web' already exists", "alreadyExists", Kind.EXISTS, False),
    (400, "The resource 'projects/p1/zones/z/instances/web' is not ready", "resourceNotReady", Kind.CONFLICT, True),
    (
        400,
        "The disk resource 'd' is already being used by 'i'",
        "resourceInUseByAnotherResource",
        Kind.CONFLICT,
        True,
    ),
    (412, "Labels fingerprint either invalid or resource labels have changed", "conditionNotMet", Kind.CONFLICT, True),
    (412, "Constraint constraints/compute.vmExternalIpAccess violated", "conditionNotMet", Kind.DENIED, False),
    (412, "'us' violates constraint 'constraints/gcp.resourceLocations'", "conditionNotMet", Kind.DENIED, False),
    (412, "Multiple constraints were violated. See details.", "conditionNotMet", Kind.DENIED, False),
    (412, "Request violates an OrgPolicy constraint.", "orgPolicyConstraintFailed", Kind.DENIED, False),
    (
        412,
        'Operation denied by custom org policies: ["customConstraints/custom.onlyN2": "Only N2 machines."]',
        "conditionNotMet",
        Kind.DENIED,
        False,
    ),
    (409, "You already own this bucket. Please select another name.", "conflict", Kind.EXISTS, False),
    (409, "Sorry, that name is not available. Please try a different one.", "conflict", Kind.EXISTS, False),
    (409, "The bucket you tried to delete was not empty.", "conflict", Kind.CONFLICT, False),
    (412, "Bucket does not have a soft delete policy.", "softDeletePolicyNotSet", Kind.CONFLICT, False),
    (412, "Object is not soft deleted.", "objectNotSoftDeleted", Kind.CONFLICT, False),
    (400, "Invalid value for field 'resource.name': 'W'.", "invalid", Kind.USAGE, False),
    (400, "Required parameter is missing: zone", "required", Kind.USAGE, False),
    (400, "The referenced network resource cannot be found.", "invalid", Kind.NOT_FOUND, False),
    (403, "Quota 'CPUS' exceeded.  Limit: 24.0 in region us-central1.", "quotaExceeded", Kind.QUOTA, False),
    (403, "Rate Limit Exceeded", "rateLimitExceeded", Kind.THROTTLED, True),
    (403, "User Rate Limit Exceeded", "userRateLimitExceeded", Kind.THROTTLED, True),
    (429, "Too many requests", "tooManyRequests", Kind.THROTTLED, True),
    (403, "Forbidden", "forbidden", Kind.DENIED, False),
    (401, "Login Required.", "required", Kind.UNAUTHENTICATED, False),
    (503, "Internal error. Please try again", "backendError", Kind.UNAVAILABLE, True),
    (500, "Internal error", "internalError", Kind.UNAVAILABLE, True),
    (503, "The zone does not have enough resources", "ZONE_RESOURCE_POOL_EXHAUSTED", Kind.CAPACITY, False),
    (501, "Not implemented", "notImplemented", Kind.UNSUPPORTED, False),
]  # fmt: skip


@pytest.mark.parametrize(("status", "message", "reason", "kind", "retryable"), REFUSALS)
def test_a_refusal_has_kind_code_and_the_providers_words(
    status: int, message: str, reason: str, kind: Kind, retryable: bool
) -> None:
    error = refused(status, envelope(status, message, reason))
    assert (error.kind, error.code, error.retryable) == (kind, reason, retryable)
    assert error.message == " ".join(message.split())


def test_a_denied_permission_is_named_in_the_fix() -> None:
    message = "Required 'compute.instances.list' permission for 'projects/p1'"
    assert refused(403, envelope(403, message, "forbidden")).fix == "ask for a role that has compute.instances.list"


@pytest.mark.parametrize("details", [(), (info("SERVICE_DISABLED", consumer="projects/p1"),)], ids=["old", "new"])
def test_an_api_that_is_not_enabled_gives_the_enabling_command(details: tuple[Any, ...]) -> None:
    message = "Compute Engine API has not been used in project p1 before or it is disabled."
    error = refused(403, envelope(403, message, "accessNotConfigured", "PERMISSION_DENIED", *details))
    assert error.kind is Kind.DENIED
    assert error.fix == "gcloud services enable compute.googleapis.com --project p1"


def test_error_info_decides_where_the_reason_says_no_more_than_the_status() -> None:
    body = envelope(403, "Quota exceeded", "forbidden", "PERMISSION_DENIED", info("RATE_LIMIT_EXCEEDED"))
    error = refused(403, body)
    assert (error.kind, error.code, error.retryable) == (Kind.THROTTLED, "RATE_LIMIT_EXCEEDED", True)


def test_an_expired_token_says_how_to_log_in() -> None:
    error = refused(401, envelope(401, "Request had invalid authentication credentials.", "authError"))
    assert error.kind is Kind.UNAUTHENTICATED
    assert error.fix
    assert "gcloud auth application-default login" in error.fix


def test_a_request_id_is_kept() -> None:
    details = {"@type": "type.googleapis.com/google.rpc.RequestInfo", "requestId": "r-1"}
    assert refused(503, envelope(503, "down", "backendError", "UNAVAILABLE", details)).request_id == "r-1"


@pytest.mark.parametrize(("header", "seconds"), [("7", 7.0), ("soon", 0.0)])
def test_retry_after_is_honoured(header: str, seconds: float) -> None:
    assert (
        refused(429, envelope(429, "slow down", "rateLimitExceeded"), **{"Retry-After": header}).retry_after == seconds
    )


def test_deletion_protection_is_a_conflict_that_waiting_does_not_mend() -> None:
    message = "Invalid resource usage: 'Resource cannot be deleted if it's protected against deletion.'."
    error = refused(400, envelope(400, message, "invalidResourceUsage"))
    assert (error.kind, error.retryable) == (Kind.CONFLICT, False)
    assert error.fix
    assert "--no-deletion-protection" in error.fix


@pytest.mark.parametrize(("status", "kind"), [(502, Kind.UNAVAILABLE), (403, Kind.DENIED), (407, Kind.UNAVAILABLE)])
def test_a_page_of_a_proxy_is_told_by_its_status(status: int, kind: Kind) -> None:
    error = refused(status, "<html><h1>Blocked</h1></html>")
    assert (error.kind, error.message) == (kind, "Blocked")


def test_addresses_and_tokens_do_not_get_into_messages() -> None:
    error = refused(400, envelope(400, f"bad {URL} for ya29.a0AfH6SMBx", "invalid"))
    assert "secret" not in error.message
    assert "a0AfH6" not in error.message


OPERATIONS = [
    ("ZONE_RESOURCE_POOL_EXHAUSTED", 503, Kind.CAPACITY),
    ("IP_SPACE_EXHAUSTED", 400, Kind.CAPACITY),
    ("ZONE_RESOURCE_POOL_EXHAUSTED_WITH_DETAILS", 503, Kind.CAPACITY),
    ("QUOTA_EXCEEDED", 403, Kind.QUOTA),
    ("RESOURCE_ALREADY_EXISTS", 409, Kind.EXISTS),
    ("RESOURCE_NOT_FOUND", 404, Kind.NOT_FOUND),
    ("PERMISSIONS_ERROR", 403, Kind.DENIED),
    ("SERVICE_ACCOUNT_ACCESS_DENIED", 400, Kind.DENIED),
    ("RESOURCE_IN_USE_BY_ANOTHER_RESOURCE", 400, Kind.CONFLICT),
    ("INTERNAL_ERROR", 500, Kind.UNAVAILABLE),
    ("INVALID_USAGE", 400, Kind.USAGE),
]


@pytest.mark.parametrize(("code", "status", "kind"), OPERATIONS)
def test_a_failed_operation_has_kind_code_and_name_and_is_final(code: str, status: int, kind: Kind) -> None:
    error = operation_error(
        {
            "name": "operation-1",
            "status": "DONE",
            "error": {"errors": [{"code": code, "message": "it failed"}]},
            "httpErrorStatusCode": status,
        }
    )
    assert error is not None
    assert (error.kind, error.code, error.request_id, error.retryable) == (kind, code, "operation-1", False)
    assert error.message == "it failed"


def test_an_operation_without_error_has_none() -> None:
    assert operation_error({"name": "operation-1", "status": "DONE", "progress": 100}) is None


def connection(reason: Exception) -> requests.exceptions.ConnectionError:
    error = MaxRetryError(None, URL, reason)  # type: ignore[arg-type]
    return requests.exceptions.ConnectionError(error, request=requests.Request("GET", URL).prepare())


TRANSPORT = [
    (connection(NewConnectionError(None, "Connection refused")), True, "connect"),  # type: ignore[arg-type]
    (connection(NameResolutionError("compute.googleapis.com", None, OSError("no name"))), False, "name"),  # type: ignore[arg-type]
    (requests.exceptions.ConnectTimeout("timed out"), True, "answer"),
    (requests.exceptions.ReadTimeout("timed out"), True, "answer"),
    (requests.exceptions.ConnectionError("Connection aborted"), True, "answer"),
    (requests.exceptions.ChunkedEncodingError("cut"), True, "answer"),
    (requests.exceptions.ProxyError("407"), False, "proxy"),
    (requests.exceptions.SSLError(ssl.SSLError("self-signed certificate")), False, "certificate"),
]


@pytest.mark.parametrize(("error", "retryable", "word"), TRANSPORT)
def test_no_answer_is_unavailable_and_says_why(error: Exception, retryable: bool, word: str) -> None:
    translated = translate(error)
    assert translated is not None
    assert (translated.kind, translated.retryable) == (Kind.UNAVAILABLE, retryable)
    assert word in translated.message
    assert bool(translated.fix) is not retryable
    assert "secret" not in str(translated.record())


def wrapped(cause: Exception) -> Exception:
    error = auth.RefreshError("could not refresh")
    error.__cause__ = auth.TransportError(cause)
    error.__cause__.__cause__ = cause
    return error


AUTHENTICATION = [
    (auth.DefaultCredentialsError("none"), Kind.UNAUTHENTICATED, None),
    (auth.RefreshError("invalid_grant: Bad", {"error": "invalid_grant"}), Kind.UNAUTHENTICATED, "invalid_grant"),
    (auth.ReauthFailError("no terminal"), Kind.UNAUTHENTICATED, None),
    (auth.MalformedError("no key"), Kind.UNAUTHENTICATED, None),
    (auth.RefreshError("internal_failure", retryable=True), Kind.UNAVAILABLE, None),
    (auth.TransportError("metadata server"), Kind.UNAVAILABLE, None),
    (wrapped(requests.exceptions.ReadTimeout("timed out")), Kind.UNAVAILABLE, None),
    (wrapped(requests.exceptions.ProxyError("407")), Kind.UNAVAILABLE, None),
]  # fmt: skip


@pytest.mark.parametrize(("error", "kind", "code"), AUTHENTICATION)
def test_credentials_that_fail_and_a_token_service_out_of_reach(error: Exception, kind: Kind, code: str | None) -> None:
    translated = translate(error)
    assert translated is not None
    assert (translated.kind, translated.code) == (kind, code)
    assert translated.fix or translated.retryable


def test_a_reply_that_is_not_json_is_told() -> None:
    translated = translate(ParseError("Failed to load JSON"))
    assert translated is not None
    assert (translated.kind, translated.retryable) == (Kind.UNAVAILABLE, True)


def test_other_exceptions_are_not_the_providers() -> None:
    assert translate(KeyError("x")) is None


SIGNING = json.dumps(
    {
        "error": {
            "code": 403,
            "message": "Permission 'iam.serviceAccounts.signBlob' denied on resource (or it may not exist).",
            "status": "PERMISSION_DENIED",
        }
    },
    indent=2,
)


@pytest.mark.parametrize(
    "text",
    [
        f"Error calling the IAM signBytes API: {SIGNING.encode()!r}",
        f"Error calling sign_bytes: {json.loads(SIGNING)}",
        f"Error calling the IAM signBytes API: {SIGNING}",
    ],
    ids=["bytes", "document", "text"],
)
def test_a_refusal_that_google_auth_has_written_into_its_message_is_read(text: str) -> None:
    error = translate(auth.TransportError(text))
    assert error is not None
    assert (error.kind, error.retryable) == (Kind.DENIED, False)
    assert error.fix == "ask for a role that has iam.serviceAccounts.signBlob"
    assert "{" not in error.message


def test_a_token_exchange_that_is_refused_has_the_code_of_the_token_service() -> None:
    """https://cloud.google.com/iam/docs/reference/sts/rest/v1/TopLevel/token"""
    body = json.dumps({"error": "invalid_grant", "error_description": "The audience does not match."})
    error = translate(auth.OAuthError("Error code invalid_grant: The audience does not match.", body))
    assert error is not None
    assert (error.kind, error.code) == (Kind.UNAUTHENTICATED, "invalid_grant")
    assert error.message == "Google refused the credentials"
