"""Names of buckets and objects, locations, storage classes."""

from __future__ import annotations

import re

from cloudctl.sandbox.gcp.locations import REGIONS
from cloudctl.sandbox.gcp.storage.refusals import Refusal

# https://cloud.google.com/storage/docs/locations
_MULTI = ("US", "EU", "ASIA")
_DUAL = ("ASIA1", "EUR4", "EUR5", "EUR7", "EUR8", "NAM4")
_TYPES = {
    **dict.fromkeys(_MULTI, "multi-region"),
    **dict.fromkeys(_DUAL, "dual-region"),
    **dict.fromkeys((region.upper() for region in REGIONS), "region"),
}
# https://cloud.google.com/storage/docs/storage-classes
CLASSES = (
    "STANDARD", "NEARLINE", "COLDLINE", "ARCHIVE", "MULTI_REGIONAL", "REGIONAL", "DURABLE_REDUCED_AVAILABILITY",
)  # fmt: skip
# https://cloud.google.com/storage/docs/buckets#naming
_BUCKET = re.compile(r"[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]")
_COMPONENT = 63
_ADDRESS = re.compile(r"\d+\.\d+\.\d+\.\d+", re.ASCII)
_RESERVED = ("google", "g00gle")
# https://cloud.google.com/storage/docs/objects#naming
_LONGEST_OBJECT = 1024
_CHALLENGE = ".well-known/acme-challenge/"


def check_bucket(name: str) -> None:
    """Raise GcsError invalid for a name that no bucket can have."""
    parts = name.split(".")
    formed = _BUCKET.fullmatch(name) and all(0 < len(part) <= _COMPONENT for part in parts)
    reserved = name.startswith("goog") or any(word in name for word in _RESERVED)
    if not formed or reserved or _ADDRESS.fullmatch(name):
        raise Refusal.BUCKET_NAME.error(name=name)


def check_object(name: str) -> None:
    """Raise GcsError invalid for a name that no object can have."""
    size = len(name.encode("utf-8", "surrogatepass"))
    broken = name in (".", "..") or name.startswith(_CHALLENGE) or any(end in name for end in "\r\n")
    if broken or not 0 < size <= _LONGEST_OBJECT:
        raise Refusal.OBJECT_NAME.error(name=name)


def location(given: str | None) -> str:
    """The location in capitals, US if none is given. Raises GcsError invalid."""
    wanted = (given or _MULTI[0]).upper()
    if wanted not in _TYPES:
        raise Refusal.LOCATION.error()
    return wanted


def location_type(place: str) -> str:
    """``region``, ``dual-region`` or ``multi-region``."""
    return _TYPES[place]


def check_class(wanted: str, place: str) -> None:
    """Raise GcsError invalid for no storage class, or one that the location has not got."""
    region = _TYPES[place] == "region"
    elsewhere = "MULTI_REGIONAL" if region else "REGIONAL"
    if wanted not in CLASSES or wanted == elsewhere:
        raise Refusal.STORAGE_CLASS.error()
