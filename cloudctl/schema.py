"""The JSON Schema of a noun's records, generated from the dataclass that holds them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import Field, fields, is_dataclass
from datetime import datetime
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from cloudctl.output import ABSENT, Absent

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_SCALARS: dict[object, dict[str, Any]] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    NoneType: {"type": "null"},
    datetime: {"type": "string", "format": "date-time"},
    object: {},
    Any: {},
}


def schema(kind_name: str, model: type, left_out: Collection[str] = ()) -> dict[str, Any]:
    """The schema (2020-12) of one record as ``-o json`` writes it; a list is an array of them.

    Fields that may be left out (their default or type is ABSENT, or they are ``left_out`` of lists) are not
    required; further fields are allowed, because later versions add some. A field's description is its
    ``metadata["description"]``. Every name in the model's annotations must be importable at run time. Raises
    TypeError for a type that has no JSON form.
    """
    document = {"$schema": DIALECT, "title": kind_name, **_record(model)}
    return {**document, "required": [name for name in document["required"] if name not in left_out]}


def _record(model: type) -> dict[str, Any]:
    hints = get_type_hints(model)
    properties = {field.name: _property(field, hints[field.name]) for field in fields(model)}
    required = [field.name for field in fields(model) if not _optional(field, hints[field.name])]
    return {**_description(model), "type": "object", "properties": properties, "required": required}


def _description(model: type) -> dict[str, Any]:
    """The class's own docstring; the signature that dataclass puts in its place says nothing new."""
    text = model.__doc__ or ""
    return {} if text.startswith(f"{model.__name__}(") else {"description": text.strip().partition("\n")[0]}


def _property(field: Field[Any], hint: object) -> dict[str, Any]:
    described = {key: field.metadata[key] for key in ("description",) if key in field.metadata}
    return {**described, **_of(hint)}


def _optional(field: Field[Any], hint: object) -> bool:
    return field.default is ABSENT or Absent in get_args(hint)


def _of(hint: Any) -> dict[str, Any]:
    if hint in _SCALARS:
        return dict(_SCALARS[hint])
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _enum(member.value for member in hint)
    if isinstance(hint, type) and is_dataclass(hint):
        return _record(hint)
    return _generic(get_origin(hint) or hint, get_args(hint))


def _generic(origin: Any, arguments: tuple[Any, ...]) -> dict[str, Any]:
    if origin in (Union, UnionType):
        return _union([_of(one) for one in arguments if one is not Absent])
    if origin is Literal:
        return _enum(arguments)
    if isinstance(origin, type) and issubclass(origin, (tuple, list, set, frozenset)):
        return {"type": "array", "items": _of(arguments[0]) if arguments else {}}
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": _of(arguments[1]) if arguments else {}}
    raise TypeError(f"{origin!r} has no JSON form")


def _enum(values: Any) -> dict[str, Any]:
    return {"type": "string", "enum": list(values)}


def _union(parts: list[dict[str, Any]]) -> dict[str, Any]:
    """``X | None`` as a type that may be null, other unions as anyOf."""
    known = [part for part in parts if part != {"type": "null"}]
    if len(known) == 1 and len(parts) == 1:
        return known[0]
    if len(known) == 1 and isinstance(known[0].get("type"), str):
        return _nullable(known[0])
    return {"anyOf": parts} if all(parts) else {}


def _nullable(part: dict[str, Any]) -> dict[str, Any]:
    values = {"enum": [*part["enum"], None]} if "enum" in part else {}
    return {**part, "type": [part["type"], "null"], **values}
