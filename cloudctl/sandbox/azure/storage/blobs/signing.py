"""Signatures with the keys of an account."""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64decode, b64encode

from cloudctl.sandbox.azure.refusals.blob import BlobRefusal
from cloudctl.sandbox.azure.storage import keys
from cloudctl.sandbox.azure.store import Record


def check_keys_allowed(account: Record) -> None:
    """Refuse what is signed with a key of an account that forbids it."""
    if account.properties.get("allowSharedKeyAccess") is False:
        raise BlobRefusal.KEYS.error()


def signatures(account: str, text: str) -> list[str]:
    """The signatures of a text with each of the account's keys."""
    return [sign(b64decode(key), text) for key in keys.values(account)]


def sign(key: bytes, text: str) -> str:
    """HMAC-SHA256, base64."""
    return b64encode(hmac.new(key, text.encode(), hashlib.sha256).digest()).decode()
