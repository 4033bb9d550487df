"""``bucket lifecycle``: neutral rules on the three clouds, beside rules that only the cloud's own tools can write."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from bucket_clouds import BucketFacts
from command_line import CommandLine
from native_buckets import NativeBuckets
from object_store import Objects
from recording import changes, recorded

FIELDS = [
    "bucket", "id", "enabled", "prefix", "transitions", "expire_days", "noncurrent_expire_days", "abort_multipart_days",
    "exact",
]  # fmt: skip
ACTIONS = ("--transition", "40:infrequent", "--expire-after", "365", "--expire-noncurrent-after", "30")


def rules(data: Objects, *words: str) -> list[dict[str, Any]]:
    return list(data.json("lifecycle", *words))


def said(found: list[dict[str, Any]]) -> set[tuple[Any, ...]]:
    """What rules do, whether in one or in several."""
    days = ("expire_days", "noncurrent_expire_days", "abort_multipart_days")
    single = {(rule["prefix"], name, rule[name]) for rule in found for name in days if rule[name] is not None}
    moves = {
        (rule["prefix"], move["storage_class"], move["days"]) for rule in found for move in rule["transitions"]
    }  # fmt: skip
    return single | moves


def test_rules_are_added_shown_and_removed_with_the_same_words(data: Objects) -> None:
    assert rules(data, "show", data.url) == []
    added = rules(data, "add", data.url, "--prefix", "logs/", *ACTIONS)
    assert list(added[0]) == FIELDS
    assert {rule["exact"] for rule in added} == {rule["enabled"] for rule in added} == {True}
    assert said(added) == {
        ("logs/", data.facts.cold, 40), ("logs/", "expire_days", 365), ("logs/", "noncurrent_expire_days", 30)
    }  # fmt: skip
    both = rules(data, "add", data.url, "--expire-after", "9", "--prefix", "tmp/")
    assert both[: len(added)] == added
    first = [rule["id"] for rule in added]
    assert rules(data, "remove", data.url, *first, "--yes") == both[len(added) :]
    assert rules(data, "remove", data.url, "--all", "--yes") == []


def test_a_rule_that_is_there_is_not_added_again(data: Objects, sandbox: Any) -> None:
    once = rules(data, "add", data.url, *ACTIONS)
    with recorded(sandbox) as calls:
        assert rules(data, "add", data.url, *ACTIONS) == once
    assert changes(calls, data.store) == set()


def test_rules_are_replaced_by_those_of_a_file(data: Objects, tmp_path: Path, sandbox: Any) -> None:
    before = rules(data, "add", data.url, "--prefix", "a/", *ACTIONS)
    file = tmp_path / "rules.json"
    file.write_text(json.dumps(before))
    rules(data, "add", data.url, "--expire-after", "9")
    assert said(rules(data, "set", data.url, "--file", str(file), "--yes")) == said(before)
    with recorded(sandbox) as calls:
        assert said(rules(data, "set", data.url, "--file", str(file), "--yes")) == said(before)
    assert changes(calls, data.store) == set()
    file.write_text("- prefix: b/\n  expire_days: 3\n")
    assert said(rules(data, "set", data.url, "--file", str(file), "--yes")) == {("b/", "expire_days", 3)}


def test_a_dry_run_changes_nothing(data: Objects, sandbox: Any) -> None:
    with recorded(sandbox) as calls:
        (step,) = rules(data, "add", data.url, *ACTIONS, "--dry-run")
    assert step["step"] == "lifecycle"
    assert changes(calls, data.store) == set()


def test_rules_of_the_clouds_own_tools_stay_as_they_are(
    data: Objects, natively: NativeBuckets, store: BucketFacts
) -> None:
    natively.regulate(store.bucket("data"))
    before = natively.regulations(store.bucket("data"))
    (shown,) = rules(data, "show", data.url)
    assert shown["exact"] is False
    rules(data, "add", data.url, "--expire-after", "9")
    rules(data, "remove", data.url, *(rule["id"] for rule in rules(data, "show", data.url) if rule["exact"]), "--yes")
    assert natively.regulations(store.bucket("data")) == before


def test_the_rules_of_one_bucket_are_not_those_of_another(cli: CommandLine, store: BucketFacts, data: Objects) -> None:
    cli.json("bucket", "create", store.url_of("other"))
    for url in (data.url, store.url_of("other")):
        rules(data, "add", url, *ACTIONS)
    rules(data, "remove", data.url, "--all", "--yes")
    assert rules(data, "show", data.url) == []
    assert said(rules(data, "show", store.url_of("other"))) != set()


WRONG = [
    ("add", 2),
    ("add --expire-after 0", 2),
    ("add --expire-after soon", 2),
    ("add --transition 30", 2),
    ("add --transition x:infrequent", 2),
    ("add --transition 30:no-such", 2),
    ("add --transition 30:STANDARD_NONE", 2),
    ("set --file /no/such/file --yes", 2),
    ("set --file {bad} --yes", 2),
    ("remove", 2),
    ("remove one --all", 2),
    ("remove one", 2),
]


@pytest.mark.parametrize(("words", "code"), WRONG, ids=[words for words, _ in WRONG])
def test_what_is_wrong_is_refused_before_any_call(
    data: Objects, sandbox: Any, tmp_path: Path, words: str, code: int
) -> None:
    (tmp_path / "bad").write_text("- nonsense: 1\n")
    verb, *more = words.format(bad=tmp_path / "bad").split()
    with recorded(sandbox) as calls:
        result = data.run("lifecycle", verb, data.url, *more)
    assert (result.code, result.out, calls) == (code, "", [])


def test_what_is_not_there_is_not_found(data: Objects) -> None:
    assert data.run("lifecycle", "remove", data.url, "nonesuch", "--yes").code == 3
    data.ok("lifecycle", "remove", data.url, "nonesuch", "--yes", "--if-exists")
    assert data.run("lifecycle", "show", data.store.url_of("missing-of-all")).code == 3


def test_what_a_cloud_has_no_rule_for_is_unsupported(data: Objects) -> None:
    words = {"azure": ("--abort-multipart-after", "7"), "gcp": ("--expire-after", "9", "--id", "mine")}
    if data.store.name not in words:
        rules(data, "add", data.url, "--abort-multipart-after", "7", "--id", "mine")
        assert data.run("lifecycle", "add", data.url, "--expire-after", "7", "--id", "mine").code == 6
        return
    assert data.run("lifecycle", "add", data.url, *words[data.store.name]).code == 7
