"""Parameters and bodies of requests, checked against the discovery document.

What the document does not name is ignored, and so are fields that only replies have: Cloud Storage takes a resource
back as it gave it out.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from cloudctl.sandbox.gcp.discovery import Method, Schema
from cloudctl.sandbox.gcp.storage.refusals import Refusal

Json = dict[str, Any]
_BOOLEANS = {"true": True, "false": False}
_LARGEST = {"uint32": 2**32 - 1, "int32": 2**31 - 1}


def parameters(method: Method, given: Mapping[str, list[str]]) -> Json:
    """The query parameters with their types. Raises GcsError for one that is malformed or missing."""
    typed: Json = {}
    for name, schema in method.parameters.items():
        if schema["location"] != "query":
            continue
        if name in given:
            values = [_parameter(name, value, schema) for value in given[name]]
            typed[name] = values if schema.get("repeated") else values[-1]
        elif schema.get("required"):
            raise Refusal.PARAMETER_MISSING.error(name=name)
    return typed


def _parameter(name: str, value: str, schema: Schema) -> Any:
    kind = schema["type"]
    wide = schema.get("format") in ("int64", "uint64")
    try:
        if kind == "boolean":
            return _BOOLEANS[value.lower()]
        if kind == "integer" or wide:
            return _within(int(value), schema)
        if "enum" in schema:
            schema["enum"].index(value)
    except (KeyError, ValueError):
        raise Refusal.PARAMETER.error(name=name, value=value) from None
    return value


def _within(number: int, schema: Schema) -> int:
    if not 0 <= number <= _LARGEST.get(schema.get("format", ""), 2**63 - 1):
        raise ValueError(number)
    return number


def parsed(data: bytes) -> Json:
    """The JSON object of a body, empty for none. Raises GcsError parseError."""
    try:
        document = json.loads(data or b"{}")
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise Refusal.PARSE.error()
    return document


def checked(name: str, schemas: Mapping[str, Schema], given: Json) -> Json:
    """The fields of a schema among what is given; None where that is null. Raises GcsError for a wrong type."""
    document: Json = _Checker(schemas).value({"$ref": name}, given, "resource")
    return document


class _Checker:
    def __init__(self, schemas: Mapping[str, Schema]) -> None:
        self._schemas = schemas

    def value(self, schema: Schema, given: Any, at: str) -> Any:
        schema = self._schemas[schema["$ref"]] if "$ref" in schema else schema
        if given is None:
            return None
        return _CHECKS[schema.get("type", "any")](self, schema, given, at)

    def object(self, schema: Schema, given: Any, at: str) -> Json:
        if not isinstance(given, dict):
            raise Refusal.FIELD.error(at=at)
        if (each := schema.get("additionalProperties")) is not None:
            return {name: self.value(each, value, f"{at}.{name}") for name, value in given.items()}
        fields = schema.get("properties", {})
        known = {name: value for name, value in given.items() if name in fields}
        return {name: self.value(fields[name], value, f"{at}.{name}") for name, value in known.items()}

    def array(self, schema: Schema, given: Any, at: str) -> list[Any]:
        if not isinstance(given, list):
            raise Refusal.FIELD.error(at=at)
        return [self.value(schema["items"], value, f"{at}[{number}]") for number, value in enumerate(given)]

    def string(self, schema: Schema, given: Any, at: str) -> str:
        if schema.get("format") in ("int64", "uint64"):
            return str(self.integer(schema, given, at))
        if not isinstance(given, str):
            raise Refusal.FIELD.error(at=at)
        return given

    def integer(self, schema: Schema, given: Any, at: str) -> int:
        try:
            if isinstance(given, int | str) and not isinstance(given, bool):
                return int(given)
        except ValueError:
            pass
        raise Refusal.FIELD.error(at=at)

    def boolean(self, schema: Schema, given: Any, at: str) -> bool:
        if not isinstance(given, bool):
            raise Refusal.FIELD.error(at=at)
        return given

    def anything(self, schema: Schema, given: Any, at: str) -> Any:
        return given


_CHECKS: dict[str, Callable[[_Checker, Schema, Any, str], Any]] = {
    "object": _Checker.object,
    "array": _Checker.array,
    "string": _Checker.string,
    "integer": _Checker.integer,
    "boolean": _Checker.boolean,
    "any": _Checker.anything,
}
