"""Checking content against what a cloud says of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping
from functools import cache, partial
from typing import Protocol

from cloudctl.errors import CloudError, Kind
from cloudctl.objects import crc


class Hash(Protocol):
    """A checksum that grows with the content."""

    def update(self, data: bytes, /) -> None: ...

    def hexdigest(self) -> str: ...


# The cheapest first.
ALGORITHMS: Mapping[str, Callable[[], Hash]] = {
    **{name: partial(crc.Crc, name) for name in crc.MODELS},
    "sha256": hashlib.sha256,
    "sha1": lambda: hashlib.sha1(usedforsecurity=False),
    "md5": lambda: hashlib.md5(usedforsecurity=False),
}


def best(told: Mapping[str, str], wanted: Collection[str] = ALGORITHMS) -> str | None:
    """The cheapest of the checksums that are told, if one of them is ``wanted`` and known here."""
    return _first(tuple(told), tuple(wanted))


@cache
def _first(told: tuple[str, ...], wanted: tuple[str, ...]) -> str | None:
    return next((name for name in ALGORITHMS if name in told and name in wanted), None)


class Check:
    """Content that is compared with its size and checksum as it passes."""

    def __init__(self, url: str, size: int | None, told: Mapping[str, str]) -> None:
        self._url, self._size, self._told = url, size, told
        self._algorithm = best(told)
        self._hash = ALGORITHMS[self._algorithm]() if self._algorithm else None
        self.seen = 0

    def update(self, data: bytes) -> None:
        self.seen += len(data)
        if self._hash:
            self._hash.update(data)

    def end(self) -> None:
        """Raises CloudError (UNAVAILABLE, worth repeating) where the content is not what it should be."""
        if self._size not in (None, self.seen):
            raise damaged(self._url, f"{self.seen} bytes came, not {self._size}")
        if self._hash and self._algorithm:
            compare(self._url, self._algorithm, self._hash.hexdigest(), self._told)


def compare(url: str, algorithm: str, seen: str, told: Mapping[str, str]) -> None:
    if seen != told[algorithm].lower():
        raise damaged(url, f"its {algorithm} is {told[algorithm]}, and {seen} came")


def damaged(url: str, why: str) -> CloudError:
    return CloudError(Kind.UNAVAILABLE, f"{url} did not arrive as it is stored", why=why, retryable=True)
