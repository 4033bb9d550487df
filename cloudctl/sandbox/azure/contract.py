"""Checks bodies against the SDK's own models, which are generated from Azure's published API descriptions.

A model class becomes a JSON Schema when it is first needed. What is read-only in the model is accepted and
dropped, as Azure does, so that a resource that was read can be written back.
"""

from __future__ import annotations

import datetime
import importlib
import types
import typing
from enum import Enum
from functools import cache
from typing import Any

from cloudctl.sandbox.azure.call import Json
from cloudctl.sandbox.azure.refusals import Refusal, Refused

_SCALARS: dict[Any, Json] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    datetime.datetime: {"type": "string"},
    datetime.date: {"type": "string"},
    datetime.timedelta: {"type": "string"},
    bytes: {"type": "string"},
}
# Enumerations that the models call incomplete; the sizes have a list of their own.
_OPEN = frozenset({"VirtualMachineSizeTypes"})


def check(model: str, body: Json) -> Json:
    """The body without its read-only properties; refused when it is none of this model (``module:Class``)."""
    error = next(iter(_validator(model).iter_errors(body)), None)
    if error is not None:
        raise _refusal(error)
    writable: Json = _writable(_class(model), body)
    return writable


@cache
def _class(model: str) -> type:
    module, _, name = model.partition(":")
    found: type = getattr(importlib.import_module(module), name)
    return found


@cache
def _validator(model: str) -> Any:
    from jsonschema import Draft202012Validator

    definitions: Json = {}
    root = _define(_class(model), definitions)
    return Draft202012Validator({**root, "$defs": definitions})


def _fields(cls: Any) -> dict[str, Any]:
    """A model's fields by their names on the wire."""
    cls.__new__(cls)  # Only this resolves the inherited fields.
    return {field._rest_name: field for field in cls._attr_to_rest_field.values()}


@cache
def _annotations(cls: Any) -> dict[str, Any]:
    """The types of a model's fields by their names on the wire."""
    module = importlib.import_module(cls.__module__)
    scope = {**vars(module), "_models": importlib.import_module(module.__package__ or "")}
    hints: dict[str, Any] = {}
    for base in reversed(cls.__mro__):
        for name, hint in vars(base).get("__annotations__", {}).items():
            hints[name] = typing.get_type_hints(types.SimpleNamespace(__annotations__={name: hint}), scope)[name]
    cls.__new__(cls)
    return {field._rest_name: hints[name] for name, field in cls._attr_to_rest_field.items()}


def _define(cls: type, definitions: Json) -> Json:
    if cls.__name__ not in definitions:
        definitions[cls.__name__] = schema = {"type": "object", "title": cls.__name__, "additionalProperties": False}
        hints = _annotations(cls)
        schema["properties"] = {name: _schema(hint, definitions) for name, hint in hints.items()}
        schema["required"] = [name for name, field in _fields(cls).items() if not _optional(hints[name], field)]
    return {"$ref": f"#/$defs/{cls.__name__}"}


def _optional(hint: Any, field: Any) -> bool:
    # Read-only fields are the reply's; the location has an error code of its own.
    return field._visibility == ["read"] or type(None) in typing.get_args(hint) or field._rest_name == "location"


def _schema(hint: Any, definitions: Json) -> Json:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return _union(arguments, definitions)
    if origin is list:
        return {"type": "array", "items": _schema(arguments[0], definitions)}
    if origin is dict:
        return {"type": "object", "additionalProperties": _schema(arguments[1], definitions)}
    if _is_model(hint):
        return _define(hint, definitions)
    return _SCALARS.get(hint, {})


def _union(arguments: tuple[Any, ...], definitions: Json) -> Json:
    members = [a for a in arguments if a is not type(None)]
    for member in members:
        if isinstance(member, type) and issubclass(member, Enum):  # The values are checked by _choice.
            return {"type": ["string", "null"]}
    schema = _schema(members[0], definitions)
    if "type" in schema:
        return {**schema, "type": [schema["type"], "null"]}
    return {"anyOf": [schema, {"type": "null"}]}


def _refusal(error: Any) -> Refused:
    # Of anyOf (a model or null) the model's own error is the one to tell.
    while error.validator == "anyOf":
        error = max(error.context, key=lambda inner: len(inner.absolute_path) * 2 + (inner.validator != "type"))
    path = ".".join(str(part) for part in error.absolute_path)
    if error.validator == "additionalProperties":
        member = next(name for name in error.instance if name not in error.schema["properties"])
        return Refusal.UNKNOWN_MEMBER.error(member=member, type=error.schema["title"], path=_join(path, member))
    if error.validator == "required":
        return Refusal.REQUIRED.error(name=next(n for n in error.validator_value if n not in error.instance))
    expected = error.validator_value
    expected = expected[0] if isinstance(expected, list) else expected
    return Refusal.MEMBER_TYPE.error(value=repr(error.instance), type=expected, path=path)


def _join(path: str, member: str) -> str:
    return f"{path}.{member}" if path else member


def _writable(hint: Any, value: Any, path: str = "") -> Any:
    """A valid value, enumerations in their own spelling and nulls and read-only members left out."""
    if isinstance(value, list):
        inner = next(_models(hint), None)
        return [_writable(inner, member, path) for member in value]
    if isinstance(value, dict) and (model := next(_models(hint), None)):
        fields, hints = _fields(model), _annotations(model)
        return {
            name: _writable(hints[name], member, _join(path, name))
            for name, member in value.items()
            if member is not None and fields[name]._visibility != ["read"]
        }
    return _choice(hint, value, path) if isinstance(value, str) else value


def _is_model(hint: Any) -> bool:
    # Each SDK package has a base class of its own, and the fields are only there once an instance was made.
    return isinstance(hint, type) and hasattr(hint, "as_dict")


def _models(hint: Any) -> typing.Iterator[type]:
    """The model classes in a type."""
    if _is_model(hint):
        yield hint
    for argument in typing.get_args(hint):
        yield from _models(argument)


def _choice(hint: Any, value: str, path: str) -> str:
    enums = [
        a for a in typing.get_args(hint) if isinstance(a, type) and issubclass(a, Enum) and a.__name__ not in _OPEN
    ]
    allowed = [str(member.value) for enum in enums for member in enum]
    if not allowed:
        return value
    for choice in allowed:
        if choice.lower() == value.lower():
            return choice
    raise Refusal.MEMBER_VALUE.error(value=value, path=path, allowed=", ".join(allowed))
