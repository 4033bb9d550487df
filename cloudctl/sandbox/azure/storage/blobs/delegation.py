"""User delegation keys: derived from what they are for, so that none has to be kept.

https://learn.microsoft.com/en-us/rest/api/storageservices/get-user-delegation-key
"""

from __future__ import annotations

import hashlib
import time
from base64 import b64encode
from xml.etree import ElementTree

from cloudctl.sandbox.azure.refusals.blob import BlobRefusal
from cloudctl.sandbox.azure.storage.blobs.reply import NEWEST, document, element
from cloudctl.sandbox.azure.storage.blobs.request import BlobReply
from cloudctl.sandbox.azure.storage.blobs.visit import Visit
from cloudctl.sandbox.azure.storage.moments import precise, read_iso

_OBJECT = "00000000-0000-4000-8000-00000000000b"
_TENANT = "00000000-0000-4000-8000-00000000000a"
_LONGEST = 7 * 86400


def get_key(visit: Visit) -> BlobReply:
    """``Get User Delegation Key``: for at most seven days, and only with a token."""
    if not visit.call.headers.get("authorization", "").startswith("Bearer "):
        raise BlobRefusal.SIGNATURE.error()
    start, expiry = _asked(visit.call.stream.read())
    shown = {
        "SignedOid": _OBJECT,
        "SignedTid": _TENANT,
        "SignedStart": start,
        "SignedExpiry": expiry,
        "SignedService": "b",
        "SignedVersion": visit.call.headers.get("x-ms-version", NEWEST),
        "Value": value(visit.call.account, start, expiry),
    }
    inner = "".join(element(name, text) for name, text in shown.items())
    return document(f"<UserDelegationKey>{inner}</UserDelegationKey>")


def value(account: str, start: str, expiry: str) -> str:
    """The key for a time, base64."""
    return b64encode(hashlib.sha256(f"{account} {start} {expiry}".encode()).digest()).decode()


def _asked(body: bytes) -> tuple[str, str]:
    """Start (now, if it is not given) and expiry, as they were written."""
    try:
        root = ElementTree.fromstring(body)
    except ElementTree.ParseError:
        raise BlobRefusal.XML.error() from None
    start = root.findtext("Start") or f"{precise(time.time_ns() // 1000)[:19]}Z"
    expiry = root.findtext("Expiry") or ""
    begins, ends = read_iso(start), read_iso(expiry)
    if root.tag != "KeyInfo" or begins is None or ends is None or not begins < ends <= time.time() + _LONGEST:
        raise BlobRefusal.XML.error()
    return start, expiry
