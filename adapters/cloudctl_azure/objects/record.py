"""Blobs as neutral records: what lists, looks and writes tell."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from cloudctl.services.objects import StoredObject

_METADATA, _FOLDER = "x-ms-meta-", "hdi_isfolder"


def listed(url: str, one: Element, *, versions: bool) -> StoredObject:
    """A blob of List Blobs: https://learn.microsoft.com/rest/api/storageservices/list-blobs"""
    told = {child.tag: child.text for child in one.find("Properties") or ()}
    key, deleted = name(one), one.findtext("Deleted") == "true"
    return StoredObject(
        url=url + key,
        key=key,
        size=_number(told.get("Content-Length")),
        modified=_moment(told.get("Last-Modified")),
        etag=_etag(told.get("Etag")),
        storage_class=told.get("AccessTier"),
        version=one.findtext("VersionId"),
        latest=_latest(one, deleted) if versions else None,
        deleted=deleted if versions else None,
        checksums=_md5(told.get("Content-MD5")),
        native=told,
    )


def prefix(url: str, one: Element) -> StoredObject:
    key = name(one)
    return StoredObject(url=url + key, key=key, size=None, modified=None, etag=None, storage_class=None, version=None)


def name(one: Element) -> str:
    """The name of an item; one that XML cannot hold comes percent-encoded."""
    found = one.find("Name")
    text = (found.text if found is not None else None) or ""
    return unquote(text) if found is not None and found.get("Encoded") == "true" else text


def is_listed_directory(one: Element) -> bool:
    """Whether an item of a list is a directory: accounts with a hierarchical namespace list theirs among the blobs.

    https://learn.microsoft.com/azure/storage/blobs/data-lake-storage-namespace. A file and a folder of one name would
    be the same to a file system, and what is in a directory is listed anyway. Hadoop marks its own in other accounts:
    https://learn.microsoft.com/azure/storage/common/storage-ref-azcopy-copy (``--include-directory-stub``).
    """
    marked = one.findtext(f"Metadata/{_FOLDER}")
    return one.findtext("Properties/ResourceType") == "directory" or marked == "true"


def is_hierarchical(one: Element) -> bool:
    """Whether an item shows that there are directories; accounts without a hierarchical namespace tell no type."""
    return one.find("Properties/ResourceType") is not None or is_listed_directory(one)


def is_directory(headers: Mapping[str, str]) -> bool:
    """The same of what a look tells: https://learn.microsoft.com/rest/api/storageservices/get-blob-properties"""
    return headers.get("x-ms-resource-type") == "directory" or headers.get(f"{_METADATA}{_FOLDER}") == "true"


def looked_at(url: str, key: str, headers: Mapping[str, str]) -> StoredObject:
    """What Get Blob and Get Blob Properties tell; a range tells the size and MD5 of the whole in headers of their own.

    https://learn.microsoft.com/rest/api/storageservices/get-blob-properties
    """
    whole = headers.get("Content-Range", "").rpartition("/")[2]
    md5 = headers.get("x-ms-blob-content-md5") or (None if whole else headers.get("Content-MD5"))
    return StoredObject(
        url=url + key,
        key=key,
        size=_number(whole or headers.get("Content-Length")),
        modified=_moment(headers.get("Last-Modified")),
        etag=_etag(headers.get("ETag")),
        storage_class=headers.get("x-ms-access-tier"),
        version=headers.get("x-ms-version-id"),
        checksums=_md5(md5),
        content_type=headers.get("Content-Type"),
        content_encoding=headers.get("Content-Encoding"),
        cache_control=headers.get("Cache-Control"),
        metadata={
            name[len(_METADATA) :]: value for name, value in headers.items() if name.lower().startswith(_METADATA)
        },
        native=dict(headers),
    )


def written(url: str, key: str, size: int, headers: Mapping[str, str], *, whole: bool) -> StoredObject:
    """What a write tells; its Content-MD5 is that of the content only where the content came with it (``whole``)."""
    return StoredObject(
        url=url + key,
        key=key,
        size=size,
        modified=_moment(headers.get("Last-Modified")),
        etag=_etag(headers.get("ETag")),
        storage_class=None,
        version=headers.get("x-ms-version-id"),
        checksums=_md5(headers.get("Content-MD5") if whole else None),
    )


def _latest(one: Element, deleted: bool) -> bool:
    """A blob without versions is its own latest one."""
    if deleted:
        return False
    return one.findtext("IsCurrentVersion") == "true" or one.find("VersionId") is None


def _number(text: Any) -> int | None:
    return int(text) if text is not None and str(text).isdecimal() else None


def _moment(text: str | None) -> datetime | None:
    try:
        return parsedate_to_datetime(text).astimezone(UTC) if text else None
    except ValueError:
        return None


def _etag(text: str | None) -> str | None:
    return text.strip('"') if text else None


def _md5(text: str | None) -> dict[str, str]:
    """Nothing for what is no base64: one odd blob must not end a list."""
    try:
        return {"md5": b64decode(text).hex()} if text else {}
    except ValueError:
        return {}
