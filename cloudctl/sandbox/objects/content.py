"""The bytes of objects: files in a directory of the state, written once and never changed."""

from __future__ import annotations

import hashlib
import os
import shutil
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any, NamedTuple

import google_crc32c

# Larger writes take longer: see cloudctl.objects.landing.
_CHUNK = 1 << 18


class Piece(NamedTuple):
    """``length`` bytes of a file of the directory, from ``start`` on."""

    file: str
    start: int
    length: int


class Digests(NamedTuple):
    """``md5`` hexadecimal, ``crc32c`` the number."""

    md5: str
    crc32c: int


@dataclass(frozen=True, slots=True)
class Content:
    """Bytes on disk: pieces, one after the other, of files that are nobody else's. See `Contents.digested`."""

    pieces: tuple[Piece, ...]
    size: int
    digests: Digests | None = None

    @classmethod
    def loaded(cls, saved: dict[str, Any]) -> Content:
        """What was saved as JSON, also before contents had pieces: then it was one file."""
        if "file" in saved:
            only = Piece(saved["file"], 0, saved["size"])
            return cls((only,), saved["size"], Digests(saved["md5"], saved["crc32c"]))
        digests = saved["digests"]
        pieces = tuple(Piece(*piece) for piece in saved["pieces"])
        return cls(pieces, saved["size"], Digests(*digests) if digests else None)

    @property
    def md5(self) -> str:
        """Of a content that is `Contents.digested`."""
        assert self.digests
        return self.digests.md5

    @property
    def crc32c(self) -> int:
        """Of a content that is `Contents.digested`."""
        assert self.digests
        return self.digests.crc32c


class Cut(NamedTuple):
    """``length`` bytes of a content, from ``start`` on."""

    content: Content
    start: int
    length: int

    @classmethod
    def whole(cls, content: Content) -> Cut:
        return cls(content, 0, content.size)


class Contents:
    """The directory. Not locked: a file is complete before its `Content` is known to anybody."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def store(self, stream: IO[bytes]) -> Content:
        """Keep what a stream still has, digested as it comes."""
        self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        name, hashed = uuid.uuid4().hex, _Hashed()
        with (self._directory / name).open("xb") as file:
            while chunk := stream.read(_CHUNK):
                file.write(chunk)
                hashed.update(chunk)
        return Content((Piece(name, 0, hashed.size),), hashed.size, hashed.digests())

    def join(self, cuts: Iterable[Cut]) -> Content:
        """The cuts, one after the other, as a new content. Files are linked: no byte is copied."""
        pieces = tuple(self._linked(piece) for cut in cuts for piece in _pieces(cut))
        return Content(pieces, sum(piece.length for piece in pieces))

    def copy(self, content: Content) -> Content:
        """The same bytes again, to be discarded by themselves."""
        return replace(self.join([Cut.whole(content)]), digests=content.digests)

    def digested(self, content: Content) -> Content:
        """The content with its digests: what was joined is read for them."""
        if content.digests:
            return content
        hashed = _Hashed()
        for start in range(0, content.size, _CHUNK):
            hashed.update(self.read(content, start, _CHUNK))
        return replace(content, digests=hashed.digests())

    def read(self, content: Content, start: int = 0, length: int | None = None) -> bytes:
        """The bytes from ``start``, all or ``length`` of them."""
        wanted = Cut(content, start, content.size if length is None else length)
        return b"".join([self._read(piece) for piece in _pieces(wanted)])

    def discard(self, content: Content | None) -> None:
        for piece in content.pieces if content else ():
            (self._directory / piece.file).unlink(missing_ok=True)

    def clear(self) -> None:
        shutil.rmtree(self._directory, ignore_errors=True)

    def _linked(self, piece: Piece) -> Piece:
        name = uuid.uuid4().hex
        os.link(self._directory / piece.file, self._directory / name)
        return piece._replace(file=name)

    def _read(self, piece: Piece) -> bytes:
        with (self._directory / piece.file).open("rb") as file:
            file.seek(piece.start)
            return file.read(piece.length)


class _Hashed:
    """Bytes that pass."""

    def __init__(self) -> None:
        self.size = 0
        self._md5 = hashlib.md5(usedforsecurity=False)
        self._crc = google_crc32c.Checksum()  # type: ignore[no-untyped-call]

    def update(self, chunk: bytes) -> None:
        self.size += len(chunk)
        self._md5.update(chunk)
        self._crc.update(chunk)  # type: ignore[no-untyped-call]

    def digests(self) -> Digests:
        return Digests(self._md5.hexdigest(), int.from_bytes(self._crc.digest(), "big"))  # type: ignore[no-untyped-call]


def _pieces(cut: Cut) -> Iterator[Piece]:
    """What a cut has of each piece of its content; the content may end before it does."""
    at, end = 0, cut.start + cut.length
    for piece in cut.content.pieces:
        first, last = max(cut.start, at), min(end, at + piece.length)
        if first < last:
            yield Piece(piece.file, piece.start + first - at, last - first)
        at += piece.length
