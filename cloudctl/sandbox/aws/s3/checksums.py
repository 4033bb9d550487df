"""The checksums that S3 takes with an object, computed as its bytes pass."""

from __future__ import annotations

import base64
import binascii
import hashlib
import zlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

import anycrc
import google_crc32c

from cloudctl.objects import crc
from cloudctl.sandbox.aws.s3.object_refusals import ObjectRefusal
from cloudctl.sandbox.aws.s3.refusals import Refusal

PREFIX = "x-amz-checksum-"
COMPOSITE = "COMPOSITE"
FULL_OBJECT = "FULL_OBJECT"
# Others that the model names (XXHASH ...) need libraries that the sandbox has not got.
SIZES = {"CRC32": 4, "CRC32C": 4, "CRC64NVME": 8, "SHA1": 20, "SHA256": 32}
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
TYPES = {
    "CRC32": (COMPOSITE, FULL_OBJECT),
    "CRC32C": (COMPOSITE, FULL_OBJECT),
    "CRC64NVME": (FULL_OBJECT,),
    "SHA1": (COMPOSITE,),
    "SHA256": (COMPOSITE,),
}


class Hasher(Protocol):
    """What hashlib's objects do."""

    def update(self, data: bytes, /) -> None: ...

    def digest(self) -> bytes: ...


class _Crc32:
    def __init__(self) -> None:
        self._value = 0

    def update(self, data: bytes, /) -> None:
        self._value = zlib.crc32(data, self._value)

    def digest(self) -> bytes:
        return self._value.to_bytes(4, "big")


class _Crc64:
    def __init__(self) -> None:
        self._model, self._value = anycrc.Model("CRC64-NVME"), 0

    def update(self, data: bytes, /) -> None:
        self._value = self._model.calc(data, self._value)

    def digest(self) -> bytes:
        return self._value.to_bytes(8, "big")


_HASHERS: Mapping[str, Callable[[], Any]] = {
    "CRC32": _Crc32,
    "CRC32C": google_crc32c.Checksum,
    "CRC64NVME": _Crc64,
    "SHA1": lambda: hashlib.sha1(usedforsecurity=False),
    "SHA256": hashlib.sha256,
    "MD5": lambda: hashlib.md5(usedforsecurity=False),
}


def hasher(algorithm: str) -> Hasher:
    """A fresh one. Raises S3Error NotImplemented for an algorithm that is not served."""
    if algorithm not in _HASHERS:
        raise Refusal.NOT_SERVED.error(what=f"the checksum algorithm {algorithm}")
    made: Hasher = _HASHERS[algorithm]()
    return made


def served(algorithm: str) -> str:
    """The algorithm, if it is served. Raises S3Error NotImplemented."""
    if algorithm not in SIZES:
        raise Refusal.NOT_SERVED.error(what=f"the checksum algorithm {algorithm}")
    return algorithm


def text(digest: bytes) -> str:
    return base64.b64encode(digest).decode()


def digest_of(value: str, size: int) -> bytes | None:
    """The digest that a base64 text has; None if it is no base64 or of another size."""
    try:
        raw = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return None
    return raw if len(raw) == size else None


def given(headers: Mapping[str, str]) -> dict[str, str]:
    """The checksums among headers, by algorithm. Raises S3Error for one that is not served."""
    names = [name for name in headers if name.startswith(PREFIX)]
    found = {name[len(PREFIX) :].upper(): headers[name] for name in names}
    return {served(name): value for name, value in found.items() if name not in ("ALGORITHM", "TYPE", "MODE")}


def checked(algorithm: str, value: str, actual: bytes) -> None:
    """Raise S3Error unless ``value`` is the base64 of ``actual``: InvalidRequest for its form, else BadDigest."""
    digest = digest_of(value, SIZES[algorithm])
    if digest is None:
        raise ObjectRefusal.CHECKSUM_FORM.error(algorithm=algorithm.lower())
    if digest != actual:
        raise ObjectRefusal.CHECKSUM.error(algorithm=algorithm)


def composite(algorithm: str, parts: Iterable[str]) -> str:
    """The checksum of checksums that a multipart object has, with the number of its parts."""
    digests = [base64.b64decode(part) for part in parts]
    whole = hasher(algorithm)
    whole.update(b"".join(digests))
    return f"{text(whole.digest())}-{len(digests)}"


def combined(algorithm: str, parts: Iterable[tuple[str, int]]) -> str:
    """The CRC of a whole, of the CRC (base64) and the size of each of its parts."""
    pieces = ((int.from_bytes(base64.b64decode(part), "big"), size) for part, size in parts)
    return text(crc.whole(algorithm.lower(), pieces).to_bytes(SIZES[algorithm], "big"))


def member(algorithm: str) -> str:
    """The member of the model's shapes that has a checksum of this algorithm."""
    return f"Checksum{algorithm}"
