"""Objects of S3 as neutral records: what lists, looks and writes tell."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from cloudctl.services.objects import MTIME, StoredObject
from cloudctl_aws.s3 import Native

# https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
_CHECKSUMS = {
    "ChecksumCRC32": "crc32",
    "ChecksumCRC32C": "crc32c",
    "ChecksumCRC64NVME": "crc64nvme",
    "ChecksumSHA1": "sha1",
    "ChecksumSHA256": "sha256",
}
_STANDARD = "STANDARD"
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/directory-bucket-naming-rules.html
_DIRECTORY = "--x-s3/"
_METADATA = "x-amz-meta-"
_TIME = _METADATA + MTIME
_HEADERS = {
    "content-length": "ContentLength",
    "content-range": "ContentRange",
    "content-type": "ContentType",
    "content-encoding": "ContentEncoding",
    "cache-control": "CacheControl",
    "etag": "ETag",
    "x-amz-version-id": "VersionId",
    "x-amz-storage-class": "StorageClass",
    "x-amz-server-side-encryption": "ServerSideEncryption",
    "x-amz-server-side-encryption-customer-algorithm": "SSECustomerAlgorithm",
    "x-amz-checksum-type": "ChecksumType",
    **{f"x-amz-checksum-{short}": name for name, short in _CHECKSUMS.items()},
}


def listed(url: str, one: Native) -> StoredObject:
    """An object of ListObjectsV2: https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html"""
    key, told = one["Key"], one.get
    # By their places: names take as long again, which is much of what a row of a long list takes.
    return StoredObject(
        url + key, key, told("Size"), told("LastModified"), _etag(one), told("StorageClass"), None, native=one
    )


def version(url: str, one: Native) -> StoredObject:
    """A version or a delete marker, which has neither size nor etag, of ListObjectVersions.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html
    """
    return StoredObject(
        url=url + one["Key"],
        key=one["Key"],
        size=one.get("Size"),
        modified=one.get("LastModified"),
        etag=_etag(one),
        storage_class=one.get("StorageClass"),
        version=one.get("VersionId"),
        latest=one.get("IsLatest"),
        deleted="Size" not in one,
        native=one,
    )


def prefix(url: str, text: str) -> StoredObject:
    return StoredObject(url=url + text, key=text, size=None, modified=None, etag=None, storage_class=None, version=None)


def looked_at(url: str, key: str, answer: Native) -> StoredObject:
    """What HeadObject or GetObject tells; a part of an object tells the size of the whole in its range.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
    """
    return StoredObject(
        url=url + key,
        key=key,
        size=_size(answer),
        modified=answer.get("LastModified"),
        etag=_etag(answer),
        # The header is left out for the class that every object has without another.
        storage_class=answer.get("StorageClass") or _STANDARD,
        version=answer.get("VersionId"),
        deleted=answer.get("DeleteMarker"),
        checksums=checksums(url, answer),
        content_type=answer.get("ContentType"),
        content_encoding=_encoding(answer.get("ContentEncoding")),
        cache_control=answer.get("CacheControl"),
        metadata=dict(answer.get("Metadata") or {}),
        native={name: value for name, value in answer.items() if name != "Body"},
    )


def read(url: str, key: str, headers: Mapping[str, str]) -> StoredObject:
    """The same of GetObject's headers, by their names in lower case.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html#API_GetObject_ResponseSyntax
    """
    answer: dict[str, Any] = {name: headers[header] for header, name in _HEADERS.items() if header in headers}
    if _TIME not in headers:  # what the time of a file is taken from then; to read a date takes long
        answer["LastModified"] = _moment(headers.get("last-modified"))
    answer["Metadata"] = {
        name[len(_METADATA) :]: value for name, value in headers.items() if name.startswith(_METADATA)
    }
    return looked_at(url, key, answer)


def written(url: str, key: str, size: int, answer: Native) -> StoredObject:
    """What PutObject or CompleteMultipartUpload tells of what it has made."""
    return StoredObject(
        url=url + key,
        key=key,
        size=size,
        modified=None,
        etag=_etag(answer),
        storage_class=None,
        version=answer.get("VersionId"),
        checksums=checksums(url, answer),
    )


def checksums(url: str, answer: Native) -> dict[str, str]:
    """Checksums of the whole content.

    Those of type COMPOSITE (``...-3``) are of the parts. The etag is the MD5 of the content where it was uploaded as a
    whole, into no directory bucket, and is encrypted by no key of KMS or the customer's own:
    https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html
    """
    whole = "ContentRange" not in answer and answer.get("ChecksumType") != "COMPOSITE"
    told = {short: answer.get(name) for name, short in _CHECKSUMS.items() if whole}
    found = {short: b64decode(text).hex() for short, text in told.items() if text and "-" not in text}
    etag = _etag(answer) or ""
    plain = answer.get("ServerSideEncryption") in (None, "AES256") and not answer.get("SSECustomerAlgorithm")
    hashed = plain and len(etag) == 32 and not url.endswith(_DIRECTORY)
    return {**found, **({"md5": etag} if hashed else {})}


def _moment(text: str | None) -> datetime | None:
    try:
        return parsedate_to_datetime(text).astimezone(UTC) if text else None
    except ValueError:
        return None


def _size(answer: Native) -> int | None:
    whole = str(answer.get("ContentRange") or "").rpartition("/")[2]
    size: Any = int(whole) if whole.isdecimal() else answer.get("ContentLength")
    return None if size is None else int(size)


def _etag(one: Native) -> str | None:
    etag = one.get("ETag")
    return None if etag is None else str(etag).strip('"')


def _encoding(text: str | None) -> str | None:
    """The encoding without that of the upload itself, which S3 keeps where a client sent it so."""
    names = [name.strip() for name in (text or "").split(",")]
    return ", ".join(name for name in names if name not in ("", "aws-chunked")) or None
