"""The checksum that goes with what is written to S3: CRC-32C, which Cloud Storage tells of an object as well.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from typing import BinaryIO

from cloudctl.objects.crc import of as _of
from cloudctl.objects.crc import whole as _whole
from cloudctl.services.objects import Part

NAME = "crc32c"
ALGORITHM = NAME.upper()
"""As S3 calls it in ChecksumAlgorithm."""
FIELD = f"Checksum{ALGORITHM}"
"""The parameter of a request that has it."""


def of(body: BinaryIO) -> int:
    """The checksum of what follows; the body stands where it stood."""
    return _of(NAME, body)


def whole(parts: Sequence[Part]) -> int:
    """That of all parts together."""
    return _whole(NAME, ((part.crc, part.size) for part in parts))


def text(crc: int) -> str:
    """As S3 writes it: base64 of four bytes, the highest first."""
    return b64encode(crc.to_bytes(4, "big")).decode()
