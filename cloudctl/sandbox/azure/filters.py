"""The $filter expressions of the lists of Microsoft.Resources."""

from __future__ import annotations

import re
from collections.abc import Callable

from cloudctl.sandbox.azure.call import Call
from cloudctl.sandbox.azure.refusals import Refusal
from cloudctl.sandbox.azure.store import Record

Predicate = Callable[[Record], bool]

_TAG = re.compile(r"tagName eq '((?:[^']|'')*)'(?: and tagValue eq '((?:[^']|'')*)')?", re.IGNORECASE)
_TYPE = re.compile(r"resourceType eq '([^']*)'", re.IGNORECASE)


def by_tag(call: Call) -> Predicate:
    """The filter of resource groups: ``tagName eq 'a' and tagValue eq 'b'``."""
    expression = call.query.get("$filter", "")
    if not expression:
        return lambda record: True
    if found := _TAG.fullmatch(expression):
        return _tagged(*(part and part.replace("''", "'") for part in found.groups()))
    raise Refusal.FILTER.error(filter=expression)


def by_type_or_tag(call: Call) -> Predicate:
    """The filter of resources: a tag, or ``resourceType eq 'Microsoft.Compute/disks'``."""
    if found := _TYPE.fullmatch(call.query.get("$filter", "")):
        wanted = found[1].lower()
        return lambda record: record.type.lower() == wanted
    return by_tag(call)


def _tagged(name: str, value: str | None) -> Predicate:
    def matches(record: Record) -> bool:
        tags = {key.lower(): text for key, text in (record.body.get("tags") or {}).items()}
        return name.lower() in tags and value in (None, tags[name.lower()])

    return matches
