"""Buckets and what they hold. What a service adds of its own is JSON in ``properties`` and ``attributes``."""

from __future__ import annotations

import json
import time
from bisect import bisect_left, insort
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from cloudctl.sandbox.objects.content import Content, Contents
from cloudctl.sandbox.statefile import read_json, write_text

Json = dict[str, Any]


@dataclass(slots=True)
class Entry:
    """One version of an object; ``content`` is None for a delete marker.

    ``generation`` is the time that it was made in microseconds since the epoch, never twice the same in one store:
    version ids and modification times derive from it. ``attributes`` are the service's own (type, metadata, class).
    """

    key: str
    generation: int
    content: Content | None
    attributes: Json

    @property
    def made(self) -> float:
        return self.generation / 1e6


@dataclass(slots=True)
class Upload:
    """An upload that is not complete: ``parts`` by the service's own number or id."""

    id: str
    key: str
    begun: float
    attributes: Json
    parts: dict[str, Content] = field(default_factory=dict)


@dataclass(slots=True)
class Bucket:
    """A bucket: ``place`` is the account, storage account or project that it is in.

    ``entries`` has the versions of each key, newest first; the first is the current one if ``live`` names it. ``gone``
    has those that were deleted and can come back, newest first.
    """

    name: str
    place: str
    created: float
    properties: Json
    entries: dict[str, list[Entry]] = field(default_factory=dict)
    live: dict[str, int] = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    gone: dict[str, list[Entry]] = field(default_factory=dict)

    def current(self, key: str) -> Entry | None:
        """The version that a read without a version gives, a delete marker included."""
        generation = self.live.get(key)
        return next((entry for entry in self.entries.get(key, ()) if entry.generation == generation), None)

    def version(self, key: str, generation: int) -> Entry | None:
        return next((entry for entry in self.entries.get(key, ()) if entry.generation == generation), None)

    def lost(self, key: str, generation: int) -> Entry | None:
        """A version that was deleted and can come back."""
        return next((entry for entry in self.gone.get(key, ()) if entry.generation == generation), None)

    def keys(self, prefix: str = "", start: str = "") -> Iterator[str]:
        """The keys with a prefix, from ``start`` on (that one included), in the order of their UTF-8 bytes."""
        for number in range(bisect_left(self.order, max(prefix, start)), len(self.order)):
            key = self.order[number]
            if not key.startswith(prefix):
                return
            yield key

    @property
    def empty(self) -> bool:
        """Whether it holds no version of anything."""
        return not self.entries


class ObjectStore:
    """The buckets of one emulated cloud. Not locked: the caller does that."""

    def __init__(self, state: Path, name: str) -> None:
        self._path = state / f"{name}-objects.json"
        self.contents = Contents(state / f"{name}-objects")
        self.buckets: dict[str, Bucket] = {}
        self._last = 0
        self._load()

    def clear(self) -> None:
        """Forget everything, on disk too."""
        self._path.unlink(missing_ok=True)
        self.buckets = {}
        self.contents.clear()

    def make(self, name: str, place: str, properties: Json) -> Bucket:
        """A new bucket under a name that is free."""
        bucket = self.buckets[name] = Bucket(name, place, time.time(), properties)
        return bucket

    def drop(self, bucket: Bucket) -> None:
        """Delete a bucket with everything in it."""
        for versions in list(bucket.entries.values()):
            for entry in list(versions):
                self.remove(bucket, entry)
        for upload in list(bucket.uploads.values()):
            self.abort(bucket, upload)
        for entry in [entry for versions in bucket.gone.values() for entry in versions]:
            self.forget(bucket, entry)
        del self.buckets[bucket.name]

    def put(self, bucket: Bucket, key: str, content: Content | None, attributes: Json, *, keep: bool) -> Entry:
        """Make a new current version (a delete marker without ``content``); the old one stays if ``keep``."""
        old = bucket.current(key)
        if old and not keep:
            self.remove(bucket, old)
        entry = Entry(key, self._next(), content, attributes)
        if key not in bucket.entries:
            insort(bucket.order, key)
        bucket.entries.setdefault(key, []).insert(0, entry)
        bucket.live[key] = entry.generation
        return entry

    def retire(self, bucket: Bucket, entry: Entry) -> None:
        """Make the current version a former one, without a delete marker (Azure, GCS)."""
        bucket.live.pop(entry.key, None)

    def remove(self, bucket: Bucket, entry: Entry, *, soft: bool = False) -> None:
        """Delete one version: for good, unless ``soft``."""
        if soft:
            bucket.gone.setdefault(entry.key, []).insert(0, entry)
        else:
            self.contents.discard(entry.content)
        versions = bucket.entries[entry.key]
        versions.remove(entry)
        if bucket.live.get(entry.key) == entry.generation:
            del bucket.live[entry.key]
        if not versions:
            del bucket.entries[entry.key]
            del bucket.order[bisect_left(bucket.order, entry.key)]

    def forget(self, bucket: Bucket, entry: Entry) -> None:
        """Delete for good what was deleted before."""
        self.contents.discard(entry.content)
        bucket.gone[entry.key].remove(entry)
        if not bucket.gone[entry.key]:
            del bucket.gone[entry.key]

    def promote(self, bucket: Bucket, key: str) -> None:
        """Make the newest version of a key the current one (S3, after its delete marker or current version went)."""
        if versions := bucket.entries.get(key):
            bucket.live[key] = versions[0].generation

    def abort(self, bucket: Bucket, upload: Upload) -> None:
        """Forget an unfinished upload."""
        for part in upload.parts.values():
            self.contents.discard(part)
        bucket.uploads.pop(upload.id, None)

    def snapshot(self) -> Json:
        """The content as it is now, for `write`.

        It is JSON text already: that is done in a tenth of the time that copies of 100,000 entries would take.
        """
        return {"text": json.dumps({"buckets": [_saved(bucket) for bucket in self.buckets.values()]})}

    def write(self, content: Json) -> None:
        """Replace the state file."""
        write_text(self._path, content["text"])

    def _next(self) -> int:
        self._last = max(self._last + 1, time.time_ns() // 1000)
        return self._last

    def _load(self) -> None:
        for saved in read_json(self._path).get("buckets", []):
            self.buckets[saved["name"]] = _bucket(saved)


def _saved(bucket: Bucket) -> Json:
    entries, gone = _saved_entries(bucket.entries), _saved_entries(bucket.gone)
    uploads = {key: asdict(upload) for key, upload in bucket.uploads.items()}
    plain = ("name", "place", "created", "properties", "live", "order")
    return {**{name: getattr(bucket, name) for name in plain}, "entries": entries, "gone": gone, "uploads": uploads}


def _saved_entries(entries: dict[str, list[Entry]]) -> Json:
    return {key: [_saved_entry(each) for each in versions] for key, versions in entries.items()}


def _saved_entry(entry: Entry) -> Json:
    content = entry.content
    kept = {name: getattr(content, name) for name in Content.__slots__} if content else None
    return {"key": entry.key, "generation": entry.generation, "content": kept, "attributes": entry.attributes}


def _bucket(saved: Json) -> Bucket:
    entries, gone = _entries(saved.pop("entries")), _entries(saved.pop("gone", {}))
    uploads = {key: _upload(each) for key, each in saved.pop("uploads").items()}
    return Bucket(**saved, entries=entries, gone=gone, uploads=uploads)


def _entries(saved: Json) -> dict[str, list[Entry]]:
    return {key: [_entry(each) for each in versions] for key, versions in saved.items()}


def _entry(saved: Json) -> Entry:
    content = saved.pop("content")
    return Entry(**saved, content=Content.loaded(content) if content else None)


def _upload(saved: Json) -> Upload:
    parts = {key: Content.loaded(part) for key, part in saved.pop("parts").items()}
    return Upload(**saved, parts=parts)
