"""Downloads: an object into a file, which appears under its name when it is whole and right, or not at all."""

from __future__ import annotations

import os
import re
import stat
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from cloudctl.errors import CloudError, Kind
from cloudctl.objects import checksums, journal
from cloudctl.objects.checksums import ALGORITHMS, Check, Hash
from cloudctl.objects.crc import MODELS, digits, whole
from cloudctl.objects.curl import LARGEST, Errand, Held
from cloudctl.objects.files import Folder, failed
from cloudctl.objects.landing import Landing, Partial, in_the_way, landing
from cloudctl.objects.reading import Reading, described
from cloudctl.objects.work import PART, THRESHOLD, Work
from cloudctl.parallel import in_order
from cloudctl.services.objects import MTIME, ObjectService, Part, StoredObject

_HASHED = 1 << 20
_TRIES = 3
# What ends with the connection or the process: what has arrived is kept, to be gone on with.
_PASSING = (Kind.UNAVAILABLE, Kind.THROTTLED, Kind.DEADLINE, Kind.INTERRUPTED, Kind.UNAUTHENTICATED)

_SECONDS = re.compile(r"(?P<sign>-?)(?P<whole>[0-9]{1,18})(?:\.(?P<rest>[0-9]*))?")


@dataclass(frozen=True, slots=True)
class Brought:
    """A small object that is here."""

    found: StoredObject
    chunks: Sequence[bytes]


def download_errand(
    work: Work, objects: ObjectService, found: StoredObject, folder: Folder, parts: list[str], *, replace: bool
) -> Errand[bool] | None:
    """The same as `download_file` by the courier, which brings small objects."""
    request = objects.request(found.key, version=found.version) if (found.size or 0) <= LARGEST else None
    if request is None:
        return None
    held = Held()
    download = partial(download_file, work, objects, found, folder, parts, replace=replace)

    def end(told: StoredObject) -> bool:
        return download(brought=Brought(told, held.chunks))

    return Errand(request, held.take, end, download)


def download_file(
    work: Work,
    objects: ObjectService,
    found: StoredObject,
    folder: Folder,
    parts: list[str],
    *,
    replace: bool,
    brought: Brought | None = None,
) -> bool:
    """Download an object, unless it is ``brought``; False where a file is there and is not to be replaced.

    ``found`` is what a list or a look told. The file gets the time that it had when it was uploaded, else that of the
    object. Raises CONFLICT where a folder has its name.
    """
    with folder.opened(parts) as handle:
        shown = folder.shown(parts)
        large = (found.size or 0) > THRESHOLD
        # What is small is fetched before a folder in its place is found; then it does not land.
        if (large or not replace) and there(handle, parts[-1], shown) and not replace:
            return False
        land = (Partial if large else landing)(handle, parts[-1], shown, found.url)
        try:
            return _Download(work, objects, found, land, shown).land(replace=replace, brought=brought)
        finally:
            land.close()


def there(handle: int | None, name: str, shown: str) -> bool:
    """Whether something has the name, in an open folder, that may be replaced. Raises CONFLICT for a folder."""
    try:
        status = os.stat(name, dir_fd=handle, follow_symlinks=False)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise failed(error, shown) from error
    if stat.S_ISDIR(status.st_mode):
        raise in_the_way(shown)
    return True


class _Download:
    """One object on its way."""

    def __init__(self, work: Work, objects: ObjectService, found: StoredObject, landing: Landing, shown: str) -> None:
        self._work, self._objects, self._found, self._landing, self._shown = work, objects, found, landing, shown

    def land(self, *, replace: bool, brought: Brought | None) -> bool:
        keep = False
        try:
            if (self._found.size or 0) > THRESHOLD:
                keep = True
                return self._in_parts(replace)
            found = self._brought(brought) if brought else self._objects.call.repeat(self._whole)
            return self._landing.commit(found.size or 0, mtime_of(found), replace=replace)
        except BaseException as error:
            passing = isinstance(error, CloudError) and error.kind in _PASSING
            if not (keep and passing):
                self._landing.discard()
            raise

    def _whole(self) -> StoredObject:
        """One attempt in one stream."""
        reading = Reading(self._objects, self._found.key, version=self._found.version, size=self._found.size)
        return self._written(reading.found, reading, reading.found.checksums)

    def _brought(self, brought: Brought) -> StoredObject:
        return self._written(brought.found, brought.chunks, brought.found.checksums)

    def _written(self, found: StoredObject, chunks: Iterable[bytes], told: Mapping[str, str]) -> StoredObject:
        check = Check(self._found.url, found.size, told)
        try:
            for chunk in chunks:
                self._landing.write(chunk, check.seen)
                check.update(chunk)
                self._work.advance(len(chunk))
            check.end()
        except CloudError:
            self._work.told(-check.seen)
            raise
        return described(found, self._found)

    # in parts

    def _in_parts(self, replace: bool) -> bool:
        found = self._objects.stat(self._found.key, self._found.version)
        if found.size is None:
            raise checksums.damaged(found.url, "the answer does not tell its size")
        size = found.size
        with journal.opened(found.url, self._objects.scope.context.name, str(Path(self._shown).absolute())) as log:
            header = self._header(found)
            if log.header != header:
                log.begin(header)
            self._work.advance(sum(part.size for part in log.parts.values()))
            algorithm = checksums.best(found.checksums, MODELS)
            for left in reversed(range(_TRIES)):
                self._fetch(found, algorithm, log)
                try:
                    self._verify(found, algorithm, log)
                    break
                except CloudError:
                    self._start_over(log, header)
                    if not left:
                        log.forget()
                        self._landing.discard()
                        raise
            landed = self._landing.commit(size, mtime_of(found), replace=replace)
            log.forget()
            return landed

    def _fetch(self, found: StoredObject, algorithm: str | None, log: journal.Journal) -> None:
        wanted = [part for part in _cut(found.size or 0) if part.number not in log.parts]

        def start(part: Part, over: threading.Event) -> Future[Part | None]:
            errand = self._errand(found, algorithm, part)
            if errand:
                return self._work.courier.start(errand, over)
            return self._work.parts.start(lambda: None if over.is_set() else self._part(found, algorithm, part))

        for part in in_order(start, wanted, self._work.parallel):
            log.add(part)

    def _start_over(self, log: journal.Journal, header: dict[str, Any]) -> None:
        """Nothing tells which of the parts is damaged."""
        self._work.told(-sum(part.size for part in log.parts.values()))
        log.begin(header)

    def _header(self, found: StoredObject) -> dict[str, Any]:
        """What must be the same for the parts of an earlier run to count: the object, and the file that they are in."""
        inode = os.fstat(self._landing.handle).st_ino
        return {"etag": found.etag, "version": found.version, "size": found.size, "part": PART, "inode": inode}

    def _errand(self, found: StoredObject, algorithm: str | None, part: Part) -> Errand[Part] | None:
        """The same as `_part` by the courier."""
        etag = None if found.version else found.etag
        request = self._objects.request(
            found.key, version=found.version, etag=etag, start=part.offset, length=part.size
        )
        if request is None:
            return None
        piece = _Piece(self._landing, part, algorithm)

        def take(chunk: bytes) -> None:
            piece.take(chunk)
            self._work.advance(len(chunk))

        def otherwise() -> Part:
            self._work.told(-piece.seen)
            return self._part(found, algorithm, part)

        return Errand(request, take, lambda _: piece.end(found.url), otherwise)

    def _part(self, found: StoredObject, algorithm: str | None, part: Part) -> Part:
        """Read one range to where it belongs, and its checksum."""
        piece = _Piece(self._landing, part, algorithm)
        etag = None if found.version else found.etag
        for chunk in Reading(
            self._objects, found.key, version=found.version, etag=etag, start=part.offset, length=part.size
        ):
            piece.take(chunk)
            self._work.advance(len(chunk))
        return piece.end(found.url)

    def _verify(self, found: StoredObject, algorithm: str | None, log: journal.Journal) -> None:
        """Compare the whole with what the cloud tells: by the sums of the parts, else by reading the file again."""
        if algorithm:
            parts = (log.parts[number] for number in sorted(log.parts))
            seen = whole(algorithm, ((part.crc, part.size) for part in parts))
            checksums.compare(found.url, algorithm, digits(algorithm, seen), found.checksums)
        elif found.checksums:
            check = Check(found.url, found.size, found.checksums)
            for chunk in self._again(found.size or 0):
                check.update(chunk)
            check.end()

    def _again(self, size: int) -> Iterator[bytes]:
        for offset in range(0, size, _HASHED):
            yield os.pread(self._landing.handle, min(_HASHED, size - offset), offset)


class _Piece:
    """A part that is being written to where it belongs."""

    def __init__(self, landing: Landing, part: Part, algorithm: str | None) -> None:
        self._landing, self._part = landing, part
        self._hash: Hash | None = ALGORITHMS[algorithm]() if algorithm else None
        self.seen = 0

    def take(self, chunk: bytes) -> None:
        self._landing.write(chunk, self._part.offset + self.seen)
        self.seen += len(chunk)
        if self._hash:
            self._hash.update(chunk)

    def end(self, url: str) -> Part:
        if self.seen != self._part.size:
            raise checksums.damaged(url, f"{self.seen} bytes of a range came, not {self._part.size}")
        return replace(self._part, crc=int(self._hash.hexdigest(), 16) if self._hash else 0)


def _cut(size: int) -> Iterator[Part]:
    for number, offset in enumerate(range(0, size, PART), 1):
        yield Part(number, offset, min(PART, size - offset), last=offset + PART >= size)


def mtime_of(found: StoredObject | None) -> int | None:
    """When the content was last changed, in nanoseconds since 1970."""
    if found is None:
        return None
    told = _nanoseconds((found.metadata or {}).get(MTIME, ""))
    return _of(found.modified) if told is None else told


def _nanoseconds(text: str) -> int | None:
    """Of decimal seconds, as rclone has them, too; None for other text, and for more than any file has."""
    found = _SECONDS.fullmatch(text)
    if not found:
        return None
    nanoseconds = int(found["whole"]) * 10**9 + int((found["rest"] or "")[:9].ljust(9, "0"))
    return -nanoseconds if found["sign"] else nanoseconds


def _of(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp() * 1000) * 10**6
