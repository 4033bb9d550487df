"""Versioning and the public access block of a bucket that is there, anybody's."""

from __future__ import annotations

from typing import Any

import pytest
from bucket_clouds import BucketFacts
from command_line import CommandLine
from native_buckets import NativeBuckets
from recording import changes, recorded

pytestmark = pytest.mark.usefixtures("fresh")

STATES = [("versioning", "on"), ("versioning", "off"), ("public", "block"), ("public", "allow")]


def switch(cli: CommandLine, store: BucketFacts, verb: str, state: str, *more: str) -> Any:
    return cli.json("bucket", verb, state, store.bucket("web"), "-p", store.name, "--yes", *more)


def test_versioning_is_turned_on_and_off(cli: CommandLine, store: BucketFacts, natively: NativeBuckets) -> None:
    natively.make(store.bucket("web"))
    for state, kept in (("on", True), ("off", False), ("on", True)):
        assert switch(cli, store, "versioning", state)["versioning"] is kept
        assert cli.json("bucket", "show", store.bucket("web"), "-p", store.name)["versioning"] is kept


def test_what_the_public_is_granted_counts_only_while_that_is_allowed(
    cli: CommandLine, store: BucketFacts, natively: NativeBuckets
) -> None:
    natively.make(store.bucket("web"))
    switch(cli, store, "public", "allow")
    natively.grant(store.bucket("web"))
    for state, reachable in (("block", False), ("allow", True), ("block", False)):
        assert switch(cli, store, "public", state)["public"] is reachable
        assert cli.json("bucket", "show", store.bucket("web"), "-p", store.name)["public"] is reachable


def test_blocked_buckets_refuse_what_would_open_them(
    cli: CommandLine, store: BucketFacts, natively: NativeBuckets
) -> None:
    cli.json("bucket", "create", store.bucket("web"), "-p", store.name)
    with pytest.raises(store.refusal):
        natively.grant(store.bucket("web"))
    switch(cli, store, "public", "allow")
    natively.grant(store.bucket("web"))


@pytest.mark.parametrize(("verb", "state"), STATES)
def test_a_state_that_is_there_is_not_set_again(
    cli: CommandLine, store: BucketFacts, natively: NativeBuckets, sandbox: Any, verb: str, state: str
) -> None:
    natively.make(store.bucket("web"))
    once = switch(cli, store, verb, state)
    with recorded(sandbox) as calls:
        assert switch(cli, store, verb, state) == once
    assert changes(calls, store) == set()


@pytest.mark.parametrize(("verb", "state"), STATES)
def test_the_dry_run_shows_the_call_and_makes_none(
    cli: CommandLine, store: BucketFacts, natively: NativeBuckets, sandbox: Any, verb: str, state: str
) -> None:
    natively.make(store.bucket("web"))
    words = ("bucket", verb, state, store.bucket("web"), "-p", store.name)
    with recorded(sandbox) as calls:
        (step,) = cli.json(*words, "--dry-run")
    assert changes(calls, store) == set()
    switch(cli, store, verb, {"on": "off", "off": "on", "block": "allow", "allow": "block"}[state])
    with recorded(sandbox) as calls:
        switch(cli, store, verb, state)
    assert changes(calls, store) == {step["operation"]}


@pytest.mark.parametrize(("verb", "state"), STATES)
def test_what_belongs_to_more_than_the_bucket_or_opens_it_is_asked_for(
    cli: CommandLine, store: BucketFacts, natively: NativeBuckets, sandbox: Any, verb: str, state: str
) -> None:
    natively.make(store.bucket("web"))
    asked = store.shared_settings or state == "allow"
    with recorded(sandbox) as calls:
        result = cli("bucket", verb, state, store.bucket("web"), "-p", store.name, "-o", "json")
    assert result.code == (2 if asked else 0), result.err
    if asked:
        assert changes(calls, store) == set()
        assert "--yes" in result.errors[0]["fix"]
    assert ("storage account" in result.err) == (store.shared_settings and state != "allow")


def test_other_settings_stay_as_they_are(cli: CommandLine, store: BucketFacts, natively: NativeBuckets) -> None:
    made = cli.json("bucket", "create", store.bucket("web"), "-p", store.name, "--tag", "env=test")
    natively.configure(store.bucket("web"))
    before = natively.configuration(store.bucket("web"))
    switch(cli, store, "versioning", "on")
    switch(cli, store, "public", "allow")
    shown = switch(cli, store, "public", "block")
    assert shown == {**made, "versioning": True}
    assert natively.configuration(store.bucket("web")) == before


def test_a_bucket_that_is_not_there_is_not_found(cli: CommandLine, store: BucketFacts) -> None:
    for verb, state in STATES:
        missing = cli("bucket", verb, state, store.bucket("web"), "-p", store.name, "--yes", "-o", "json")
        assert (missing.code, missing.errors[0]["error"]) == (3, "not_found")


def test_another_word_for_a_state_is_a_usage_error(cli: CommandLine, store: BucketFacts, sandbox: Any) -> None:
    with recorded(sandbox) as calls:
        for verb in ("versioning", "public"):
            assert cli("bucket", verb, "perhaps", store.bucket("web"), "-p", store.name).code == 2
    assert calls == []
