"""ListObjects and ListObjectsV2."""

from __future__ import annotations

from typing import Any

from cloudctl.sandbox.aws.s3 import walking
from cloudctl.sandbox.aws.s3.call import Call
from cloudctl.sandbox.aws.s3.identity import OWNER
from cloudctl.sandbox.objects.store import Bucket, Entry

Result = dict[str, Any]

_DEFAULT = 1000


def list_v2(call: Call) -> Result:
    """ListObjectsV2."""
    token, start = call.params.get("ContinuationToken"), call.params.get("StartAfter", "")
    marker = walking.item_of(token) if token else start
    result, last = _page(call, marker, owner=call.params.get("FetchOwner", False))
    encode = walking.encoder(call.params.get("EncodingType"))
    return {
        **result,
        "KeyCount": len(result["Contents"]) + len(result["CommonPrefixes"]),
        "ContinuationToken": token,
        "NextContinuationToken": walking.token(last) if result["IsTruncated"] else None,
        "StartAfter": encode(start) if start else None,
    }


def list_v1(call: Call) -> Result:
    """ListObjects: says where to go on only with a delimiter; otherwise the last key is the marker."""
    marker = call.params.get("Marker", "")
    result, last = _page(call, marker, owner=True)
    encode = walking.encoder(call.params.get("EncodingType"))
    following = encode(last) if result["IsTruncated"] and call.params.get("Delimiter") else None
    return {**result, "Marker": encode(marker), "NextMarker": following}


def described(entry: Entry) -> Result:
    """What lists say of a version that is no delete marker."""
    assert entry.content
    kept = entry.attributes
    checksums = kept.get("checksums")
    return {
        "LastModified": entry.made,
        "ETag": f'"{kept["etag"]}"',
        "ChecksumAlgorithm": list(checksums) if checksums else None,
        "ChecksumType": kept.get("checksum_type") if checksums else None,
        "Size": entry.content.size,
        "StorageClass": kept["class"],
    }


def _page(call: Call, marker: str, *, owner: bool) -> tuple[Result, str]:
    """The page after ``marker`` and its last item."""
    bucket, params = call.bucket, call.params
    window = walking.Window(params.get("Prefix", ""), params.get("Delimiter", ""))
    most = call.page(params.get("MaxKeys"))
    start = window.after(marker)
    items, more = walking.page(window.walk(bucket, start, lambda key: _current(bucket, key)), most)
    encode = walking.encoder(params.get("EncodingType"))
    keys = [name for name, grouped in items if not grouped]
    result = {
        "Name": bucket.name,
        "Prefix": encode(window.prefix),
        "Delimiter": encode(window.delimiter) if window.delimiter else None,
        "MaxKeys": min(params.get("MaxKeys", _DEFAULT), _DEFAULT),
        "EncodingType": params.get("EncodingType"),
        "IsTruncated": more,
        "Contents": [_content(bucket, key, encode(key), owner=owner) for key in keys],
        "CommonPrefixes": [{"Prefix": encode(name)} for name, grouped in items if grouped],
    }
    return result, items[-1][0] if items else ""


def _content(bucket: Bucket, key: str, written: str, *, owner: bool) -> Result:
    entry = _current(bucket, key)
    assert entry
    return {"Key": written, **described(entry), "Owner": {"ID": OWNER} if owner else None}


def _current(bucket: Bucket, key: str) -> Entry | None:
    entry = bucket.current(key)
    return entry if entry and entry.content else None
