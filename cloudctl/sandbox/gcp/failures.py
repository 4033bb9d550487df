"""Replies for faults, in the words of the API.

https://cloud.google.com/compute/docs/troubleshooting/troubleshooting-vm-creation
and https://cloud.google.com/compute/resource-usage
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from cloudctl.sandbox.cloud import Reply
from cloudctl.sandbox.gcp.call import Call
from cloudctl.sandbox.gcp.discovery import Method
from cloudctl.sandbox.gcp.errors import Json, Refused, envelope, error_info
from cloudctl.sandbox.gcp.locations import region_of
from cloudctl.sandbox.gcp.operations import begin_at
from cloudctl.sandbox.gcp.projects import permission_message
from cloudctl.sandbox.gcp.refusals import Refusal
from cloudctl.sandbox.gcp.values import numeric_id

_CREDENTIALS = (
    "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid "
    "authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project."
)
_RATE = "Rate Limit Exceeded"
_INTERNAL = "Internal error. Please try again or contact Google Support."
_CAPACITY_METHODS = ("compute.instances.insert", "compute.instances.start", "compute.instances.resume")


def reply(status: int, body: Json) -> Reply:
    return Reply(status, {"Content-Type": "application/json; charset=UTF-8"}, json.dumps(body).encode())


def plain(kind: str, method: Method | None, path: Mapping[str, str]) -> Reply:
    """The reply for a fault of the kind; raises KeyError for an unknown kind."""
    name, project = method.id if method else "", path.get("project", "sandbox-project")
    place = region_of(path["zone"]) if "zone" in path else path.get("region", "us-central1")
    bodies: dict[str, Json] = {
        "throttle": envelope(403, _RATE, "rateLimitExceeded", "PERMISSION_DENIED", [_rate_info(name, project)]),
        "error": envelope(503, _INTERNAL, "backendError", "UNAVAILABLE"),
        "denied": envelope(403, _denial(method, path), "forbidden"),
        "unauthenticated": unauthenticated("ACCESS_TOKEN_TYPE_UNSUPPORTED").body,
        "expired": unauthenticated("ACCESS_TOKEN_EXPIRED").body,
        "quota": envelope(403, f"Quota 'CPUS' exceeded.  Limit: 24.0 in region {place}.", "quotaExceeded"),
        "capacity": envelope(503, exhausted(project, path.get("zone", f"{place}-a")), "ZONE_RESOURCE_POOL_EXHAUSTED"),
    }  # fmt: skip
    body = bodies[kind]
    return reply(body["error"]["code"], body)


def _rate_info(method: str, project: str) -> Json:
    return error_info(
        "RATE_LIMIT_EXCEEDED", service="compute.googleapis.com", method=method, consumer=f"projects/{project}"
    )


def _denial(method: Method | None, path: Mapping[str, str]) -> str:
    return permission_message(method, _resource(method, path)) if method else "Forbidden"


def _resource(method: Method, path: Mapping[str, str]) -> str:
    """The path of the resource as the denial names it."""
    name = path[method.order[-1]] if method.names_resource else ""
    scope = next((f"{place}s/{path[place]}" for place in ("zone", "region") if place in path), "global")
    if method.collection == "projects" or not name:
        return f"projects/{path['project']}"
    return f"projects/{path['project']}/{scope}/{method.collection}/{name}"


def unauthenticated(reason: str = "ACCESS_TOKEN_TYPE_UNSUPPORTED") -> Refused:
    """A credential that is not accepted; ``reason`` is that of the ``ErrorInfo``."""
    return Refused(Refusal.AUTHORIZATION, _CREDENTIALS, [error_info(reason, service="compute.googleapis.com")])


def exhausted(project: str, zone: str) -> str:
    return (
        f"The zone 'projects/{project}/zones/{zone}' does not have enough resources available to fulfill the request.  "
        "Try a different zone, or try again later."
    )


def needs_capacity(method: Method) -> bool:
    """Whether the method takes hardware, so that the lack of it shows in its operation."""
    return method.id in _CAPACITY_METHODS


def without_capacity(call: Call) -> Json:
    """The operation of a request for hardware that fails; nothing else changes."""
    resource = call.target if call.method.names_resource else call.at(call.body["name"])
    link = {
        "description": "Troubleshooting documentation",
        "url": "https://cloud.google.com/compute/docs/resource-error",
    }
    error = {
        "code": "ZONE_RESOURCE_POOL_EXHAUSTED",
        "message": exhausted(call.project, str(call.zone)),
        "errorDetails": [{"help": {"links": [link]}}],
        "status": 503,
        "phrase": "SERVICE UNAVAILABLE",
    }
    return begin_at(call, resource, numeric_id(), error=error)
