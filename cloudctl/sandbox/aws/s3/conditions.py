"""Conditions on an object. https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-requests.html"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from botocore.utils import parse_timestamp

from cloudctl.sandbox.aws.s3 import versions, xml
from cloudctl.sandbox.aws.s3.object_refusals import ObjectRefusal
from cloudctl.sandbox.aws.s3.refusals import Refusal
from cloudctl.sandbox.objects.store import Bucket, Entry

_PREFIX = "CopySource"


def check_read(params: Mapping[str, Any], entry: Entry) -> None:
    """Raise S3Error PreconditionFailed or NotModified unless the object may be read under these conditions.

    If-Match prevails over If-Unmodified-Since, and If-None-Match over If-Modified-Since.
    """
    headers = {"ETag": f'"{entry.attributes["etag"]}"', "Last-Modified": xml.http_date(entry.made)}
    if condition := _failed(params, entry, ""):
        raise ObjectRefusal.PRECONDITION.error(Condition=condition)
    if _unchanged(params, entry, ""):
        raise ObjectRefusal.NOT_MODIFIED.error(headers)


def check_copy(params: Mapping[str, Any], entry: Entry) -> None:
    """The same for the source of a copy, where everything that does not hold is PreconditionFailed."""
    condition = _failed(params, entry, _PREFIX) or _unchanged(params, entry, _PREFIX)
    if condition:
        raise ObjectRefusal.PRECONDITION.error(Condition=f"x-amz-copy-source-{condition}")


def check_write(params: Mapping[str, Any], bucket: Bucket, key: str) -> None:
    """Raise S3Error unless the key may be written: PreconditionFailed, NoSuchKey for If-Match without an object."""
    entry = bucket.current(key)
    there = entry if entry and entry.content else None
    absent, match = params.get("IfNoneMatch"), params.get("IfMatch")
    if absent not in (None, "*"):
        raise Refusal.NOT_SERVED.error(what="If-None-Match with an ETag on a write")
    if absent and there:
        raise ObjectRefusal.PRECONDITION.error(Condition="If-None-Match")
    if match and not there:
        raise ObjectRefusal.NO_KEY.error(Key=key)
    if match and there and not _matches(match, there):
        raise ObjectRefusal.PRECONDITION.error(Condition="If-Match")


def entry_of(bucket: Bucket, key: str, version: str | None) -> Entry:
    """The version to read, a delete marker included. Raises S3Error: NoSuchKey, NoSuchVersion."""
    entry = bucket.current(key) if version is None else versions.find(bucket, key, version)
    if entry is None and version is not None:
        raise ObjectRefusal.NO_VERSION.error(Key=key, VersionId=version)
    if entry is None:
        raise ObjectRefusal.NO_KEY.error(Key=key)
    return entry


def _failed(params: Mapping[str, Any], entry: Entry, prefix: str) -> str | None:
    match, since = params.get(f"{prefix}IfMatch"), params.get(f"{prefix}IfUnmodifiedSince")
    if match is not None:
        return None if _matches(match, entry) else "If-Match"
    return "If-Unmodified-Since" if since and _made(entry) > _seconds(since) else None


def _unchanged(params: Mapping[str, Any], entry: Entry, prefix: str) -> str | None:
    match, since = params.get(f"{prefix}IfNoneMatch"), params.get(f"{prefix}IfModifiedSince")
    if match is not None:
        return "If-None-Match" if _matches(match, entry) else None
    return "If-Modified-Since" if since and _made(entry) <= _seconds(since) else None


def _matches(header: str, entry: Entry) -> bool:
    tags = [tag.strip().removeprefix("W/").strip('"') for tag in header.split(",")]
    return "*" in tags or entry.attributes["etag"] in tags


def _made(entry: Entry) -> int:
    return int(entry.made)


def _seconds(text: str) -> int:
    return int(parse_timestamp(text).timestamp())
