"""Resumable uploads: https://cloud.google.com/storage/docs/performing-resumable-uploads"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass

from cloudctl.sandbox.cloud import Reply
from cloudctl.sandbox.gcp.storage import objects, uploads
from cloudctl.sandbox.gcp.storage.call import Call
from cloudctl.sandbox.gcp.storage.documents import Json
from cloudctl.sandbox.gcp.storage.errors import json_reply
from cloudctl.sandbox.gcp.storage.refusals import Refusal
from cloudctl.sandbox.objects.content import Content, Cut
from cloudctl.sandbox.objects.store import Bucket, Upload

_QUANTUM = 256 * 1024
_RANGE = re.compile(r"bytes (?:(\d+)-(\d+)|\*)/(\d+|\*)")


@dataclass(frozen=True, slots=True)
class Range:
    """What a Content-Range says; ``first`` is None for a question about the state, ``total`` while it is unknown."""

    first: int | None
    last: int
    total: int | None


def is_begin(call: Call) -> bool:
    """Whether the request begins an upload, or (with an id) goes on with one."""
    return call.request.parameter("uploadType") == "resumable" or "upload_id" in call.request.query


def begin(call: Call) -> Reply:
    """The first request: keeps what the object shall be, and gives the URL for its bytes."""
    bucket, headers = call.bucket, call.request.headers
    if headers.get("x-upload-content-type") and not call.body.get("contentType"):
        call.body["contentType"] = headers["x-upload-content-type"]
    name, _ = uploads.described(call, bucket)
    identity = secrets.token_urlsafe(48)
    kept = {"body": call.body, "query": call.query, "total": headers.get("x-upload-content-length")}
    bucket.uploads[identity] = Upload(identity, name, call.now, kept)
    target = f"{call.request.origin}{call.request.path}?uploadType=resumable&upload_id={identity}"
    return json_reply(200, None, {"Location": target, "X-GUploader-UploadID": identity})


def go_on(call: Call) -> Reply:
    """A request with bytes, or a question about the state, or (DELETE) the end of it."""
    bucket, upload = found(call)
    if call.request.method == "DELETE":
        call.store.abort(bucket, upload)
        return Reply(499, {"X-GUploader-UploadID": upload.id}, b"")
    if "done" in upload.attributes:
        call.store.contents.discard(call.content)
        return _finished(call, bucket, upload)
    wanted = content_range(call)
    if wanted.first is None:
        return _answer(call, bucket, upload, wanted)
    assert call.content
    return _take(call, bucket, upload, wanted, call.content)


def found(call: Call) -> tuple[Bucket, Upload]:
    """The upload that the request's ``upload_id`` names. Raises GcsError notFound."""
    bucket = call.bucket
    upload = bucket.uploads.get(call.request.parameter("upload_id"))
    if upload is None:
        raise Refusal.NO_UPLOAD.error()
    return bucket, upload


def content_range(call: Call) -> Range:
    """The Content-Range of the request; without one the body is everything that is left. Raises GcsError."""
    text = call.request.headers.get("content-range")
    if text is None:
        size = int(call.request.headers.get("content-length") or 0)
        return Range(0, size - 1, size)
    match = _RANGE.fullmatch(text)
    if match is None or (match[1] and int(match[2]) < int(match[1])):
        raise Refusal.CHUNK_RANGE.error()
    total = None if match[3] == "*" else int(match[3])
    return Range(int(match[1]), int(match[2]), total) if match[1] else Range(None, -1, total)


def _take(call: Call, bucket: Bucket, upload: Upload, wanted: Range, chunk: Content) -> Reply:
    """Keep the bytes of a request that are new; a last one may have any length, the others whole quanta."""
    size, received = chunk.size, _received(upload)
    assert wanted.first is not None
    if wanted.first > received or wanted.last - wanted.first + 1 != size:
        raise Refusal.CHUNK_RANGE.error()
    last = wanted.total is not None and wanted.first + size == wanted.total
    if not last and size < _QUANTUM:
        raise Refusal.CHUNK_SIZE.error(size=size)
    skipped = received - wanted.first
    end = size if last else size - size % _QUANTUM
    if end > skipped:
        upload.parts[str(len(upload.parts))] = call.store.contents.join([Cut(chunk, skipped, end - skipped)])
    call.store.contents.discard(chunk)
    return _answer(call, bucket, upload, wanted)


def _answer(call: Call, bucket: Bucket, upload: Upload, wanted: Range) -> Reply:
    """308 with what there is of the bytes; the object when they are complete."""
    received = _received(upload)
    if wanted.total is not None and received == wanted.total:
        return _complete(call, bucket, upload)
    kept = {"Range": f"bytes=0-{received - 1}"} if received else {}
    return Reply(308, {"X-GUploader-UploadID": upload.id, **kept}, b"")


def _complete(call: Call, bucket: Bucket, upload: Upload) -> Reply:
    begun: Json = upload.attributes
    call.body, call.query = begun["body"], begun["query"]
    name, kept = uploads.described(call, bucket)
    content = call.store.contents.digested(call.store.contents.join(map(Cut.whole, upload.parts.values())))
    try:
        uploads.check_hashes(call.body, call.request.headers, content)
    except BaseException:
        call.store.contents.discard(content)
        raise
    entry = objects.put(call, bucket, name, content, kept)
    call.store.abort(bucket, upload)
    # It is asked for again by a client that lost the answer.
    bucket.uploads[upload.id] = Upload(upload.id, name, upload.begun, {**begun, "done": entry.generation})
    return _finished(call, bucket, bucket.uploads[upload.id])


def _finished(call: Call, bucket: Bucket, upload: Upload) -> Reply:
    entry = objects.find(call, bucket, upload.key, upload.attributes["done"])
    full = upload.attributes["query"].get("projection") == "full"
    return json_reply(200, objects.view(call, bucket, entry, full=full), {"X-GUploader-UploadID": upload.id})


def _received(upload: Upload) -> int:
    return sum(part.size for part in upload.parts.values())
