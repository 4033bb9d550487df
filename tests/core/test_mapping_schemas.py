"""The JSON Schemas that editors use say the same as the loader."""

from __future__ import annotations

import json
import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from cloudctl.mapping import (
    Category,
    ClassOnCloud,
    Engine,
    EngineOnCloud,
    Role,
    RoleOnCloud,
    ServiceOnCloud,
    StorageClass,
)
from cloudctl.mapping.custom_types import CustomSeries
from cloudctl.mapping.families import Rule
from cloudctl.mapping.image_table import ImageOnCloud
from cloudctl.mapping.neutral_sizes import Neutral
from cloudctl.mapping.noun_table import NounCloud, nouns

FOLDER = Path(__file__).parents[2] / "mappings"
FACTS = ("engines", "images", "regions", "roles", "services", "sizes", "storage_classes")
SCHEMAS = {name: name for name in FACTS} | dict.fromkeys(nouns(), "noun")


def schema(name: str) -> Any:
    return json.loads((FOLDER / "schema" / f"{name}.json").read_text("utf-8"))


def names(cls: Any) -> set[str]:
    return {item.name for item in fields(cls)}


@pytest.mark.parametrize("table", SCHEMAS)
def test_each_table_fits_its_schema(table: str) -> None:
    validator = Draft202012Validator(schema(SCHEMAS[table]))
    data = tomllib.loads((FOLDER / f"{table}.toml").read_text("utf-8"))
    assert [f"{error.json_path}: {error.message}" for error in validator.iter_errors(data)] == []


@pytest.mark.parametrize("table", SCHEMAS)
def test_each_table_names_its_schema_for_editors(table: str) -> None:
    first = (FOLDER / f"{table}.toml").read_text("utf-8").splitlines()[0]
    assert first == f"#:schema ./schema/{SCHEMAS[table]}.json"


@pytest.mark.parametrize("name", sorted(set(SCHEMAS.values())))
def test_each_schema_is_one(name: str) -> None:
    Draft202012Validator.check_schema(schema(name))


def test_the_schemas_have_the_keys_that_the_loader_reads() -> None:
    sizes, images, noun = schema("sizes"), schema("images"), schema("noun")
    image = images["properties"]["image"]["items"]["properties"]
    assert sizes["$defs"]["rule"]["properties"].keys() == names(Rule)
    assert sizes["properties"]["neutral"]["additionalProperties"]["properties"].keys() == names(Neutral)
    assert sizes["properties"]["gcp_custom"]["items"]["properties"].keys() == names(CustomSeries)
    assert set().union(*(image[cloud]["properties"] for cloud in ("aws", "azure", "gcp"))) == names(ImageOnCloud)
    assert noun["properties"]["cloud"]["additionalProperties"]["properties"].keys() == names(NounCloud)


@pytest.mark.parametrize(
    ("name", "key", "entry", "counterpart"),
    [
        ("services", "category", Category, ServiceOnCloud),
        ("engines", "engine", Engine, EngineOnCloud),
        ("storage_classes", "class", StorageClass, ClassOnCloud),
        ("roles", "role", Role, RoleOnCloud),
    ],
)
def test_the_schemas_of_clouds_side_by_side_have_the_keys_that_the_loader_reads(
    name: str, key: str, entry: type, counterpart: type
) -> None:
    item = schema(name)["properties"][key]["items"]["properties"]
    assert item.keys() == (names(entry) - {"clouds", "missing"}) | {"aws", "azure", "gcp"}
    assert schema(name)["$defs"]["counterpart"]["properties"].keys() == names(counterpart)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("noun", {"noun": {"verbs": "list", "states": "running"}, "cloud": {}}),
        ("regions", {"site": [{"city": "Dublin"}], "restricted": []}),
        ("images", {"user": {"azure": "a", "gcp": "g"}, "image": [{"name": "x", "os": "plan9"}]}),
        ("sizes", {"gib_per_vcpu": {}, "colour": 1}),
        ("services", {"category": [{"name": "dns", "title": "DNS", "differs": "x", "aws": {"none": "y"}}]}),
        ("engines", {"engine": []}),
        ("storage_classes", {"class": [{"name": "a", "title": "A", "aws": {}, "azure": {}, "gcp": {}}]}),
        ("roles", {"role": [{"name": "a", "title": "A", "aws": {}, "azure": {"none": "x"}, "gcp": {"none": "x"}}]}),
    ],
)
def test_a_schema_refuses_what_the_loader_refuses(name: str, data: object) -> None:
    assert list(Draft202012Validator(schema(name)).iter_errors(data))
