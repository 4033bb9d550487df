"""The ``filter`` parameter of lists.

Two languages that cannot be mixed (https://cloud.google.com/compute/docs/reference/rest/v1/instances/list):
comparisons in the manner of AIP-160 (``=``, ``!=``, ``<``, ``<=``, ``>``, ``>=``, ``:``, with ``AND``, ``OR``,
``NOT`` and parentheses; ``OR`` binds tighter, https://google.aip.dev/160), and regular expressions (``eq``,
``ne``) that match a whole field, several of them each in parentheses.
"""

from __future__ import annotations

import fnmatch
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Predicate = Callable[[Any], bool]

_TOKEN = re.compile(
    r"""\s*(?:(?P<paren>[()])|(?P<op>!=|<=|>=|=|<|>|:)|(?P<quoted>"[^"]*"|'[^']*')|(?P<word>[^\s()=!<>:"']+))"""
)
_EXPRESSION = re.compile(
    r"""\(?\s*(?P<field>[\w.-]+)\s+(?P<op>eq|ne)\s+(?P<value>"[^"]*"|'[^']*'|[^\s()"']\S*?)\s*\)?"""
)
_ORDERED = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


class _Malformed(Exception):
    """The text is no filter."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Whether an item's JSON ``matches``, for which it needs no more than these ``fields`` of it."""

    matches: Predicate
    fields: frozenset[str]


def compile_filter(text: str, fields: Mapping[str, Any]) -> Filter | None:
    """None when the text is no filter over these fields."""
    try:
        if re.search(r"\s(?:eq|ne)\s", text):
            return _expressions(text, fields)
        parser = _Parser(text, fields)
        return Filter(parser.whole(), frozenset(parser.read))
    except (_Malformed, re.error):
        return None


def _expressions(text: str, fields: Mapping[str, Any]) -> Filter:
    parts = re.findall(r"\([^()]*\)", text) if text.lstrip().startswith("(") else [text.strip()]
    if re.sub(r"\([^()]*\)", "", text).strip() and len(parts) != 1:
        raise _Malformed
    wanted = dict(_expression(part, fields) for part in parts)
    return Filter(lambda item: all(matches(item) for matches in wanted), frozenset(wanted.values()))


def _expression(text: str, fields: Mapping[str, Any]) -> tuple[Predicate, str]:
    """The condition, and the field that it is about."""
    found = _EXPRESSION.fullmatch(text.strip())
    if found is None:
        raise _Malformed
    path = _path(found["field"], fields)
    pattern = re.compile(_unquoted(found["value"]))
    equal = found["op"] == "eq"
    return lambda item: any(pattern.fullmatch(_text(value)) for value in _values(item, path)) is equal, path[0]


class _Parser:
    def __init__(self, text: str, fields: Mapping[str, Any]) -> None:
        self._fields = fields
        self._tokens = _tokens(text)
        self._at = 0
        self.read: set[str] = set()

    def whole(self) -> Predicate:
        predicate = self._conjunction()
        if self._at != len(self._tokens):
            raise _Malformed
        return predicate

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _take(self) -> str:
        token = self._peek()
        if not token:
            raise _Malformed
        self._at += 1
        return token

    def _conjunction(self) -> Predicate:
        parts = [self._disjunction()]
        while self._peek() not in ("", ")"):
            if self._peek() == "AND":
                self._take()
            parts.append(self._disjunction())
        return lambda item: all(part(item) for part in parts)

    def _disjunction(self) -> Predicate:
        parts = [self._term()]
        while self._peek() == "OR":
            self._take()
            parts.append(self._term())
        return lambda item: any(part(item) for part in parts)

    def _term(self) -> Predicate:
        if self._peek() == "NOT":
            self._take()
            negated = self._term()
            return lambda item: not negated(item)
        if self._peek() != "(":
            return self._comparison()
        self._take()
        inside = self._conjunction()
        if self._take() != ")":
            raise _Malformed
        return inside

    def _comparison(self) -> Predicate:
        path = _path(self._take(), self._fields)
        self.read.add(path[0])
        sign, value = self._take(), self._take()
        if sign not in ("=", "!=", ":", *_ORDERED) or value in ("(", ")"):
            raise _Malformed
        wanted = _unquoted(value)
        if sign == "!=":
            return lambda item: not any(_equals(one, wanted) for one in _values(item, path))
        compare = {"=": _equals, ":": _has}.get(sign) or _comparing(sign)
        return lambda item: any(compare(one, wanted) for one in _values(item, path))


def _tokens(text: str) -> list[str]:
    tokens, at, text = [], 0, text.rstrip()
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise _Malformed
        tokens.append(str(found[found.lastgroup or 0]))
        at = found.end()
    return tokens


def _path(field: str, fields: Mapping[str, Any]) -> list[str]:
    path = field.split(".")
    if path[0] not in fields:
        raise _Malformed
    return path


def _values(item: Any, path: list[str]) -> list[Any]:
    """What stands at the path; a list stands for each of its elements."""
    if isinstance(item, list):
        return [value for one in item for value in _values(one, path)]
    if not path:
        return [item]
    return _values(item[path[0]], path[1:]) if isinstance(item, dict) and path[0] in item else []


def _unquoted(value: str) -> str:
    return value[1:-1] if value[0] in "\"'" else value


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _equals(value: Any, wanted: str) -> bool:
    return fnmatch.fnmatchcase(_text(value), wanted) if "*" in wanted else _text(value) == wanted


def _has(value: Any, wanted: str) -> bool:
    """``:`` matches the whole text or one segment of a URL, and a key of a map."""
    if wanted == "*":
        return True
    if isinstance(value, dict):
        return wanted in value
    whole = _text(value)
    return any(_equals(part, wanted) for part in (whole, *whole.split("/")))


def _comparing(sign: str) -> Callable[[Any, str], bool]:
    compare = _ORDERED[sign]

    def ordered(value: Any, wanted: str) -> bool:
        try:
            return bool(compare(float(value), float(wanted)))
        except (TypeError, ValueError):
            return bool(compare(_text(value), wanted))

    return ordered
