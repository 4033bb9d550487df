"""Reading one object to its end, whatever happens to the connections on the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from cloudctl.errors import CloudError, Kind
from cloudctl.objects.checksums import damaged
from cloudctl.objects.curl import LARGEST, bring
from cloudctl.services.objects import ObjectService, Opened, StoredObject


class Reading:
    """The bytes of an object, or ``length`` of them from ``start``.

    A connection that breaks off is opened again where it did, as long as the object is the same. ``found`` is what the
    first answer told of it. ``size`` is that of the whole object as a list told it.
    """

    def __init__(
        self,
        objects: ObjectService,
        key: str,
        *,
        version: str | None = None,
        etag: str | None = None,
        start: int = 0,
        length: int | None = None,
        size: int | None = None,
    ) -> None:
        self._objects, self._key, self._version, self._etag = objects, key, version, etag
        self._size = size
        self._at, self._end = start, None if length is None else start + length
        self._first, self._rest = objects.call.repeat(self._open)
        self.found: StoredObject = self._opened.found
        if self._end is None:
            self._end = self.found.size

    def _open(self) -> tuple[bytes, Iterator[bytes]]:
        """A connection and its first bytes: one that brings none is not worth going on with."""
        length = None if self._end is None else self._end - self._at
        self._opened: Opened = self._small() or self._objects.read(
            self._key, version=self._version, etag=self._etag, start=self._at, length=length
        )
        if self._opened.found.etag is None and self._opened.found.version is None:
            # The sign-in page of a network, say: every cloud tells one or the other of an object.
            raise damaged(self._opened.found.url, "what came is not said to be an object")
        # What is opened again must be the same object; the version is one already.
        self._etag = self._etag or (None if self._version else self._opened.found.etag)
        return next(self._opened.chunks, b""), self._opened.chunks

    def _small(self) -> Opened | None:
        """The whole of a small object, where it can be had at once."""
        if self._at or self._end is not None or self._size is None or self._size > LARGEST:
            return None
        request = self._objects.request(self._key, version=self._version, etag=self._etag)
        return bring(request) if request else None

    def __iter__(self) -> Iterator[bytes]:
        first, rest = self._first, self._rest
        while True:
            yield from self._counted(first, rest)
            if self._end is None or self._at >= self._end:
                return
            first, rest = self._objects.call.repeat(self._more)

    def _counted(self, first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
        try:
            if first:
                self._at += len(first)
                yield first
            for chunk in rest:
                self._at += len(chunk)
                yield chunk
        except CloudError as error:
            if not error.retryable:
                raise

    def _more(self) -> tuple[bytes, Iterator[bytes]]:
        first, rest = self._open()
        if not first:
            raise CloudError(Kind.UNAVAILABLE, f"{self._objects.url}{self._key} ended too early", retryable=True)
        return first, rest


def described(read: StoredObject, known: StoredObject) -> StoredObject:
    """What a read told of an object, with what a list or look had told and the read does not: metadata, and time."""
    metadata = known.metadata if read.metadata is None else read.metadata
    return replace(read, metadata=metadata, modified=read.modified or known.modified)
