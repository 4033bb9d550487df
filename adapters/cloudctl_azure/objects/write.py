"""Writing: whole blobs, uploads in blocks, deletion and undeletion."""

from __future__ import annotations

import hashlib
import secrets
from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, BinaryIO
from xml.etree.ElementTree import Element

from cloudctl.errors import CloudError, Kind, NotFound
from cloudctl.objects import crc
from cloudctl.parallel import SideBySide, spread
from cloudctl.retry import Call
from cloudctl.services.objects import Description, Part, StoredObject, Upload, Victim
from cloudctl_azure.blobs import Blobs
from cloudctl_azure.objects import place, record

_CHUNK = 1 << 20
_AT_ONCE = 16
_CURRENT = "OperationNotAllowedOnRootBlob"

Headers = dict[str, str | None]


class Writer:
    """What changes in a container."""

    def __init__(self, blobs: Blobs, call: Call, url: str) -> None:
        self._blobs, self._call, self._url = blobs, call, url

    def put(self, key: str, body: BinaryIO, size: int, description: Description) -> StoredObject:
        """https://learn.microsoft.com/rest/api/storageservices/put-blob"""
        headers: Headers = {
            "x-ms-blob-type": "BlockBlob",
            "Content-Length": str(size),
            "Content-MD5": _md5(body),
            **described(description),
        }
        answer = self._write(key, {}, headers, body)
        return record.written(self._url, key, size, answer.headers, whole=True)

    def begin(self, key: str, description: Description) -> Upload:
        """Nothing is asked for: blocks are kept under a blob's name until a list of them is put."""
        return Upload(key, secrets.token_hex(8), description)

    def send(self, upload: Upload, part: Part, body: BinaryIO) -> Part:
        """https://learn.microsoft.com/rest/api/storageservices/put-block"""
        block = _block(upload, part)
        headers: Headers = {"Content-Length": str(part.size), "x-ms-content-crc64": _crc64(body)}
        self._write(upload.key, {"comp": "block", "blockid": block}, headers, body)
        return replace(part, token=block)

    def complete(self, upload: Upload, parts: Sequence[Part], md5: bytes | None) -> StoredObject:
        """https://learn.microsoft.com/rest/api/storageservices/put-block-list"""
        size = sum(part.size for part in parts)
        listed = "".join(f"<Uncommitted>{part.token}</Uncommitted>" for part in parts)
        body = f'<?xml version="1.0" encoding="utf-8"?><BlockList>{listed}</BlockList>'.encode()
        whole = b64encode(md5).decode() if md5 else None
        headers = {"Content-MD5": _digest(body), "x-ms-blob-content-md5": whole, **described(upload.description)}
        try:
            answer = self._blobs.send("PUT", upload.key, {"comp": "blocklist"}, headers, body)
        except CloudError as error:
            found = self._made(upload, parts) if error.code in ("InvalidBlockList", "BlobAlreadyExists") else None
            if found is None:
                raise exists(upload.key, upload.description, error) from error
            return found
        return record.written(self._url, upload.key, size, answer.headers, whole=False)

    def _made(self, upload: Upload, parts: Sequence[Part]) -> StoredObject | None:
        """The blob of an upload whose block list was taken, but whose answer was lost: it has our blocks."""
        committed = [block for block, _ in self._block_list(upload.key, "committed")]
        if committed != [part.token for part in parts]:
            return None
        answer = self._blobs.send("HEAD", upload.key)
        return record.looked_at(self._url, upload.key, answer.headers)

    def resumed(self, upload: Upload, parts: Sequence[Part]) -> Sequence[Part] | None:
        """Azure discards blocks that no list has named for a week."""
        there = set(self._block_list(upload.key, "uncommitted"))
        return [part for part in parts if (part.token, part.size) in there]

    def _block_list(self, key: str, kind: str) -> list[tuple[str, int]]:
        """https://learn.microsoft.com/rest/api/storageservices/get-block-list"""
        try:
            found = self._blobs.document("GET", key, {"comp": "blocklist", "blocklisttype": kind})
        except CloudError as error:
            if error.kind is Kind.NOT_FOUND:
                return []
            raise
        return [_name_and_size(block) for block in found.iter("Block")]

    def _write(self, key: str, query: dict[str, str], headers: Headers, body: BinaryIO) -> Any:
        """A request with a body, which begins where it stands now, also when the request is repeated."""
        start = body.tell()
        # requests announces chunks for a file that holds nothing, and then sends none.
        content = None if headers["Content-Length"] == "0" else body

        def attempt() -> Any:
            body.seek(start)
            return self._call.once(self._blobs.once, "PUT", self._blobs.url(key), query, headers, content)

        try:
            return self._call.repeat(attempt)
        except CloudError as error:
            if error.kind is Kind.NOT_FOUND:
                # What is written need not be there.
                raise place.no_bucket(self._url, error) from error
            raise exists(key, Description(absent="If-None-Match" in headers), error) from error

    # deletion

    def delete(self, victims: Sequence[Victim]) -> Iterator[tuple[Victim, CloudError]]:
        """One request for each, side by side: https://learn.microsoft.com/rest/api/storageservices/delete-blob"""
        for refused in spread(SideBySide(_AT_ONCE), self._delete, victims, 2 * _AT_ONCE):
            if refused:
                yield refused

    def _delete(self, victim: Victim) -> tuple[Victim, CloudError] | None:
        try:
            self._delete_one(victim)
        except CloudError as error:
            return None if error.code in ("BlobNotFound", "ResourceNotFound") else (victim, error)
        return None

    def _delete_one(self, victim: Victim) -> None:
        """The current version cannot be deleted as a version: the blob goes first, which leaves its version behind."""
        try:
            headers = {"x-ms-delete-snapshots": None if victim.version else "include"}
            self._blobs.send("DELETE", victim.key, {"versionid": victim.version}, headers)
        except CloudError as error:
            if victim.version is None or error.code != _CURRENT:
                raise
            self._delete_one(Victim(victim.key))
            self._blobs.send("DELETE", victim.key, {"versionid": victim.version})

    def undelete(self, key: str, versions: Sequence[StoredObject], version: str | None) -> StoredObject | None:
        """Bring back what was deleted, if that needs no copy; else the version that has to be copied.

        https://learn.microsoft.com/rest/api/storageservices/undelete-blob
        """
        if version is None and any(one.latest for one in versions):
            return None
        kept = [one for one in versions if version in (None, one.version)]
        if not kept:
            raise NotFound(f"there is no {self._url}{key} to bring back")
        if kept[0].version is None or kept[0].deleted:
            self._blobs.send("PUT", key, {"comp": "undelete"})
            return None
        return kept[0]


def described(description: Description) -> Headers:
    """A description as headers of a write."""
    return {
        "x-ms-blob-content-type": description.content_type,
        "x-ms-blob-content-encoding": description.content_encoding,
        "x-ms-blob-cache-control": description.cache_control,
        "x-ms-access-tier": description.storage_class,
        "If-None-Match": "*" if description.absent else None,
        **{f"x-ms-meta-{name}": value for name, value in description.metadata.items()},
    }


def exists(key: str, description: Description, error: CloudError) -> CloudError:
    """What a conditional write was refused for, as EXISTS; any other error as it is."""
    taken = error.code in ("BlobAlreadyExists", "ConditionNotMet", "TargetConditionNotMet")
    if not description.absent or not taken:
        return error
    return CloudError(Kind.EXISTS, f"{key} is there already", code=error.code, request_id=error.request_id)


def _block(upload: Upload, part: Part) -> str:
    """The block ids of a blob are all as long."""
    return b64encode(f"{upload.id}-{part.number:06d}".encode()).decode()


def _name_and_size(block: Element) -> tuple[str, int]:
    return block.findtext("Name") or "", int(block.findtext("Size") or 0)


def _md5(body: BinaryIO) -> str:
    """The checksum of what follows; the body stands where it stood."""
    start, hashed = body.tell(), hashlib.md5(usedforsecurity=False)
    while chunk := body.read(_CHUNK):
        hashed.update(chunk)
    body.seek(start)
    return b64encode(hashed.digest()).decode()


def _crc64(body: BinaryIO) -> str:
    """That of what follows, base64 of its bytes, the lowest first: the MD5 of 1 GiB would take a second and a half."""
    return b64encode(crc.of("crc64nvme", body).to_bytes(8, "little")).decode()


def _digest(data: bytes) -> str:
    return b64encode(hashlib.md5(data, usedforsecurity=False).digest()).decode()
