"""What is uploaded in parts: a file, or a large object of another cloud."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from cloudctl.errors import CloudError, Kind
from cloudctl.objects import checksums
from cloudctl.objects.checksums import ALGORITHMS, Hash
from cloudctl.objects.crc import MODELS, digits, whole
from cloudctl.objects.files import window
from cloudctl.objects.reading import Reading
from cloudctl.objects.work import Work
from cloudctl.services.objects import ObjectService, Part, StoredObject

_HASHED = 1 << 20


class Source(Protocol):
    """Content that is read in any order. ``held``: a part is in memory while it is sent."""

    size: int
    held: bool

    @property
    def name(self) -> str:
        """What it is called in the journal."""

    @property
    def identity(self) -> Mapping[str, Any]:
        """What must be the same for the parts that an earlier run has sent to count."""

    def body(self, part: Part) -> tuple[BinaryIO, int]:
        """The bytes of a part, and their checksum (`Part.seen`)."""

    def md5(self) -> bytes | None:
        """The digest of the whole, where it can be known beforehand or by reading it once more."""

    def check(self, parts: Sequence[Part]) -> None:
        """Raise CloudError when what was read is not the whole of one content."""


class FileSource:
    """A file that is open."""

    held = False

    def __init__(self, work: Work, path: Path, handle: int) -> None:
        self._work, self._path, self._handle = work, path, handle
        status = os.fstat(handle)
        self.size, self.mtime_ns = status.st_size, status.st_mtime_ns

    @property
    def name(self) -> str:
        return str(self._path.absolute())

    @property
    def identity(self) -> Mapping[str, Any]:
        return {"mtime_ns": self.mtime_ns}

    def body(self, part: Part) -> tuple[BinaryIO, int]:
        return window(self._handle, part.offset, part.size), 0

    def md5(self) -> bytes:
        hashed, whole = hashlib.md5(usedforsecurity=False), window(self._handle, 0, self.size)
        while chunk := whole.read(_HASHED):
            self._work.check()
            hashed.update(chunk)
        return hashed.digest()

    def check(self, parts: Sequence[Part] = ()) -> None:
        """Raises CONFLICT where the file was changed meanwhile, or holds more than its size, as files of /proc do."""
        status = os.fstat(self._handle)
        if (status.st_size, status.st_mtime_ns) != (self.size, self.mtime_ns):
            raise CloudError(Kind.CONFLICT, f"{self._path} changed while it was read", fix="run the same command again")
        if os.pread(self._handle, 1, self.size):
            fix = f"read from -, with < {self._path} behind it"
            raise CloudError(Kind.CONFLICT, f"{self._path} is longer than its size, {self.size}", fix=fix)


class ObjectSource:
    """An object, read in ranges; ``found`` is what a look at it told."""

    held = True

    def __init__(self, objects: ObjectService, found: StoredObject) -> None:
        self._objects, self._found = objects, found
        self.name, self.size = found.url, found.size or 0
        self._algorithm = checksums.best(found.checksums, MODELS)

    def whole_is_known(self, md5: bool) -> bool:
        """Whether ranges that are read by themselves can be told to be the object, and its ``md5`` if it is wanted."""
        return self._algorithm is not None and (not md5 or "md5" in self._found.checksums)

    @property
    def identity(self) -> Mapping[str, Any]:
        return {"etag": self._found.etag, "version": self._found.version, "algorithm": self._algorithm}

    def body(self, part: Part) -> tuple[BinaryIO, int]:
        found, hashed = self._found, self._hash()
        etag = None if found.version else found.etag
        reading = Reading(
            self._objects, found.key, version=found.version, etag=etag, start=part.offset, length=part.size
        )
        data = bytearray()
        for chunk in reading:
            hashed.update(chunk)
            data += chunk
        if len(data) != part.size:
            raise checksums.damaged(found.url, f"{len(data)} bytes of a range came, not {part.size}")
        return io.BytesIO(data), int(hashed.hexdigest(), 16)

    def md5(self) -> bytes | None:
        told = self._found.checksums.get("md5")
        return bytes.fromhex(told) if told else None

    def check(self, parts: Sequence[Part]) -> None:
        """Raises UNAVAILABLE where the parts together are not what the cloud tells of the whole."""
        assert self._algorithm
        seen = whole(self._algorithm, ((part.seen, part.size) for part in parts))
        checksums.compare(self._found.url, self._algorithm, digits(self._algorithm, seen), self._found.checksums)

    def _hash(self) -> Hash:
        assert self._algorithm
        return ALGORITHMS[self._algorithm]()
