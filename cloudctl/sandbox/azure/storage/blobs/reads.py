"""Get Blob, Get Blob Properties, Get Blob Metadata."""

from __future__ import annotations

import hashlib
from base64 import b64encode

from cloudctl.sandbox.azure.refusals.blob import BlobRefusal
from cloudctl.sandbox.azure.storage.blobs import conditions, ranges, records
from cloudctl.sandbox.azure.storage.blobs.request import BlobCall, BlobReply
from cloudctl.sandbox.azure.storage.blobs.visit import Visit
from cloudctl.sandbox.azure.storage.moments import http_date, read_precise
from cloudctl.sandbox.objects.store import Bucket, Entry

_MD5_LIMIT = 4 * 1024 * 1024
_OVERRIDES = {
    "rscc": "Cache-Control",
    "rscd": "Content-Disposition",
    "rsce": "Content-Encoding",
    "rscl": "Content-Language",
    "rsct": "Content-Type",
}


def get(visit: Visit) -> BlobReply:
    """``Get Blob``: all of it, or a range."""
    call, entry = visit.call, wanted(visit)
    conditions.check_read(call, entry)
    check_online(visit, entry)
    part = ranges.asked(call, records.size(entry))
    if "x-ms-range-get-content-crc64" in call.headers:
        raise BlobRefusal.NOT_SERVED.error(what="the header x-ms-range-get-content-crc64")
    assert entry.content is not None
    headers = {**_described(visit, entry), **_overridden(call)}
    if part is None:
        return BlobReply(200, headers, visit.objects.contents.read(entry.content))
    body = visit.objects.contents.read(entry.content, *part)
    return BlobReply(206, _partial(call, headers, part, entry, body), body)


def properties(visit: Visit) -> BlobReply:
    """``Get Blob Properties``."""
    entry = wanted(visit)
    conditions.check_read(visit.call, entry)
    tiers = {"x-ms-access-tier": records.tier(visit.account, entry)}
    if entry.attributes["tier"] is None:
        tiers["x-ms-access-tier-inferred"] = "true"
    if status := records.rehydrating(entry):
        tiers["x-ms-archive-status"] = status
    return BlobReply(200, {**_described(visit, entry), **tiers, "Content-Length": str(records.size(entry))})


def metadata(visit: Visit) -> BlobReply:
    """``Get Blob Metadata``."""
    entry = wanted(visit)
    conditions.check_read(visit.call, entry)
    return BlobReply(200, {**records.stamps(entry), **_metadata(entry)})


def wanted(visit: Visit) -> Entry:
    """The blob or the version that a request names, or its not-found error."""
    bucket, version = visit.bucket, visit.call.query.get("versionid")
    found = version_of(bucket, visit.call.key, version) if version else bucket.current(visit.call.key)
    if found is None:
        raise BlobRefusal.BLOB.error()
    return found


def version_of(bucket: Bucket, key: str, version: str) -> Entry | None:
    """The version with an id; refused when the id is none."""
    generation = read_precise(version)
    if generation is None:
        raise BlobRefusal.QUERY.error()
    found = bucket.version(key, generation)
    return found if found and found.attributes["versioned"] and "deleted" not in found.attributes else None


def check_online(visit: Visit, entry: Entry) -> None:
    """Refuse to read what is in the archive."""
    if records.tier(visit.account, entry) == "Archive":
        raise BlobRefusal.ARCHIVED.error()


def _described(visit: Visit, entry: Entry) -> dict[str, str]:
    attributes = entry.attributes
    headers = {
        **attributes["headers"],
        **records.stamps(entry),
        **records.version(entry),
        **_metadata(entry),
        **{f"x-ms-{name}": value for name, value in records.copied(entry).items()},
        "Accept-Ranges": "bytes",
        "x-ms-creation-time": http_date(attributes["created"]),
        "x-ms-blob-type": "BlockBlob",
        "x-ms-lease-status": "unlocked",
        "x-ms-lease-state": "available",
        "x-ms-server-encrypted": "true",
    }
    if attributes["versioned"] and visit.bucket.current(entry.key) is entry:
        headers["x-ms-is-current-version"] = "true"
    return {**headers, **({"Content-MD5": attributes["md5"]} if attributes["md5"] else {})}


def _partial(
    call: BlobCall, headers: dict[str, str], part: tuple[int, int], entry: Entry, body: bytes
) -> dict[str, str]:
    """The headers of a range: the MD5 is the range's own if it was asked for, the blob's has another name."""
    start, length = part
    shown = {**headers, "Content-Range": f"bytes {start}-{start + length - 1}/{records.size(entry)}"}
    if md5 := shown.pop("Content-MD5", None):
        shown["x-ms-blob-content-md5"] = md5
    if call.headers.get("x-ms-range-get-content-md5", "").lower() == "true":
        if length > _MD5_LIMIT:
            raise BlobRefusal.HEADER.error()
        shown["Content-MD5"] = b64encode(hashlib.md5(body, usedforsecurity=False).digest()).decode()
    return shown


def _overridden(call: BlobCall) -> dict[str, str]:
    """The headers that a shared access signature sets."""
    if "sig" not in call.query:
        return {}
    return {header: call.query[name] for name, header in _OVERRIDES.items() if call.query.get(name)}


def _metadata(entry: Entry) -> dict[str, str]:
    return {f"x-ms-meta-{name}": value for name, value in entry.attributes["metadata"].items()}
