"""Cloud Storage's rules for names, labels and options, checked before any call."""

from __future__ import annotations

import re

from cloudctl.errors import UsageError
from cloudctl.services.bucket import BucketSpec
from cloudctl_gcp import tags

# https://cloud.google.com/storage/docs/buckets#naming
_SHORTEST, _LONGEST, _LONGEST_DOTTED = 3, 63, 222
_ALLOWED = re.compile(r"[a-z0-9._-]+")
_ENDS = re.compile(r"[a-z0-9].*[a-z0-9]")
_ADDRESS = re.compile(r"\d+\.\d+\.\d+\.\d+", re.ASCII)
_RESERVED = ("google", "g00gle")
# https://cloud.google.com/kms/docs/getting-resource-ids
_KEY = re.compile(r"projects/[^/]+/locations/[^/]+/keyRings/[^/]+/cryptoKeys/[^/]+")
# https://cloud.google.com/storage/docs/storage-classes
_CLASSES = ("STANDARD", "NEARLINE", "COLDLINE", "ARCHIVE")


def check(spec: BucketSpec) -> None:
    """Raise UsageError when Cloud Storage would refuse what is asked for."""
    broken = _broken_rule(spec.name)
    if broken:
        raise UsageError(f"{spec.name!r} cannot be the name of a bucket on Google Cloud", why=broken)
    for refusal in tags.check(spec.tags):
        raise refusal
    if spec.encryption is not None and not _KEY.fullmatch(spec.encryption):
        raise UsageError(
            f"{spec.encryption!r} is no key of Google Cloud",
            fix="write projects/PROJECT/locations/LOCATION/keyRings/RING/cryptoKeys/KEY",
        )
    if spec.storage_class is not None and spec.storage_class not in _CLASSES:
        raise UsageError(
            f"no storage class of Google Cloud is {spec.storage_class}", fix=f"one of {', '.join(_CLASSES)}"
        )


def _broken_rule(name: str) -> str | None:
    """The rule for names that this one breaks."""
    longest = _LONGEST_DOTTED if "." in name else _LONGEST
    parts = name.split(".")
    rules = (
        (_SHORTEST <= len(name) <= longest, f"it takes {_SHORTEST} to {longest} characters"),
        (_ALLOWED.fullmatch(name), "it takes lower-case letters, digits, dots, hyphens and underscores"),
        (_ENDS.fullmatch(name), "it begins and ends with a letter or digit"),
        (all(0 < len(part) <= _LONGEST for part in parts), f"between dots it takes 1 to {_LONGEST} characters"),
        (not _ADDRESS.fullmatch(name), "it must not look like an IP address"),
        (not name.startswith("goog"), "Google keeps names that begin with goog"),
        (not any(word in name for word in _RESERVED), f"Google keeps names with {' or '.join(_RESERVED)} in them"),
    )
    return next((rule for kept, rule in rules if not kept), None)
