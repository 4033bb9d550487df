"""The two sides of a sync, as streams of names in one order, and what tells that two things are the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from cloudctl.errors import CloudError, Kind
from cloudctl.objects.checksums import ALGORITHMS, best
from cloudctl.objects.download import mtime_of
from cloudctl.objects.files import failed
from cloudctl.objects.filters import Filters
from cloudctl.objects.reading import Reading
from cloudctl.objects.walking import File, Problem, walk
from cloudctl.services.objects import MTIME, ObjectService, StoredObject

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Entry:
    """A thing of one side: ``size`` in bytes, ``time`` of its last change in seconds since 1970 (None: unknown)."""

    name: str
    size: int
    time: float | None
    file: File | None = None
    found: StoredObject | None = None
    service: ObjectService | None = None

    @property
    def text(self) -> str:
        return self.found.url if self.found else self.file.place if self.file else self.name


Told = Callable[[Problem], None]


def files(root: Path, filters: Filters, follow: bool, told: Told) -> Iterator[Entry]:
    """The files below a folder. What is no file is ``told``: of an unreadable folder nobody knows what is missing."""
    for one in walk(root, filters, follow=follow):
        if isinstance(one, Problem):
            told(one)
        else:
            yield Entry(one.name, one.size, one.mtime_ns / 1e9, file=one)


def objects(service: ObjectService, prefix: str, filters: Filters, *, folders: bool) -> Iterator[Entry]:
    """The objects below a prefix. Without ``folders`` those that consoles make for folders are left out."""
    for found in service.list(prefix):
        name = found.key[len(prefix) :]
        marker = name.endswith("/") and not found.size
        if name and filters.take(name) and (folders or not marker):
            yield Entry(name, found.size or 0, _seconds(found.modified), found=found, service=service)


def _seconds(moment: datetime | None) -> float | None:
    return None if moment is None else moment.timestamp()


def merged(left: Iterable[Entry], right: Iterable[Entry]) -> Iterator[tuple[Entry | None, Entry | None]]:
    """Both sides name by name, in constant memory. Raises UNSUPPORTED for a side that comes in another order."""
    one, other = _ordered(left), _ordered(right)
    first, second = next(one, None), next(other, None)
    while first or second:
        if second is None or (first and first[0] < second[0]):
            assert first
            yield first[1], None
            first = next(one, None)
        elif first is None or second[0] < first[0]:
            yield None, second[1]
            second = next(other, None)
        else:
            yield first[1], second[1]
            first, second = next(one, None), next(other, None)


def _ordered(entries: Iterable[Entry]) -> Iterator[tuple[bytes, Entry]]:
    last = b""
    for entry in entries:
        name = entry.name.encode()
        if name <= last:
            why = f"{entry.text} comes after a name that it should come before"
            raise CloudError(Kind.UNSUPPORTED, "a list is not in the order of its names", why=why)
        yield name, entry
        last = name


def same_content(one: Entry, other: Entry, *, times: bool) -> bool:
    """Whether two things of one size have the same content, as far as anything tells.

    What lists tell is compared first, then what a look at each object does. With ``times`` an object that was uploaded
    from a file of that time is the same, and what nothing tells of is not; without, it is read.
    """
    known = _compared(one, other)
    if known is None and not _by_etag(one, other):
        one, other = _looked_at(one), _looked_at(other)
        known = (times and _same_time(one, other)) or _compared(one, other)
        if known is None:
            return _by_etag(one, other) or (not times and _by_reading(one, other))
    return known is not False


def _compared(one: Entry, other: Entry) -> bool | None:
    """By checksum; None when no cloud tells one that is known here."""
    if one.found and other.found:
        first, second = one.found.checksums, other.found.checksums
        both = [name for name in first if name in second]
        return all(first[name] == second[name] for name in both) if both else None
    file, found = one.file or other.file, one.found or other.found
    assert file
    assert found
    algorithm = best(found.checksums)
    return None if algorithm is None else _digest(file.path, algorithm) == found.checksums[algorithm]


def _by_etag(one: Entry, other: Entry) -> bool:
    """Whether an etag is the MD5 of the other content. It often is; where it is not, it tells nothing."""
    pairs = ((one, other), (other, one))
    return any(_looks_like_md5(entry) and _md5(against) == entry.found.etag for entry, against in pairs if entry.found)


def _looks_like_md5(entry: Entry) -> bool:
    etag = (entry.found.etag if entry.found else None) or ""
    return len(etag) == 32 and all(char in "0123456789abcdef" for char in etag)


def _md5(entry: Entry) -> str | None:
    if entry.found:
        return entry.found.checksums.get("md5") or entry.found.etag
    assert entry.file
    return _digest(entry.file.path, "md5")


def _by_reading(one: Entry, other: Entry) -> bool:
    """By a digest that one side tells, else by one of both."""
    told = {name: digest for entry in (one, other) if entry.found for name, digest in entry.found.checksums.items()}
    algorithm = best(told) or "sha256"
    first, second = (_content(entry, algorithm) for entry in (one, other))
    return first == second


def _content(entry: Entry, algorithm: str) -> str:
    if entry.file:
        return _digest(entry.file.path, algorithm)
    assert entry.found
    assert entry.service
    if algorithm in entry.found.checksums:
        return entry.found.checksums[algorithm]
    hashed = ALGORITHMS[algorithm]()
    for chunk in Reading(entry.service, entry.found.key, version=entry.found.version):
        hashed.update(chunk)
    return hashed.hexdigest()


def _looked_at(entry: Entry) -> Entry:
    if not (entry.found and entry.service):
        return entry
    return replace(entry, found=entry.service.stat(entry.found.key, entry.found.version))


def _same_time(one: Entry, other: Entry) -> bool:
    """Whether the object was uploaded from a file of this time, which it then has in its metadata."""
    times = [entry.file.mtime_ns if entry.file else mtime_of(entry.found) for entry in (one, other) if _told(entry)]
    return len(times) == 2 and times[0] == times[1]


def _told(entry: Entry) -> bool:
    return entry.file is not None or MTIME in ((entry.found.metadata if entry.found else None) or {})


def _digest(path: Path, algorithm: str) -> str:
    hashed = ALGORITHMS[algorithm]()
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                hashed.update(chunk)
    except OSError as error:
        raise failed(error, path) from error
    return hashed.hexdigest()
