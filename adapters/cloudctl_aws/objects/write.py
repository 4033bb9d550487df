"""Writing: whole objects, uploads in parts, deletion and undeletion."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import takewhile
from typing import Any, BinaryIO

from cloudctl.errors import CloudError, Kind, NotFound
from cloudctl.objects.lane import LARGEST
from cloudctl.retry import Call
from cloudctl.services.objects import Description, Part, StoredObject, Upload, Victim
from cloudctl_aws.objects import crc, record
from cloudctl_aws.objects.place import Place, exists
from cloudctl_aws.s3 import NOT_IN_XML, Native, not_deleted

_BATCH = 1000


class Writer:
    """What changes in a bucket."""

    def __init__(self, place: Place, call: Call) -> None:
        self._place, self._call = place, call

    def put(self, key: str, body: BinaryIO, size: int, description: Description) -> StoredObject:
        """https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html"""
        lane = self._place.lane if size <= LARGEST else None
        made = lane.put(self._place.url, key, body, size, description) if lane else None
        if made:
            return made
        wanted = {crc.FIELD: crc.text(crc.of(body)), "ContentLength": size, **described(description)}
        answer = self._write("PutObject", body, Key=key, **wanted, **_condition(description))
        return record.written(self._place.url, key, size, answer)

    def begin(self, key: str, description: Description) -> Upload:
        """https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html"""
        kinds = {"ChecksumAlgorithm": crc.ALGORITHM, "ChecksumType": "FULL_OBJECT"}
        answer = self._place.read("CreateMultipartUpload", Key=key, **kinds, **described(description))
        return Upload(key, str(answer["UploadId"]), description)

    def send(self, upload: Upload, part: Part, body: BinaryIO) -> Part:
        """https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPart.html"""
        seen = crc.of(body)
        wanted = {"PartNumber": part.number, "ContentLength": part.size, crc.FIELD: crc.text(seen)}
        answer = self._write("UploadPart", body, **_named(upload), **wanted)
        return replace(part, token=str(answer["ETag"]), crc=seen)

    def complete(self, upload: Upload, parts: Sequence[Part]) -> StoredObject:
        """https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html

        The checksum of the whole object is sent too, so that S3 refuses an object that is put together wrongly.
        """
        size = sum(part.size for part in parts)
        whole = crc.whole(parts)
        listed = [{"PartNumber": part.number, "ETag": part.token, crc.FIELD: crc.text(part.crc)} for part in parts]
        wanted = {crc.FIELD: crc.text(whole), "ChecksumType": "FULL_OBJECT", "MpuObjectSize": size}
        call = {"MultipartUpload": {"Parts": listed}, **_named(upload), **wanted, **_condition(upload.description)}
        try:
            answer = self._place.read("CompleteMultipartUpload", **call)
        except CloudError as error:
            found = self._made(upload, size, whole) if error.code == "NoSuchUpload" else None
            if found is None:
                raise exists(upload.key, error) from error
            return found
        return record.written(self._place.url, upload.key, size, answer)

    def _made(self, upload: Upload, size: int, whole: int) -> StoredObject | None:
        """The object of an upload whose completion was carried out, but whose answer was lost."""
        try:
            answer = self._place.read("HeadObject", Key=upload.key, ChecksumMode="ENABLED")
        except CloudError as error:
            if error.kind is Kind.NOT_FOUND:
                return None
            raise
        found = record.looked_at(self._place.url, upload.key, answer)
        same = found.size == size and found.checksums.get(crc.NAME) == f"{whole:08x}"
        return found if same else None

    def abort(self, upload: Upload) -> None:
        """https://docs.aws.amazon.com/AmazonS3/latest/API/API_AbortMultipartUpload.html"""
        try:
            self._place.read("AbortMultipartUpload", **_named(upload))
        except CloudError as error:
            if error.kind is not Kind.NOT_FOUND:
                raise

    def resumed(self, upload: Upload, parts: Sequence[Part]) -> Sequence[Part] | None:
        """https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html"""
        try:
            there = {int(one["PartNumber"]): (one["ETag"], one["Size"]) for one in self._parts(upload)}
        except CloudError as error:
            if error.kind is Kind.NOT_FOUND:
                return None
            raise
        return [part for part in parts if there.get(part.number) == (part.token, part.size)]

    def _parts(self, upload: Upload) -> Iterator[Native]:
        marker: dict[str, Any] = {}
        while True:
            page = self._place.read("ListParts", **_named(upload), **marker)
            yield from page.get("Parts") or ()
            if not page.get("IsTruncated"):
                return
            marker = {"PartNumberMarker": page["NextPartNumberMarker"]}

    def _write(self, operation: str, body: BinaryIO, **arguments: Any) -> Native:
        """A call with a body, which begins where it stands now, also when the call is repeated."""
        start, s3 = body.tell(), self._place.s3

        def attempt() -> Native:
            body.seek(start)
            try:
                return self._call.once(s3.send, operation, Bucket=self._place.bucket, Body=body, **arguments)
            except CloudError as error:
                # Another write of the key was under way: S3 asks for the same again.
                error.retryable |= error.code == "ConditionalRequestConflict"
                raise

        try:
            return self._call.repeat(attempt)
        except CloudError as error:
            raise exists(str(arguments["Key"]), error) from error

    # deletion

    def delete(self, victims: Sequence[Victim]) -> Iterator[tuple[Victim, CloudError]]:
        """https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html"""
        writable = [victim for victim in victims if not NOT_IN_XML.search(victim.key)]
        for at in range(0, len(writable), _BATCH):
            yield from self._delete_many(writable[at : at + _BATCH])
        for victim in victims:
            if NOT_IN_XML.search(victim.key):
                yield from self._refused(victim, lambda victim=victim: self._delete_one(victim))  # type: ignore[misc]

    def _delete_many(self, victims: Sequence[Victim]) -> Iterator[tuple[Victim, CloudError]]:
        if len(victims) == 1:
            yield from self._refused(victims[0], lambda: self._delete_one(victims[0]))
            return
        objects = [{"Key": victim.key, **_of_version(victim.version)} for victim in victims]
        answer = self._place.read("DeleteObjects", Delete={"Objects": objects, "Quiet": True})
        for error in answer.get("Errors") or ():
            yield Victim(error.get("Key", ""), error.get("VersionId") or None), not_deleted(error)

    def _delete_one(self, victim: Victim) -> None:
        """https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html"""
        self._place.read("DeleteObject", Key=victim.key, **_of_version(victim.version))

    @staticmethod
    def _refused(victim: Victim, act: Callable[[], None]) -> Iterator[tuple[Victim, CloudError]]:
        try:
            act()
        except CloudError as error:
            yield victim, error

    def undelete(self, key: str, versions: Sequence[StoredObject], version: str | None) -> StoredObject | None:
        """Take the delete markers away that lie over the wanted version (None: the last one).

        A version that others lie over as well is returned: that must be copied.

        https://docs.aws.amazon.com/AmazonS3/latest/userguide/undelete-objects.html
        """
        wanted = next((one for one in versions if not one.deleted and version in (None, one.version)), None)
        if wanted is None:
            raise NotFound(f"there is no version of {self._place.url}{key} to bring back")
        markers = list(takewhile(lambda one: one.deleted, versions))
        if versions[len(markers)] is not wanted:
            return wanted
        for one in markers:
            self._delete_one(Victim(key, one.version))
        return None


def described(description: Description) -> dict[str, Any]:
    """A description as S3's parameters."""
    told = {
        "ContentType": description.content_type,
        "ContentEncoding": description.content_encoding,
        "CacheControl": description.cache_control,
        "StorageClass": description.storage_class,
        "Metadata": dict(description.metadata),
    }
    return {name: value for name, value in told.items() if value}


def _condition(description: Description) -> Mapping[str, str]:
    return {"IfNoneMatch": "*"} if description.absent else {}


def _named(upload: Upload) -> dict[str, str]:
    return {"Key": upload.key, "UploadId": upload.id}


def _of_version(version: str | None) -> dict[str, str]:
    return {"VersionId": version} if version else {}
