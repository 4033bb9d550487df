"""What the shared flags take: checked while the command line is read, so before anything else is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cloudctl.errors import UsageError


def _limit(text: str) -> None:
    if not text.isdecimal() or int(text) < 1:
        raise UsageError(f"--limit takes a whole number from 1, not {text!r}", fix="such as --limit 10")


def _timeout(text: str) -> None:
    from cloudctl.commands.invocation import duration

    duration(text)


def _query(text: str) -> None:
    from cloudctl.output import query

    query.check(text)


def _filter(text: str) -> None:
    from cloudctl.output.select import Filter

    Filter.parse(text)


CHECKS: Mapping[str, Callable[[str], None]] = {
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
