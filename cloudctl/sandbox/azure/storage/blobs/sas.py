"""Shared access signatures of a blob, a version or a container, by a key or by a user delegation key.

https://learn.microsoft.com/en-us/rest/api/storageservices/create-service-sas
https://learn.microsoft.com/en-us/rest/api/storageservices/create-user-delegation-sas
"""

from __future__ import annotations

import time
from base64 import b64decode
from collections.abc import Iterator
from ipaddress import ip_address

from cloudctl.sandbox.azure.refusals.blob import BlobRefusal
from cloudctl.sandbox.azure.storage.blobs import delegation, signing
from cloudctl.sandbox.azure.storage.blobs.request import BlobCall
from cloudctl.sandbox.azure.storage.moments import read_iso
from cloudctl.sandbox.azure.storage.provider import BLOBS
from cloudctl.sandbox.azure.store import Record
from cloudctl.sandbox.objects.store import Bucket

_UNSERVED = ("ss", "si", "ses", "srh", "srq", "sdd")
_OVERRIDES = ("rscc", "rscd", "rsce", "rscl", "rsct")
_DELEGATED = ("skoid", "sktid", "skt", "ske", "sks", "skv", "saoid", "suoid", "scid")
_HERE = ip_address("127.0.0.1")


def check(call: BlobCall, account: Record, bucket: Bucket | None, operation: str) -> None:
    """Refuse a request whose signature is wrong, not good now, or does not permit the operation."""
    for name in _UNSERVED:
        if name in call.query:
            raise BlobRefusal.NOT_SERVED.error(what=f"shared access signatures with {name}")
    _check_time(call.query.get("st"), call.query.get("se"))
    if not _is_signed(call, account):
        raise BlobRefusal.SIGNATURE.error()
    if call.query.get("spr", "https,http") == "https":
        raise BlobRefusal.PROTOCOL.error()
    _check_address(call.query.get("sip"))
    if not set(_needed(call, bucket, operation)) & set(call.query.get("sp", "")):
        raise BlobRefusal.PERMISSION.error()


def _check_time(start: str | None, end: str | None) -> None:
    """A signature without an end needs a stored policy, which nothing here has."""
    begins, ends = read_iso(start) if start else 0.0, read_iso(end) if end else None
    if begins is None or ends is None or not begins <= time.time() < ends:
        raise BlobRefusal.SIGNATURE.error()


def _is_signed(call: BlobCall, account: Record) -> bool:
    if "skoid" not in call.query:
        signing.check_keys_allowed(account)
        found = [signature for text in _texts(call) for signature in signing.signatures(call.account, text)]
        return call.query["sig"] in found
    _check_time(call.query.get("skt"), call.query.get("ske"))
    key = b64decode(delegation.value(call.account, call.query["skt"], call.query["ske"]))
    return call.query["sig"] in [signing.sign(key, text) for text in _texts(call)]


def _texts(call: BlobCall) -> Iterator[str]:
    """What may have been signed: the fields of a user delegation grew with the versions."""
    resource, snapshot = _resource(call)
    head = [*_values(call, "sp", "st", "se"), f"/blob/{call.account}/{resource}"]
    tail = [*_values(call, "sip", "spr", "sv", "sr"), snapshot, ""]
    last = _values(call, *_OVERRIDES)
    if "skoid" not in call.query:
        yield "\n".join([*head, "", *tail, *last])
        return
    delegated = _values(call, *_DELEGATED)
    yield "\n".join([*head, *delegated, *tail, *last])
    delegated += _values(call, "skdutid", "sduoid")
    yield "\n".join([*head, *delegated, *tail, *last])
    yield "\n".join([*head, *delegated, *tail, "", "", *last])


def _resource(call: BlobCall) -> tuple[str, str]:
    """What a signature is for, and the version of it."""
    kind = call.query.get("sr")
    if kind == "c":
        return call.container or "", ""
    if kind not in ("b", "bv") or call.blob is None:
        raise BlobRefusal.SIGNATURE.error()
    return f"{call.container}/{call.blob}", call.query.get("versionid", "") if kind == "bv" else ""


def _values(call: BlobCall, *names: str) -> list[str]:
    return [call.query.get(name, "") for name in names]


def _check_address(allowed: str | None) -> None:
    if allowed is None:
        return
    first, _, last = allowed.partition("-")
    try:
        inside = int(ip_address(first)) <= int(_HERE) <= int(ip_address(last or first))
    except ValueError:
        raise BlobRefusal.SIGNATURE.error() from None
    if not inside:
        raise BlobRefusal.SOURCE_IP.error(address=_HERE)


def _needed(call: BlobCall, bucket: Bucket | None, operation: str) -> str:
    """The permissions of which one is needed; none at all for an operation on the container itself."""
    if not operation.startswith(BLOBS):
        return ""
    if call.blob is None:
        return "l"
    if operation.endswith("/read"):
        return "r"
    if operation.endswith("/delete"):
        return "x" if "versionid" in call.query else "d"
    exists = bucket is not None and bucket.current(call.blob) is not None
    return "w" if exists or call.query.get("comp") in ("properties", "metadata", "tier", "undelete") else "wc"
