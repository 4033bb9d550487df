"""Who owns the buckets, and the ids that S3 puts on replies and versions."""

from __future__ import annotations

import base64
import hashlib
import secrets

OWNER = hashlib.sha256(b"sandbox").hexdigest()
"""The canonical user id of the account."""
HOST_ID = base64.b64encode(hashlib.sha256(b"sandbox host").digest()).decode()


def request_id() -> str:
    """A request id of S3's form: sixteen characters."""
    return secrets.token_hex(8).upper()


def version_id(generation: int) -> str:
    """The version id of a generation: 32 opaque characters, as S3's are."""
    number = generation.to_bytes(8, "big")
    return base64.urlsafe_b64encode(number + _check(number)).decode()


def generation_of(version: str) -> int | None:
    """The generation behind a version id; None for what S3 has never given out."""
    try:
        raw = base64.urlsafe_b64decode(version.encode())
    except ValueError:
        return None
    genuine = len(raw) == 24 and raw[8:] == _check(raw[:8])
    return int.from_bytes(raw[:8], "big") if genuine else None


def _check(number: bytes) -> bytes:
    return hashlib.md5(number, usedforsecurity=False).digest()
