"""Uploads: files and streams into a bucket, in one request or in parts."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path

from cloudctl.errors import CloudError, Kind
from cloudctl.objects import journal
from cloudctl.objects.checksums import Hash
from cloudctl.objects.files import failed, window
from cloudctl.objects.work import PART, THRESHOLD, Work
from cloudctl.parallel import SideBySide, spread
from cloudctl.services.objects import MTIME, Description, Limits, ObjectService, Part, StoredObject, Upload

# What may be over later: an upload is left as it is, to be gone on with.
_PASSING = (Kind.UNAVAILABLE, Kind.THROTTLED, Kind.DEADLINE, Kind.INTERRUPTED, Kind.UNAUTHENTICATED)
_STREAM_AHEAD = 4
_HASHED = 1 << 20
_PARTS_OF_A_SIZE = 1000


def upload_file(work: Work, path: Path, objects: ObjectService, key: str, description: Description) -> StoredObject:
    """Upload a file. Raises CONFLICT where it changes while it is read, EXISTS where ``description.absent`` is not met.

    The time of the file's last change goes with it, as metadata.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        raise failed(error, path) from error
    try:
        return _Upload(work, path, handle, objects, key).send(description)
    except OSError as error:
        raise failed(error, path) from error
    finally:
        os.close(handle)


class _Upload:
    """One file on its way."""

    def __init__(self, work: Work, path: Path, handle: int, objects: ObjectService, key: str) -> None:
        self._work, self._path, self._handle, self._objects, self._key = work, path, handle, objects, key
        status = os.fstat(handle)
        self._size, self._mtime_ns = status.st_size, status.st_mtime_ns

    def send(self, description: Description) -> StoredObject:
        metadata = {MTIME: _seconds(self._mtime_ns), **description.metadata}
        description = replace(description, metadata=metadata)
        if self._size > min(THRESHOLD, self._objects.limits.single):
            return self._in_parts(description)
        made = self._objects.put(self._key, window(self._handle, 0, self._size), self._size, description)
        self._work.advance(self._size)
        self._check_unchanged()
        return made

    def _in_parts(self, description: Description) -> StoredObject:
        url = self._objects.url + self._key
        with journal.opened(str(self._path.absolute()), self._objects.scope.context.name, url) as log:
            upload = self._resumed(log, description) or self._begun(log, description)
            try:
                made = self._finished(log, upload)
            except CloudError as error:
                if error.kind not in _PASSING:
                    self._give_up(log, upload)
                raise
            log.forget()
            return made

    def _header(self, description: Description) -> dict[str, object]:
        return {"size": self._size, "mtime_ns": self._mtime_ns, "part": self._part, "description": asdict(description)}

    @property
    def _part(self) -> int:
        return part_size(self._objects.limits, self._size)

    def _resumed(self, log: journal.Journal, description: Description) -> Upload | None:
        """The upload of an earlier run, if it is of the same content and still there; another one is given up."""
        if log.header is None or "upload" not in log.header:
            return None
        upload = Upload(self._key, str(log.header["upload"]), description)
        if log.header == {**self._header(description), "upload": upload.id}:
            sent = sorted(log.parts.values(), key=lambda part: part.number)
            there = self._objects.resumed(upload, sent)
            if there is not None:
                log.parts = {part.number: part for part in there}
                self._work.advance(sum(part.size for part in there))
                return upload
        with suppress(CloudError):
            self._objects.abort(upload)
        return None

    def _begun(self, log: journal.Journal, description: Description) -> Upload:
        upload = self._objects.begin(self._key, self._size, description)
        log.begin({**self._header(description), "upload": upload.id})
        return upload

    def _finished(self, log: journal.Journal, upload: Upload) -> StoredObject:
        wanted = [part for part in self._parts() if part.number not in log.parts]
        ahead = 1 if self._objects.limits.ordered else self._work.parallel
        md5 = SideBySide(1).begin(self._md5)
        for part in spread(self._work.parts, lambda part: self._send(upload, part), wanted, ahead):
            log.add(part)
            self._work.advance(part.size)
        digest = md5()
        self._check_unchanged()
        return self._objects.complete(upload, [log.parts[number] for number in sorted(log.parts)], digest)

    def _md5(self) -> bytes | None:
        """The digest of the whole file, where the cloud wants to be told it."""
        if not self._objects.limits.md5:
            return None
        hashed, whole = hashlib.md5(usedforsecurity=False), window(self._handle, 0, self._size)
        while chunk := whole.read(_HASHED):
            self._work.check()
            hashed.update(chunk)
        return hashed.digest()

    def _parts(self) -> Iterator[Part]:
        for number, offset in enumerate(range(0, self._size, self._part), 1):
            size = min(self._part, self._size - offset)
            yield Part(number, offset, size, last=offset + size == self._size)

    def _send(self, upload: Upload, part: Part) -> Part:
        self._work.check()
        return self._objects.send(upload, part, window(self._handle, part.offset, part.size))

    def _give_up(self, log: journal.Journal, upload: Upload) -> None:
        """The first error is the one to tell; what cannot be given up now stays in the journal for the next run."""
        with suppress(CloudError):
            self._objects.abort(upload)
            log.forget()

    def _check_unchanged(self) -> None:
        status = os.fstat(self._handle)
        if (status.st_size, status.st_mtime_ns) != (self._size, self._mtime_ns):
            raise CloudError(Kind.CONFLICT, f"{self._path} changed while it was read", fix="run the same command again")


def upload_stream(
    work: Work,
    chunks: Iterator[bytes],
    size: int | None,
    objects: ObjectService,
    key: str,
    description: Description,
    check: Callable[[], None],
) -> StoredObject:
    """Upload what comes, ``size`` bytes of it where that is known, in bounded memory.

    ``check`` is called before the object is made; where it raises, nothing is made.
    """
    pieces = _Pieces(chunks, part_size(objects.limits, size or 0))
    first = pieces.next(1)
    if pieces.ended:
        check()
        made = objects.put(key, io.BytesIO(first), len(first), description)
        work.advance(len(first))
        return made
    upload = objects.begin(key, size, description)
    hashed = hashlib.md5(first, usedforsecurity=False) if objects.limits.md5 else None
    try:
        sent = [*_sent(work, objects, upload, first, pieces, hashed)]
        check()
        return objects.complete(upload, sent, hashed.digest() if hashed else None)
    except BaseException:
        with suppress(CloudError):
            objects.abort(upload)
        raise


def _sent(
    work: Work, objects: ObjectService, upload: Upload, first: bytes, pieces: _Pieces, hashed: Hash | None
) -> Iterator[Part]:
    def send(piece: tuple[Part, bytes]) -> Part:
        return objects.send(upload, piece[0], io.BytesIO(piece[1]))

    ahead = 1 if objects.limits.ordered else _STREAM_AHEAD
    for part in spread(work.streamed, send, _numbered(first, pieces, hashed), ahead):
        work.advance(part.size)
        yield part


def _numbered(first: bytes, pieces: _Pieces, hashed: Hash | None) -> Iterator[tuple[Part, bytes]]:
    number, offset, data = 1, 0, first
    while True:
        last = pieces.ended
        yield Part(number, offset, len(data), last), data
        if last:
            return
        number, offset = number + 1, offset + len(data)
        data = pieces.next(number)
        if hashed:
            hashed.update(data)


class _Pieces:
    """A stream cut into parts; it tells of the last one that it is the last."""

    def __init__(self, chunks: Iterator[bytes], size: int) -> None:
        self._chunks, self._size = chunks, size
        self._left = bytearray()
        self.ended = False

    def next(self, number: int) -> bytes:
        """The next part. Later parts of an endless stream are larger, for there may be only so many."""
        wanted = self._size << (number - 1) // _PARTS_OF_A_SIZE
        while len(self._left) <= wanted and not self.ended:
            chunk = next(self._chunks, None)
            self.ended = chunk is None
            self._left += chunk or b""
        if self.ended and len(self._left) > wanted:
            self.ended = False
        data = bytes(self._left[:wanted])
        del self._left[:wanted]
        return data


def part_size(limits: Limits, size: int) -> int:
    """How large the parts of an upload of ``size`` bytes are: 8 MiB, or what the number of parts makes necessary."""
    wanted = max(PART, limits.part, -(-size // limits.parts))
    return -(-wanted // limits.step) * limits.step


def _seconds(mtime_ns: int) -> str:
    """Seconds since 1970 with their fraction, exactly."""
    seconds, rest = divmod(mtime_ns, 10**9)
    return f"{seconds}.{rest:09d}".rstrip("0").rstrip(".")
