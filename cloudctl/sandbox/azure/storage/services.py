"""The blob service of an account: versioning, and soft delete of blobs."""

from __future__ import annotations

from cloudctl.sandbox.azure import contract
from cloudctl.sandbox.azure.call import Answer, Call, Json
from cloudctl.sandbox.azure.refusals import Refusal, StorageRefusal
from cloudctl.sandbox.azure.storage.parents import account_of, shown
from cloudctl.sandbox.azure.storage.provider import MODELS, SERVICES
from cloudctl.sandbox.azure.store import Record, Store

_HIDDEN = "blobService"
_DEFAULTS: Json = {
    "cors": {"corsRules": []},
    "deleteRetentionPolicy": {"enabled": False, "allowPermanentDelete": False},
}
_UNSERVED = (
    "staticWebsite",
    "changeFeed",
    "restorePolicy",
    "lastAccessTimeTrackingPolicy",
    "containerDeleteRetentionPolicy",
)


def properties(record: Record) -> Json:
    """The blob service's properties as they are now."""
    return {**_DEFAULTS, **record.hidden.get(_HIDDEN, {})}


def versioned(record: Record) -> bool:
    return bool(properties(record).get("isVersioningEnabled"))


def retention(record: Record) -> int:
    """The days for which a deleted blob is kept; 0 when it is not."""
    policy = properties(record)["deleteRetentionPolicy"]
    return int(policy["days"]) if policy.get("enabled") else 0


def get(store: Store, call: Call, subscription: str, group: str, account: str) -> Answer:
    """``BlobServices_GetServiceProperties``."""
    return Answer(200, _view(account_of(store, call, subscription, group, account, SERVICES)))


def list_all(store: Store, call: Call, subscription: str, group: str, account: str) -> Answer:
    """``BlobServices_List``: there is one, ``default``."""
    return Answer(200, {"value": [_view(account_of(store, call, subscription, group, account, SERVICES))]})


def put(store: Store, call: Call, subscription: str, group: str, account: str) -> Answer:
    """``BlobServices_SetServiceProperties``: what is not named stays as it is."""
    record = account_of(store, call, subscription, group, account, SERVICES)
    wanted = contract.check(f"{MODELS}:BlobServiceProperties", call.json()).get("properties") or {}
    _check(wanted)
    record.hidden[_HIDDEN] = {**record.hidden.get(_HIDDEN, {}), **wanted}
    return Answer(200, _view(record))


def _check(wanted: Json) -> None:
    unserved = [
        name for name in _UNSERVED if (wanted.get(name) or {}).get("enabled") or (wanted.get(name) or {}).get("enable")
    ]
    if (wanted.get("cors") or {}).get("corsRules"):
        unserved.append("cors")
    if unserved:
        raise Refusal.NOT_SERVED.error(what=f"blob services with {unserved[0]}")
    policy = wanted.get("deleteRetentionPolicy") or {}
    if policy.get("enabled") and not 1 <= policy.get("days", 0) <= 365:
        raise StorageRefusal.PROPERTY.error(value=policy.get("days", ""), name="deleteRetentionPolicy.days")


def _view(record: Record) -> Json:
    sku = record.body["sku"]
    return {
        "sku": {"name": sku["name"], "tier": sku["tier"]},
        **shown(record, SERVICES, "blobServices/default", properties(record)),
    }
