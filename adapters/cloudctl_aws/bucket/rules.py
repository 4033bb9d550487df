"""S3's rules for names, tags and options, checked before any call."""

from __future__ import annotations

import re

from cloudctl.errors import UsageError
from cloudctl.services.bucket import BucketSpec

# https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
_SHORTEST, _LONGEST = 3, 63
_ALLOWED = re.compile(r"[a-z0-9.-]+")
_ENDS = re.compile(r"[a-z0-9].*[a-z0-9]")
_ADDRESS = re.compile(r"\d+\.\d+\.\d+\.\d+", re.ASCII)
_PREFIXES = ("xn--", "sthree-", "amzn-s3-demo-")
_SUFFIXES = ("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3")
# https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_S3Tag.html, less those that cloudctl sets
_MOST_TAGS = 50 - 4
_LONGEST_KEY, _LONGEST_VALUE = 128, 256
_TAG = re.compile(r"[\w\s.:/=+\-@]*")


def check(spec: BucketSpec) -> None:
    """Raise UsageError when S3 would refuse what is asked for."""
    broken = _broken_rule(spec.name)
    if broken:
        raise UsageError(f"{spec.name!r} cannot be the name of a bucket on AWS", why=broken)
    _check_tags(spec)
    if spec.storage_class:
        raise UsageError("a bucket on AWS has no default storage class", why="each object is given its own")


def _broken_rule(name: str) -> str | None:
    """The rule for names that this one breaks."""
    rules = (
        (_SHORTEST <= len(name) <= _LONGEST, f"it takes {_SHORTEST} to {_LONGEST} characters"),
        (_ALLOWED.fullmatch(name), "it takes lower-case letters, digits, dots and hyphens"),
        (_ENDS.fullmatch(name), "it begins and ends with a letter or digit"),
        (".." not in name, "it takes no two dots in a row"),
        (not _ADDRESS.fullmatch(name), "it must not look like an IP address"),
        (not name.startswith(_PREFIXES), f"S3 keeps names that begin with {', '.join(_PREFIXES)}"),
        (not name.endswith(_SUFFIXES), f"S3 keeps names that end with {', '.join(_SUFFIXES)}"),
    )
    return next((rule for kept, rule in rules if not kept), None)


def _check_tags(spec: BucketSpec) -> None:
    if len(spec.tags) > _MOST_TAGS:
        raise UsageError(f"a bucket on AWS takes {_MOST_TAGS} tags beside cloudctl's own, not {len(spec.tags)}")
    for key, value in spec.tags.items():
        if key.casefold().startswith("aws:"):
            raise UsageError(f"tag {key}: AWS keeps names that begin with aws: for itself")
        if not 0 < len(key) <= _LONGEST_KEY or len(value) > _LONGEST_VALUE:
            raise UsageError(
                f"tag {key}: AWS takes 1 to {_LONGEST_KEY} characters for a key and {_LONGEST_VALUE} for a value"
            )
        if not _TAG.fullmatch(key) or not _TAG.fullmatch(value):
            raise UsageError(f"tag {key}: S3 takes letters, digits, spaces and _.:/=+-@")
