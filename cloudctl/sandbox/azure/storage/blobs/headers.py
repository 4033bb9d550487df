"""What the headers of a write say of the blob."""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode

from cloudctl.objects.crc import Crc
from cloudctl.sandbox.azure.call import Json
from cloudctl.sandbox.azure.refusals.blob import BlobRefusal
from cloudctl.sandbox.azure.storage import buckets
from cloudctl.sandbox.azure.storage.blobs.records import HEADERS
from cloudctl.sandbox.azure.storage.blobs.request import BlobCall
from cloudctl.sandbox.objects.content import Content

CRC64 = "x-ms-content-crc64"
TIERS = ("Hot", "Cool", "Cold", "Archive")
_UNSERVED = (
    "x-ms-encryption-key",
    "x-ms-encryption-scope",
    "x-ms-if-tags",
    "x-ms-immutability-policy-mode",
    "x-ms-immutability-policy-until-date",
    "x-ms-legal-hold",
    "x-ms-structured-body",
    "x-ms-tags",
    "x-ms-upn",
)


def check_served(call: BlobCall) -> None:
    """Refuse what the sandbox does not do, and leases, which nothing here has.

    What the service answers to a write with both checksums is published nowhere.
    """
    if CRC64 in call.headers and ("content-md5" in call.headers or not _is_block(call)):
        raise BlobRefusal.NOT_SERVED.error(what=f"the header {CRC64} of this write")
    for name in _UNSERVED:
        if name in call.headers:
            raise BlobRefusal.NOT_SERVED.error(what=f"the header {name}")
    if "snapshot" in call.query:
        raise BlobRefusal.NOT_SERVED.error(what="snapshots")
    if "x-ms-lease-id" in call.headers:
        raise (BlobRefusal.CONTAINER_LEASE if call.blob is None else BlobRefusal.LEASE).error()


def _is_block(call: BlobCall) -> bool:
    return call.query.get("comp") == "block" and "x-ms-copy-source" not in call.headers


def described(call: BlobCall, *, plain: bool = False) -> Json:
    """The attributes that a write gives: headers, metadata, MD5, tier; ``plain``: HTTP's own headers count too."""
    return {
        "headers": {"Content-Type": "application/octet-stream", **properties(call, plain=plain)},
        "metadata": metadata(call),
        "md5": blob_md5(call),
        "tier": tier(call),
    }


def properties(call: BlobCall, *, plain: bool = False) -> dict[str, str]:
    """The HTTP headers that the blob is to have."""
    found = {name: call.headers.get(f"x-ms-blob-{name.lower()}") for name in HEADERS}
    if plain:
        found = {name: value or call.headers.get(name.lower()) for name, value in found.items()}
    return {name: value for name, value in found.items() if value}


def metadata(call: BlobCall) -> dict[str, str]:
    if not buckets.valid_metadata(call.metadata):
        raise BlobRefusal.METADATA.error()
    return dict(call.metadata)


def tier(call: BlobCall) -> str | None:
    """The access tier that is asked for, in its own spelling."""
    wanted = call.headers.get("x-ms-access-tier")
    if wanted is None:
        return None
    found = next((name for name in TIERS if name.lower() == wanted.lower()), None)
    if found is None:
        raise BlobRefusal.HEADER.error()
    return found


def blob_md5(call: BlobCall) -> str | None:
    """The MD5 that the blob is said to have, base64."""
    return _md5(call.headers.get("x-ms-blob-content-md5"))


def check_md5(call: BlobCall, content: Content) -> str:
    """The MD5 of the body in base64; refused when it is not the one that was sent."""
    real = b64encode(bytes.fromhex(content.md5)).decode()
    if _md5(call.headers.get("content-md5")) not in (None, real):
        raise BlobRefusal.MD5.error()
    return real


def check_crc64(call: BlobCall, content: bytes) -> str:
    """The CRC-64 of the body in base64, its lowest byte first; refused when it is not the one that was sent."""
    seen = Crc("crc64nvme")
    seen.update(content)
    real = b64encode(seen.value.to_bytes(8, "little")).decode()
    if call.headers.get(CRC64) not in (None, real):
        raise BlobRefusal.CRC64.error()
    return real


def _md5(value: str | None) -> str | None:
    if value is None:
        return None
    try:
        if len(b64decode(value, validate=True)) == 16:
            return value
    except binascii.Error:
        pass
    raise BlobRefusal.MD5_FORM.error()
