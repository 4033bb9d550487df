"""The forms of values in replies: times, ids, fingerprints."""

from __future__ import annotations

import base64
import hashlib
import json
import random
from datetime import datetime, timedelta, timezone
from typing import Any

_PACIFIC = timezone(timedelta(hours=-7))


def timestamp(moment: float) -> str:
    """RFC 3339 with milliseconds and the offset of Google's head office, as Compute Engine writes it."""
    return datetime.fromtimestamp(moment, _PACIFIC).isoformat(timespec="milliseconds")


def numeric_id() -> str:
    """A new 64-bit id in decimal."""
    return str(random.randrange(10**18, 9 * 10**18))


def stable_id(*parts: str) -> str:
    """The same decimal id each time for a thing of the catalogue."""
    digest = hashlib.sha256("/".join(parts).encode()).digest()
    return str(int.from_bytes(digest[:8], "big") % 10**18 + 10**18)


def fingerprint(value: Any) -> str:
    """Eight bytes in base64 that change with the value."""
    digest = hashlib.sha256(json.dumps(value, sort_keys=True).encode()).digest()
    return base64.urlsafe_b64encode(digest[:8]).decode()
