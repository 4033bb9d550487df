"""Blobs as entries of the object store: what is kept of each, and how headers and lists show it.

``attributes`` of an entry: ``headers`` (Content-Type ...), ``md5`` (base64), ``metadata``, ``tier`` (None: the
account's), ``etag``, ``created``, ``modified``, ``blocks`` (id and size of each), ``versioned`` (it has a version id);
``deleted`` and ``until`` when it is kept after its deletion; ``coming`` and ``ready`` (the tier that it is to have,
and when) while it comes back from the archive; ``copy`` of a copy. Times are seconds since the epoch.
"""

from __future__ import annotations

import time
from math import ceil

from cloudctl.sandbox.azure.call import Json
from cloudctl.sandbox.azure.refusals.blob import BlobRefusal
from cloudctl.sandbox.azure.storage import services
from cloudctl.sandbox.azure.storage.blobs import conditions
from cloudctl.sandbox.azure.storage.blobs.visit import Visit
from cloudctl.sandbox.azure.storage.moments import etag, http_date, precise
from cloudctl.sandbox.azure.store import Record
from cloudctl.sandbox.objects.content import Content
from cloudctl.sandbox.objects.store import Bucket, Entry

HEADERS = ("Content-Type", "Content-Encoding", "Content-Language", "Content-Disposition", "Cache-Control")
_BLANK: Json = {"blocks": [], "metadata": {}, "headers": {}, "md5": None, "tier": None}


def check_put(visit: Visit) -> None:
    """Refuse to make a blob: its conditions are not met, or the former one would have to become a snapshot.

    https://learn.microsoft.com/en-us/azure/storage/blobs/soft-delete-blob-overview
    """
    bucket, key = visit.bucket, visit.call.key
    old = bucket.current(key)
    conditions.check_write(visit.call, old, creates=True)
    lost = old is not None and not _becomes_version(visit, old) and services.retention(visit.account) > 0
    if lost or any(is_plain_deleted(each) and is_kept(each) for each in bucket.entries.get(key, ())):
        raise BlobRefusal.NOT_SERVED.error(what="overwriting under soft delete without versions, which makes snapshots")


def put(visit: Visit, bucket: Bucket, key: str, content: Content, attributes: Json) -> Entry:
    """Make a blob the current one; what was there stays as a version where there are versions."""
    old = bucket.current(key)
    now = time.time()
    times = {"etag": etag(), "modified": now, "created": old.attributes["created"] if old else now}
    keep = old is not None and _becomes_version(visit, old)
    if old and keep:
        preserve(old)
    for entry in [entry for entry in bucket.entries.get(key, []) if is_plain_deleted(entry)]:
        visit.objects.remove(bucket, entry)
    made = {**_BLANK, **attributes, **times, "versioned": visit.versioned}
    return visit.objects.put(bucket, key, content, made, keep=keep)


def preserve(entry: Entry) -> None:
    """Give a blob that was made without versions its version id, since it becomes one."""
    entry.attributes = {**entry.attributes, "versioned": True}


def _becomes_version(visit: Visit, old: Entry) -> bool:
    """Whether a blob stays as a version when it is overwritten."""
    return visit.versioned or bool(old.attributes["versioned"])


def is_kept(entry: Entry) -> bool:
    """Whether a deleted blob or version can still come back."""
    return bool(time.time() < entry.attributes.get("until", 0))


def is_plain_deleted(entry: Entry) -> bool:
    """Whether it is a deleted blob, not a version, that is kept for a while."""
    return "deleted" in entry.attributes and not entry.attributes["versioned"]


def alter(entry: Entry, changes: Json) -> None:
    """Change attributes in place: a new ETag and time of modification."""
    entry.attributes = {**entry.attributes, **changes, "etag": etag(), "modified": time.time()}


def forget_blocks(visit: Visit, bucket: Bucket, key: str) -> None:
    """Drop the blocks of a name that were never committed."""
    if upload := bucket.uploads.get(key):
        visit.objects.abort(bucket, upload)


def size(entry: Entry) -> int:
    return entry.content.size if entry.content else 0


def stamps(entry: Entry) -> dict[str, str]:
    """The headers that tell one state of a blob from another."""
    return {"ETag": entry.attributes["etag"], "Last-Modified": http_date(entry.attributes["modified"])}


def version(entry: Entry) -> dict[str, str]:
    return {"x-ms-version-id": precise(entry.generation)} if entry.attributes["versioned"] else {}


def written(entry: Entry) -> dict[str, str]:
    """The headers of a reply to a write."""
    return {**stamps(entry), **version(entry), "x-ms-request-server-encrypted": "true"}


def tier(account: Record, entry: Entry) -> str:
    """The tier by now."""
    if "coming" in entry.attributes and time.time() >= entry.attributes["ready"]:
        return str(entry.attributes["coming"])
    return str(entry.attributes["tier"] or account.properties["accessTier"])


def rehydrating(entry: Entry) -> str | None:
    """The archive status of a blob that is coming back: ``rehydrate-pending-to-hot``."""
    coming = entry.attributes.get("coming")
    return f"rehydrate-pending-to-{coming.lower()}" if coming and time.time() < entry.attributes["ready"] else None


def listed(account: Record, entry: Entry) -> Json:
    """The properties as a list of blobs shows them, in its order; None for what is not there."""
    attributes, headers = entry.attributes, entry.attributes["headers"]
    deleted = attributes.get("deleted")
    left = ceil((attributes["until"] - time.time()) / 86400) if deleted else None
    return {
        "Creation-Time": http_date(attributes["created"]),
        "Last-Modified": http_date(attributes["modified"]),
        "Etag": attributes["etag"].strip('"'),
        "Content-Length": size(entry),
        **{name: headers.get(name) for name in HEADERS},
        "Content-MD5": attributes["md5"],
        "BlobType": "BlockBlob",
        "AccessTier": tier(account, entry),
        "AccessTierInferred": None if attributes["tier"] else "true",
        "ArchiveStatus": rehydrating(entry),
        "LeaseStatus": "unlocked",
        "LeaseState": "available",
        "ServerEncrypted": "true",
        "DeletedTime": http_date(deleted) if deleted else None,
        "RemainingRetentionDays": left,
    }


def copied(entry: Entry) -> dict[str, str]:
    """What is told of the copy that made a blob, by the names of the headers without ``x-ms-``."""
    copy = entry.attributes.get("copy")
    if copy is None:
        return {}
    return {
        "copy-id": copy["id"],
        "copy-source": copy["source"],
        "copy-status": "success",
        "copy-progress": f"{size(entry)}/{size(entry)}",
        "copy-completion-time": http_date(copy["time"]),
    }
