"""Local files: read in windows, and written below one folder whatever their names."""

from __future__ import annotations

import errno
import io
import os
import re
import stat
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from cloudctl.errors import CloudError, Kind

_KINDS = {
    errno.ENOENT: Kind.NOT_FOUND,
    errno.EACCES: Kind.DENIED,
    errno.EPERM: Kind.DENIED,
    errno.EROFS: Kind.DENIED,
    errno.EISDIR: Kind.CONFLICT,
    errno.ENOTDIR: Kind.CONFLICT,
    errno.ENOTEMPTY: Kind.CONFLICT,
    errno.ELOOP: Kind.CONFLICT,
    errno.ENAMETOOLONG: Kind.CONFLICT,
    errno.ENOSPC: Kind.CAPACITY,
    errno.EDQUOT: Kind.QUOTA,
}
_FOLDERS = 8
_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_DRIVE = re.compile(r"[A-Za-z]:")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def failed(error: OSError, path: object) -> CloudError:
    """The error of a file or folder: not found, denied, in the way, no space."""
    return CloudError(_KINDS.get(error.errno or 0, Kind.UNEXPECTED), f"{path}: {error.strerror or error}")


class Window(io.RawIOBase):
    """``size`` bytes of an open file from ``start`` on, as a file of its own; windows of one file may be read at once.

    Raises CloudError (CONFLICT) where the file ends earlier: it was changed meanwhile.
    """

    def __init__(self, handle: int, start: int, size: int) -> None:
        self._handle, self._start, self._size, self._at = handle, start, size, 0

    def __len__(self) -> int:
        return self._size

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        self._at = offset + {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        return self._at

    def read(self, size: int | None = -1, /) -> bytes:
        left = max(0, self._size - self._at)
        wanted = left if size is None or size < 0 else min(size, left)
        if not wanted:
            return b""
        data = os.pread(self._handle, wanted, self._start + self._at)
        if not data:
            raise CloudError(Kind.CONFLICT, "the file became shorter while it was read")
        self._at += len(data)
        return data

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def window(handle: int, start: int, size: int) -> BinaryIO:
    """The window as what SDKs take for a file."""
    return cast(BinaryIO, Window(handle, start, size))


def local_parts(name: str) -> list[str]:
    """A key's path below a folder. Raises CloudError (PARTIAL) for one that could lead elsewhere, or to no file.

    Nothing is wrong with the transfer then, but that a key of the bucket is left out.
    """
    parts = name.split("/")
    if _CONTROL.search(name):
        raise _unsafe(name, "it has control characters")
    if any(part in ("", ".", "..") for part in parts):
        raise _unsafe(name, "a part of it is empty, '.' or '..'")
    if _DRIVE.match(name) or "\\" in name:
        raise _unsafe(name, "it has a drive letter or a backslash")
    try:
        os.fsencode(name)
    except UnicodeEncodeError as error:
        encoding = sys.getfilesystemencoding()
        raise _unsafe(name, f"names of files are {encoding} here, which lacks {name[error.start]!a}") from error
    return parts


def _unsafe(name: str, why: str) -> CloudError:
    return CloudError(Kind.PARTIAL, f"{name!r} cannot be a file's name", why=why, fix="copy it to another name")


@dataclass(slots=True)
class _Held:
    """An open folder, which so many files are being written to."""

    handle: int
    users: int = 1


class Folder:
    """Where files land. Whatever names come, nothing is written outside: links below it are not followed."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._prefix = str(root / "_")[:-1]
        # Names come in order, so that the next one mostly is in the same folder.
        self._held: dict[tuple[str, ...], _Held] = {}
        self._lock = threading.Lock()

    def shown(self, parts: list[str]) -> str:
        """A file's path, as messages have it."""
        return self._prefix + "/".join(parts)

    @contextmanager
    def opened(self, parts: list[str]) -> Iterator[int]:
        """The folder of a file, made where it is not there, as a handle."""
        held = self._hold(tuple(parts[:-1]))
        try:
            yield held.handle
        finally:
            with self._lock:
                held.users -= 1

    def _hold(self, place: tuple[str, ...]) -> _Held:
        with self._lock:
            held = self._held.get(place)
            if held:
                held.users += 1
                return held
            for other in [other for other, held in self._held.items() if not held.users][:-_FOLDERS]:
                os.close(self._held.pop(other).handle)
            return self._held.setdefault(place, _Held(self._open(place)))

    def _open(self, place: tuple[str, ...]) -> int:
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except OSError as error:
            raise failed(error, self.root) from error
        for part in place:
            outer = handle
            try:
                handle = self._enter(outer, part)
            finally:
                os.close(outer)
        return handle

    def _enter(self, handle: int, part: str) -> int:
        try:
            with suppress(FileExistsError):
                os.mkdir(part, dir_fd=handle)
            return os.open(part, _DIRECTORY, dir_fd=handle)
        except OSError as error:
            raise self._in_the_way(error, handle, part) from error

    def _in_the_way(self, error: OSError, handle: int, part: str) -> CloudError:
        """The error of a folder that is none; behind a symbolic link it might be anywhere."""
        found = failed(error, self.root / part)
        if error.errno in (errno.ELOOP, errno.ENOTDIR):
            link = stat.S_ISLNK(os.stat(part, dir_fd=handle, follow_symlinks=False).st_mode)
            found.kind = Kind.PARTIAL if link else found.kind
            found.why = f"a {'symbolic link' if link else 'file'} is in the way"
        return found
