"""Long-running operations, as they are polled.

https://learn.microsoft.com/en-us/azure/azure-resource-manager/management/async-operations
"""

from __future__ import annotations

import time
from datetime import UTC, datetime

from cloudctl.sandbox.azure.call import Answer, Call, Json
from cloudctl.sandbox.azure.refusals import Refusal
from cloudctl.sandbox.azure.store import Operation, Record, Store

# The SDKs take no Retry-After, and 0 as well, as "wait 30 seconds".
_RETRY_AFTER = {"Retry-After": "1"}


def headers(
    call: Call, namespace: str, record: Record, operation: Operation, *, location: bool = True
) -> dict[str, str]:
    """Where a client finds out how an operation is getting on."""
    subscription = f"/subscriptions/{record.address.subscription}"
    if namespace == "Microsoft.Resources":
        return {"Location": call.link(f"{subscription}/operationresults/{operation.id}"), **_RETRY_AFTER}
    path = f"{subscription}/providers/{namespace}/locations/{record.location or 'global'}"
    found = {"Azure-AsyncOperation": call.link(f"{path}/operations/{operation.id}"), **_RETRY_AFTER}
    if location:
        found["Location"] = call.link(f"{path}/operationResults/{operation.id}")
    return found


def status(store: Store, call: Call, operation_id: str) -> Answer:
    """What an Azure-AsyncOperation address answers: always 200, with the status in the body."""
    operation = _find(store, call, operation_id)
    done = time.time() >= operation.until
    body: Json = {
        "startTime": timestamp(operation.started),
        "status": "Succeeded" if done else "InProgress",
        "name": operation.id,
    }
    if done:
        body["endTime"] = timestamp(operation.until)
    return Answer(200, body, {} if done else _RETRY_AFTER)


def result(store: Store, call: Call, operation_id: str) -> Answer:
    """What a Location address answers: 202 until it is done."""
    operation = _find(store, call, operation_id)
    if time.time() >= operation.until:
        return Answer(200)
    return Answer(202, None, {"Location": f"{call.link(call.path)}", **_RETRY_AFTER})


def timestamp(moment: float) -> str:
    """``2026-01-02T03:04:05.678900+00:00``."""
    return datetime.fromtimestamp(moment, UTC).isoformat()


def _find(store: Store, call: Call, operation_id: str) -> Operation:
    operation = store.operations.get(operation_id)
    if operation is None:
        raise Refusal.CHILD.error(id=call.path)
    return operation
