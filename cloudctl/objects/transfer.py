"""One item of a copy, whatever it is from and to."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from cloudctl.errors import CloudError, Kind
from cloudctl.objects.checksums import Check
from cloudctl.objects.curl import Errand
from cloudctl.objects.describe import Wanted
from cloudctl.objects.download import download_errand, download_file
from cloudctl.objects.files import Folder, failed
from cloudctl.objects.reading import Reading, described
from cloudctl.objects.sources import ObjectSource
from cloudctl.objects.upload import upload_file, upload_parts, upload_stream
from cloudctl.objects.work import THRESHOLD, Work
from cloudctl.services.objects import ObjectService, StoredObject

_CHUNK = 256 * 1024


@dataclass(frozen=True, slots=True)
class Transfer:
    """Copies single items: each method says whether it copied, False where something was there that is to stay."""

    work: Work
    wanted: Wanted

    def upload(self, path: Path, objects: ObjectService, key: str) -> bool:
        objects.check(key)
        return _unless_there(partial(upload_file, self.work, path, objects, key, self.wanted.of_file(key)))

    def download(self, objects: ObjectService, found: StoredObject, folder: Folder, parts: list[str]) -> bool:
        return download_file(self.work, objects, found, folder, parts, replace=not self.wanted.absent)

    def errand(
        self, objects: ObjectService, found: StoredObject, folder: Folder, parts: list[str]
    ) -> Errand[bool] | None:
        """The same as `download` by the courier."""
        return download_errand(self.work, objects, found, folder, parts, replace=not self.wanted.absent)

    def copy(self, source: ObjectService, found: StoredObject, objects: ObjectService, key: str) -> bool:
        """Within a cloud the cloud copies, where it can; else the bytes are streamed through, and never stored here."""
        objects.check(key)
        return _unless_there(partial(self._copied, source, found, objects, key))

    def _copied(self, source: ObjectService, found: StoredObject, objects: ObjectService, key: str) -> None:
        if objects.copy(source, found, key, self.wanted.of_copy()):
            self.work.advance(found.size or 0)
        elif not ((found.size or 0) > THRESHOLD and self._in_parts(source, found, objects, key)):
            objects.call.repeat(partial(self._streamed, source, found, objects, key))

    def _in_parts(self, source: ObjectService, found: StoredObject, objects: ObjectService, key: str) -> bool:
        """Side by side, and gone on with after a crash, where a checksum is told that proves parts."""
        looked = source.stat(found.key, found.version)
        content = ObjectSource(source, looked)
        if not content.whole_is_known(objects.limits.md5):
            return False
        upload = partial(upload_parts, self.work, content, objects, key, self.wanted.of_object(looked))
        objects.call.repeat(upload)
        return True

    def _streamed(self, source: ObjectService, found: StoredObject, objects: ObjectService, key: str) -> None:
        reading = Reading(source, found.key, version=found.version, size=found.size)
        check = Check(found.url, reading.found.size, reading.found.checksums)
        upload_stream(
            self.work,
            _checked(reading, check),
            reading.found.size,
            objects,
            key,
            self.wanted.of_object(described(reading.found, found)),
            check.end,
        )

    def read_input(self, objects: ObjectService, key: str) -> bool:
        """Standard input becomes an object."""
        objects.check(key)
        chunks = iter(_input, b"")
        described = self.wanted.of_file(key)
        return _unless_there(
            lambda: upload_stream(self.work, chunks, None, objects, key, described, check=lambda: None)
        )

    def write_output(self, objects: ObjectService, found: StoredObject) -> bool:
        """An object goes to standard output, checked as it passes. Raises UNAVAILABLE at the end if it was damaged."""
        reading = Reading(objects, found.key, version=found.version, size=found.size)
        check = Check(found.url, reading.found.size, reading.found.checksums)
        for chunk in _checked(reading, check):
            _output(chunk)
            self.work.advance(len(chunk))
        _output()
        check.end()
        return True


def _input() -> bytes:
    try:
        return sys.stdin.buffer.read(_CHUNK)
    except OSError as error:
        raise failed(error, "standard input") from error


def _output(chunk: bytes = b"") -> None:
    """Write; without a chunk, all that has been held back."""
    try:
        if chunk:
            sys.stdout.buffer.write(chunk)
        else:
            sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise failed(error, "standard output") from error


def _checked(chunks: Reading, check: Check) -> Iterator[bytes]:
    for chunk in chunks:
        check.update(chunk)
        yield chunk


def _unless_there(write: Callable[[], object]) -> bool:
    """Whether a conditional write was carried out; where it is not conditional no EXISTS comes."""
    try:
        write()
    except CloudError as error:
        if error.kind is Kind.EXISTS:
            return False
        raise
    return True
