"""The bytes of objects: https://cloud.google.com/storage/docs/json_api/v1/objects/get with ``alt=media``"""

from __future__ import annotations

import gzip
import re

from cloudctl.sandbox.cloud import Reply
from cloudctl.sandbox.gcp.storage import objects
from cloudctl.sandbox.gcp.storage.call import Call
from cloudctl.sandbox.gcp.storage.refusals import Refusal
from cloudctl.sandbox.gcp.storage.values import crc32c_text, etag, md5_text
from cloudctl.sandbox.objects.content import Content
from cloudctl.sandbox.objects.store import Entry

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
_HEADERS = {
    "cacheControl": "Cache-Control",
    "contentDisposition": "Content-Disposition",
    "contentEncoding": "Content-Encoding",
    "contentLanguage": "Content-Language",
    "contentType": "Content-Type",
}
_DEFAULT_TYPE = "application/octet-stream"


def download(call: Call) -> Reply:
    """The bytes, or a range of them; what is stored as gzip is unpacked for clients that do not take that.

    https://cloud.google.com/storage/docs/transcoding
    """
    _, entry = objects.named(call, reading=True)
    assert entry.content
    headers = _headers(entry, entry.content)
    packed = headers.get("Content-Encoding") == "gzip"
    if packed and "gzip" not in call.request.headers.get("accept-encoding", ""):
        del headers["Content-Encoding"]
        return Reply(200, headers, gzip.decompress(call.store.contents.read(entry.content)))
    asked = _range(call.request.headers.get("range", ""), entry.content.size)
    if asked is None:
        return Reply(200, headers, call.store.contents.read(entry.content))
    start, end = asked
    headers["Content-Range"] = f"bytes {start}-{end}/{entry.content.size}"
    return Reply(206, headers, call.store.contents.read(entry.content, start, end - start + 1))


def _headers(entry: Entry, content: Content) -> dict[str, str]:
    kept = entry.attributes
    resource = {"contentType": _DEFAULT_TYPE, **kept["resource"]}
    md5 = [] if kept["components"] else [f"md5={md5_text(content.md5)}"]
    return {
        **{header: _latin(resource[name]) for name, header in _HEADERS.items() if name in resource},
        "ETag": etag(kept["metageneration"], entry.generation),
        "X-Goog-Generation": str(entry.generation),
        "X-Goog-Metageneration": str(kept["metageneration"]),
        "X-Goog-Hash": ",".join([f"crc32c={crc32c_text(content.crc32c)}", *md5]),
        "X-Goog-Storage-Class": resource["storageClass"],
        "X-Goog-Stored-Content-Encoding": resource.get("contentEncoding", "identity"),
        "X-Goog-Stored-Content-Length": str(content.size),
    }


def _range(text: str, size: int) -> tuple[int, int] | None:
    """First and last byte that are asked for; None for all, also where the header cannot be read. Raises GcsError."""
    match = _RANGE.fullmatch(text)
    if match is None or not (match[1] or match[2]):
        return None
    if not match[1]:
        start, end = max(size - int(match[2]), 0), size - 1
    else:
        start, end = int(match[1]), min(int(match[2] or size - 1), size - 1)
    if match[1] and match[2] and int(match[2]) < start:
        return None
    if start >= size:
        raise Refusal.RANGE.error()
    return start, end


def _latin(text: str) -> str:
    """UTF-8 in the Latin-1 clothes that WSGI wants; line ends would end the header."""
    return re.sub(r"[\r\n\0]", " ", text).encode("utf-8").decode("latin-1")
