"""The forms of values in replies: times, etags, digests."""

from __future__ import annotations

import base64
from datetime import UTC, datetime


def timestamp(moment: float) -> str:
    """Seconds since the epoch as RFC 3339 in UTC with milliseconds."""
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def etag(metageneration: int, generation: int | None = None) -> str:
    """The entity tag of a version of a bucket's or an object's metadata: a protocol buffer of those numbers."""
    numbers = [metageneration] if generation is None else [generation, metageneration]
    tags = (b"\x08", b"\x10")
    raw = b"".join(tag + _varint(number) for tag, number in zip(tags, numbers, strict=False))
    return base64.b64encode(raw).decode()


def crc32c_text(number: int) -> str:
    """Base64 of the big-endian bytes."""
    return base64.b64encode(number.to_bytes(4, "big")).decode()


def md5_text(digest: str) -> str:
    """Base64 of a hexadecimal digest."""
    return base64.b64encode(bytes.fromhex(digest)).decode()


def _varint(number: int) -> bytes:
    septets = bytearray()
    while number > 127:
        septets.append(number & 127 | 128)
        number >>= 7
    return bytes([*septets, number])
