"""What the shared flags take: checked while the command line is read, so before anything else is done."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from cloudctl.errors import UsageError
from cloudctl.output.text import is_text

_DIGITS = 18
"""More of them no counter holds, and Python does not even read thousands of them."""
_LONGEST = 36500 * 86400.0


def whole(text: str) -> int | None:
    """The number that a text is; None for other text, for one below 0, and for more than anything is counted to."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _DIGITS else None


def limit(text: str) -> int:
    """How many records, from ``--limit`` or ``CLOUDCTL_LIMIT``. Raises UsageError."""
    number = whole(text)
    if not number:
        fix = "such as --limit 10, or CLOUDCTL_LIMIT=10"
        raise UsageError(
            f"--limit takes a whole number from 1, of {_DIGITS} digits at most, not {_short(text)}", fix=fix
        )
    return number


def _short(text: str) -> str:
    return repr(text if len(text) <= 40 else f"{text[:40]}...")


def _region(text: str) -> None:
    """No cloud has a region with a slash in its name; ``cp -r FOLDER/ URL`` means another flag."""
    if "/" in text or text.startswith("-"):
        raise UsageError(f"{text!r} cannot be a region", fix="-r is --region; everything below is -R, --recursive")


_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


def duration(text: str) -> float:
    """Seconds from ``90``, ``90s``, ``10m`` or ``1h30m``, of a century at most. Raises UsageError."""
    seconds = _seconds(text)
    if seconds > _LONGEST:  # of more the clocks of the system and of libcurl know nothing
        raise UsageError(f"{_short(text)} is too long", fix="at most 36500d")
    return seconds


def _seconds(text: str) -> float:
    if re.fullmatch(r"\d+(\.\d+)?", text):
        return float(text)
    if not re.fullmatch(r"(\d+(\.\d+)?[smhd])+", text):
        raise UsageError(f"not a duration: {text}", fix="write 90s, 10m or 1h30m")
    return sum(float(number) * _UNITS[unit] for number, unit in re.findall(r"(\d+(?:\.\d+)?)([smhd])", text))


def _query(text: str) -> None:
    from cloudctl.output import query

    query.check(text)


def _filter(text: str) -> None:
    from cloudctl.output.select import Filter

    Filter.parse(text)


CHECKS: Mapping[str, Callable[[str], object]] = {
    "region": _region,
    "limit": limit,
    "timeout": duration,
    "query": _query,
    "filter": _filter,
}
"""Name of a flag -> raises UsageError for a text that it does not take."""


def check_text(spelling: str, text: str) -> None:
    """Names, keys and texts go into requests and records, which are UTF-8. Raises UsageError for other bytes."""
    if not is_text(text):
        raise UsageError(f"{spelling} takes text in UTF-8, not {text!r}", fix="only paths of files can be other bytes")


def check(name: str, spelling: str, words: tuple[str, ...], text: str) -> None:
    """Check one value of a flag. Raises UsageError."""
    check_text(spelling, text)
    if words and text not in words:
        raise UsageError(f"{spelling} does not take {text!r}", fix=f"use one of: {', '.join(words)}")
    if name in CHECKS:
        CHECKS[name](text)
