"""Checking content against what a cloud says of it."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Mapping
from typing import Protocol

from cloudctl.errors import CloudError, Kind
from cloudctl.objects import crc


class Hash(Protocol):
    """A checksum that grows with the content."""

    def update(self, data: bytes, /) -> None: ...

    def hexdigest(self) -> str: ...


class Crc:
    """CRC-32 (zlib) or CRC-32C (google-crc32c); ``value`` is that of what was seen so far."""

    def __init__(self, extend: Callable[[int, bytes], int]) -> None:
        self._extend, self.value = extend, 0

    def update(self, data: bytes, /) -> None:
        self.value = self._extend(self.value, data)

    def hexdigest(self) -> str:
        return f"{self.value:08x}"


def _crc32() -> Crc:
    return Crc(lambda value, data: zlib.crc32(data, value))


def _crc32c() -> Crc:
    import google_crc32c

    return Crc(google_crc32c.extend)


# The cheapest first. What is not here (crc64nvme) is not checked.
ALGORITHMS: Mapping[str, Callable[[], Hash]] = {
    "crc32c": _crc32c,
    "crc32": _crc32,
    "sha256": hashlib.sha256,
    "sha1": lambda: hashlib.sha1(usedforsecurity=False),
    "md5": lambda: hashlib.md5(usedforsecurity=False),
}
COMBINED: Mapping[str, int] = {"crc32c": crc.CRC32C, "crc32": crc.CRC32}
"""Algorithm -> polynomial, for those that parts can be checked by in any order."""


def best(told: Mapping[str, str], wanted: Mapping[str, object] = ALGORITHMS) -> str | None:
    """The cheapest of the checksums that are told, if one of them is known here."""
    return next((name for name in ALGORITHMS if name in told and name in wanted and _available(name)), None)


def _available(name: str) -> bool:
    """google-crc32c comes with the extras for AWS and GCP."""
    if name != "crc32c":
        return True
    try:
        import google_crc32c  # noqa: F401
    except ModuleNotFoundError:
        return False
    return True


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
