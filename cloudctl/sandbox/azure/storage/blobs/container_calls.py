"""Containers in the data plane."""

from __future__ import annotations

from cloudctl.sandbox.azure.refusals.blob import BlobRefusal
from cloudctl.sandbox.azure.storage import buckets
from cloudctl.sandbox.azure.storage.blobs import headers
from cloudctl.sandbox.azure.storage.blobs.request import BlobReply
from cloudctl.sandbox.azure.storage.blobs.visit import Visit
from cloudctl.sandbox.azure.storage.moments import http_date
from cloudctl.sandbox.objects.store import Bucket

_ACCESS = {"container": "Container", "blob": "Blob"}


def create(visit: Visit) -> BlobReply:
    """``Create Container``."""
    call, name = visit.call, visit.call.container or ""
    if not buckets.valid_name(name):
        raise BlobRefusal.CONTAINER_NAME.error()
    if buckets.find(visit.store, call.account, name):
        raise BlobRefusal.CONTAINER_EXISTS.error()
    access = call.headers.get("x-ms-blob-public-access")
    if access is not None and access not in _ACCESS:
        raise BlobRefusal.HEADER.error()
    if access and not visit.account.properties["allowBlobPublicAccess"]:
        raise BlobRefusal.PUBLIC.error()
    properties = {"metadata": headers.metadata(call), "publicAccess": _ACCESS[access] if access else "None"}
    return BlobReply(201, _stamps(buckets.make(visit.store, call.account, name, properties)))


def delete(visit: Visit) -> BlobReply:
    """``Delete Container``: with everything in it, at once."""
    visit.objects.drop(visit.bucket)
    return BlobReply(202)


def set_metadata(visit: Visit) -> BlobReply:
    """``Set Container Metadata``: as a whole."""
    bucket = visit.bucket
    buckets.change(bucket, {"metadata": headers.metadata(visit.call)})
    return BlobReply(200, _stamps(bucket))


def properties(visit: Visit) -> BlobReply:
    """``Get Container Properties`` and ``Get Container Metadata``."""
    bucket = visit.bucket
    shown = {
        **_stamps(bucket),
        "x-ms-lease-status": "unlocked",
        "x-ms-lease-state": "available",
        "x-ms-has-immutability-policy": "false",
        "x-ms-has-legal-hold": "false",
        "x-ms-immutable-storage-with-versioning-enabled": "false",
        "x-ms-default-encryption-scope": "$account-encryption-key",
        "x-ms-deny-encryption-scope-override": "false",
        **{f"x-ms-meta-{name}": value for name, value in bucket.properties["metadata"].items()},
    }
    access = bucket.properties["publicAccess"].lower()
    return BlobReply(200, {**shown, **({"x-ms-blob-public-access": access} if access != "none" else {})})


def _stamps(bucket: Bucket) -> dict[str, str]:
    """The headers that tell one state of a container from another."""
    return {"ETag": bucket.properties["etag"], "Last-Modified": http_date(bucket.properties["modified"])}
