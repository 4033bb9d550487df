"""Times and ETags as Azure Storage writes them; times are seconds since the epoch."""

from __future__ import annotations

import re
import time
import uuid
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any

_EPOCH_TICKS = 621_355_968_000_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_VERSION = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.(\d{6})0Z")


def etag() -> str:
    """A new ETag, in its quotes: ``"0x8DC2A4B3F0E5D11"``."""
    return f'"0x{_EPOCH_TICKS + time.time_ns() // 100:X}"'


def http_date(moment: float) -> str:
    """``Thu, 26 Nov 2026 12:00:00 GMT``."""
    return format_datetime(datetime.fromtimestamp(int(moment), UTC), usegmt=True)


def read_http_date(text: str) -> float | None:
    """The moment of an HTTP date; None when the text is none."""
    try:
        return parsedate_to_datetime(text).timestamp()
    except (TypeError, ValueError):
        return None


def read_iso(text: str) -> float | None:
    """The moment of ``2026-11-26T12:00:00Z`` or one of its shorter forms; None when the text is none."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def precise(generation: int) -> str:
    """Microseconds since the epoch as a version id: ``2026-11-26T12:00:00.1234560Z``."""
    moment = _EPOCH + timedelta(microseconds=generation)
    return f"{moment:%Y-%m-%dT%H:%M:%S.%f}0Z"


def read_precise(text: str) -> int | None:
    """The generation that a version id stands for; None when the text is no version id."""
    if not (found := _VERSION.fullmatch(text)):
        return None
    try:
        moment = datetime.fromisoformat(f"{found[1]}.{found[2]}+00:00")
    except ValueError:
        return None
    return (moment - _EPOCH) // timedelta(microseconds=1)


def origin() -> dict[str, Any]:
    """What the blob service appends to its messages: ``request``, a new id, and ``time``."""
    return {"request": str(uuid.uuid4()), "time": precise(time.time_ns() // 1000)}
