"""Uploads in parts: https://cloud.google.com/storage/docs/performing-resumable-uploads

Cloud Storage takes the bytes of one upload in their order, in whole quanta of 256 KiB, and makes the object with the
last of them. So that nothing is made before everything is checked, the bytes behind the last whole quantum are kept
here until the upload is completed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import BinaryIO

import requests

from cloudctl.errors import CloudError, Kind
from cloudctl.objects.crc import of, whole
from cloudctl.services.objects import Description, NoBucket, Part, StoredObject, Upload
from cloudctl_gcp.http import Json
from cloudctl_gcp.objects import record
from cloudctl_gcp.objects.place import JSON, UPLOAD, Place, exists, parsed
from cloudctl_gcp.objects.write import conditions, crc_text, described

QUANTUM = 256 * 1024
_ARRIVED = re.compile(r"bytes=0-(\d+)")
_INCOMPLETE = 308
_CANCELLED = "499"


@dataclass(slots=True)
class _State:
    """``arrived`` bytes are known to be there (None: to be asked for); ``tail`` are those that are kept here."""

    arrived: int | None = None
    tail: bytes = b""
    made: Json | None = None


class Resumable:
    """Uploads into one bucket. An upload's id is the address of its session, which Cloud Storage keeps for a week."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._states: dict[str, _State] = {}

    def begin(self, key: str, size: int | None, description: Description) -> Upload:
        query = {"uploadType": "resumable", **conditions(description)}
        headers = {"Content-Type": JSON, "X-Upload-Content-Length": None if size is None else str(size)}
        body = json.dumps({"name": key, **described(description)})

        def attempt() -> str:
            address = self._place.address(service=UPLOAD)
            answer = self._place.once("POST", address, query, headers, data=body)
            return str(answer.headers["Location"])

        try:
            upload = Upload(key, self._place.repeated(attempt), description)
        except CloudError as error:
            raise exists(key, description.absent, error) from error
        self._states[upload.id] = _State(arrived=0)
        return upload

    def send(self, upload: Upload, part: Part, body: BinaryIO) -> Part:
        """Send what has not arrived yet of a part, but for the bytes behind the last whole quantum."""
        state, start = self._state(upload), body.tell()
        crc = of("crc32c", body)
        end = part.offset + part.size
        whole = end - end % QUANTUM if part.last else end

        def attempt() -> None:
            arrived = self._arrived(upload, state)
            if state.made is None and arrived < whole:
                body.seek(start + arrived - part.offset)
                self._push(upload, state, body, arrived, whole)
                if state.arrived == arrived:
                    raise CloudError(Kind.UNAVAILABLE, f"nothing of a part of {upload.key} arrived", retryable=True)

        while state.made is None and (state.arrived is None or state.arrived < whole):
            self._sent(upload, attempt)
        body.seek(start + max(whole - part.offset, 0))
        state.tail = body.read(end - whole) if part.last else b""
        return replace(part, token="sent", crc=crc)

    def complete(self, upload: Upload, parts: Sequence[Part]) -> StoredObject:
        """Send the last bytes, which makes the object, and compare what was made with what was sent.

        Cloud Storage compares the checksum too, before it makes the object.
        """
        size = sum(part.size for part in parts)
        crc = whole("crc32c", ((part.crc, part.size) for part in parts))
        state = self._state(upload)
        try:
            self._sent(upload, lambda: self._finish(upload, state, size, crc))
        except CloudError as error:
            raise exists(upload.key, upload.description.absent, error) from error
        del self._states[upload.id]
        made = record.object_of(self._place.url, state.made or {})
        if (made.size, made.checksums.get("crc32c", f"{crc:08x}")) != (size, f"{crc:08x}"):
            raise CloudError(Kind.CONFLICT, f"{made.url} is not what was sent", why="another client has written it")
        return made

    def _finish(self, upload: Upload, state: _State, size: int, crc: int) -> None:
        arrived = self._arrived(upload, state)
        if state.made is not None:
            return
        left = state.tail[len(state.tail) - (size - arrived) :] if size > arrived else b""
        told = f"bytes {arrived}-{size - 1}/{size}" if left else f"bytes */{size}"
        self._put(upload, state, told, left, {"X-Goog-Hash": f"crc32c={crc_text(crc)}"})
        if state.made is None:
            raise CloudError(Kind.UNAVAILABLE, f"{upload.key} is not whole yet", retryable=True)

    def abort(self, upload: Upload) -> None:
        """https://cloud.google.com/storage/docs/performing-resumable-uploads#cancel-upload: answered with 499"""
        self._states.pop(upload.id, None)
        try:
            self._place.repeated(lambda: self._place.once("DELETE", upload.id, None, {"Content-Length": "0"}))
        except CloudError as error:
            if error.kind is not Kind.NOT_FOUND and not _is_cancelled(error):
                raise

    def resumed(self, upload: Upload, parts: Sequence[Part]) -> Sequence[Part] | None:
        state = self._state(upload)
        try:
            arrived = self._place.repeated(lambda: self._arrived(upload, state))
        except CloudError as error:
            if error.kind is Kind.NOT_FOUND:
                return None
            raise
        if state.made is not None:
            return parts
        return [part for part in parts if part.offset + part.size <= arrived]

    # the session

    def _sent(self, upload: Upload, attempt: Callable[[], None]) -> None:
        """An attempt that is repeated where that is worth it. Raises UNAVAILABLE for a session that is lost.

        https://cloud.google.com/storage/docs/json_api/v1/status-codes#410_Gone: only a new one helps.
        """
        try:
            self._place.repeated(attempt)
        except CloudError as error:
            if error.kind is not Kind.NOT_FOUND or isinstance(error, NoBucket):
                raise
            raise CloudError(
                Kind.UNAVAILABLE,
                f"Cloud Storage has ended the upload of {self._place.url}{upload.key}",
                why=error.message,
                fix="run the same command again, which begins a new one",
                code=error.code,
            ) from error

    def _state(self, upload: Upload) -> _State:
        return self._states.setdefault(upload.id, _State())

    def _arrived(self, upload: Upload, state: _State) -> int:
        """How many bytes are there. Asked for only where it is not known: after a break, or in another process."""
        if state.arrived is None:
            self._put(upload, state, "bytes */*", b"")
        return state.arrived or 0

    def _push(self, upload: Upload, state: _State, body: BinaryIO, start: int, end: int) -> None:
        self._put(upload, state, f"bytes {start}-{end - 1}/*", Slice(body, end - start))

    def _put(
        self, upload: Upload, state: _State, told: str, data: bytes | Slice, more: dict[str, str] | None = None
    ) -> None:
        """One request of the session. What it leaves is unknown until its answer has come."""
        state.arrived = None
        headers = {"Content-Range": told, "Content-Length": str(len(data)), **(more or {})}
        answer = self._place.once("PUT", upload.id, None, headers, data=data)
        if answer.status_code == _INCOMPLETE:
            state.arrived = _arrived_bytes(answer)
        else:
            state.made = parsed(answer)


class Slice:
    """Some of the bytes of a stream from where it stands; iterated over again they begin again."""

    def __init__(self, body: BinaryIO, size: int) -> None:
        self._body, self._start, self._size = body, body.tell(), size

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[bytes]:
        self._body.seek(self._start)
        left = self._size
        while left and (chunk := self._body.read(min(left, 1 << 20))):
            left -= len(chunk)
            yield chunk


def _arrived_bytes(answer: requests.Response) -> int:
    match = _ARRIVED.fullmatch(answer.headers.get("Range", ""))
    return int(match[1]) + 1 if match else 0


def _is_cancelled(error: CloudError) -> bool:
    return _CANCELLED in error.message
