"""storage.objects.insert in one request: the bytes alone, or behind a document in a multipart body."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.parser import BytesHeaderParser
from typing import IO

from cloudctl.sandbox.gcp.storage import access, conditions, documents, names, objects
from cloudctl.sandbox.gcp.storage.call import Call
from cloudctl.sandbox.gcp.storage.documents import Json
from cloudctl.sandbox.gcp.storage.refusals import Refusal
from cloudctl.sandbox.gcp.storage.values import crc32c_text, md5_text
from cloudctl.sandbox.objects.content import Content
from cloudctl.sandbox.objects.store import Bucket

_BOUNDARY = re.compile(r'boundary="?([^";]+)"?')
_HASH = re.compile(r"(crc32c|md5)=([^,\s]+)")


@dataclass(frozen=True, slots=True)
class Parts:
    """What an upload has: its document, the type and the stream of its bytes."""

    document: Json
    type: str | None
    media: IO[bytes]


def receive(call: Call) -> None:
    """Read the request's body, outside the lock: document and bytes. Raises GcsError."""
    given = split(call)
    schemas = call.discovery.schemas
    call.body = documents.checked("Object", schemas, given.document)
    if given.type and not call.body.get("contentType"):
        call.body["contentType"] = given.type
    call.content = call.store.contents.store(given.media)


def split(call: Call) -> Parts:
    """The parts of the upload. Raises GcsError badContent."""
    kind, headers = call.request.parameter("uploadType"), call.request.headers
    if kind == "media":
        return Parts({}, headers.get("content-type"), call.request.body)
    if kind == "multipart":
        return _multipart(call.request.body.read(), headers.get("content-type", ""))
    raise Refusal.UPLOAD_TYPE.error()


def _multipart(body: bytes, kind: str) -> Parts:
    """https://cloud.google.com/storage/docs/uploading-objects#rest-upload-objects"""
    boundary = _BOUNDARY.search(kind)
    if boundary is None:
        raise Refusal.MULTIPART.error()
    line = b"\r\n--" + boundary[1].encode()
    first, *others = (b"\r\n" + body).split(line, 2)
    # The bytes of the object may hold anything, a line like the boundary's own start included.
    end = others[1].rfind(line + b"--") if len(others) == 2 else -1
    if first.strip() or end < 0:
        raise Refusal.MULTIPART.error()
    _, document = _part(others[0])
    media_type, media = _part(others[1][:end])
    return Parts(documents.parsed(document), media_type, io.BytesIO(media))


def _part(part: bytes) -> tuple[str | None, bytes]:
    """Type and content of a part, which begins behind its boundary."""
    head, found, content = part.partition(b"\r\n\r\n")
    if not found:
        raise Refusal.MULTIPART.error()
    return BytesHeaderParser().parsebytes(head.lstrip() + b"\r\n\r\n").get("content-type"), content


def insert(call: Call) -> Json:
    """storage.objects.insert: the body was received before."""
    bucket = call.bucket
    name, kept = described(call, bucket)
    assert call.content
    check_hashes(call.body, call.request.headers, call.content)
    entry = objects.put(call, bucket, name, call.content, kept)
    return objects.view(call, bucket, entry, full=call.full())


def described(call: Call, bucket: Bucket) -> tuple[str, Json]:
    """The name of the object that is uploaded and what to keep with it, checked. Raises GcsError."""
    call.refuse("kmsKeyName")
    if "x-goog-encryption-algorithm" in call.request.headers:
        raise Refusal.NOT_SERVED.error(what="encryption keys of customers")
    name = call.query.get("name") or call.body.get("name")
    if not name:
        raise Refusal.NAME_MISSING.error()
    names.check_object(name)
    encoding = {"contentEncoding": call.query["contentEncoding"]} if call.query.get("contentEncoding") else {}
    kept = objects.resource({**call.body, **encoding}, bucket)
    access.refuse_object_acl(call.query, call.body, bucket.properties["settings"])
    conditions.check_object(call.query, bucket.current(name))
    return name, kept


def check_hashes(document: Json, headers: Mapping[str, str], content: Content) -> None:
    """Raise GcsError invalid unless the bytes are those of the hashes that came in the document or the headers."""
    given = dict(_HASH.findall(headers.get("x-goog-hash", "")))
    actual = {"md5": md5_text(content.md5), "crc32c": crc32c_text(content.crc32c)}
    wanted = (
        (Refusal.MD5, "md5", (document.get("md5Hash"), given.get("md5"), headers.get("content-md5"))),
        (Refusal.CRC32C, "crc32c", (document.get("crc32c"), given.get("crc32c"))),
    )
    for refusal, name, values in wanted:
        for value in values:
            if value and not _same(value, actual[name]):
                raise refusal.error(given=value, actual=actual[name])


def _same(given: str, actual: str) -> bool:
    try:
        return base64.b64decode(given) == base64.b64decode(actual)
    except ValueError:
        return False
