"""Services, engines, storage classes and roles: the three clouds side by side."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import botocore.session
import googleapiclient
import pytest

from cloudctl.mapping import (
    TableError,
    UnknownName,
    categories,
    engine_table,
    engines,
    find_category,
    find_engine,
    find_role,
    find_storage_class,
    nouns,
    role_table,
    roles,
    service_table,
    storage_class_table,
    storage_classes,
    tables,
)
from cloudctl.mapping.side_by_side import PROVIDERS
from cloudctl.mapping.storage_class_table import lost_class

CLASSIC = {
    "virtual-machines", "autoscaling", "images", "block-storage", "file-storage", "object-storage", "archive-storage",
    "managed-sql", "nosql", "cache", "data-warehouse", "etl", "object-query", "virtual-networks", "firewalls",
    "load-balancing", "dns", "cdn", "private-links", "vpn", "functions", "containers", "kubernetes",
    "container-registry", "queues", "publish-subscribe", "event-bus", "streams", "api-gateway", "workflow", "secrets",
    "keys", "certificates", "identity-and-access", "service-identities", "organisations", "audit-log", "metrics",
    "logs", "tracing", "threat-detection", "configuration-rules", "infrastructure-as-code", "source-repositories",
    "build", "deployment", "pipeline", "artifact-registry", "notebooks", "machine-learning", "business-intelligence",
    "desktops", "data-transfer-devices", "hybrid-storage-gateway", "service-discovery", "patching", "remote-commands",
    "cost", "budgets",
}  # fmt: skip

DISCOVERY = Path(googleapiclient.__file__).parent / "discovery_cache" / "documents"
EVERY: list[Any] = [*categories(), *engines(), *storage_classes(), *roles()]


def apis(provider: str) -> set[str]:
    return {name for found in categories() if provider in found.clouds for name in found.clouds[provider].api}


def test_the_classic_comparison_is_complete() -> None:
    assert {found.name for found in categories()} >= CLASSIC


@pytest.mark.parametrize("entry", EVERY, ids=lambda entry: f"{type(entry).__name__}-{entry.name}")
def test_each_cloud_has_a_counterpart_or_a_reason(entry: Any) -> None:
    assert sorted([*entry.clouds, *entry.missing]) == list(PROVIDERS)
    assert entry.clouds


def test_every_noun_serves_a_category() -> None:
    assert {found.noun for found in categories()} - {None} == set(nouns())


def test_the_apis_of_aws_are_services_of_its_sdk() -> None:
    assert apis("aws") - set(botocore.session.get_session().get_available_services()) == set()


def test_the_apis_of_gcp_have_a_discovery_document() -> None:
    hosts = {f"{path.name.partition('.')[0]}.googleapis.com" for path in DISCOVERY.glob("*.json")}
    # Memorystore's API has none in this client library.
    assert apis("gcp") - hosts == {"memorystore.googleapis.com"}


@pytest.mark.parametrize(
    ("find", "wanted", "names"),
    [
        (find_category, "dns", ["dns"]),
        (find_category, "Amazon SQS", ["queues"]),
        (find_category, "azure:Microsoft.Cache/redisEnterprise", ["cache"]),
        (find_engine, "Postgres", ["postgres"]),
        (find_engine, "sqlserver-se", ["sqlserver"]),
        (find_storage_class, "NEARLINE", ["infrequent"]),
        (find_storage_class, "azure:archive", ["archive", "deep-archive"]),
        (find_storage_class, "archive", ["archive"]),
        (find_role, "roles/storage.objectViewer", ["bucket-reader"]),
        (find_role, "8e3af657-a8ff-443c-a75c-2fe8c4bcb635", ["admin"]),
        (find_role, "arn:aws:iam::aws:policy/job-function/Billing", ["billing-admin"]),
    ],
)
def test_an_entry_is_found_by_its_neutral_name_and_by_those_of_the_clouds(
    find: Callable[[str], list[Any]], wanted: str, names: list[str]
) -> None:
    assert [match.entry.name for match in find(wanted)] == names


@pytest.mark.parametrize(
    ("find", "wanted", "near"),
    [
        (find_category, "kubernets", "kubernetes"),
        (find_engine, "postgre", "postgres"),
        (find_storage_class, "NEARLIN", "NEARLINE"),
        (find_role, "bucket-raeder", "bucket-reader"),
        (find_role, "gcp:Reader", "Reader"),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest(find: Callable[[str], list[Any]], wanted: str, near: str) -> None:
    with pytest.raises(UnknownName) as caught:
        find(wanted)
    assert near in (caught.value.fix or "")


def enum_with(schema: Any, value: str) -> set[str]:
    """The values of the enum of a discovery document that has this one."""
    if isinstance(schema, dict):
        if value in schema.get("enum", ()):
            return set(schema["enum"])
        return set().union(*(enum_with(item, value) for item in schema.values()))
    return set()


@pytest.mark.parametrize(("host", "document"), [("sqladmin", "sqladmin.v1"), ("alloydb", "alloydb.v1")])
def test_the_versions_of_gcp_are_values_of_its_apis(host: str, document: str) -> None:
    text = (DISCOVERY / f"{document}.json").read_text("utf-8")
    known = enum_with(json.loads(text)["schemas"], "POSTGRES_15")
    sides = [found.clouds["gcp"] for found in engines() if "gcp" in found.clouds]
    named = {
        version
        for side in sides
        if side.engine == (f"{host}.googleapis.com",)
        for version in (*side.versions, *side.extended)
    }
    assert named
    assert named - known == set()


def test_a_storage_class_of_another_cloud_says_what_changes() -> None:
    [found] = [match.entry for match in find_storage_class("archive")]
    changes = list(lost_class(found.clouds["aws"], found.clouds["gcp"]))
    assert changes == [
        "90 days at least become 365",
        "a restore of up to 5 hours becomes reading at once",
        "uptime of 99.9 % becomes 99 %",
    ]
    assert list(lost_class(found.clouds["aws"], found.clouds["aws"])) == []


def test_role_ids_are_written_as_each_provider_writes_them() -> None:
    pattern = {
        "aws": re.compile(r"arn:aws:iam::aws:policy/[\w/-]+"),
        "azure": re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
        "gcp": re.compile(r"roles/[A-Za-z0-9.]+"),
    }
    wrong = [
        native
        for role in roles()
        for provider, side in role.clouds.items()
        for native in side.roles.values()
        if not pattern[provider].fullmatch(native)
    ]
    assert wrong == []


ABSENT = 'azure = { none = "no" }\ngcp = { none = "no" }'
SERVICES = f"""\
[[category]]
name = "dns"
title = "DNS"
differs = "little"
aws = {{ services = ["Amazon Route 53"], api = "route53", documentation = "Guide", scope = "global" }}
{ABSENT}
"""
ENGINES = f"""\
[[engine]]
name = "mysql"
title = "MySQL"
aws = {{ service = "Amazon RDS", engine = "mysql", versions = "8.4", extended = "8.0" }}
{ABSENT}
"""
CLASSES = f"""\
[[class]]
name = "archive"
title = "Archive"
aws = {{ native = "GLACIER", min_days = 90, retrieval = "hours", hours = 5 }}
{ABSENT}
"""
ROLES = f"""\
[[role]]
name = "viewer"
title = "Read"
aws = {{ roles = {{ "R" = "arn:aws:iam::aws:policy/R" }} }}
{ABSENT}
"""
TABLES: Mapping[str, tuple[Callable[[tables.Place], Mapping[str, Any]], str]] = {
    "services": (service_table.read, SERVICES),
    "engines": (engine_table.read, ENGINES),
    "storage_classes": (storage_class_table.read, CLASSES),
    "roles": (role_table.read, ROLES),
}


def read(table: str, text: str) -> Mapping[str, Any]:
    return TABLES[table][0](tables.parse(f"{table}.toml", text))


@pytest.mark.parametrize("table", TABLES)
def test_the_examples_of_this_file_are_accepted(table: str) -> None:
    assert len(read(table, TABLES[table][1])) == 1


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    ("old", "new", "key", "problem"),
    [
        ("title =", "titel =", "[0].titel", "unknown key"),
        ('gcp = { none = "no" }', "", "[0]", "says nothing of gcp"),
        ('gcp = { none = "no" }', 'gcp = { none = "" }', "[0].gcp.none", "empty"),
        ('gcp = { none = "no" }', 'gcp = { none = "no", x = 1 }', "[0].gcp.x", "unknown key"),
        ("aws = {", "aws = { colour = 1,", "[0].aws.colour", "unknown key"),
        ("name =", "nam =", "[0].nam", "unknown key"),
    ],
)
def test_what_no_table_may_hold_is_refused(table: str, old: str, new: str, key: str, problem: str) -> None:
    with pytest.raises(TableError, match=problem) as caught:
        read(table, TABLES[table][1].replace(old, new, 1))
    assert caught.value.file == f"{table}.toml"
    assert caught.value.line >= 1
    assert caught.value.key.endswith(key)


@pytest.mark.parametrize("table", TABLES)
def test_an_entry_that_is_there_twice_is_refused_with_its_line(table: str) -> None:
    text = TABLES[table][1]
    with pytest.raises(TableError, match="is there twice") as caught:
        read(table, text + text)
    assert caught.value.line == len(text.splitlines()) + 2


@pytest.mark.parametrize("table", TABLES)
def test_an_entry_that_no_cloud_has_is_refused(table: str) -> None:
    text = re.sub(r"^aws = .*$", 'aws = { none = "no" }', TABLES[table][1], flags=re.MULTILINE)
    with pytest.raises(TableError, match="is on no cloud"):
        read(table, text)


@pytest.mark.parametrize(
    ("table", "old", "new", "line", "problem"),
    [
        ("services", '"global"', '"planetary"', 5, "none of global, regional, zonal"),
        ("services", '"route53"', '"Route 53"', 5, "no API of aws"),
        ("services", "differs =", 'noun = "spaceship"\ndiffers =', 4, "no noun of cloudctl"),
        ("services", '["Amazon Route 53"]', "[]", 5, "empty"),
        ("engines", 'extended = "8.0"', 'extended = "8.4"', 4, "is in versions too"),
        ("engines", 'versions = "8.4"', 'versions = "8.4 8.4"', 4, "twice"),
        ("storage_classes", '"hours", hours = 5', '"soon"', 4, "neither online nor hours"),
        ("storage_classes", ", hours = 5", "", 4, "hours with a retrieval of hours"),
        ("storage_classes", "min_days = 90", 'min_days = "90"', 4, "not an integer"),
        ("roles", 'roles = { "R" = "arn:aws:iam::aws:policy/R" }', "", 4, "either roles or actions"),
        ("roles", 'roles = { "R" = "arn:aws:iam::aws:policy/R" }', 'actions = "s3:Get"', 4, "must have resources"),
    ],
)
def test_what_breaks_the_rules_of_a_table_is_refused_with_its_line(
    table: str, old: str, new: str, line: int, problem: str
) -> None:
    assert old in TABLES[table][1]
    with pytest.raises(TableError, match=problem) as caught:
        read(table, TABLES[table][1].replace(old, new, 1))
    assert (caught.value.file, caught.value.line) == (f"{table}.toml", line)
