"""``cloudctl mapping``: what each look-up answers, and what it refuses."""

from __future__ import annotations

import json
from typing import Any

import pytest
from look_ups import LookUps

from cloudctl.mapping import categories, engines, noun, nouns, roles, size, storage_classes

SIZE_FIELDS = [
    "provider", "name", "family", "vcpus", "memory_gib", "architecture", "burstable", "gpu_count", "gpu_model",
    "local_disk_gb",
]  # fmt: skip


@pytest.fixture
def mapping(capsys: pytest.CaptureFixture[str]) -> LookUps:
    return LookUps(capsys)


# sizes


def test_a_size_on_another_cloud_has_the_fields_of_the_contract_and_what_is_lost(mapping: LookUps) -> None:
    [row] = mapping.rows("size", "m5d.large", "--to", "gcp")
    assert list(row) == [*SIZE_FIELDS, "wanted", "exact", "lost"]
    assert (row["provider"], row["name"], row["wanted"], row["exact"]) == (
        "gcp",
        "e2-standard-2",
        "aws:m5d.large",
        True,
    )
    assert row["lost"] == ["local disk of 75 GB becomes none"]


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (["t3.micro"], ["azure:Standard_B2ts_v2", "gcp:e2-micro"]),
        (["t3.micro", "--to", "azure"], ["azure:Standard_B2ts_v2"]),
        (["aws:t3.micro", "--to", "gcp,azure"], ["gcp:e2-micro", "azure:Standard_B2ts_v2"]),
        (["D2s_v5", "--to", "aws", "--to", "gcp"], ["aws:m7i.large", "gcp:e2-standard-2"]),
        (["2x8"], ["aws:m7i.large", "azure:Standard_D2s_v5", "gcp:e2-standard-2"]),
        (["small"], ["aws:t3.small", "azure:Standard_B2ls_v2", "gcp:e2-small"]),
        (["t3.micro", "--to", "aws"], ["aws:t3.micro"]),
    ],
)
def test_a_size_is_translated_to_the_clouds_asked_for_or_to_the_others(
    mapping: LookUps, words: list[str], names: list[str]
) -> None:
    assert mapping("size", *words, "-o", "name").out.split() == names


def test_a_size_that_one_cloud_cannot_hold_is_answered_in_part(mapping: LookUps) -> None:
    given = mapping("size", "u7in-32tb.224xlarge", "-o", "json")
    assert given.code == 9
    assert [row["provider"] for row in json.loads(given.out)] == ["gcp"]
    assert given.error["message"] == "no size of azure has 896 vCPUs and 32768 GiB"


def test_a_size_that_no_cloud_can_hold_is_not_found(mapping: LookUps) -> None:
    given = mapping("size", "9999x8")
    assert (given.code, given.out) == (3, "")


def test_sizes_are_those_that_hold_what_is_asked_smallest_first(mapping: LookUps) -> None:
    rows = mapping.rows("sizes", "--vcpus", "4", "--memory", "16", "--arch", "arm64", "-p", "aws,gcp")
    assert list(rows[0]) == SIZE_FIELDS
    shapes = [(row["vcpus"], row["memory_gib"]) for row in rows]
    assert shapes == sorted(shapes)
    assert shapes[0] == (4, 16)
    assert {(row["provider"], row["architecture"]) for row in rows} == {("aws", "arm64"), ("gcp", "arm64")}
    assert all(row["vcpus"] >= 4 and row["memory_gib"] >= 16 for row in rows)


@pytest.mark.parametrize(
    ("flag", "field", "value"),
    [
        ("--gpu", lambda row: row["gpu_count"] > 0, True),
        ("--no-gpu", lambda row: row["gpu_count"] > 0, False),
        ("--burstable", lambda row: row["burstable"], True),
        ("--no-burstable", lambda row: row["burstable"], False),
    ],
)
def test_sizes_can_be_asked_for_or_without_what_they_have(mapping: LookUps, flag: str, field: Any, value: bool) -> None:
    assert {field(row) for row in mapping.rows("sizes", flag)} == {value}


def test_no_size_is_an_empty_list(mapping: LookUps) -> None:
    assert mapping.rows("sizes", "--vcpus", "99999") == []


def test_sizes_are_what_the_table_says(mapping: LookUps) -> None:
    for row in mapping.rows("sizes")[::97]:
        found = size(row["provider"], row["name"])
        assert found is not None
        assert [getattr(found, field) for field in SIZE_FIELDS] == [row[field] for field in SIZE_FIELDS]


# regions and images


def test_a_region_on_another_cloud_is_the_nearest_with_its_distance(mapping: LookUps) -> None:
    azure, gcp = mapping.rows("region", "eu-west-1")
    assert (azure["name"], azure["km"], azure["lost"]) == ("northeurope", 0, [])
    assert gcp["name"] == "europe-west2"
    assert gcp["km"] == pytest.approx(463, abs=5)
    assert gcp["lost"] == ["Ireland becomes United Kingdom"]


def test_a_city_is_near_a_region_of_every_cloud(mapping: LookUps) -> None:
    assert [row["provider"] for row in mapping.rows("region", "Tokyo")] == ["aws", "azure", "gcp"]


def test_a_region_tells_the_zones_that_are_lost(mapping: LookUps) -> None:
    [row] = mapping.rows("region", "gcp:us-west2", "--to", "aws")
    assert (row["provider"], row["zones"] is None or row["zones"] > 0) == ("aws", True)
    [fewer] = mapping.rows("region", "us-east-1", "--to", "azure")
    assert fewer["lost"] == ["6 zones become 3"]


def test_an_image_has_a_row_for_each_cloud_and_architecture(mapping: LookUps) -> None:
    rows = mapping.rows("image", "debian-12")
    assert [(row["provider"], row["architecture"]) for row in rows] == [
        (provider, architecture) for provider in ("aws", "azure", "gcp") for architecture in ("x86_64", "arm64")
    ]
    assert rows[0]["image"] == "debian-12-amd64-*"
    assert rows[0]["owner"] == "136693071363"
    assert rows[2]["image"] == "Debian:debian-12:12-gen2:latest"
    assert rows[4]["image"] == "projects/debian-cloud/global/images/family/debian-12"


# clouds side by side


@pytest.mark.parametrize(
    ("verb", "count"),
    [
        ("services", len(categories())),
        ("engine", len(engines())),
        ("storage-class", len(storage_classes())),
        ("role", len(roles())),
    ],
)
def test_without_a_name_all_are_listed_with_a_row_for_each_cloud(mapping: LookUps, verb: str, count: int) -> None:
    rows = mapping.rows(verb)
    assert len(rows) == 3 * count
    assert [row["provider"] for row in rows] == ["aws", "azure", "gcp"] * count


def test_a_category_tells_services_apis_and_differences(mapping: LookUps) -> None:
    aws, azure, gcp = mapping.rows("services", "virtual-machines")
    assert (aws["services"], aws["api"], aws["scope"], aws["noun"]) == (["Amazon EC2"], ["ec2"], "zonal", "vm")
    assert azure["api"] == ["Microsoft.Compute/virtualMachines"]
    assert gcp["documentation"] == "Compute Engine documentation"
    assert "tags" in gcp["differs"]


def test_a_cloud_without_a_counterpart_says_why(mapping: LookUps) -> None:
    _, azure, _ = mapping.rows("services", "service-discovery")
    assert azure["services"] == []
    assert azure["missing"].startswith("no registry")


def test_a_native_storage_class_tells_what_changes_on_the_others(mapping: LookUps) -> None:
    aws, azure, gcp = mapping.rows("storage-class", "GLACIER")
    assert (aws["storage_class"], aws["lost"]) == ("GLACIER", [])
    assert azure["lost"][0] == "90 days at least become 180"
    assert "a restore of up to 5 hours becomes reading at once" in gcp["lost"]


def test_an_engine_has_versions_as_each_cloud_names_them(mapping: LookUps) -> None:
    versions = {row["provider"]: row["versions"] for row in mapping.rows("engine", "postgres")}
    assert "17" in versions["aws"]
    assert "17" in versions["azure"]
    assert "POSTGRES_17" in versions["gcp"]


def test_versions_that_are_not_confirmed_are_null_and_no_engine_has_none(mapping: LookUps) -> None:
    versions = {row["provider"]: row["versions"] for row in mapping.rows("engine", "oracle")}
    assert versions["gcp"] is None
    assert mapping.rows("engine", "mariadb")[2]["versions"] == []


def test_a_role_says_what_to_grant_or_which_policy_to_write(mapping: LookUps) -> None:
    aws, azure, gcp = mapping.rows("role", "bucket-reader")
    assert "s3:GetObject" in aws["actions"]
    assert aws["resources"] == ["arn:aws:s3:::BUCKET", "arn:aws:s3:::BUCKET/*"]
    assert (azure["native_roles"], azure["ids"]) == (
        ["Storage Blob Data Reader"],
        ["2a2b9908-6ea1-4ae2-8e65-a410df84e7d1"],
    )
    assert gcp["ids"] == ["roles/storage.objectViewer"]


# verbs


@pytest.mark.parametrize("name", nouns())
def test_every_verb_of_a_noun_is_told_for_each_cloud_with_operations_or_the_reason(mapping: LookUps, name: str) -> None:
    rows = mapping.rows("verbs", name)
    table = noun(name)
    assert [(row["verb"], row["provider"]) for row in rows] == [(v, p) for v in table.verbs for p in table.clouds]
    for row in rows:
        cloud = table.clouds[row["provider"]]
        assert row["supported"] == (row["why"] is None) == bool(row["operations"])
        assert row["operations"] == list(cloud.verbs.get(row["verb"], ()))
