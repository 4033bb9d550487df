"""The checksum that goes with what is written to S3: CRC-32C where google-crc32c is there, else CRC-32.

CRC-32C is computed several times as fast, and is what Cloud Storage tells of an object as well.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from functools import reduce
from typing import BinaryIO

from cloudctl.objects.checksums import ALGORITHMS, COMBINED, best
from cloudctl.objects.crc import combined
from cloudctl.services.objects import Part

NAME = best({"crc32c": "", "crc32": ""}) or "crc32"
ALGORITHM = NAME.upper()
"""As S3 calls it in ChecksumAlgorithm."""
FIELD = f"Checksum{ALGORITHM}"
"""The parameter of a request that has it."""
_CHUNK = 1 << 20


def of(body: BinaryIO) -> int:
    """The checksum of what follows; the body stands where it stood."""
    start, seen = body.tell(), ALGORITHMS[NAME]()
    while chunk := body.read(_CHUNK):
        seen.update(chunk)
    body.seek(start)
    return int(seen.hexdigest(), 16)


def whole(parts: Sequence[Part]) -> int:
    """That of all parts together."""
    return reduce(lambda before, part: combined(before, part.crc, part.size, COMBINED[NAME]), parts, 0)


def text(crc: int) -> str:
    """As S3 writes it: base64 of four bytes, the highest first."""
    return b64encode(crc.to_bytes(4, "big")).decode()
