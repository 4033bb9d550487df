"""Requests checked against botocore's EC2 service model, the published contract."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from functools import cache
from typing import Any

from botocore.model import OperationModel, Shape
from botocore.utils import parse_timestamp

from cloudctl.sandbox.aws.refusals import Refusal

Tree = dict[str, Any]

_ENVELOPE = frozenset({"Action", "Version"})
# Sets that grow faster than the model; who serves the operation knows the members.
_OPEN = frozenset({"InstanceType"})
_FILTER_NAME = re.compile(r"<code>([a-z0-9.:<>&;-]+)</code>\s+(?:-|–|:)", re.IGNORECASE)


def parse(model: OperationModel, form: dict[str, str]) -> dict[str, Any]:
    """The typed parameters of a request, by their names in the model.

    Raises ErrorBody: UnknownParameter, MissingParameter or InvalidParameterValue.
    """
    tree = _tree({name: value for name, value in form.items() if name not in _ENVELOPE})
    if model.input_shape is None:
        return {}
    parsed: dict[str, Any] = _structure(model.input_shape, tree, "")
    return parsed


def filter_names(model: OperationModel) -> frozenset[str]:
    """The names that the documentation of the operation's filters lists (empty: the operation has none)."""
    shape = model.input_shape
    member = shape and (shape.members.get("Filters") or shape.members.get("Filter"))
    return _documented_names(member.documentation) if member else frozenset()


@cache
def _documented_names(documentation: str) -> frozenset[str]:
    return frozenset(name for name in _FILTER_NAME.findall(documentation) if not name.startswith("tag:"))


def _tree(form: dict[str, str]) -> Tree:
    root: Tree = {}
    for name, value in form.items():
        node: Any = root
        *parents, leaf = name.split(".")
        for parent in parents:
            node = node.setdefault(parent, {}) if isinstance(node, dict) else {}
        if not isinstance(node, dict):
            raise Refusal.UNKNOWN_PARAMETER.error(name=name)
        node[leaf] = value
    return root


def wire_name(member: str, shape: Shape) -> str:
    """The name of a member in an EC2 request: ``queryName``, or ``name`` with a capital, or its own."""
    names = shape.serialization
    if "queryName" in names:
        return str(names["queryName"])
    name = str(names.get("name", member))
    return name[:1].upper() + name[1:]


def _structure(shape: Any, node: Any, path: str) -> dict[str, Any]:
    if not isinstance(node, dict):
        raise Refusal.PARAMETER_TYPE.error(name=path, value=node, type="structure")
    known = {wire_name(member, sub): (member, sub) for member, sub in shape.members.items()}
    parsed = {}
    for name, value in node.items():
        place = f"{path}.{name}" if path else name
        if name not in known:
            raise Refusal.UNKNOWN_PARAMETER.error(name=place)
        member, sub = known[name]
        parsed[member] = _value(sub, value, place)
    for member in shape.required_members:
        if member not in parsed:
            name = wire_name(member, shape.members[member])
            raise Refusal.MISSING_PARAMETER.error(name=f"{path}.{name}" if path else name)
    return parsed


def _list(shape: Any, node: Any, path: str) -> list[Any]:
    if node == "":
        return []
    if not isinstance(node, dict) or not all(index.isdigit() for index in node):
        raise Refusal.UNKNOWN_PARAMETER.error(name=path)
    return [_value(shape.member, node[index], f"{path}.{index}") for index in sorted(node, key=int)]


def _integer(shape: Shape, node: Any, path: str) -> int:
    value = int(_converted(int, shape, node, path))
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if (low is not None and value < low) or (high is not None and value > high):
        raise Refusal.PARAMETER_RANGE.error(name=path, value=value, low=low, high=high)
    return value


def _string(shape: Any, node: Any, path: str) -> str:
    value = str(_converted(str, shape, node, path))
    if shape.enum and value not in shape.enum and shape.name not in _OPEN:
        raise Refusal.PARAMETER_CHOICE.error(name=path, value=value)
    return value


def _boolean(shape: Shape, node: Any, path: str) -> bool:
    if str(node).lower() not in ("true", "false"):
        raise Refusal.PARAMETER_TYPE.error(name=path, value=node, type="boolean")
    return str(node).lower() == "true"


def _converted(convert: Callable[[str], Any], shape: Shape, node: Any, path: str) -> Any:
    if isinstance(node, dict):
        raise Refusal.UNKNOWN_PARAMETER.error(name=f"{path}.{next(iter(node))}")
    try:
        return convert(node)
    except (ValueError, OverflowError, binascii.Error):
        raise Refusal.PARAMETER_TYPE.error(name=path, value=node, type=shape.type_name) from None


def _number(shape: Shape, node: Any, path: str) -> float:
    return float(_converted(float, shape, node, path))


def _timestamp(shape: Shape, node: Any, path: str) -> Any:
    return _converted(parse_timestamp, shape, node, path)


def _blob(shape: Shape, node: Any, path: str) -> bytes:
    return bytes(_converted(lambda text: base64.b64decode(text, validate=True), shape, node, path))


_READERS: dict[str, Callable[[Any, Any, str], Any]] = {
    "structure": _structure,
    "list": _list,
    "integer": _integer,
    "long": _integer,
    "string": _string,
    "boolean": _boolean,
    "float": _number,
    "double": _number,
    "timestamp": _timestamp,
    "blob": _blob,
}


def _value(shape: Shape, node: Any, path: str) -> Any:
    return _READERS[shape.type_name](shape, node, path)
