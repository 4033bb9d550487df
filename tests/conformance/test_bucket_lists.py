"""Lists of buckets: complete over pages, and complete as far as possible where something is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from bucket_clouds import BUCKETS, BucketFacts
from command_line import CommandLine
from conftest import BUCKET_CLOUDS
from recording import recorded

MANY = 20


@pytest.fixture
def paged(make_sandbox: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, inside: None) -> Any:
    """Empty clouds whose pages hold seven records at most."""
    sandbox = make_sandbox(transition=0.1, page_size=7)
    sandbox.reset()
    for name, value in sandbox.environment().items():
        monkeypatch.setenv(name, value)
    return sandbox


@pytest.fixture
def one_each(fresh: None, sandbox: Any) -> None:
    """One bucket on each cloud."""
    for store in BUCKETS.values():
        store.connect(sandbox.endpoint(store.name)).make(store.bucket("web"))


def test_a_list_of_many_pages_is_complete(paged: Any, cli: CommandLine, store: BucketFacts) -> None:
    natively = store.connect(paged.endpoint(store.name))
    made = [store.bucket(f"web-{number}") for number in range(MANY)]
    for name in made:
        natively.make(name)
    with recorded(paged) as calls:
        listed = cli.json("bucket", "list", "-p", store.name)
    assert sorted(one["name"] for one in listed) == sorted(made)
    assert len([call for call in calls if call["operation"] == store.list]) >= MANY / 7


@pytest.mark.usefixtures("one_each")
def test_a_bucket_that_refuses_a_call_is_listed_without_what_it_would_say(
    cli: CommandLine, store: BucketFacts, sandbox: Any
) -> None:
    if store.detail is None:
        pytest.skip("everything is in the list itself")
    (whole,) = cli.json("bucket", "list", "-p", store.name)
    sandbox.fault("denied", store.name, store.detail, count=0)
    (listed,) = cli.json("bucket", "list", "-p", store.name)
    assert whole[store.unknown] is not None
    assert listed == whole | {store.unknown: None}


@pytest.mark.usefixtures("one_each")
def test_a_cloud_that_cannot_be_read_does_not_hide_the_others(
    hurried: None, cli: CommandLine, store: BucketFacts, sandbox: Any
) -> None:
    sandbox.fault("denied", store.name, count=0)
    result = cli("bucket", "list", "-o", "json")
    assert result.code == 9
    assert [one["provider"] for one in result.json] == [name for name in BUCKET_CLOUDS if name != store.name]
    assert ("denied", store.name) in {(error["error"], error["context"]) for error in result.errors}


@pytest.mark.usefixtures("one_each")
def test_when_every_cloud_fails_there_is_no_output(hurried: None, cli: CommandLine, sandbox: Any) -> None:
    sandbox.fault("denied", count=0)
    result = cli("bucket", "list", "-o", "json")
    assert (result.code, result.out) == (5, "")


@pytest.mark.usefixtures("one_each")
def test_a_region_narrows_the_list(cli: CommandLine, store: BucketFacts) -> None:
    def listed(region: str) -> list[str]:
        found = cli.json("bucket", "list", "-p", store.name, "-r", region)
        return [one["name"] for one in found]

    assert listed(store.region) == [store.bucket("web")]
    assert listed({"aws": "eu-west-1", "azure": "westeurope", "gcp": "europe-west1"}[store.name]) == []


@pytest.mark.usefixtures("fresh")
def test_only_an_empty_account_is_an_empty_list(cli: CommandLine) -> None:
    result = cli("bucket", "list", "-o", "json")
    assert (result.code, result.json, result.err) == (0, [], "")
