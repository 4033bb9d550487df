"""Lists of S3, of which botocore's parser takes 50 ms for a page of 1,000 rows: ElementTree reads the rows here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from typing import Any, TypeAlias, TypeVar
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from botocore.model import OperationModel

# Operation -> the elements that are rows, which the model calls by other names, and how.
_ROWS: Mapping[str, Mapping[str, str]] = {
    "ListObjectsV2": {"Contents": "Contents"},
    "ListObjectVersions": {"Version": "Versions", "DeleteMarker": "DeleteMarkers"},
}
# Text stays as it is.
_SCALARS: Mapping[str, Callable[[str], Any] | None] = {
    "string": None,
    "integer": int,
    "long": int,
    "boolean": "true".__eq__,
    "timestamp": datetime.fromisoformat,
}

# The member's name; what makes its value of a text (None: nothing has to); or else what puts it into the structure.
_Reader: TypeAlias = tuple[str, Callable[[str], Any] | None, Callable[[dict[str, Any], Element], None] | None]
_T = TypeVar("_T")


class _ByTag(dict[str, _T | None]):
    """By the names of elements, which come with a namespace; None for those that the model does not know."""

    def __missing__(self, tag: str) -> _T | None:
        self[tag] = self.get(tag.rpartition("}")[2])
        return self[tag]


def register(client: Any) -> None:
    """Let the lists of a client of S3 be read here; what else a page says is left to botocore.

    Handlers under a wildcard come before the others: botocore's own, which parses a page to see whether it is an
    error, then gets what is left of it. In any other order a list is slower, and the same.
    """
    for operation in _ROWS:
        client.meta.events.register_first(f"before-parse.*.{operation}", _read_rows)


def _read_rows(
    operation_model: OperationModel,
    response_dict: dict[str, Any],
    customized_response_dict: dict[str, Any],
    **_: object,
) -> None:
    """Take the rows out of a page, as the service's model describes them. An error's document has none."""
    try:
        page = ElementTree.fromstring(response_dict["body"])
    except ElementTree.ParseError:
        return  # botocore says what is wrong with it
    rows = _rows(operation_model)
    found: defaultdict[str, list[Any]] = defaultdict(list)
    rest = []
    for element in page:
        row = rows[element.tag]
        if row:
            found[row[0]].append(_structure(element, row[1]))
        else:
            rest.append(element)
    if found:
        page[:] = rest
        response_dict["body"] = ElementTree.tostring(page)
        customized_response_dict.update(found)


@cache
def _rows(operation: Any) -> _ByTag[tuple[str, _ByTag[_Reader]]]:
    """Element -> the member of an operation's output whose rows it holds, and how those are read."""
    members = operation.output_shape.members
    return _ByTag({tag: (name, _readers(members[name].member)) for tag, name in _ROWS[operation.name].items()})


@cache
def _readers(shape: Any) -> _ByTag[_Reader]:
    return _ByTag(
        {member.serialization.get("name", name): _reader(name, member) for name, member in shape.members.items()}
    )


def _reader(name: str, member: Any) -> _Reader:
    if member.type_name in _SCALARS:
        return name, _SCALARS[member.type_name], None

    def inner(told: dict[str, Any], child: Element) -> None:
        told[name] = _structure(child, _readers(member))

    def several(told: dict[str, Any], child: Element) -> None:
        told.setdefault(name, []).append(child.text or "")

    return name, None, several if member.type_name == "list" else inner


def _structure(element: Element, readers: _ByTag[_Reader]) -> dict[str, Any]:
    """The members of a structure that are there. One loop: calls of functions are what a million rows cost."""
    told: dict[str, Any] = {}
    for child in element:
        reader = readers[child.tag]
        if reader:
            name, scalar, other = reader
            if other:
                other(told, child)
            else:
                told[name] = scalar(child.text or "") if scalar else child.text or ""
    return told
