"""One bucket on each cloud from create to delete, with the same words."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from bucket_clouds import BUCKETS, BucketFacts
from command_line import CommandLine, program
from conftest import BUCKET_CLOUDS
from native_buckets import NativeBuckets
from recording import changes, recorded

pytestmark = pytest.mark.usefixtures("fresh")

FLAGS = ("--versioning", "--tag", "env=test")
# fmt: off
FIELDS = [
    "provider", "context", "id", "name", "url", "region", "created", "versioning", "public", "encryption",
    "storage_class", "tags",
]
# fmt: on


def create(cli: CommandLine, store: BucketFacts, name: str = "web", *more: str) -> Any:
    return cli.json("bucket", "create", store.bucket(name), "-p", store.name, *FLAGS, *more)


def test_a_bucket_is_made_with_the_same_words_on_each_cloud(cli: CommandLine, store: BucketFacts) -> None:
    made = create(cli, store)
    expected = {
        "provider": store.name,
        "context": store.name,
        "name": store.bucket("web"),
        "url": store.url_of("web"),
        "region": store.region,
        "versioning": True,
        "public": False,
        "encryption": "provider",
        "storage_class": store.storage_class,
    }
    assert {key: made[key] for key in expected} == expected
    assert re.fullmatch(store.id_pattern, made["id"])
    assert made["tags"]["env"] == "test"


def test_a_plain_bucket_is_private_encrypted_and_keeps_no_versions(cli: CommandLine, store: BucketFacts) -> None:
    made = cli.json("bucket", "create", store.bucket("web"), "-p", store.name)
    assert (made["versioning"], made["public"], made["encryption"]) == (False, False, "provider")


def test_created_is_the_time_of_the_create(cli: CommandLine, store: BucketFacts) -> None:
    begun = datetime.now(UTC).replace(microsecond=0)
    made = create(cli, store)
    if not store.dated:
        assert made["created"] is None
        return
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", made["created"])
    assert begun - timedelta(seconds=1) <= datetime.fromisoformat(made["created"]) <= datetime.now(UTC)


def test_list_and_show_have_exactly_the_fields_of_the_contract_in_order(cli: CommandLine, store: BucketFacts) -> None:
    made = create(cli, store)
    shown = cli.json("bucket", "show", store.bucket("web"), "-p", store.name)
    assert list(made) == list(shown) == FIELDS
    assert cli.json("bucket", "list", "-p", store.name) == [shown] == [made]


def test_native_adds_the_providers_own_record(cli: CommandLine, store: BucketFacts) -> None:
    create(cli, store)
    (listed,) = cli.json("bucket", "list", "-p", store.name, "--native")
    assert list(listed) == [*FIELDS, "native"]
    assert listed["id"] in str(listed["native"])


def test_a_bucket_is_found_by_name_by_id_by_url_and_by_context(cli: CommandLine, store: BucketFacts) -> None:
    made = create(cli, store)
    name = store.bucket("web")
    for words in ([name, "-p", store.name], [made["id"], "-p", store.name], [f"{store.name}:{name}"], [made["url"]]):
        assert cli.json("bucket", "show", *words) == made
    (listed,) = cli("bucket", "list", "-p", store.name, "-o", "name").out.split()
    assert cli.json("bucket", "show", listed) == made


def test_a_url_is_enough_to_make_and_delete_a_bucket(
    cli: CommandLine, store: BucketFacts, natively: NativeBuckets
) -> None:
    made = cli.json("bucket", "create", store.url_of("web"))
    assert (made["provider"], made["url"]) == (store.name, store.url_of("web"))
    assert cli.json("bucket", "delete", store.url_of("web"), "--yes") == made
    assert natively.names() == set()


def test_what_is_there_is_a_conflict_unless_that_is_fine(cli: CommandLine, store: BucketFacts, sandbox: Any) -> None:
    made = create(cli, store)
    words = ("bucket", "create", store.bucket("web"), "-p", store.name, *FLAGS)
    refused = cli(*words, "-o", "json")
    assert (refused.code, [error["error"] for error in refused.errors]) == (6, ["exists"])
    with recorded(sandbox) as calls:
        assert cli.json(*words, "--if-not-exists") == made
    assert changes(calls, store) == set()


def test_a_bucket_that_differs_is_not_accepted_and_the_difference_is_named(
    cli: CommandLine, store: BucketFacts
) -> None:
    cli.json("bucket", "create", store.bucket("web"), "-p", store.name)
    words = ("bucket", "create", store.bucket("web"), "-p", store.name, "--if-not-exists")
    refused = cli(*words, "--versioning", "-o", "json")
    assert refused.code == 6, refused.err
    assert "versioning: " in refused.errors[0]["why"]


@pytest.mark.parametrize("more", [(), ("--if-not-exists",)], ids=["plain", "if not exists"])
def test_a_bucket_of_somebody_else_is_left_alone(
    cli: CommandLine, store: BucketFacts, natively: NativeBuckets, more: tuple[str, ...]
) -> None:
    natively.make(store.bucket("web"))
    theirs = cli.json("bucket", "show", store.bucket("web"), "-p", store.name)
    refused = cli("bucket", "create", store.bucket("web"), "-p", store.name, *more, "-o", "json")
    assert (refused.code, refused.errors[0]["error"]) == (6, "exists")
    assert cli.json("bucket", "show", store.bucket("web"), "-p", store.name) == theirs


def test_a_deleted_bucket_is_gone_and_can_be_made_again(
    cli: CommandLine, store: BucketFacts, natively: NativeBuckets
) -> None:
    natively.make(store.bucket("bystander"))
    made = create(cli, store)
    words = ("bucket", "delete", store.bucket("web"), "-p", store.name, "--yes")
    assert cli.json(*words) == made
    assert natively.names() == {store.bucket("bystander")}
    again = cli(*words, "-o", "json")
    assert (again.code, again.errors[0]["error"]) == (3, "not_found")
    accepted = cli(*words, "--if-exists")
    assert (accepted.code, accepted.out) == (0, "")
    again_made = create(cli, store)
    assert not store.dated or again_made["created"] >= made["created"]


def test_a_bucket_that_holds_something_is_refused_before_any_change(
    cli: CommandLine, store: BucketFacts, natively: NativeBuckets, sandbox: Any
) -> None:
    create(cli, store)
    natively.fill(store.bucket("web"))
    with recorded(sandbox) as calls:
        refused = cli("bucket", "delete", store.bucket("web"), "-p", store.name, "--yes", "-o", "json")
    assert (refused.code, refused.errors[0]["error"]) == (6, "conflict"), refused.err
    assert "--recursive" in refused.err
    assert changes(calls, store) == set()


def test_a_recursive_deletion_takes_objects_versions_and_uploads_along(
    cli: CommandLine, store: BucketFacts, natively: NativeBuckets
) -> None:
    create(cli, store)
    name = store.bucket("web")
    natively.fill(name)
    words = ("bucket", "delete", name, "-p", store.name, "--recursive")
    assert cli(*words, "--yes").code == 2
    assert cli(*words, "--confirm", "other").code == 2
    assert name in natively.names()
    cli.json(*words, "--confirm", name)
    assert natively.names() == set()


def test_off_a_terminal_the_answer_must_be_given_beforehand(cli: CommandLine, store: BucketFacts, sandbox: Any) -> None:
    create(cli, store)
    for more, fix in (((), "--yes"), (("--recursive",), f"--confirm {store.bucket('web')}")):
        with recorded(sandbox) as calls:
            refused = cli("bucket", "delete", store.bucket("web"), "-p", store.name, *more, "-o", "json")
        assert (refused.code, calls) == (2, [])
        assert fix in refused.errors[0]["fix"]


def test_a_name_that_the_cloud_does_not_allow_is_refused_before_any_call(
    cli: CommandLine, store: BucketFacts, sandbox: Any
) -> None:
    for name, rule in store.names_refused.items():
        with recorded(sandbox) as calls:
            refused = cli("bucket", "create", name, "-p", store.name, "-o", "json")
        assert (refused.code, calls) == (2, []), name
        assert rule in refused.err, name


def test_the_dry_run_shows_exactly_the_changes_that_are_made(
    cli: CommandLine, store: BucketFacts, natively: NativeBuckets, sandbox: Any
) -> None:
    words = ("bucket", "create", store.bucket("web"), "-p", store.name, *FLAGS)
    with recorded(sandbox) as calls:
        steps = cli.json(*words, "--dry-run")
    assert changes(calls, store) == set()
    assert natively.names() == set()
    assert store.create in {step["operation"] for step in steps}
    with recorded(sandbox) as calls:
        cli.json(*words)
    shown = {step["operation"] for step in steps} - set(store.by_itself)
    assert changes(calls, store) - set(store.marking) == shown
    assert cli("bucket", "create", store.bucket("web"), "-p", store.name, "--dry-run").code == 6


def test_the_dry_run_of_a_deletion_changes_nothing(cli: CommandLine, store: BucketFacts, sandbox: Any) -> None:
    made = create(cli, store)
    with recorded(sandbox) as calls:
        steps = cli.json("bucket", "delete", store.bucket("web"), "-p", store.name, "--dry-run")
    assert steps and {step["operation"] for step in steps} <= set(store.table.verbs["delete"])
    assert changes(calls, store) == set()
    assert cli.json("bucket", "show", store.bucket("web"), "-p", store.name) == made


def test_an_operation_that_was_left_under_way_is_finished_by_another_process(
    cli: CommandLine, store: BucketFacts, sandbox: Any, tmp_path: Path
) -> None:
    name = store.bucket("web")
    sandbox.fault("hang", store.name, store.create, count=0)
    late = cli("bucket", "create", name, "-p", store.name, *FLAGS, "--timeout", "2")
    sandbox.clear_faults()
    assert late.code == 10, late.err
    (operation,) = cli.json("operation", "list")
    assert (operation["noun"], operation["verb"], operation["status"]) == ("bucket", "create", "unfinished")
    waited = program("operation", "wait", operation["id"], "-o", "json")
    assert (waited.code, waited.json["status"]) == (0, "done"), waited.err
    assert cli.json("bucket", "show", name, "-p", store.name)["versioning"] is True


def test_the_audit_record_names_every_change(cli: CommandLine, store: BucketFacts, tmp_path: Path) -> None:
    create(cli, store)
    cli.json("bucket", "delete", store.bucket("web"), "-p", store.name, "--yes")
    (path,) = (tmp_path / "home").rglob("audit.jsonl")
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert [(line["action"], line["name"], line["result"]) for line in lines] == [
        (f"bucket {verb}", store.bucket("web"), "done") for verb in ("create", "delete")
    ]


def test_one_list_covers_all_clouds(cli: CommandLine) -> None:
    for store in BUCKETS.values():
        create(cli, store)
    listed = cli.json("bucket", "list")
    assert [(one["provider"], one["name"]) for one in listed] == [
        (cloud, BUCKETS[cloud].bucket("web")) for cloud in BUCKET_CLOUDS
    ]
    assert all(list(one) == FIELDS for one in listed)


def test_facts_cover_the_clouds_of_the_mapping() -> None:
    assert sorted(BUCKETS) == BUCKET_CLOUDS
