"""Reading: lists of blobs and versions, a look at one blob, and its bytes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any
from xml.etree.ElementTree import Element

from cloudctl.errors import CloudError, Kind, NotFound
from cloudctl.retry import Call
from cloudctl.services.objects import Opened, StoredObject
from cloudctl_azure.blobs import Blobs
from cloudctl_azure.objects import place, record


class Reader:
    """What a container holds; ``url`` stands before the keys of its records."""

    def __init__(self, blobs: Blobs, call: Call, url: str) -> None:
        self._blobs, self._call, self._url = blobs, call, url
        self._hierarchical = False

    def objects(self, prefix: str, delimiter: str) -> Iterator[StoredObject]:
        """https://learn.microsoft.com/rest/api/storageservices/list-blobs"""
        query = {"prefix": prefix or None, "delimiter": delimiter or None, "include": "metadata"}
        return self._listed(query, versions=False)

    def versions(self, prefix: str, delimiter: str) -> Iterator[StoredObject]:
        """Azure lists the versions of a blob from the oldest on."""
        query = {"prefix": prefix or None, "delimiter": delimiter or None, "include": "versions,deleted,metadata"}
        for _, same in groupby(self._listed(query, versions=True), key=lambda one: one.key):
            yield from sorted(same, key=lambda one: (bool(one.latest), one.version or ""), reverse=True)

    def _listed(self, query: dict[str, str | None], *, versions: bool) -> Iterator[StoredObject]:
        for page in self._pages(query):
            for one in page.find("Blobs") or ():
                self._hierarchical = self._hierarchical or record.is_hierarchical(one)
                if one.tag != "Blob":
                    yield record.prefix(self._url, one)
                elif not record.is_listed_directory(one):
                    yield record.listed(self._url, one, versions=versions)

    def directories(self, prefix: str) -> list[str]:
        """Asks for them only where a list has shown that there may be some, as other accounts have none."""
        if not self._hierarchical:
            return []
        pages = self._pages({"prefix": prefix or None, "include": "metadata"})
        items = (one for page in pages for one in page.find("Blobs") or ())
        found = {record.name(one) for one in items if one.tag == "Blob" and record.is_listed_directory(one)}
        own = prefix.removesuffix("/") if prefix.endswith("/") else ""
        return sorted(found | ({own} if own and self._is_directory(own) else set()), reverse=True)

    def _is_directory(self, key: str) -> bool:
        """An account without a hierarchical namespace can hold a blob ``a`` beside what is below ``a/``."""
        try:
            return record.is_directory(self._blobs.send("HEAD", key, {}).headers)
        except CloudError as error:
            if error.kind not in (Kind.NOT_FOUND, Kind.DENIED):
                raise
            return False

    def _pages(self, query: dict[str, str | None]) -> Iterator[Element]:
        try:
            yield from self._blobs.pages(query)
        except CloudError as error:
            raise place.no_bucket(self._url, error) if error.kind is Kind.NOT_FOUND else error from error

    def stat(self, key: str, version: str | None) -> StoredObject:
        """https://learn.microsoft.com/rest/api/storageservices/get-blob-properties"""
        try:
            answer = self._blobs.send("HEAD", key, {"versionid": version})
        except CloudError as error:
            raise self._named(key, error) from error
        self._refuse_directory(key, answer)
        return record.looked_at(self._url, key, answer.headers)

    def open(self, key: str, version: str | None, etag: str | None, start: int, length: int | None) -> Opened:
        """https://learn.microsoft.com/rest/api/storageservices/get-blob"""
        end = "" if length is None else start + length - 1
        headers = {
            "Range": f"bytes={start}-{end}" if start or length is not None else None,
            "If-Match": f'"{etag}"' if etag else None,
            # Nothing is compressed for the way; what is stored compressed comes as it is.
            "Accept-Encoding": "identity",
        }
        try:
            answer = self._call.once(self._get, key, version, headers)
        except CloudError as error:
            raise self._named(key, error) from error
        self._refuse_directory(key, answer)
        return Opened(record.looked_at(self._url, key, answer.headers), self._chunks(answer))

    def _get(self, key: str, version: str | None, headers: dict[str, str | None]) -> Any:
        return self._blobs.once("GET", self._blobs.url(key), {"versionid": version}, headers, stream=True)

    def _chunks(self, answer: Any) -> Iterator[bytes]:
        """The bytes as they come. Azure's own policies do not tell of a connection that ends too early."""
        expected, seen = answer.headers.get("Content-Length"), 0
        chunks = answer.iter_raw()
        try:
            while chunk := self._call.once(next, chunks, b""):
                seen += len(chunk)
                yield chunk
        finally:
            answer.close()
        if expected is not None and seen < int(expected):
            raise CloudError(Kind.UNAVAILABLE, f"only {seen} of {expected} bytes came", retryable=True)

    def _refuse_directory(self, key: str, answer: Any) -> None:
        if record.is_directory(answer.headers):
            answer.close()
            at = f"{self._url}{key.rstrip('/')}"
            raise NotFound(f"{at} is a directory, and no object", fix=f"name what is in it: {at}/")

    def _named(self, key: str, error: CloudError) -> CloudError:
        """A reply to HEAD has no body that could say what is not there."""
        if error.code == "ContainerNotFound":
            return place.no_bucket(self._url, error)
        if error.kind is Kind.NOT_FOUND:
            error.message = f"there is no {self._url}{key}"
            error.args = (error.message,)
        return error
