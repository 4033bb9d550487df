"""The names that buckets may have.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html#general-purpose-bucket-names
"""

from __future__ import annotations

import re

_FORM = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_ADDRESS = re.compile(r"\d+\.\d+\.\d+\.\d+")
_PREFIXES = ("xn--", "sthree-", "amzn-s3-demo-")
_SUFFIXES = ("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3", "-an")


def allowed(name: str) -> bool:
    """Whether S3 takes the name for a new general purpose bucket in the global namespace."""
    formed = _FORM.fullmatch(name) and ".." not in name and not _ADDRESS.fullmatch(name)
    return bool(formed) and not name.startswith(_PREFIXES) and not name.endswith(_SUFFIXES)
