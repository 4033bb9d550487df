"""CopyObject and UploadPartCopy."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote_to_bytes

from cloudctl.sandbox.aws.account import ACCOUNT
from cloudctl.sandbox.aws.s3 import checksums, conditions, parts, uploads, versions, writing
from cloudctl.sandbox.aws.s3.call import Call
from cloudctl.sandbox.aws.s3.object_refusals import ObjectRefusal
from cloudctl.sandbox.aws.s3.refusals import Refusal
from cloudctl.sandbox.objects.content import Content, Cut
from cloudctl.sandbox.objects.store import Bucket, Entry

Result = dict[str, Any]

_LARGEST = 5 * 1024**3
_RANGE = re.compile(r"bytes=(\d+)-(\d+)")


def copy_object(call: Call) -> Result:
    """CopyObject: the bytes with the source's metadata, or with the request's."""
    bucket, params = call.bucket, call.params
    home, source = _source(call)
    assert source.content
    if source.content.size > _LARGEST:
        raise ObjectRefusal.COPY_SIZE.error()
    kept = _attributes(call, bucket, source)
    _changes_something(call, (home, source), kept)
    conditions.check_write(params, bucket, call.request.key)
    content = call.store.contents.digested(source.content)
    kept |= _digests(call, source, content)
    entry = versions.add(call.store, bucket, call.request.key, call.store.contents.copy(content), kept)
    said = {"ETag": f'"{kept["etag"]}"', "LastModified": entry.made, **writing.checksums_of(entry)}
    headers = {"VersionId": versions.shown_id(bucket, entry), "CopySourceVersionId": versions.shown_id(home, source)}
    return {"CopyObjectResult": said, **headers, **kept["encryption"]}


def copy_part(call: Call) -> Result:
    """UploadPartCopy."""
    bucket = call.bucket
    upload = uploads.upload_of(call, bucket)
    home, source = _source(call)
    assert source.content
    start, length = _range(call.params.get("CopySourceRange"), source.content.size)
    content = call.store.contents.join([Cut(source.content, start, length)])
    call.content = call.store.contents.digested(content)
    algorithm = upload.attributes.get("algorithm")
    call.checksums = _computed(algorithm, call.store.contents.read(content)) if algorithm else {}
    said = parts.keep(call, upload)
    return {"CopyPartResult": said, "CopySourceVersionId": versions.shown_id(home, source)}


def _source(call: Call) -> tuple[Bucket, Entry]:
    """The bucket and the version that x-amz-copy-source names, under the request's conditions."""
    if call.params.get("ExpectedSourceBucketOwner", ACCOUNT) != ACCOUNT:
        raise Refusal.OTHER_OWNER.error()
    text, _, version = call.params["CopySource"].partition("?versionId=")
    try:
        name, _, key = unquote_to_bytes(text.removeprefix("/")).decode().partition("/")
    except UnicodeDecodeError:
        raise ObjectRefusal.COPY_SOURCE.error(ArgumentName="x-amz-copy-source") from None
    if not name or not key:
        raise ObjectRefusal.COPY_SOURCE.error(ArgumentName="x-amz-copy-source", ArgumentValue=text)
    bucket = call.bucket_named(name, anywhere=True)
    entry = conditions.entry_of(bucket, key, version or None)
    if entry.content is None:
        raise ObjectRefusal.COPY_MARKER.error() if version else ObjectRefusal.NO_KEY.error(Key=key)
    conditions.check_copy(call.params, entry)
    return bucket, entry


def _attributes(call: Call, bucket: Bucket, source: Entry) -> Result:
    kept = writing.attributes(call, bucket)
    if call.params.get("MetadataDirective") == "REPLACE":
        return kept
    return {**kept, "metadata": source.attributes["metadata"], "headers": source.attributes["headers"]}


def _changes_something(call: Call, origin: tuple[Bucket, Entry], kept: Result) -> None:
    home, source = origin
    same = home.name == call.request.bucket and source.key == call.request.key
    current = home.current(source.key) is source
    asked = call.params.keys() & {"StorageClass", "ServerSideEncryption", "ChecksumAlgorithm"}
    replaced = call.params.get("MetadataDirective") == "REPLACE" or kept["class"] != source.attributes["class"]
    if same and current and not asked and not replaced:
        raise ObjectRefusal.COPY_SELF.error()


def _digests(call: Call, source: Entry, content: Content) -> Result:
    """The ETag and checksums of the copy, which is one piece even where its source was uploaded in parts."""
    algorithm = call.params.get("ChecksumAlgorithm")
    kept = source.attributes.get("checksums") or {}
    if algorithm is None and source.attributes.get("checksum_type") != checksums.COMPOSITE:
        return {"etag": content.md5, "checksums": kept, "checksum_type": checksums.FULL_OBJECT}
    data = call.store.contents.read(content)
    computed = _computed(algorithm or next(iter(kept), None), data)
    return {"etag": content.md5, "checksums": computed, "checksum_type": checksums.FULL_OBJECT}


def _computed(algorithm: str | None, data: bytes) -> dict[str, str]:
    if algorithm is None:
        return {}
    hasher = checksums.hasher(checksums.served(algorithm))
    hasher.update(data)
    return {algorithm: checksums.text(hasher.digest())}


def _range(header: str | None, size: int) -> tuple[int, int]:
    if header is None:
        return 0, size
    match = _RANGE.fullmatch(header)
    if not match or not int(match[1]) <= int(match[2]) < size:
        raise ObjectRefusal.COPY_RANGE.error(ArgumentName="x-amz-copy-source-range", ArgumentValue=header)
    return int(match[1]), int(match[2]) - int(match[1]) + 1
