"""Writing: whole objects in one request, deletion, undeletion."""

from __future__ import annotations

import json
import secrets
from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, BinaryIO

from cloudctl.errors import CloudError, Kind, NotFound
from cloudctl.objects.crc import digits, of
from cloudctl.objects.lane import LARGEST
from cloudctl.retry import Call
from cloudctl.services.objects import Description, StoredObject, Victim
from cloudctl_gcp.errors import translate
from cloudctl_gcp.objects import record
from cloudctl_gcp.objects.place import JSON, UPLOAD, Place, exists, parsed
from cloudctl_gcp.storage import BATCH, Refused, Version

_CHUNK = 1 << 20


class Writer:
    """What changes in a bucket."""

    def __init__(self, place: Place, call: Call) -> None:
        self._place, self._call = place, call

    def put(self, key: str, body: BinaryIO, size: int, description: Description) -> StoredObject:
        """https://cloud.google.com/storage/docs/uploading-objects#rest-upload-objects: a document, and the bytes."""
        made = self._put_small(key, body, size, description)
        if made:
            return made
        document = {"name": key, "crc32c": crc_text(of("crc32c", body)), **described(description)}
        sent = Multipart(document, body, size)
        headers = {"Content-Type": f"multipart/related; boundary={sent.boundary}"}
        query = {"uploadType": "multipart", **conditions(description)}

        def attempt() -> StoredObject:
            answer = self._place.once("POST", self._place.address(service=UPLOAD), query, headers, data=sent)
            return record.object_of(self._place.url, parsed(answer))

        try:
            return self._place.repeated(attempt)
        except CloudError as error:
            raise exists(key, description.absent, error) from error

    def _put_small(self, key: str, body: BinaryIO, size: int, description: Description) -> StoredObject | None:
        """An object that is written the fast way, and was received as it is: by its etag, or by what is told of it."""
        lane = self._place.lane if size <= LARGEST else None
        made = lane.put(self._place.url, key, body, size, description) if lane else None
        if made is None:
            return None
        if not made.checksums:
            query = {"generation": made.version, "projection": "noAcl"}
            made = record.object_of(self._place.url, self._place.document("GET", self._place.address(key), query))
            if made.checksums.get("crc32c") != digits("crc32c", of("crc32c", body)):
                return None
        return replace(made, etag=None)

    # deletion

    def delete(self, victims: Sequence[Victim]) -> Iterator[tuple[Victim, CloudError]]:
        """https://cloud.google.com/storage/docs/json_api/v1/objects/delete, many in one batch."""
        for at in range(0, len(victims), BATCH):
            yield from self._delete_many(victims[at : at + BATCH])

    def _delete_many(self, victims: Sequence[Victim]) -> list[tuple[Victim, CloudError]]:
        """One batch; what it could not delete for a reason that passes is asked for again."""
        named = {_version(victim): victim for victim in victims}
        left, refused = list(named), dict[Version, CloudError]()

        def attempt() -> None:
            delete = self._place.session.delete_versions
            refused.update(_told(self._call.once(delete, self._place.bucket, left), left, refused))
            left[:] = [version for version in left if version in refused and refused[version].retryable]
            for version in left:
                raise refused[version]

        try:
            self._call.repeat(attempt)
        except CloudError:
            if not refused:
                raise
        return [(named[version], error) for version, error in refused.items()]

    def undelete(
        self, key: str, versions: Sequence[StoredObject], soft: Sequence[StoredObject], version: str | None
    ) -> StoredObject | None:
        """Restore what was soft-deleted; else the version that has to be copied (None: nothing has to be).

        https://cloud.google.com/storage/docs/json_api/v1/objects/restore
        """
        kept = [one for one in versions if version in (None, one.version)]
        if kept:
            return None if kept[0].latest else kept[0]
        found = next((one for one in soft if version in (None, one.version)), None)
        if found is None:
            raise NotFound(f"there is no {self._place.url}{key} to bring back")
        query = {"generation": found.version, "ifGenerationMatch": 0 if version is None else None}
        self._place.document("POST", f"{self._place.address(key)}/restore", query)
        return None


class Multipart:
    """A body of two parts; iterated over again it begins again, also inside the session, which repeats after a 401."""

    def __init__(self, document: Any, body: BinaryIO, size: int) -> None:
        self.boundary = secrets.token_hex(16)
        kind = document.get("contentType") or "application/octet-stream"
        line = f"--{self.boundary}\r\n"
        text = json.dumps(document)
        self._head = (
            f"{line}Content-Type: {JSON}\r\n\r\n{text}\r\n{line}Content-Type: {header_text(kind)}\r\n\r\n"
        ).encode()
        self._tail = f"\r\n--{self.boundary}--\r\n".encode()
        self._body, self._start, self._size = body, body.tell(), size

    def __len__(self) -> int:
        return len(self._head) + self._size + len(self._tail)

    def __iter__(self) -> Iterator[bytes]:
        self._body.seek(self._start)
        first = self._body.read(_CHUNK)
        if len(first) == self._size:
            # Small content goes with its frame in one piece.
            yield self._head + first + self._tail
            return
        yield self._head + first
        while chunk := self._body.read(_CHUNK):
            yield chunk
        yield self._tail


def header_text(text: str) -> str:
    """A text as a header's value may be: a line end would end the header."""
    return text.replace("\r", " ").replace("\n", " ")


def described(description: Description) -> dict[str, Any]:
    """A description as fields of the object resource."""
    told = {
        "contentType": description.content_type,
        "contentEncoding": description.content_encoding,
        "cacheControl": description.cache_control,
        "storageClass": description.storage_class,
        "metadata": dict(description.metadata),
    }
    return {name: value for name, value in told.items() if value}


def conditions(description: Description) -> dict[str, Any]:
    return {"ifGenerationMatch": 0} if description.absent else {}


def crc_text(crc: int) -> str:
    """https://cloud.google.com/storage/docs/data-validation: base64 of the big-endian bytes"""
    return b64encode(crc.to_bytes(4, "big")).decode()


def _version(victim: Victim) -> Version:
    return victim.key, int(victim.version) if victim.version else None


def _told(
    replies: Sequence[Refused], asked: Sequence[Version], before: dict[Version, CloudError]
) -> Iterator[tuple[Version, CloudError]]:
    """What was refused of what was asked for; what is not there is deleted."""
    for version in asked:
        before.pop(version, None)
    for version, reply in replies:
        error = translate(reply)
        if error is None:
            raise reply
        if error.kind is not Kind.NOT_FOUND:
            yield version, error
