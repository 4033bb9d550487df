"""Reading: lists of objects and versions, a look at one object, and its bytes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from heapq import merge
from typing import Any
from urllib.parse import quote

from cloudctl.errors import CloudError, Kind
from cloudctl.objects.curl import Request
from cloudctl.retry import Call
from cloudctl.services.objects import Opened, StoredObject
from cloudctl_aws.objects import record
from cloudctl_aws.objects.place import Place
from cloudctl_aws.s3 import Native

_CHUNK = 512 * 1024
# Expired credentials or a key of the customer's; a refusal, or credentials that are wrong.
_SAY_NOTHING = ("400", "403")
_NOT_THERE = ("404", "NoSuchKey", "NoSuchVersion")
# What a delete marker is answered with, which is a version, too.
_MARKER = ("405", "MethodNotAllowed")


class Reader:
    """What a bucket holds."""

    def __init__(self, place: Place, call: Call) -> None:
        self._place, self._call = place, call

    def objects(self, prefix: str, delimiter: str) -> Iterator[StoredObject]:
        """https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html"""
        for page in self._place.s3.objects(self._place.bucket, **_narrowed(prefix, delimiter)):
            rows = [record.listed(self._place.url, one) for one in page.get("Contents") or ()]
            yield from self._with_prefixes(rows, page)

    def versions(self, prefix: str, delimiter: str) -> Iterator[StoredObject]:
        """https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html"""
        for page in self._place.s3.versions(self._place.bucket, **_narrowed(prefix, delimiter)):
            found = [*(page.get("Versions") or ()), *(page.get("DeleteMarkers") or ())]
            rows = [record.version(self._place.url, one) for one in found]
            yield from self._with_prefixes(_newest_first(rows), page)

    def _with_prefixes(self, rows: list[StoredObject], page: Native) -> Iterator[StoredObject]:
        prefixes = [record.prefix(self._place.url, one["Prefix"]) for one in page.get("CommonPrefixes") or ()]
        return merge(rows, prefixes, key=lambda row: row.key.encode()) if prefixes else iter(rows)

    def stat(self, key: str, version: str | None) -> StoredObject:
        """https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html"""
        wanted = {"VersionId": version} if version else {}
        try:
            answer = self._place.read("HeadObject", Key=key, ChecksumMode="ENABLED", **wanted)
        except CloudError as error:
            raise _named(self._place.url + key, self._reason(error, Key=key, **wanted)) from error
        return record.looked_at(self._place.url, key, answer)

    def _reason(self, refused: CloudError, **wanted: str) -> CloudError:
        """Why a look is refused: a reply to HEAD has no body that could say so, one to GET has.

        https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
        """
        if refused.code not in _SAY_NOTHING:
            return refused
        try:
            self._place.read("GetObject", Range="bytes=0-0", **wanted)["Body"].close()
        except CloudError as error:
            return error
        return refused

    def request(
        self, key: str, version: str | None, etag: str | None, start: int, length: int | None
    ) -> Request | None:
        """The same as `open` for the courier."""
        road = self._place.road
        if road is None:
            return None
        whole = not start and length is None
        end = "" if length is None else start + length - 1
        headers = {
            **({"If-Match": f'"{etag}"'} if etag else {}),
            **({"x-amz-checksum-mode": "ENABLED"} if whole else {"Range": f"bytes={start}-{end}"}),
        }
        found = partial(record.read, self._place.url, key)
        query = f"?versionId={quote(version, safe='')}" if version else ""
        return road.request(key, query, headers, found, 200 if whole else 206)

    def open(self, key: str, version: str | None, etag: str | None, start: int, length: int | None) -> Opened:
        """https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html"""
        end = "" if length is None else start + length - 1
        wanted: dict[str, Any] = {
            **({"VersionId": version} if version else {}),
            **({"IfMatch": f'"{etag}"'} if etag else {}),
            **({"Range": f"bytes={start}-{end}"} if start or length is not None else {"ChecksumMode": "ENABLED"}),
        }
        try:
            answer = self._call.once(self._place.s3.send, "GetObject", Bucket=self._place.bucket, Key=key, **wanted)
        except CloudError as error:
            raise _named(self._place.url + key, error) from error
        return Opened(record.looked_at(self._place.url, key, answer), self._chunks(answer["Body"]))

    def _chunks(self, body: Any) -> Iterator[bytes]:
        """The bytes as they come. The errors of a connection that ends too early are botocore's, too."""
        try:
            while chunk := self._call.once(body.read, _CHUNK):
                yield chunk
        finally:
            body.close()


def _narrowed(prefix: str, delimiter: str) -> dict[str, str]:
    return {**({"Prefix": prefix} if prefix else {}), **({"Delimiter": delimiter} if delimiter else {})}


def _newest_first(rows: list[StoredObject]) -> list[StoredObject]:
    """Versions and delete markers, which S3 tells apart, by key and time.

    The current one goes first whatever its time: versions of one second are told in their order.
    """
    order = sorted(rows, key=lambda row: row.modified.timestamp() if row.modified else 0.0, reverse=True)
    return sorted(order, key=lambda row: (row.key.encode(), not row.latest))


def _named(url: str, error: CloudError) -> CloudError:
    """A look has no body that could say what is not there."""
    if error.code in _MARKER:
        error.kind, error.why = Kind.NOT_FOUND, "this version is a delete marker"
    if error.code in _MARKER or (error.kind is Kind.NOT_FOUND and error.code in _NOT_THERE):
        error.message = f"there is no {url}"
        error.args = (error.message,)
    return error
