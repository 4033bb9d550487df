"""The error envelope of Google's JSON APIs, and the exception that becomes one."""

from __future__ import annotations

from typing import Any

from cloudctl.sandbox.gcp.refusals import Refusal

Json = dict[str, Any]

_STATUS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    501: "UNIMPLEMENTED",
}
# Errors of Google's front end name a canonical status; those of Compute Engine itself do not.
_FRONT_END = {
    Refusal.AUTHORIZATION,
    Refusal.NOT_SERVED,
    Refusal.FEATURE_NOT_SERVED,
    Refusal.API_DISABLED,
    Refusal.PARAMETER_UNKNOWN,
    Refusal.PARAMETER_TYPE,
    Refusal.BODY_MALFORMED,
    Refusal.FIELD_UNKNOWN,
    Refusal.FIELD_TYPE,
    Refusal.FIELD_ENUM,
    Refusal.FIELDS,
}
_ERROR_INFO = "type.googleapis.com/google.rpc.ErrorInfo"


class Refused(Exception):
    """A request that the API refuses; ``body`` is the reply."""

    def __init__(self, refusal: Refusal, message: str, details: list[Json] | None = None) -> None:
        super().__init__(message)
        self.refusal = refusal
        self.status = refusal.value.status
        canonical = _STATUS.get(self.status) if refusal in _FRONT_END else None
        self.body = envelope(self.status, message, refusal.value.reason, canonical, details)


def envelope(
    status: int, message: str, reason: str, canonical: str | None = None, details: list[Json] | None = None
) -> Json:
    """The body of an error reply, as ``googleapiclient`` and ``google.api_core`` parse it."""
    entry: Json = {"message": message, "domain": "global", "reason": reason}
    if status == 401:
        entry |= {"location": "Authorization", "locationType": "header"}
    error: Json = {"code": status, "message": message, "errors": [entry]}
    if canonical:
        error["status"] = canonical
    if details:
        error["details"] = details
    return {"error": error}


def error_info(reason: str, **metadata: str) -> Json:
    """A ``google.rpc.ErrorInfo`` detail of the domain ``googleapis.com``."""
    return {"@type": _ERROR_INFO, "reason": reason, "domain": "googleapis.com", "metadata": metadata}


def bad_request(field: str, description: str) -> Json:
    """A ``google.rpc.BadRequest`` detail with one field violation."""
    violation = {"field": field, "description": description}
    return {"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": [violation]}


def not_found(resource: str) -> Refused:
    """``resource`` is the path from ``projects/`` on."""
    return Refused(Refusal.RESOURCE_NOT_FOUND, f"The resource '{resource}' was not found")


def invalid(refusal: Refusal, field: str, value: object, why: str) -> Refused:
    """The sentence in which Compute Engine refuses the value of a field or parameter."""
    return Refused(refusal, f"Invalid value for field '{field}': '{value}'. {why}")
