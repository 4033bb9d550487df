"""Operations: what a mutation answers, and how it ends.

https://cloud.google.com/compute/docs/api/how-tos/api-requests-responses#handling_api_responses
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import partial

from cloudctl.sandbox.gcp.call import Call
from cloudctl.sandbox.gcp.errors import Json, not_found
from cloudctl.sandbox.gcp.links import Reference, scope_url
from cloudctl.sandbox.gcp.listing import Row
from cloudctl.sandbox.gcp.store import Operation, Resource
from cloudctl.sandbox.gcp.values import numeric_id, timestamp

_USER = "sandbox@example.com"
# The share of an operation's time for which it is PENDING.
_PENDING = 0.2


def begin(call: Call, resource: Resource, seconds: float | None = None, error: Json | None = None) -> Json:
    """Record that the request changes the resource; it is done after ``seconds`` (by default a transition)."""
    return begin_at(call, resource.at, resource.id, seconds, error)


def begin_at(
    call: Call, target: Reference, target_id: str, seconds: float | None = None, error: Json | None = None
) -> Json:
    """As :func:`begin`, for a resource that need not exist."""
    operation = Operation(
        at=Reference(call.project, target.scope, "operations", _name(call.now)),
        id=numeric_id(),
        type=call.method.name,
        target=target,
        target_id=target_id,
        began=call.now,
        ends=call.now + (call.settings.transition if seconds is None else seconds),
        request_id=call.parameters.get("requestId"),
        digest=call.digest,
        error=error,
    )
    call.store.record(operation)
    return view(operation, call.now)


def _name(now: float) -> str:
    parts = (f"{random.getrandbits(4 * digits):0{digits}x}" for digits in (13, 8, 8))
    return "-".join(("operation", str(int(now * 1000)), *parts))


def view(operation: Operation, now: float) -> Json:
    """The operation as the clock has it."""
    status = _status(operation, now)
    shown: Json = {
        "kind": "compute#operation",
        "id": operation.id,
        "name": operation.at.name,
        "operationType": operation.type,
        "targetLink": operation.target.url,
        "targetId": operation.target_id,
        "status": status,
        "user": _USER,
        "progress": 100 if status == "DONE" else 0,
        "insertTime": timestamp(operation.began),
        "selfLink": operation.at.url,
    }
    if operation.request_id:
        shown["clientOperationId"] = operation.request_id
    if operation.at.scope != "global":
        shown[operation.at.scope.split("s/")[0]] = scope_url(operation.at.project, operation.at.scope)
    if status != "PENDING":
        shown["startTime"] = timestamp(operation.began)
    if status == "DONE":
        shown["endTime"] = timestamp(operation.ends)
        shown |= _failure(operation.error)
    return shown


def _status(operation: Operation, now: float) -> str:
    if now >= operation.ends:
        return "DONE"
    waits = operation.began + _PENDING * (operation.ends - operation.began)
    return "PENDING" if now < waits else "RUNNING"


def _failure(error: Json | None) -> Json:
    if error is None:
        return {}
    entry = {name: error[name] for name in ("code", "message", "errorDetails") if name in error}
    return {
        "error": {"errors": [entry]},
        "httpErrorStatusCode": error["status"],
        "httpErrorMessage": error["phrase"],
    }


def find(call: Call) -> Operation:
    """The operation that the path names; raises notFound."""
    at = call.at(call.target.name, "operations")
    if operation := call.store.operations.get(at):
        return operation
    raise not_found(at.path)


def get(call: Call) -> Json:
    return view(find(call), call.now)


def rows(call: Call) -> Iterator[Row]:
    for operation in call.store.operations.values():
        if operation.at.project == call.project:
            yield Row(operation.at.scope, operation.at.name, operation.began, partial(view, operation, call.now))
