"""Copy Blob, Put Blob From URL, Put Block From URL: all done at once, between containers of this sandbox."""

from __future__ import annotations

import time
import uuid
from dataclasses import replace
from urllib.parse import urlsplit

from cloudctl.sandbox.azure.refusals import Refused
from cloudctl.sandbox.azure.refusals.blob import BlobRefusal
from cloudctl.sandbox.azure.storage import buckets
from cloudctl.sandbox.azure.storage.blobs import auth, blocks, conditions, headers, ranges, reads, records
from cloudctl.sandbox.azure.storage.blobs.request import BlobCall, BlobReply, at
from cloudctl.sandbox.azure.storage.blobs.visit import Visit
from cloudctl.sandbox.azure.storage.provider import BLOBS
from cloudctl.sandbox.objects.content import Content, Cut
from cloudctl.sandbox.objects.store import Entry

_SOURCE = "x-ms-source-"
_CONDITIONS = ("if-match", "if-none-match", "if-modified-since", "if-unmodified-since")


def copy(visit: Visit) -> BlobReply:
    """``Copy Blob`` and ``Copy Blob From URL``: 202, and the copy is complete."""
    entry = _copied(visit, {})
    done = records.copied(entry)
    return BlobReply(202, {**records.written(entry), **{f"x-ms-{n}": done[n] for n in ("copy-id", "copy-status")}})


def put_from_url(visit: Visit) -> BlobReply:
    """``Put Blob From URL``: the headers of the request count before those of the source."""
    entry = _copied(visit, headers.properties(visit.call))
    return BlobReply(201, {**records.written(entry), "Content-MD5": entry.attributes["md5"] or ""})


def block_from_url(visit: Visit) -> BlobReply:
    """``Put Block From URL``: all of the source, or a range of it."""
    blocks.check_block(visit)
    source = _source(visit)
    assert source.content is not None
    part = ranges.parse(visit.call.headers.get("x-ms-source-range"), records.size(source))
    content = visit.objects.contents.join([Cut(source.content, *(part or (0, source.content.size)))])
    blocks.keep_block(visit, content)
    return BlobReply(201, {"x-ms-request-server-encrypted": "true"})


def _copied(visit: Visit, given: dict[str, str]) -> Entry:
    call, bucket = visit.call, visit.bucket
    records.check_put(visit)
    source = _source(visit)
    kept = source.attributes
    attributes = {
        "headers": {**kept["headers"], **given},
        "metadata": headers.metadata(call) or kept["metadata"],
        "md5": kept["md5"],
        "tier": headers.tier(call),
        "blocks": kept["blocks"],
        "copy": {
            "id": str(uuid.uuid4()),
            "source": call.headers["x-ms-copy-source"].partition("?")[0],
            "time": time.time(),
        },
    }
    entry = records.put(visit, bucket, call.key, _linked(visit, source), attributes)
    records.forget_blocks(visit, bucket, call.key)
    return entry


def _linked(visit: Visit, source: Entry) -> Content:
    assert source.content is not None
    return visit.objects.contents.copy(source.content)


def _source(visit: Visit) -> Entry:
    """The blob that a request copies from, which it must be allowed to read."""
    call = visit.call
    given = urlsplit(call.headers["x-ms-copy-source"])
    if f"{given.scheme}://{given.netloc}" != call.host:
        raise BlobRefusal.NOT_SERVED.error(what=f"copying from {given.netloc}")
    target = f"{given.path}?{given.query}" if given.query else given.path
    token = call.headers.get("x-ms-copy-source-authorization")
    renamed = {"authorization": token} if token else {}
    renamed |= {name: call.headers[_SOURCE + name] for name in _CONDITIONS if _SOURCE + name in call.headers}
    asked = replace(at(call, target), method="GET", headers=renamed)
    source = Visit(visit.store, asked)
    found = _permitted(visit, source)
    _check_condition(asked, found)
    reads.check_online(source, found)
    return found


def _permitted(visit: Visit, source: Visit) -> Entry:
    """The source; what may not be read looks like what is not there, except within an account."""
    own = source.call.account == visit.call.account and "sig" not in visit.call.query
    try:
        bucket = buckets.find(visit.store, source.call.account, source.call.container or "")
        if not own or "sig" in source.call.query:
            auth.check(source.call, source.account, bucket, f"{BLOBS}/read")
        return reads.wanted(source)
    except Refused:
        if own:
            raise
        raise BlobRefusal.COPY_SOURCE.error() from None


def _check_condition(asked: BlobCall, found: Entry) -> None:
    try:
        conditions.check_read(asked, found)
    except Refused:
        raise BlobRefusal.COPY_CONDITION.error() from None


def _shown(call: BlobCall) -> str:
    """The source without its signature."""
    return call.headers["x-ms-copy-source"].partition("?")[0]
