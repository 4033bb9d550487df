"""Requests read by botocore's S3 service model, the published contract."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from xml.etree.ElementTree import Element, ParseError, fromstring

from botocore.model import OperationModel
from botocore.utils import parse_timestamp

from cloudctl.sandbox.aws.s3.refusals import Refusal
from cloudctl.sandbox.aws.s3.request import S3Request

_NAMESPACE = re.compile(r"^\{http://s3\.amazonaws\.com/doc/2006-03-01/\}")


def arguments(model: OperationModel, request: S3Request) -> dict[str, Any]:
    """The parameters in path, query and headers, by their names in the model.

    Raises S3Error: InvalidArgument, or InvalidRequest for a required one that is missing.
    """
    found = {name: value for name, shape in _members(model).items() if (value := _argument(shape, request)) is not None}
    payload = model.input_shape.serialization.get("payload") if model.input_shape else None
    for name in model.input_shape.required_members if model.input_shape else ():
        if name not in found and name != payload:
            raise Refusal.MISSING_ARGUMENT.error(name=_members(model)[name].serialization["name"])
    return found


def document(model: OperationModel, text: bytes) -> dict[str, Any]:
    """The parameter that is the request's document, if the operation has one. Raises S3Error: MalformedXML."""
    shape: Any = model.input_shape
    name = shape.serialization.get("payload") if shape else None
    if name is None or shape.members[name].type_name == "blob":
        return {}
    member = shape.members[name]
    if member.type_name == "string":
        return {name: text.decode("utf-8", "replace")}
    if not text and name not in shape.required_members:
        return {}
    return {name: _structure(member, _root(text, member.serialization["name"]))}


def _members(model: OperationModel) -> dict[str, Any]:
    return dict(model.input_shape.members) if model.input_shape else {}


def _argument(shape: Any, request: S3Request) -> Any:
    name = shape.serialization.get("name", "")
    match shape.serialization.get("location"):
        case "uri":
            return request.bucket if name == "Bucket" else request.key
        case "querystring":
            return _typed(shape, name, request.query.get(name))
        case "header":
            return _typed(shape, name, request.headers.get(name.lower()) or None)
        case "headers":
            prefix = name.lower()
            return {key[len(prefix) :]: value for key, value in request.headers.items() if key.startswith(prefix)}
    return None


def _typed(shape: Any, name: str, text: str | None) -> Any:
    if text is None:
        return None
    if shape.type_name == "list":
        return [_typed(shape.member, name, part.strip()) for part in text.split(",")]
    try:
        return _scalar(shape, text)
    except ValueError:
        raise Refusal.ARGUMENT.error(ArgumentName=name, ArgumentValue=text) from None


def _root(text: bytes, name: str) -> Element:
    try:
        root = fromstring(text)
    except (ParseError, ValueError):
        raise Refusal.BAD_XML.error() from None
    if _tag(root) != name:
        raise Refusal.BAD_XML.error()
    return root


def _structure(shape: Any, node: Element) -> dict[str, Any]:
    known = {sub.serialization.get("name", name): (name, sub) for name, sub in shape.members.items()}
    parsed: dict[str, Any] = {}
    for child in node:
        name, sub = known.get(_tag(child)) or _bad()
        if sub.type_name == "list" and sub.serialization.get("flattened"):
            parsed.setdefault(name, []).append(_value(sub.member, child))
        elif name in parsed:
            _bad()
        else:
            parsed[name] = _value(sub, child)
    if not parsed.keys() >= set(shape.required_members):
        _bad()
    return parsed


def _list(shape: Any, node: Element) -> list[Any]:
    tag = shape.member.serialization.get("name", "member")
    return [_value(shape.member, child) if _tag(child) == tag else _bad() for child in node]


def _leaf(shape: Any, node: Element) -> Any:
    try:
        return _bad() if len(node) else _scalar(shape, node.text or "")
    except ValueError:
        return _bad()


def _value(shape: Any, node: Element) -> Any:
    readers: dict[str, Callable[[Any, Element], Any]] = {"structure": _structure, "list": _list}
    return readers.get(shape.type_name, _leaf)(shape, node)


def _tag(node: Element) -> str:
    return _NAMESPACE.sub("", node.tag)


def _bad() -> Any:
    raise Refusal.BAD_XML.error()


def _string(shape: Any, text: str) -> str:
    # Storage classes and regions have refusals of their own.
    if shape.enum and text not in shape.enum and shape.name not in ("StorageClass", "BucketLocationConstraint"):
        raise ValueError(text)
    return text


def _integer(shape: Any, text: str) -> int:
    value = int(text.strip())
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if (low is not None and value < low) or (high is not None and value > high):
        raise ValueError(text)
    return value


def _boolean(_: Any, text: str) -> bool:
    if text.strip().lower() not in ("true", "false"):
        raise ValueError(text)
    return text.strip().lower() == "true"


def _timestamp(_: Any, text: str) -> str:
    """Kept as ISO 8601, which the state file can hold and replies have."""
    moment: datetime = parse_timestamp(text)
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


_SCALARS: dict[str, Callable[[Any, str], Any]] = {
    "string": _string,
    "integer": _integer,
    "long": _integer,
    "boolean": _boolean,
    "timestamp": _timestamp,
}


def _scalar(shape: Any, text: str) -> Any:
    return _SCALARS[shape.type_name](shape, text)
