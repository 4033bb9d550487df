"""Filters of Describe operations: values are alternatives, ``*`` and ``?`` are wildcards, filters add up.

Contract: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any

from cloudctl.sandbox.aws import contract
from cloudctl.sandbox.aws.ec2.call import Call
from cloudctl.sandbox.aws.refusals import Refusal

# Accepted everywhere though most pages leave it out.
_ALWAYS = frozenset({"tag-key", "tag-value"})


def requested(call: Call) -> list[dict[str, Any]]:
    """The request's filters, as it wrote them."""
    return list(call.params.get("Filters") or call.params.get("Filter") or [])


def check(call: Call) -> None:
    """Refuse a filter name that the operation's documentation does not list."""
    names = contract.filter_names(call.model) | _ALWAYS
    for each in requested(call):
        name = each.get("Name", "null")
        if name not in names and not name.startswith("tag:"):
            raise Refusal.FILTER.error(name=name)


def select(call: Call, objects: Iterable[Any], fields: dict[str, str]) -> list[Any]:
    """The objects that pass; ``fields`` gives the attribute path for each filter name.

    Raises ErrorBody (501) for a documented filter that has no field here.
    """
    chosen = list(objects)
    for each in requested(call):
        name = each["Name"]
        if name not in fields and name not in _ALWAYS and not name.startswith("tag:"):
            raise Refusal.NOT_SERVED.error(what=f"the filter {name} of ec2:{call.model.name}")
        patterns = [_pattern(value) for value in each.get("Values", [])]
        chosen = [one for one in chosen if _passes(_values(call, one, name, fields), patterns)]
    return chosen


def _passes(values: list[str], patterns: list[re.Pattern[str]]) -> bool:
    return any(pattern.fullmatch(value) for value in values for pattern in patterns)


@cache
def _pattern(value: str) -> re.Pattern[str]:
    parts = re.split(r"(\\.|\*|\?)", value)
    wild = {"*": ".*", "?": "."}
    return re.compile("".join(wild.get(part) or re.escape(_unescaped(part)) for part in parts), re.DOTALL)


def _unescaped(part: str) -> str:
    return part[1:] if len(part) == 2 and part[0] == "\\" else part


def _values(call: Call, one: Any, name: str, fields: dict[str, str]) -> list[str]:
    tags = call.region.tags.get(getattr(one, "id", ""), {})
    if name.startswith("tag:"):
        key = name.removeprefix("tag:")
        return [tags[key]] if key in tags else []
    if name == "tag-key":
        return list(tags)
    if name == "tag-value":
        return list(tags.values())
    return [_text(value) for value in _follow(one, fields[name].split(".")) if value is not None]


def _follow(node: Any, path: list[str]) -> list[Any]:
    if isinstance(node, list | tuple | set):
        return [value for each in node for value in _follow(each, path)]
    if not path:
        return [node]
    step = node.get(path[0]) if isinstance(node, dict) else getattr(node, path[0], None)
    return _follow(step, path[1:]) if step is not None else []


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return str(value)
