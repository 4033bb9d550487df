"""What the shared flags take: checked while the command line is read, so before anything else is done."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from cloudctl.errors import UsageError


def _limit(text: str) -> None:
    if not text.isdecimal() or int(text) < 1:
        raise UsageError(f"--limit takes a whole number from 1, not {text!r}", fix="such as --limit 10")


def _region(text: str) -> None:
    """No cloud has a region with a slash in its name; ``cp -r FOLDER/ URL`` means another flag."""
    if "/" in text or text.startswith("-"):
        raise UsageError(f"{text!r} cannot be a region", fix="-r is --region; everything below is -R, --recursive")


def _timeout(text: str) -> None:
    duration(text)


def _query(text: str) -> None:
    from cloudctl.output import query

    query.check(text)


def _filter(text: str) -> None:
    from cloudctl.output.select import Filter

    Filter.parse(text)


CHECKS: Mapping[str, Callable[[str], None]] = {
    "region": _region,
    "limit": _limit,
    "timeout": _timeout,
    "query": _query,
    "filter": _filter,
}
"""Name of a flag -> raises UsageError for a text that it does not take."""


def check(name: str, spelling: str, words: tuple[str, ...], text: str) -> None:
    """Check one value of a flag. Raises UsageError."""
    if words and text not in words:
        raise UsageError(f"{spelling} does not take {text!r}", fix=f"use one of: {', '.join(words)}")
    if name in CHECKS:
        CHECKS[name](text)


_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


def duration(text: str) -> float:
    """Seconds from ``90``, ``90s``, ``10m`` or ``1h30m``. Raises UsageError."""
    if re.fullmatch(r"\d+(\.\d+)?", text):
        return float(text)
    if not re.fullmatch(r"(\d+(\.\d+)?[smhd])+", text):
        raise UsageError(f"not a duration: {text}", fix="write 90s, 10m or 1h30m")
    return sum(float(number) * _UNITS[unit] for number, unit in re.findall(r"(\d+(?:\.\d+)?)([smhd])", text))
