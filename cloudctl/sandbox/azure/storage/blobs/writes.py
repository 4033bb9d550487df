"""Put Blob, and what changes or deletes a blob that is there."""

from __future__ import annotations

import time

from cloudctl.sandbox.azure.refusals.blob import BlobRefusal
from cloudctl.sandbox.azure.storage import services
from cloudctl.sandbox.azure.storage.blobs import conditions, headers, reads, records
from cloudctl.sandbox.azure.storage.blobs.request import BlobReply
from cloudctl.sandbox.azure.storage.blobs.visit import Visit
from cloudctl.sandbox.objects.store import Bucket, Entry

_DAY = 86400


def put_blob(visit: Visit) -> BlobReply:
    """``Put Blob``: a block blob as a whole."""
    call, bucket = visit.call, visit.bucket
    check_type(visit)
    records.check_put(visit)
    attributes = headers.described(call, plain=True)
    assert visit.content is not None
    md5 = headers.check_md5(call, visit.content)
    if attributes["md5"] not in (None, md5):
        raise BlobRefusal.MD5.error()
    entry = records.put(visit, bucket, call.key, visit.take(), {**attributes, "md5": md5})
    records.forget_blocks(visit, bucket, call.key)
    return BlobReply(201, {**records.written(entry), "Content-MD5": md5})


def check_type(visit: Visit) -> None:
    """Refuse another type than a block blob."""
    kind = visit.call.headers.get("x-ms-blob-type")
    if kind is None:
        raise BlobRefusal.HEADER_MISSING.error()
    if kind != "BlockBlob":
        raise BlobRefusal.NOT_SERVED.error(what=f"blobs of the type {kind}")


def set_properties(visit: Visit) -> BlobReply:
    """``Set Blob Properties``: all of them; what is not given is cleared."""
    call, entry = visit.call, _current(visit)
    conditions.check_write(call, entry)
    records.alter(entry, {"headers": headers.properties(call), "md5": headers.blob_md5(call)})
    return BlobReply(200, records.written(entry))


def set_metadata(visit: Visit) -> BlobReply:
    """``Set Blob Metadata``: as a whole; where there are versions it makes one."""
    call, entry = visit.call, _current(visit)
    conditions.check_write(call, entry)
    given = {"metadata": headers.metadata(call)}
    if visit.versioned:
        assert entry.content is not None
        content = visit.objects.contents.copy(entry.content)
        entry = records.put(visit, visit.bucket, call.key, content, {**entry.attributes, **given})
    else:
        records.alter(entry, given)
    return BlobReply(200, records.written(entry))


def set_tier(visit: Visit) -> BlobReply:
    """``Set Blob Tier``: at once, but back from the archive in a while; the ETag stays."""
    entry, wanted = reads.wanted(visit), headers.tier(visit.call)
    if wanted is None:
        raise BlobRefusal.HEADER_MISSING.error()
    if records.rehydrating(entry) and wanted != entry.attributes["coming"]:
        raise BlobRefusal.REHYDRATING.error()
    now = records.tier(visit.account, entry)
    kept = {name: value for name, value in entry.attributes.items() if name not in ("coming", "ready")}
    if now == "Archive" and wanted != "Archive":
        ready = entry.attributes.get("ready") or time.time() + visit.store.settings.transition
        entry.attributes = {**kept, "coming": wanted, "ready": ready}
        return BlobReply(202)
    entry.attributes = {**kept, "tier": wanted}
    return BlobReply(200)


def undelete(visit: Visit) -> BlobReply:
    """``Undelete Blob``: everything of the name that is kept after its deletion."""
    bucket, key = visit.bucket, visit.call.key
    kept = [entry for entry in bucket.entries.get(key, []) if records.is_kept(entry)]
    if not kept and bucket.current(key) is None:
        raise BlobRefusal.BLOB.error()
    for entry in kept:
        if records.is_plain_deleted(entry):
            bucket.live[key] = entry.generation
        entry.attributes = {n: value for n, value in entry.attributes.items() if n not in ("deleted", "until")}
    return BlobReply(200)


def delete(visit: Visit) -> BlobReply:
    """``Delete Blob``: where there are versions the blob becomes one, and a former one is deleted by its id."""
    call, bucket, entry = visit.call, visit.bucket, reads.wanted(visit)
    by_version = "versionid" in call.query
    _check_snapshots(visit)
    if by_version and bucket.current(call.key) is entry:
        raise BlobRefusal.ROOT.error()
    conditions.check_write(call, entry)
    if not by_version:
        records.forget_blocks(visit, bucket, call.key)
    if by_version or not visit.versioned:
        return _remove(visit, bucket, entry)
    records.preserve(entry)
    visit.objects.retire(bucket, entry)
    return BlobReply(202, {"x-ms-delete-type-permanent": "false"})


def _current(visit: Visit) -> Entry:
    """The blob as it is now: these operations have no versions."""
    found = visit.bucket.current(visit.call.key)
    if found is None:
        raise BlobRefusal.BLOB.error()
    return found


def _remove(visit: Visit, bucket: Bucket, entry: Entry) -> BlobReply:
    """Delete for good, or keep for the days of the account's retention."""
    days = services.retention(visit.account)
    if not days:
        visit.objects.remove(bucket, entry)
        return BlobReply(202, {"x-ms-delete-type-permanent": "true"})
    if bucket.current(entry.key) is entry:
        visit.objects.retire(bucket, entry)
    now = time.time()
    entry.attributes = {**entry.attributes, "deleted": now, "until": now + days * _DAY}
    return BlobReply(202, {"x-ms-delete-type-permanent": "false"})


def _check_snapshots(visit: Visit) -> None:
    """There are no snapshots; the header must make sense all the same."""
    if visit.call.query.get("deletetype"):
        raise BlobRefusal.NOT_SERVED.error(what="permanent deletion")
    wanted = visit.call.headers.get("x-ms-delete-snapshots")
    if wanted not in (None, "include", "only") or (wanted and "versionid" in visit.call.query):
        raise BlobRefusal.HEADER.error()
    if wanted == "only":
        raise BlobRefusal.NOT_SERVED.error(what="snapshots")
