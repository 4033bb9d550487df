"""ListObjectVersions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cloudctl.sandbox.aws.s3 import versions, walking
from cloudctl.sandbox.aws.s3.call import Call
from cloudctl.sandbox.aws.s3.identity import OWNER
from cloudctl.sandbox.aws.s3.listing import described
from cloudctl.sandbox.aws.s3.refusals import Refusal
from cloudctl.sandbox.objects.store import Bucket, Entry

Result = dict[str, Any]

_DEFAULT = 1000


def list_versions(call: Call) -> Result:
    """ListObjectVersions: versions and delete markers, by key and then newest first."""
    bucket, params = call.bucket, call.params
    window = walking.Window(params.get("Prefix", ""), params.get("Delimiter", ""))
    items, more = walking.page(_items(bucket, window, call), call.page(params.get("MaxKeys")))
    encode = walking.encoder(params.get("EncodingType"))
    entries = [item for item in items if isinstance(item, Entry)]
    return {
        "Name": bucket.name,
        "Prefix": encode(window.prefix),
        "Delimiter": encode(window.delimiter) if window.delimiter else None,
        "KeyMarker": encode(params.get("KeyMarker", "")),
        "VersionIdMarker": params.get("VersionIdMarker", ""),
        "MaxKeys": min(params.get("MaxKeys", _DEFAULT), _DEFAULT),
        "EncodingType": params.get("EncodingType"),
        "IsTruncated": more,
        "Versions": [_version(bucket, each, encode(each.key)) for each in entries if each.content],
        "DeleteMarkers": [_marker(bucket, each, encode(each.key)) for each in entries if not each.content],
        "CommonPrefixes": [{"Prefix": encode(item)} for item in items if isinstance(item, str)],
        **(_following(items[-1], encode) if more else {}),
    }


def _items(bucket: Bucket, window: walking.Window, call: Call) -> Iterator[Entry | str]:
    key, version = call.params.get("KeyMarker", ""), call.params.get("VersionIdMarker", "")
    if version and not key:
        raise Refusal.LIST_MARKERS.error(ArgumentName="version-id-marker", ArgumentValue=version)
    if version:
        yield from _older(bucket, window, key, version)
    for name, grouped in window.walk(bucket, window.after(key), lambda _: True):
        if grouped:
            yield name
        else:
            yield from bucket.entries[name]


def _older(bucket: Bucket, window: walking.Window, key: str, version: str) -> list[Entry]:
    """What a key has after the version that the last page ended with, which may have gone since."""
    if not key.startswith(window.prefix) or window.group(key) is not None:
        return []
    entries = bucket.entries.get(key, [])
    generation = versions.generation(bucket, key, version)
    return [entry for entry in entries if generation is None or entry.generation < generation]


def _version(bucket: Bucket, entry: Entry, written: str) -> Result:
    return {**_marker(bucket, entry, written), **described(entry)}


def _marker(bucket: Bucket, entry: Entry, written: str) -> Result:
    return {
        "Key": written,
        "VersionId": versions.id_of(entry),
        "IsLatest": bucket.live.get(entry.key) == entry.generation,
        "LastModified": entry.made,
        "Owner": {"ID": OWNER},
    }


def _following(last: Entry | str, encode: Any) -> Result:
    if isinstance(last, str):
        return {"NextKeyMarker": encode(last)}
    return {"NextKeyMarker": encode(last.key), "NextVersionIdMarker": versions.id_of(last)}
