"""Files that are being written: they appear under their names when they are whole, or not at all."""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
from abc import ABC, abstractmethod
from contextlib import suppress
from functools import cache
from pathlib import Path

from cloudctl.errors import CloudError, Kind
from cloudctl.objects.files import failed

# Bytes that are written at once. The kernel takes memory in pieces of that size, and large ones it may have to get from
# the host of a virtual machine first, which takes longer than all the rest.
_WRITTEN = 256 * 1024
_UNNAMED = getattr(os, "O_TMPFILE", 0)


class Landing(ABC):
    """A file on its way; ``handle`` is open for reading, too. All raise CloudError."""

    handle: int
    folder: int
    name: str
    shown: str

    def write(self, data: bytes, offset: int) -> None:
        left = memoryview(data)
        try:
            while left:
                done = os.pwrite(self.handle, left[:_WRITTEN], offset)
                left, offset = left[done:], offset + done
        except OSError as error:
            raise failed(error, self.shown) from error

    def commit(self, size: int, mtime_ns: int | None, *, replace: bool = True) -> bool:
        """Give the file its length, time and name; what had the name before is replaced at once.

        Without ``replace`` it stays: False where something has the name.
        """
        try:
            os.ftruncate(self.handle, size)
            if mtime_ns is not None:
                os.utime(self.handle, ns=(mtime_ns, mtime_ns))
            self._give_name(replace)
        except FileExistsError:
            return False
        except IsADirectoryError as error:
            raise in_the_way(self.shown) from error
        except OSError as error:
            raise failed(error, self.shown) from error
        return True

    @abstractmethod
    def _give_name(self, replace: bool) -> None:
        """Raise FileExistsError where something has the name and is not to be replaced."""

    @abstractmethod
    def discard(self) -> None:
        """Leave nothing of it."""

    def close(self) -> None:
        os.close(self.handle)

    def _renamed(self, name: str) -> None:
        os.rename(name, self.name, src_dir_fd=self.folder, dst_dir_fd=self.folder)


class Unnamed(Landing):
    """A file without a name, of which nothing stays when the process is killed (Linux)."""

    def __init__(self, folder: int, name: str, shown: str) -> None:
        self.folder, self.name, self.shown = folder, name, shown
        self.handle = os.open(".", os.O_RDWR | _UNNAMED | os.O_CLOEXEC, 0o666, dir_fd=folder)

    def _give_name(self, replace: bool) -> None:
        try:
            self._link(self.name)
        except FileExistsError:
            if not replace:
                raise
            self._replace()

    def _replace(self) -> None:
        """A link replaces nothing; a rename does."""
        between = f".cloudctl-{secrets.token_hex(8)}.part"
        self._link(between)
        try:
            self._renamed(between)
        except OSError:
            os.unlink(between, dir_fd=self.folder)
            raise

    def _link(self, name: str) -> None:
        os.link(f"/proc/self/fd/{self.handle}", name, dst_dir_fd=self.folder, follow_symlinks=True)

    def discard(self) -> None:
        """It goes when it is closed."""


class Partial(Landing):
    """A file that is being written under a name of its own, until it is whole.

    The name follows from ``token``, so that the next transfer of the same thing finds what one that was killed left.
    """

    def __init__(self, folder: int, name: str, shown: str, token: str) -> None:
        self.folder, self.name, self.shown = folder, name, shown
        digest = hashlib.sha256("\0".join((token, name)).encode(errors="surrogateescape")).hexdigest()
        self.partial = f".cloudctl-{digest[:16]}.part"
        self.handle = self._open()
        while not self._is_there():
            # The process that had it has given it its name in between.
            os.close(self.handle)
            self.handle = self._open()

    def _is_there(self) -> bool:
        try:
            there = os.stat(self.partial, dir_fd=self.folder, follow_symlinks=False)
        except FileNotFoundError:
            return False
        return there.st_ino == os.fstat(self.handle).st_ino

    def _open(self) -> int:
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            handle = os.open(self.partial, flags, 0o666, dir_fd=self.folder)
        except OSError as error:
            raise failed(error, self.shown) from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(handle)
            raise CloudError(Kind.CONFLICT, f"{self.shown} is being written by another process") from error
        return handle

    def _give_name(self, replace: bool) -> None:
        if replace:
            self._renamed(self.partial)
        else:
            os.link(self.partial, self.name, src_dir_fd=self.folder, dst_dir_fd=self.folder)
            self.discard()

    def discard(self) -> None:
        with suppress(OSError):
            os.unlink(self.partial, dir_fd=self.folder)


def landing(folder: int, name: str, shown: str, token: str) -> Landing:
    """For a file that is written in one go, and not gone on with after a failure."""
    if _UNNAMED and _can_be_named():
        with suppress(OSError):
            return Unnamed(folder, name, shown)
    return Partial(folder, name, shown, token)


@cache
def _can_be_named() -> bool:
    return Path("/proc/self/fd").is_dir()


def in_the_way(shown: str) -> CloudError:
    return CloudError(Kind.CONFLICT, f"{shown} is a folder, and {Path(shown).name} an object")
