"""Containers in the resource manager."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import quote, unquote

from cloudctl.sandbox.azure import contract
from cloudctl.sandbox.azure.call import Answer, Call, Json
from cloudctl.sandbox.azure.refusals import Refusal, StorageRefusal
from cloudctl.sandbox.azure.storage import buckets
from cloudctl.sandbox.azure.storage.moments import origin
from cloudctl.sandbox.azure.storage.parents import account_of, shown
from cloudctl.sandbox.azure.storage.provider import CONTAINERS, MODELS
from cloudctl.sandbox.azure.store import Record, Store
from cloudctl.sandbox.objects.store import Bucket

_PAGE = 5000
_UNSERVED = (
    "immutableStorageWithVersioning",
    "enableNfsV3RootSquash",
    "enableNfsV3AllSquash",
    "blobAccessPointConfiguration",
)
_SCOPE = "$account-encryption-key"


def put(store: Store, call: Call, subscription: str, group: str, account: str, container: str) -> Answer:
    """``BlobContainers_Create``: 201, or 200 for one that is there, which takes the values that are given."""
    record = account_of(store, call, subscription, group, account, CONTAINERS)
    _check_name(container)
    wanted = _wanted(call, record)
    bucket = buckets.find(store, record.address.name, container)
    if bucket:
        buckets.change(bucket, wanted)
        return Answer(200, _view(record, bucket), _etag(bucket))
    bucket = buckets.make(store, record.address.name, container, wanted)
    return Answer(201, _view(record, bucket), _etag(bucket))


def patch(store: Store, call: Call, subscription: str, group: str, account: str, container: str) -> Answer:
    """``BlobContainers_Update``."""
    record = account_of(store, call, subscription, group, account, CONTAINERS)
    bucket = _require(store, record, container)
    buckets.change(bucket, _wanted(call, record))
    return Answer(200, _view(record, bucket), _etag(bucket))


def get(store: Store, call: Call, subscription: str, group: str, account: str, container: str) -> Answer:
    """``BlobContainers_Get``."""
    record = account_of(store, call, subscription, group, account, CONTAINERS)
    bucket = _require(store, record, container)
    return Answer(200, _view(record, bucket), _etag(bucket))


def delete(store: Store, call: Call, subscription: str, group: str, account: str, container: str) -> Answer:
    """``BlobContainers_Delete``: with everything in it, at once; 204 when there is none."""
    record = account_of(store, call, subscription, group, account, CONTAINERS)
    bucket = buckets.find(store, record.address.name, container)
    if bucket is None:
        return Answer(204)
    store.objects.drop(bucket)
    return Answer(200)


def list_all(store: Store, call: Call, subscription: str, group: str, account: str) -> Answer:
    """``BlobContainers_List``: ``$filter`` is a prefix of the name; the metadata is not in it."""
    record = account_of(store, call, subscription, group, account, CONTAINERS)
    prefix, after = call.query.get("$filter", ""), unquote(call.query.get("$skiptoken", ""))
    names = [(buckets.short_name(bucket), bucket) for bucket in buckets.of_account(store, record.address.name)]
    rest = [(name, bucket) for name, bucket in names if name.startswith(prefix) and name > after]
    size = min(call.number("$maxpagesize", _PAGE) or _PAGE, store.settings.page_size or _PAGE, _PAGE)
    body: Json = {"value": [_listed(record, bucket) for _, bucket in rest[:size]]}
    if len(rest) > size:
        kept = {name: value for name, value in call.query.items() if name not in ("api-version", "$skiptoken")}
        body["nextLink"] = call.link(call.path, **kept, **{"$skipToken": quote(rest[size - 1][0], safe="")})
    return Answer(200, body)


def _wanted(call: Call, record: Record) -> Json:
    """The properties that a body gives."""
    properties = contract.check(f"{MODELS}:BlobContainer", call.json()).get("properties") or {}
    unserved = [name for name in _UNSERVED if properties.get(name)]
    if properties.get("defaultEncryptionScope", _SCOPE) != _SCOPE:
        unserved.append("defaultEncryptionScope")
    if unserved:
        raise Refusal.NOT_SERVED.error(what=f"containers with {unserved[0]}")
    if properties.get("publicAccess", "None") != "None" and not record.properties["allowBlobPublicAccess"]:
        raise StorageRefusal.PUBLIC.error(**origin())
    if not buckets.valid_metadata(properties.get("metadata") or {}):
        raise StorageRefusal.METADATA.error(**origin())
    return {name: properties[name] for name in ("publicAccess", "metadata") if name in properties}


def _check_name(container: str) -> None:
    if not buckets.valid_name(container):
        raise StorageRefusal.CONTAINER_NAME.error(**origin())


def _require(store: Store, record: Record, container: str) -> Bucket:
    _check_name(container)
    bucket = buckets.find(store, record.address.name, container)
    if bucket is None:
        raise StorageRefusal.CONTAINER.error(**origin())
    return bucket


def _view(record: Record, bucket: Bucket) -> Json:
    seen = _listed(record, bucket)
    if metadata := bucket.properties["metadata"]:
        seen["properties"]["metadata"] = metadata
    return seen


def _listed(record: Record, bucket: Bucket) -> Json:
    modified = datetime.fromtimestamp(int(bucket.properties["modified"]), UTC)
    properties = {
        "deleted": False,
        "remainingRetentionDays": 0,
        "defaultEncryptionScope": _SCOPE,
        "denyEncryptionScopeOverride": False,
        "publicAccess": bucket.properties["publicAccess"],
        "leaseStatus": "Unlocked",
        "leaseState": "Available",
        "lastModifiedTime": f"{modified:%Y-%m-%dT%H:%M:%SZ}",
        "immutableStorageWithVersioning": {"enabled": False},
        "hasImmutabilityPolicy": False,
        "hasLegalHold": False,
    }
    path = f"blobServices/default/containers/{buckets.short_name(bucket)}"
    return {**shown(record, CONTAINERS, path, properties), "etag": bucket.properties["etag"]}


def _etag(bucket: Bucket) -> dict[str, str]:
    return {"ETag": bucket.properties["etag"]}
