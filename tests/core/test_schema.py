"""The JSON Schema of a record, and that what is written obeys it."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any, Literal

import pytest
from jsonschema import Draft202012Validator
from output_sample import ROWS, WEB, Disk, Machine, listed, shown

from cloudctl.output import View
from cloudctl.schema import schema
from cloudctl.services.vm import KIND as VM_KIND
from cloudctl.services.vm import Vm

MACHINE = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "machine",
    "description": "A machine for the tests of the output.",
    "type": "object",
    "properties": {
        "context": {"type": "string"},
        "id": {"type": "string"},
        "name": {"type": ["string", "null"]},
        "state": {"type": "string", "enum": ["running", "stopped"]},
        "memory_gib": {"description": "Memory in GiB.", "type": ["number", "null"]},
        "zones": {"type": "array", "items": {"type": "string"}},
        "created": {"type": ["string", "null"], "format": "date-time"},
        "tags": {"type": "object", "additionalProperties": {"type": "string"}},
        "disks": {
            "type": "array",
            "items": {
                "description": "An attached disk.",
                "type": "object",
                "properties": {"id": {"type": "string"}, "size_gb": {"type": "integer"}},
                "required": ["id", "size_gb"],
            },
        },
        "native": {"type": "object", "additionalProperties": {}},
    },
    "required": ["context", "id", "name", "state", "memory_gib", "zones", "created", "tags"],
}


def test_the_schema_follows_the_types_of_the_model() -> None:
    assert schema("machine", Machine) == MACHINE


def test_written_records_obey_the_schema() -> None:
    validator = Draft202012Validator(schema("machine", Machine))
    full = replace(WEB, disks=(Disk("vol-1", 8),), native={"a": [1]})
    for row in [*json.loads(listed(View("json"), ROWS)), json.loads(shown(View("json", native=True), full))]:
        validator.validate(row)


def test_the_schema_refuses_a_wrong_record() -> None:
    validator = Draft202012Validator(schema("machine", Machine))
    row = json.loads(listed(View("json")))[0]
    assert not validator.is_valid({**row, "state": "melted"})
    assert not validator.is_valid({**row, "name": 1})
    assert not validator.is_valid({key: row[key] for key in row if key != "id"})
    assert validator.is_valid({**row, "added_later": 1})


@dataclass(frozen=True)
class Odd:
    choice: Literal["a", "b"] | None
    either: int | str
    anything: Any
    free: dict[str, list[bool]]


def test_less_usual_types_have_a_schema_too() -> None:
    assert schema("odd", Odd) == {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "odd",
        "type": "object",
        "properties": {
            "choice": {"type": ["string", "null"], "enum": ["a", "b", None]},
            "either": {"anyOf": [{"type": "integer"}, {"type": "string"}]},
            "anything": {},
            "free": {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "boolean"}}},
        },
        "required": ["choice", "either", "anything", "free"],
    }


def test_a_type_without_a_json_form_is_an_error() -> None:
    @dataclass(frozen=True)
    class Wrong:
        value: complex

    with pytest.raises(TypeError, match="complex"):
        schema("wrong", Wrong)


def test_the_machine_record_has_the_fields_of_its_kind_in_contract_order() -> None:
    described = schema("vm", Vm)
    Draft202012Validator.check_schema(described)
    assert tuple(described["properties"]) == (*VM_KIND.fields, "native")
    assert set(VM_KIND.columns) | set(VM_KIND.wide) <= set(described["required"])
    assert not set(VM_KIND.show_only) & set(described["required"])
