"""GetObject, HeadObject and GetObjectAttributes."""

from __future__ import annotations

import re
from typing import Any

from cloudctl.sandbox.aws.s3 import conditions, versions, writing
from cloudctl.sandbox.aws.s3.call import Call
from cloudctl.sandbox.aws.s3.object_refusals import ObjectRefusal
from cloudctl.sandbox.objects.content import Content
from cloudctl.sandbox.objects.store import Bucket, Entry

Result = dict[str, Any]

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
# https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html: these answer in the place of what is kept.
_OVERRIDES = {
    "ResponseCacheControl": "CacheControl",
    "ResponseContentDisposition": "ContentDisposition",
    "ResponseContentEncoding": "ContentEncoding",
    "ResponseContentLanguage": "ContentLanguage",
    "ResponseContentType": "ContentType",
    "ResponseExpires": "Expires",
}


def get_object(call: Call) -> Result:
    """GetObject."""
    result, content, start = _looked_up(call)
    return {**result, "Body": call.store.contents.read(content, start, result["ContentLength"])}


def head_object(call: Call) -> Result:
    """HeadObject: what GetObject says, without the bytes."""
    return _looked_up(call)[0]


def get_attributes(call: Call) -> Result:
    """GetObjectAttributes, of the object as a whole."""
    bucket = call.bucket
    entry = _readable(bucket, call)
    assert entry.content
    parts = entry.attributes.get("parts")
    known = {
        "ETag": entry.attributes["etag"],
        "Checksum": writing.checksums_of(entry) or None,
        "ObjectParts": {"TotalPartsCount": len(parts)} if parts else None,
        "StorageClass": entry.attributes["class"],
        "ObjectSize": entry.content.size,
    }
    asked = {name: known[name] for name in call.params["ObjectAttributes"]}
    return {**asked, "LastModified": entry.made, "VersionId": versions.shown_id(bucket, entry)}


def span(header: str | None, size: int) -> tuple[int, int] | None:
    """First byte and length that a Range header asks for; None for all, as for a header that makes no sense.

    Raises S3Error InvalidRange for a range that starts after the end.
    """
    match = _RANGE.fullmatch((header or "").strip())
    if not match or match.group(0) == "bytes=-":
        return None
    first, last = match.groups()
    if first and last and int(last) < int(first):
        return None
    start = int(first) if first else max(0, size - int(last))
    end = min(int(last), size - 1) if first and last else size - 1
    if start > end:
        raise ObjectRefusal.RANGE.error(
            {"Content-Range": f"bytes */{size}"}, RangeRequested=header or "", ActualObjectSize=str(size)
        )
    return start, end - start + 1


def _looked_up(call: Call) -> tuple[Result, Content, int]:
    bucket = call.bucket
    entry = _readable(bucket, call)
    conditions.check_read(call.params, entry)
    assert entry.content
    size = entry.content.size
    part = _part(entry, call.params.get("PartNumber"), size) or span(call.params.get("Range"), size)
    start, length = part or (0, size)
    result = _described(bucket, entry, call, whole=part is None)
    if part is not None:
        call.status = 206
        result["ContentRange"] = f"bytes {start}-{start + length - 1}/{size}"
    return {**result, "ContentLength": length}, entry.content, start


def _readable(bucket: Bucket, call: Call) -> Entry:
    version = call.params.get("VersionId")
    entry = conditions.entry_of(bucket, call.request.key, version)
    if entry.content:
        return entry
    headers = {"x-amz-delete-marker": "true", "x-amz-version-id": versions.id_of(entry)}
    if version is None:
        raise ObjectRefusal.DELETED.error(headers, Key=entry.key)
    raise ObjectRefusal.MARKER_READ.error({**headers, "Allow": "DELETE"}, Method=call.request.method)


def _part(entry: Entry, number: int | None, size: int) -> tuple[int, int] | None:
    """First byte and length of one part of a multipart object; an object of one piece is its own first part."""
    if number is None:
        return None
    sizes: list[int] = entry.attributes.get("parts") or [size]
    if not 1 <= number <= len(sizes):
        raise ObjectRefusal.PART_RANGE.error(PartNumberRequested=str(number), ActualPartCount=str(len(sizes)))
    return sum(sizes[: number - 1]), sizes[number - 1]


def _described(bucket: Bucket, entry: Entry, call: Call, *, whole: bool) -> Result:
    kept, params = entry.attributes, call.params
    overridden = {name: params[asked] for asked, name in _OVERRIDES.items() if asked in params}
    wanted = params.get("ChecksumMode") == "ENABLED" and whole
    parts = {"PartsCount": len(kept["parts"])} if "PartNumber" in params and kept.get("parts") else {}
    return {
        "AcceptRanges": "bytes",
        "LastModified": entry.made,
        "ETag": f'"{kept["etag"]}"',
        "VersionId": versions.shown_id(bucket, entry),
        "Metadata": kept["metadata"],
        # S3 leaves out the class that most objects have.
        "StorageClass": None if kept["class"] == "STANDARD" else kept["class"],
        **kept["headers"],
        **kept["encryption"],
        **(writing.checksums_of(entry) if wanted else {}),
        **parts,
        **overridden,
    }
