"""Local trees, walked in the order of keys; a folder with any number of names takes no more memory than a small one."""

from __future__ import annotations

import heapq
import os
import re
import stat
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice, pairwise
from pathlib import Path
from typing import TypeAlias

from cloudctl.errors import CloudError, Kind
from cloudctl.objects.files import failed, window
from cloudctl.objects.filters import EVERYTHING, Filters

SORTED = 100_000
"""So many names of a folder are sorted in memory; of a larger one, pieces of that size are merged from a file."""
_READ = 1 << 16
_PARTIAL = re.compile(r"\.cloudctl-[0-9a-f]{16}\.part")
_Trail: TypeAlias = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class File:
    """A file of a tree: ``name`` below the tree's root, with slashes; ``size`` in bytes; ``mtime_ns`` since 1970."""

    place: str
    name: str
    size: int
    mtime_ns: int

    @property
    def path(self) -> Path:
        return Path(self.place)


@dataclass(frozen=True, slots=True)
class Problem:
    """What a tree holds that is no file to be copied; ``skipped`` by rule, or an error.

    Of a ``folder`` it is not known what is in it.
    """

    name: str
    error: CloudError
    skipped: bool = False
    folder: bool = False


@dataclass(frozen=True, slots=True)
class _Folder:
    name: str
    identity: tuple[int, int]


def walk(root: Path, filters: Filters = EVERYTHING, *, follow: bool = False) -> Iterator[File | Problem]:
    """The files below a folder that are meant, in the order of their names' UTF-8 bytes, as the clouds list keys.

    Symbolic links and special files (devices, sockets, pipes) are skipped; with ``follow`` links lead to what they
    point to, but not round in a circle. What a transfer has left behind half-done is no file of the tree.
    """
    try:
        status = root.stat()
    except OSError as error:
        raise failed(error, root) from error
    if not stat.S_ISDIR(status.st_mode):
        raise CloudError(Kind.CONFLICT, f"{root} is no folder")
    yield from (found for found in _below(str(root), "", follow, (_identity(status),)) if _meant(found, filters))


def _meant(found: File | Problem, filters: Filters) -> bool:
    folder = isinstance(found, Problem) and found.folder
    return filters.may_take_below(found.name) if folder else filters.take(found.name)


def _below(folder: str, prefix: str, follow: bool, trail: _Trail) -> Iterator[File | Problem]:
    try:
        names = _names(folder, follow)
    except OSError as error:
        yield Problem(prefix, failed(error, folder), folder=True)
        return
    for raw in names:
        place = os.path.join(folder, os.fsdecode(raw.removesuffix(b"/")))  # noqa: PTH118
        found = _found(place, prefix, raw, follow)
        if not isinstance(found, _Folder):
            yield found
        elif found.identity in trail:
            yield Problem(found.name, _circle(place), folder=True)
        else:
            yield from _below(place, found.name, follow, (*trail, found.identity))


def _found(place: str, prefix: str, raw: bytes, follow: bool) -> File | Problem | _Folder:
    try:
        name = prefix + raw.decode()
    except UnicodeDecodeError:
        return Problem(prefix + ascii(os.fsdecode(raw)), _no_key(place))
    try:
        status = os.stat(place, follow_symlinks=follow)  # noqa: PTH116
    except OSError as error:
        return Problem(name, failed(error, place))
    if stat.S_ISREG(status.st_mode):
        return File(place, name, status.st_size, status.st_mtime_ns)
    if stat.S_ISDIR(status.st_mode):
        return _Folder(name, _identity(status))
    what = "a symbolic link" if stat.S_ISLNK(status.st_mode) else "no regular file"
    return Problem(name, CloudError(Kind.UNSUPPORTED, f"{place} is {what}"), skipped=True)


def _no_key(place: str) -> CloudError:
    """Nothing is wrong with the transfer then, but that a file is left out."""
    why = "keys are UTF-8, and this name is not"
    return CloudError(Kind.PARTIAL, f"{place!a} cannot be an object's key", why=why, fix="give the file another name")


def _circle(place: str) -> CloudError:
    return CloudError(Kind.CONFLICT, f"{place} leads to a folder that it is in")


def _identity(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino


def _names(folder: str, follow: bool) -> Iterator[bytes]:
    """What a folder holds, in order, but for what a transfer has left behind half-done.

    A folder takes its place among keys with the slash that they have behind its name.
    """
    with os.scandir(folder) as entries:
        wanted = (_sorted_as(entry, follow) for entry in entries if not _PARTIAL.fullmatch(entry.name))
        first = sorted(islice(wanted, SORTED))
        if len(first) < SORTED:
            return iter(first)
        return _Runs(chain([first], iter(lambda: sorted(islice(wanted, SORTED)), []))).merged()


def _sorted_as(entry: os.DirEntry[str], follow: bool) -> bytes:
    try:
        folder = entry.is_dir(follow_symlinks=follow)
    except OSError:
        folder = False
    return os.fsencode(entry.name) + (b"/" if folder else b"")


class _Runs:
    """Sorted pieces of what is too much for memory, in a file without a name."""

    def __init__(self, runs: Iterable[list[bytes]]) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115
        self._ends = [0]
        for run in runs:
            self._file.write(b"".join(name + b"\0" for name in run))
            self._ends.append(self._file.tell())
        self._file.flush()

    def merged(self) -> Iterator[bytes]:
        with self._file:
            yield from heapq.merge(*(self._read(start, end) for start, end in pairwise(self._ends)))

    def _read(self, start: int, end: int) -> Iterator[bytes]:
        run, left = window(self._file.fileno(), start, end - start), b""
        while chunk := run.read(_READ):
            *names, left = (left + chunk).split(b"\0")
            yield from names
