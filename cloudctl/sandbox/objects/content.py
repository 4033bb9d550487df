"""The bytes of objects: one file each in a directory of the state, written once and never changed."""

from __future__ import annotations

import hashlib
import os
import shutil
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import google_crc32c

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Content:
    """Bytes on disk: ``file`` is their name in the directory, ``md5`` hexadecimal, ``crc32c`` the number."""

    file: str
    size: int
    md5: str
    crc32c: int


class Contents:
    """The directory. Not locked: a file is complete before its `Content` is known to anybody."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def store(self, stream: IO[bytes]) -> Content:
        """Keep what a stream still has."""
        return self._write(iter(lambda: stream.read(_CHUNK), b""))

    def join(self, parts: Iterable[Content]) -> Content:
        """Keep the parts one after the other as a new content; the parts stay."""
        return self._write(chunk for part in parts for chunk in self._chunks(part))

    def copy(self, content: Content) -> Content:
        """The same bytes again, to be discarded by themselves."""
        name = uuid.uuid4().hex
        os.link(self._directory / content.file, self._directory / name)
        return Content(name, content.size, content.md5, content.crc32c)

    def slice(self, content: Content, start: int, length: int) -> Content:
        """Keep a part of a content as a new one."""
        return self._write([self.read(content, start, length)])

    def read(self, content: Content, start: int = 0, length: int | None = None) -> bytes:
        """The bytes from ``start``, all or ``length`` of them."""
        with (self._directory / content.file).open("rb") as file:
            file.seek(start)
            return file.read(-1 if length is None else length)

    def discard(self, content: Content | None) -> None:
        if content:
            (self._directory / content.file).unlink(missing_ok=True)

    def clear(self) -> None:
        shutil.rmtree(self._directory, ignore_errors=True)

    def _chunks(self, content: Content) -> Iterable[bytes]:
        with (self._directory / content.file).open("rb") as file:
            yield from iter(lambda: file.read(_CHUNK), b"")

    def _write(self, chunks: Iterable[bytes]) -> Content:
        self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        name, size = uuid.uuid4().hex, 0
        md5 = hashlib.md5(usedforsecurity=False)
        crc = google_crc32c.Checksum()  # type: ignore[no-untyped-call]
        with (self._directory / name).open("xb") as file:
            for chunk in chunks:
                file.write(chunk)
                size += len(chunk)
                md5.update(chunk)
                crc.update(chunk)  # type: ignore[no-untyped-call]
        return Content(name, size, md5.hexdigest(), int.from_bytes(crc.digest(), "big"))  # type: ignore[no-untyped-call]
