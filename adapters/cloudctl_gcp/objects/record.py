"""Objects of Cloud Storage as neutral records: what lists, looks and reads tell."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from cloudctl.services.objects import StoredObject
from cloudctl_gcp.http import Json

FIELDS = (
    "name,size,updated,etag,storageClass,generation,timeDeleted,crc32c,md5Hash,contentType,contentEncoding,"
    "cacheControl,metadata"
)
"""What records are made of, so that lists fetch no more."""


def object_of(url: str, document: Json, *, versions: bool = False) -> StoredObject:
    """An object resource, of a list or alone: https://cloud.google.com/storage/docs/json_api/v1/objects#resource

    The time is that of the content where another one is told of it: a rewrite by lifecycle rules changes ``updated``.
    """
    key = str(document["name"])
    return StoredObject(
        url=url + key,
        key=key,
        size=_number(document.get("size")),
        modified=_moment(document.get("updated")),
        etag=document.get("etag"),
        storage_class=document.get("storageClass"),
        version=_text(document.get("generation")),
        latest="timeDeleted" not in document if versions else None,
        deleted="softDeleteTime" in document if versions else None,
        checksums=_checksums(document.get("crc32c"), document.get("md5Hash")),
        content_type=document.get("contentType"),
        content_encoding=document.get("contentEncoding"),
        cache_control=document.get("cacheControl"),
        metadata=dict(document.get("metadata") or {}),
        native=document,
    )


def prefix(url: str, text: str) -> StoredObject:
    return StoredObject(url=url + text, key=text, size=None, modified=None, etag=None, storage_class=None, version=None)


def read(url: str, key: str, headers: Mapping[str, str]) -> StoredObject:
    """What comes with an object's bytes, or with a range of them; hashes are always of the whole.

    https://cloud.google.com/storage/docs/xml-api/reference-headers. The object's own metadata does not come with them.
    """
    whole = headers.get("Content-Range", "").rpartition("/")[2]
    hashes = dict(part.strip().partition("=")[::2] for part in headers.get("X-Goog-Hash", "").split(","))
    encoding = headers.get("X-Goog-Stored-Content-Encoding") or headers.get("Content-Encoding")
    return StoredObject(
        url=url + key,
        key=key,
        size=_number(headers.get("X-Goog-Stored-Content-Length") or whole or headers.get("Content-Length")),
        modified=_date(headers.get("Last-Modified")),
        etag=(headers.get("ETag") or "").strip('"') or None,
        storage_class=headers.get("X-Goog-Storage-Class"),
        version=headers.get("X-Goog-Generation"),
        checksums=_checksums(hashes.get("crc32c"), hashes.get("md5")),
        content_type=headers.get("Content-Type"),
        content_encoding=None if encoding == "identity" else encoding,
        cache_control=headers.get("Cache-Control"),
        native=dict(headers),
    )


def _checksums(crc32c: str | None, md5: str | None) -> dict[str, str]:
    """Both are base64, the CRC32C of its big-endian bytes: https://cloud.google.com/storage/docs/data-validation"""
    told = {"crc32c": crc32c, "md5": md5}
    return {name: b64decode(text).hex() for name, text in told.items() if text}


def _number(text: object) -> int | None:
    return int(str(text)) if text is not None and str(text).isdecimal() else None


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _date(text: str | None) -> datetime | None:
    try:
        return parsedate_to_datetime(text).astimezone(UTC) if text else None
    except ValueError:
        return None
