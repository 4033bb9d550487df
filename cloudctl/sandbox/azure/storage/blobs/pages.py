"""What a page of a list of blobs holds: blobs and prefixes in the order of their names.

https://learn.microsoft.com/en-us/rest/api/storageservices/list-blobs
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from cloudctl.sandbox.azure.refusals.blob import BlobRefusal
from cloudctl.sandbox.azure.storage.blobs import records
from cloudctl.sandbox.azure.storage.blobs.visit import Visit
from cloudctl.sandbox.objects.store import Bucket, Entry, Upload

_INCLUDES = frozenset(
    {"versions", "uncommittedblobs", "metadata", "deleted", "snapshots", "copy"} | {"immutabilitypolicy", "legalhold"}
)
_UNSERVED = frozenset({"tags", "deletedwithversions", "permissions"})
_LAST = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a list: a blob (or version), an uncommitted blob, or with neither a prefix."""

    name: str
    entry: Entry | None = None
    upload: Upload | None = None

    @property
    def marker(self) -> str:
        """Where a page that starts with this item begins."""
        text = f"{self.entry.generation if self.entry else 0} {self.name}"
        return urlsafe_b64encode(text.encode("utf-8", "surrogatepass")).decode()


class Listing:
    """The items of one request, from its marker on."""

    def __init__(self, visit: Visit, bucket: Bucket) -> None:
        query = visit.call.query
        self.prefix, self.delimiter = query.get("prefix", ""), query.get("delimiter", "")
        self.include = frozenset(part.strip().lower() for part in query.get("include", "").split(",") if part)
        if unserved := self.include & _UNSERVED:
            raise BlobRefusal.NOT_SERVED.error(what=f"lists with {min(unserved)}")
        if not self.include <= _INCLUDES:
            raise BlobRefusal.QUERY.error()
        self._bucket = bucket
        self._uploads = sorted(bucket.uploads) if "uncommittedblobs" in self.include else []
        self._generation, self._start = _position(query.get("marker", ""))

    def items(self) -> Iterator[Item]:
        """All that is left of the list."""
        start: str | None = self._start
        while start is not None and (key := self._next(start)) is not None:
            found = self._of(key)
            cut = key.find(self.delimiter, len(self.prefix)) if self.delimiter else -1
            if not found or cut < 0:
                yield from found
                start = f"{key}\0"
            else:
                name = key[: cut + len(self.delimiter)]
                yield Item(name)
                start = _after(name)

    def _next(self, start: str) -> str | None:
        """The first name from ``start`` on, committed or not."""
        candidates = [next(self._bucket.keys(self.prefix, start), None)]
        number = bisect_left(self._uploads, max(self.prefix, start))
        if number < len(self._uploads) and self._uploads[number].startswith(self.prefix):
            candidates.append(self._uploads[number])
        return min((key for key in candidates if key is not None), default=None)

    def _of(self, key: str) -> list[Item]:
        """The items of one name that the request asks for, oldest version first."""
        entries = [entry for entry in reversed(self._bucket.entries.get(key, [])) if self._wanted(entry)]
        if key == self._start:
            entries = [entry for entry in entries if entry.generation >= self._generation]
        if entries or key not in self._bucket.uploads or self._bucket.current(key):
            return [Item(key, entry) for entry in entries]
        return [Item(key, upload=self._bucket.uploads[key])] if "uncommittedblobs" in self.include else []

    def _wanted(self, entry: Entry) -> bool:
        if "deleted" in entry.attributes:
            return "deleted" in self.include and records.is_kept(entry)
        return "versions" in self.include or self._bucket.live.get(entry.key) == entry.generation


def _position(marker: str) -> tuple[int, str]:
    if not marker:
        return 0, ""
    try:
        generation, _, name = urlsafe_b64decode(marker).decode("utf-8", "surrogatepass").partition(" ")
        return int(generation), name
    except ValueError:
        raise BlobRefusal.QUERY.error() from None


def _after(prefix: str) -> str | None:
    """The first name behind all those with a prefix; None when there can be none."""
    kept = prefix.rstrip(_LAST)
    return kept[:-1] + chr(ord(kept[-1]) + 1) if kept else None
