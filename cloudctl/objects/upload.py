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
from cloudctl.objects.sources import FileSource, Source
from cloudctl.objects.work import PART, THRESHOLD, Work
from cloudctl.parallel import SideBySide, spread
from cloudctl.services.objects import MTIME, Description, Limits, ObjectService, Part, StoredObject, Upload

# What may be over later: an upload is left as it is, to be gone on with.
_PASSING = (Kind.UNAVAILABLE, Kind.THROTTLED, Kind.DEADLINE, Kind.INTERRUPTED, Kind.UNAUTHENTICATED)
_STREAM_AHEAD = 4
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
        source = FileSource(work, path, handle)
        source.check()
        metadata = {MTIME: _seconds(source.mtime_ns), **description.metadata}
        description = replace(description, metadata=metadata)
        if source.size > min(THRESHOLD, objects.limits.single):
            return upload_parts(work, source, objects, key, description)
        made = objects.put(key, window(handle, 0, source.size), source.size, description)
        work.advance(source.size)
        source.check()
        return made
    except OSError as error:
        raise failed(error, path) from error
    finally:
        os.close(handle)


def upload_parts(
    work: Work, source: Source, objects: ObjectService, key: str, description: Description
) -> StoredObject:
    """Upload in parts, which a run after a crash does not send again."""
    return _Upload(work, source, objects, key).send(description)


class _Upload:
    """One upload in parts."""

    def __init__(self, work: Work, source: Source, objects: ObjectService, key: str) -> None:
        self._work, self._source, self._objects, self._key = work, source, objects, key
        self._advanced = 0

    def send(self, description: Description) -> StoredObject:
        url = self._objects.url + self._key
        with journal.opened(self._source.name, self._objects.scope.context.name, url) as log:
            upload = self._resumed(log, description) or self._begun(log, description)
            try:
                made = self._made(log, upload)
            except CloudError as error:
                self._work.told(-self._advanced)
                if error.kind not in _PASSING:
                    self._give_up(log, upload)
                raise
            log.forget()
            return made

    def _header(self, description: Description) -> dict[str, object]:
        told = {"size": self._source.size, "part": self._part, "description": asdict(description)}
        return {**told, **self._source.identity}

    @property
    def _part(self) -> int:
        return part_size(self._objects.limits, self._source.size)

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
                self._advance(sum(part.size for part in there))
                return upload
        with suppress(CloudError):
            self._objects.abort(upload)
        return None

    def _begun(self, log: journal.Journal, description: Description) -> Upload:
        upload = self._objects.begin(self._key, self._source.size, description)
        log.begin({**self._header(description), "upload": upload.id})
        return upload

    def _made(self, log: journal.Journal, upload: Upload) -> StoredObject:
        """Send what is not there yet, and make the object of it."""
        wanted = [part for part in self._parts() if part.number not in log.parts]
        pool = self._work.streamed if self._source.held else self._work.parts
        ahead = 1 if self._objects.limits.ordered else _STREAM_AHEAD if self._source.held else self._work.parallel
        md5 = SideBySide(1).begin(self._source.md5) if self._objects.limits.md5 else lambda: None
        for part in spread(pool, lambda part: self._send(upload, part), wanted, ahead):
            log.add(part)
            self._advance(part.size)
        digest, parts = md5(), [log.parts[number] for number in sorted(log.parts)]
        try:
            self._source.check(parts)
        except CloudError as error:
            # Nothing tells which of the parts is wrong: to go on with them would be wrong, too.
            if error.kind in _PASSING:
                self._give_up(log, upload)
            raise
        return self._objects.complete(upload, parts, digest)

    def _advance(self, count: int) -> None:
        self._advanced += count
        self._work.advance(count)

    def _parts(self) -> Iterator[Part]:
        for number, offset in enumerate(range(0, self._source.size, self._part), 1):
            size = min(self._part, self._source.size - offset)
            yield Part(number, offset, size, last=offset + size == self._source.size)

    def _send(self, upload: Upload, part: Part) -> Part:
        self._work.check()
        body, seen = self._source.body(part)
        return replace(self._objects.send(upload, part, body), seen=seen)

    def _give_up(self, log: journal.Journal, upload: Upload) -> None:
        """The first error is the one to tell; what cannot be given up now stays in the journal for the next run."""
        with suppress(CloudError):
            self._objects.abort(upload)
            log.forget()


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
    sent: list[Part] = []
    try:
        for part in _sent(work, objects, upload, first, pieces, hashed):
            sent.append(part)
            work.advance(part.size)
        check()
        return objects.complete(upload, sent, hashed.digest() if hashed else None)
    except BaseException:
        work.told(-sum(part.size for part in sent))
        with suppress(CloudError):
            objects.abort(upload)
        raise


def _sent(
    work: Work, objects: ObjectService, upload: Upload, first: bytes, pieces: _Pieces, hashed: Hash | None
) -> Iterator[Part]:
    def send(piece: tuple[Part, bytes]) -> Part:
        return objects.send(upload, piece[0], io.BytesIO(piece[1]))

    ahead = 1 if objects.limits.ordered else _STREAM_AHEAD
    return spread(work.streamed, send, _numbered(first, pieces, hashed), ahead)


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
    seconds, rest = divmod(abs(mtime_ns), 10**9)
    return f"{'-' if mtime_ns < 0 else ''}{seconds}.{rest:09d}".rstrip("0").rstrip(".")
