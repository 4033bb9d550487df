"""Request parameters and bodies, checked against the discovery document.

Output-only fields are dropped, as the API ignores them. Numbers may come as strings and 64-bit integers
as numbers, as in the JSON mapping of protocol buffers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from cloudctl.sandbox.gcp.discovery import Method, Schema
from cloudctl.sandbox.gcp.errors import Refused, bad_request, invalid
from cloudctl.sandbox.gcp.refusals import Refusal

_INT64 = ("int64", "uint64")
_BOOLEANS = {"true": True, "false": False}


def path_parameters(method: Method, given: Mapping[str, str]) -> dict[str, str]:
    """Refuse a path parameter that does not match its pattern."""
    for name, value in given.items():
        pattern = method.parameters[name].get("pattern")
        if pattern and not re.fullmatch(pattern, value):
            raise _mismatch(Refusal.PATH_PATTERN, name, value, pattern)
    return dict(given)


def query_parameters(method: Method, common: Mapping[str, Schema], given: Mapping[str, list[str]]) -> dict[str, Any]:
    """The query parameters with their types; those common to every method are checked alike."""
    typed: dict[str, Any] = {}
    for name, values in given.items():
        schema = method.parameters.get(name) or common.get(name.removeprefix("$")) or common.get(name)
        if schema is None:
            raise _bad_request(Refusal.PARAMETER_UNKNOWN, name, f"Cannot bind query parameter. Field '{name}' "
                               "could not be found in request message.")  # fmt: skip
        typed[name] = [_parameter(name, v, schema) for v in values] if schema.get("repeated") else _parameter(
            name, values[-1], schema
        )  # fmt: skip
    for name, schema in method.parameters.items():
        if schema.get("required") and schema["location"] == "query" and name not in typed:
            raise Refused(Refusal.PARAMETER_MISSING, f"Required field '{name}' not specified")
    return typed


def _parameter(name: str, value: str, schema: Schema) -> Any:
    try:
        if schema["type"] == "boolean":
            return _BOOLEANS[value.lower()]
        if schema["type"] == "integer":
            return int(value)
    except (KeyError, ValueError):
        raise _bad_request(
            Refusal.PARAMETER_TYPE, name, f"Invalid value at '{name}' (TYPE_{schema['type'].upper()}), \"{value}\""
        ) from None
    if "enum" in schema and value not in schema["enum"]:
        raise _bad_request(Refusal.PARAMETER_TYPE, name, f"Invalid value at '{name}', \"{value}\"")
    return value


def body(method: Method, schemas: Mapping[str, Schema], given: object) -> dict[str, Any]:
    """The request's body without its output-only fields."""
    if not isinstance(given, dict):
        raise Refused(Refusal.BODY_MALFORMED, "Invalid JSON payload received. A JSON object is expected.")
    checker = _Checker(method.id, schemas)
    checked = checker.value({"$ref": method.request}, given, "resource")
    assert isinstance(checked, dict)
    return checked


class _Checker:
    def __init__(self, method_id: str, schemas: Mapping[str, Schema]) -> None:
        self._method_id = method_id
        self._schemas = schemas

    def value(self, schema: Schema, given: Any, at: str) -> Any:
        schema = self._schemas[schema["$ref"]] if "$ref" in schema else schema
        checked = _CHECKS.get(schema.get("type", "any"), _anything)(self, schema, given, at)
        if "enum" in schema and checked not in schema["enum"]:
            raise _bad_request(Refusal.FIELD_ENUM, at, f"Invalid value at '{at}', \"{checked}\"")
        if "pattern" in schema and isinstance(checked, str) and not re.fullmatch(schema["pattern"], checked):
            raise _mismatch(Refusal.FIELD_PATTERN, at, checked, schema["pattern"])
        return checked

    def object(self, schema: Schema, given: Any, at: str) -> dict[str, Any]:
        if not isinstance(given, dict):
            raise _mistyped(at, "OBJECT", given)
        if "additionalProperties" in schema:
            items = schema["additionalProperties"]
            return {key: self.value(items, value, f"{at}.{key}") for key, value in given.items()}
        self._refuse_missing(schema, given, at)
        return dict(self._fields(schema, given, at))

    def _fields(self, schema: Schema, given: dict[str, Any], at: str) -> Iterator[tuple[str, Any]]:
        properties = schema.get("properties", {})
        for name, value in given.items():
            if name not in properties:
                message = f"Invalid JSON payload received. Unknown name \"{name}\" at '{at}': Cannot find field."
                raise _bad_request(Refusal.FIELD_UNKNOWN, at, message)
            if value is not None and not _output_only(properties[name]):
                yield name, self.value(properties[name], value, f"{at}.{name}")

    def _refuse_missing(self, schema: Schema, given: dict[str, Any], at: str) -> None:
        for name, described in schema.get("properties", {}).items():
            if self._method_id in described.get("annotations", {}).get("required", ()) and given.get(name) is None:
                raise Refused(Refusal.FIELD_REQUIRED, f"Required field '{at}.{name}' not specified")

    def array(self, schema: Schema, given: Any, at: str) -> list[Any]:
        if not isinstance(given, list):
            raise _mistyped(at, "ARRAY", given)
        # The document writes the pattern of a list's elements at the list.
        each = schema["items"] | ({"pattern": schema["pattern"]} if "pattern" in schema else {})
        return [self.value(each, item, f"{at}[{index}]") for index, item in enumerate(given)]

    def string(self, schema: Schema, given: Any, at: str) -> str:
        if schema.get("format") in _INT64:
            return str(self.integer(schema, given, at))
        if not isinstance(given, str):
            raise _mistyped(at, "STRING", given)
        return given

    def integer(self, schema: Schema, given: Any, at: str) -> int:
        try:
            if isinstance(given, (int, str)) and not isinstance(given, bool):
                return int(given)
        except ValueError:
            pass
        raise _mistyped(at, str(schema.get("format", "int32")).upper(), given)

    def boolean(self, schema: Schema, given: Any, at: str) -> bool:
        if not isinstance(given, bool):
            raise _mistyped(at, "BOOL", given)
        return given

    def number(self, schema: Schema, given: Any, at: str) -> float:
        if isinstance(given, bool) or not isinstance(given, (int, float)):
            raise _mistyped(at, "DOUBLE", given)
        return given


def _anything(checker: _Checker, schema: Schema, given: Any, at: str) -> Any:
    return given


_CHECKS: dict[str, Callable[[_Checker, Schema, Any, str], Any]] = {
    "object": _Checker.object,
    "array": _Checker.array,
    "string": _Checker.string,
    "integer": _Checker.integer,
    "boolean": _Checker.boolean,
    "number": _Checker.number,
}


def _output_only(schema: Schema) -> bool:
    described = schema.get("description", "")
    return bool(schema.get("readOnly")) or described.startswith(("[Output Only]", "Output only"))


def _mismatch(refusal: Refusal, field: str, value: str, pattern: str) -> Refused:
    return invalid(refusal, field, value, f"Must be a match of regex '{pattern}'")


def _mistyped(at: str, wanted: str, given: object) -> Refused:
    return _bad_request(Refusal.FIELD_TYPE, at, f"Invalid value at '{at}' (TYPE_{wanted}), {given!r}")


def _bad_request(refusal: Refusal, field: str, message: str) -> Refused:
    return Refused(refusal, message, [bad_request(field, message)])
