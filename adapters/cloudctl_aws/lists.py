"""Lists of S3, of which botocore's parser takes 50 ms for a page of 1,000 rows: ElementTree reads the rows here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from botocore.model import OperationModel, Shape

# Operation -> the elements that are rows, which the model calls by other names, and how.
_ROWS: Mapping[str, Mapping[str, str]] = {
    "ListObjectsV2": {"Contents": "Contents"},
    "ListObjectVersions": {"Version": "Versions", "DeleteMarker": "DeleteMarkers"},
}
_SCALARS: Mapping[str, Callable[[str], Any]] = {
    "string": str,
    "integer": int,
    "long": int,
    "boolean": "true".__eq__,
    "timestamp": datetime.fromisoformat,
}


def register(client: Any) -> None:
    """Let the lists of a client of S3 be read here; what else a page says is left to botocore."""
    for operation in _ROWS:
        # First: botocore then looks for an error in what is left of the page, and parses that only.
        client.meta.events.register_first(f"before-parse.s3.{operation}", _read_rows)


def _read_rows(
    operation_model: OperationModel,
    response_dict: dict[str, Any],
    customized_response_dict: dict[str, Any],
    **_: object,
) -> None:
    """Take the rows out of a page, as the service's model describes them. An error's document has none."""
    wanted = _ROWS[operation_model.name]
    try:
        page = ElementTree.fromstring(response_dict["body"])
    except ElementTree.ParseError:
        return  # botocore says what is wrong with it
    found: dict[str, list[Any]] = {}
    rest = []
    for element in page:
        name = wanted.get(_plain(element.tag))
        if name:
            found.setdefault(name, []).append(_structure(element, _member(operation_model, name)))
        else:
            rest.append(element)
    if found:
        page[:] = rest
        response_dict["body"] = ElementTree.tostring(page)
        customized_response_dict.update(found)


@cache
def _member(operation: OperationModel, name: str) -> Any:
    members: Any = operation.output_shape
    return members.members[name].member


def _structure(element: Element, shape: Any) -> dict[str, Any]:
    """The members of a structure that are there; those that the model does not know are left out."""
    readers = _readers(shape)
    told: dict[str, Any] = {}
    for child in element:
        tag = child.tag
        if tag not in readers:
            readers[tag] = readers.get(_plain(tag), _nothing)
        readers[tag](told, child)
    return told


def _nothing(told: dict[str, Any], child: Element) -> None:
    """What the model does not know."""


@cache
def _readers(shape: Any) -> dict[str, Callable[[dict[str, Any], Element], None]]:
    return {_serialized(name, member): _reader(name, member) for name, member in shape.members.items()}


def _serialized(name: str, member: Shape) -> str:
    return str(member.serialization.get("name", name))


def _reader(name: str, member: Any) -> Callable[[dict[str, Any], Element], None]:
    scalar = _SCALARS.get(member.type_name)

    def one(told: dict[str, Any], child: Element) -> None:
        told[name] = scalar(child.text or "") if scalar else _structure(child, member)

    def several(told: dict[str, Any], child: Element) -> None:
        told.setdefault(name, []).append(child.text or "")

    return several if member.type_name == "list" else one


def _plain(tag: str) -> str:
    """A tag without its namespace."""
    return tag.rpartition("}")[2]
