"""A value as one piece of text: exact for csv, tsv and filters; safe to look at for tables and names."""

from __future__ import annotations

import json
from collections.abc import Mapping


def data_text(value: object) -> str:
    """Exact: null is empty, strings as they are, anything else as compact JSON."""
    if value is None:
        return ""
    return value if isinstance(value, str) else compact_json(value)


def compact_json(value: object, *, ascii_only: bool = False) -> str:
    """JSON on one line, without blanks."""
    return json.dumps(value, ensure_ascii=ascii_only, separators=(",", ":"))


def is_text(text: str) -> bool:
    """Whether it is Unicode: bytes of arguments and of names of files that are no UTF-8 Python keeps as surrogates."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def neutral(text: str) -> str:
    """The text with everything that is not printable as its escape: ``\\x1b``, ``\\n``, ``\\u202e``.

    Names and tags come from the cloud: they must not move the cursor, retitle the terminal, forge a line or
    reverse the order of what is read.
    """
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode("ascii") for one in text)


def cell(value: object) -> str:
    """What a table shows: ``-`` for nothing, ``a,b`` for lists, ``k=v`` for tags, ``;`` between objects."""
    if isinstance(value, str):
        return neutral(value) or "-"
    if isinstance(value, list):
        return (";" if _nested(value) else ",").join(cell(item) for item in value) or "-"
    if isinstance(value, Mapping):
        return ",".join(f"{neutral(str(key))}={_inner(item)}" for key, item in value.items()) or "-"
    return neutral(data_text(value)) or "-"


def cell_lines(value: object) -> list[str]:
    """The same, with every object of a list on a line of its own."""
    return [cell(item) for item in value] if isinstance(value, list) and _nested(value) else [cell(value)]


def _inner(value: object) -> str:
    """Empty text stays empty inside ``k=v``; deeper structure is JSON, to spare readers more separators."""
    return "-" if value is None else neutral(data_text(value))


def _nested(values: list[object]) -> bool:
    return any(isinstance(value, (list, Mapping)) for value in values)
