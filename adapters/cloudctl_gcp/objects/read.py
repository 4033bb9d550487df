"""Reading: lists of objects and versions, a look at one object, and its bytes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from heapq import merge
from itertools import groupby
from typing import Any
from urllib.parse import quote

from requests.structures import CaseInsensitiveDict

from cloudctl.errors import CloudError, Conflict
from cloudctl.objects.curl import Request
from cloudctl.retry import Call
from cloudctl.services.objects import Opened, StoredObject
from cloudctl_gcp.objects import record
from cloudctl_gcp.objects.place import DOWNLOAD, Place

_CHUNK = 512 * 1024
_LISTED = f"nextPageToken,prefixes,items({record.FIELDS})"


class Reader:
    """What a bucket holds."""

    def __init__(self, place: Place, call: Call) -> None:
        self._place, self._call = place, call

    def objects(self, prefix: str, delimiter: str) -> Iterator[StoredObject]:
        """https://cloud.google.com/storage/docs/json_api/v1/objects/list"""
        return self._listed(versions=False, prefix=prefix or None, delimiter=delimiter or None)

    def versions(self, prefix: str, delimiter: str) -> Iterator[StoredObject]:
        """Cloud Storage lists the versions of an object from the oldest on."""
        found = self._listed(versions=True, prefix=prefix or None, delimiter=delimiter or None, versions_="true")
        for _, same in groupby(found, key=lambda one: one.key):
            yield from sorted(same, key=lambda one: (bool(one.latest), int(one.version or 0)), reverse=True)

    def _listed(self, *, versions: bool, versions_: str | None = None, **query: Any) -> Iterator[StoredObject]:
        for page in self._place.pages(fields=_LISTED, versions=versions_, **query):
            rows = [record.object_of(self._place.url, one, versions=versions) for one in page.get("items") or ()]
            prefixes = [record.prefix(self._place.url, text) for text in page.get("prefixes") or ()]
            yield from merge(rows, prefixes, key=lambda row: row.key.encode()) if prefixes else rows

    def soft_deleted(self, key: str) -> list[StoredObject]:
        """What was deleted of a key and can be restored, the last one first: only that which has no later version.

        https://cloud.google.com/storage/docs/use-soft-deleted-objects#list
        """
        query = {"softDeleted": "true", "prefix": key, "endOffset": f"{key}\0"}
        try:
            found = [one for page in self._place.pages(**query) for one in page.get("items") or ()]
        except CloudError as error:
            if error.code != "softDeletePolicyNotSet":
                raise
            return []  # the bucket keeps nothing of what is deleted
        rows = [record.object_of(self._place.url, one, versions=True) for one in found if one["name"] == key]
        return sorted(rows, key=lambda one: int(one.version or 0), reverse=True)

    def stat(self, key: str, version: str | None) -> StoredObject:
        """https://cloud.google.com/storage/docs/json_api/v1/objects/get"""
        query = {"generation": version, "projection": "noAcl"}
        try:
            document = self._place.document("GET", self._place.address(key), query)
        except CloudError as error:
            raise self._place.named(error, key) from error
        return record.object_of(self._place.url, document)

    def request(
        self, key: str, version: str | None, etag: str | None, start: int, length: int | None
    ) -> Request | None:
        """The same as `open` by libcurl. What is another object by now can be told of a version only."""
        road = self._place.road
        if road is None or (etag and not version):
            return None
        end = "" if length is None else start + length - 1
        partly = bool(start) or length is not None
        found = partial(_found, self._place.url, key)
        headers = {"Accept-Encoding": "gzip", **({"Range": f"bytes={start}-{end}"} if partly else {})}
        generation = f"&generation={quote(version)}" if version else ""
        address = f"{self._place.address(key, DOWNLOAD)}?alt=media{generation}"
        return road.request(address, headers, found, 206 if partly else 200)

    def open(self, key: str, version: str | None, etag: str | None, start: int, length: int | None) -> Opened:
        """https://cloud.google.com/storage/docs/json_api/v1/objects/get with ``alt=media``"""
        end = "" if length is None else start + length - 1
        headers = {
            # What is stored compressed comes as it is: https://cloud.google.com/storage/docs/transcoding
            "Accept-Encoding": "gzip",
            "Range": f"bytes={start}-{end}" if start or length is not None else None,
        }
        query = {"alt": "media", "generation": version}
        address = self._place.address(key, DOWNLOAD)
        try:
            answer = self._call.once(partial(self._place.once, "GET", address, query, headers, stream=True))
        except CloudError as error:
            raise self._place.named(error, key) from error
        found = record.read(self._place.url, key, answer.headers)
        if etag and found.etag != etag:
            answer.close()
            raise Conflict(f"{self._place.url}{key} is another object by now")
        return Opened(found, self._chunks(answer))

    def _chunks(self, answer: Any) -> Iterator[bytes]:
        """The bytes as they come: only what was compressed for the way is unpacked."""
        on_the_way = answer.headers.get("X-Goog-Stored-Content-Encoding") == "identity"
        chunks = answer.raw.stream(_CHUNK, decode_content=on_the_way)
        try:
            while chunk := self._call.once(next, chunks, b""):
                yield chunk
        finally:
            answer.close()


def _found(url: str, key: str, headers: Mapping[str, str]) -> StoredObject:
    return record.read(url, key, CaseInsensitiveDict(headers))
