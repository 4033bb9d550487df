"""Lists: how many calls they take, and that they are complete."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from command_line import CommandLine
from recording import operations, recorded
from vm_clouds import CloudFacts, Native

MANY = 300
PAGED = 40


@pytest.fixture
def paged(make_sandbox: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, inside: None) -> Any:
    """Empty clouds whose pages hold seven records at most."""
    sandbox = make_sandbox(transition=0.1, page_size=7)
    sandbox.reset()
    for name, value in sandbox.environment().items():
        monkeypatch.setenv(name, value)
    return sandbox


def test_three_and_three_hundred_machines_take_the_same_number_of_calls(
    fresh: None, cli: CommandLine, cloud: CloudFacts, native: Native, sandbox: Any
) -> None:
    words = ("vm", "list", "-p", cloud.name)
    native.machine("one")
    native.twins("two")
    with recorded(sandbox) as few:
        assert len(cli.json(*words)) == 3
    made = native.bulk(MANY)
    with recorded(sandbox) as many:
        listed = cli.json(*words)
    assert len(listed) == MANY + 3 and {vm["id"] for vm in listed} > made
    assert len(many) == len(few)


def test_a_list_of_many_pages_is_complete(paged: Any, cli: CommandLine, cloud: CloudFacts) -> None:
    made = cloud.connect(paged.endpoint(cloud.name)).bulk(PAGED)
    with recorded(paged) as calls:
        listed = cli.json("vm", "list", "-p", cloud.name)
    assert sorted(vm["id"] for vm in listed) == sorted(made)
    assert all(vm["private_ip"] for vm in listed)
    assert len([call for call in calls if call["operation"] == cloud.list]) >= PAGED / 7


def test_a_page_that_fails_once_is_asked_for_again(paged: Any, cli: CommandLine, cloud: CloudFacts) -> None:
    made = cloud.connect(paged.endpoint(cloud.name)).bulk(15)
    paged.fault("error", cloud.name, cloud.list, skip=1)
    listed = cli.json("vm", "list", "-p", cloud.name)
    assert sorted(vm["id"] for vm in listed) == sorted(made)
    assert [fault["hits"] for fault in paged.faults()] == [1]


def test_a_list_that_breaks_off_says_so(hurried: None, paged: Any, cli: CommandLine, cloud: CloudFacts) -> None:
    cloud.connect(paged.endpoint(cloud.name)).bulk(15)
    paged.fault("denied", cloud.name, cloud.list, skip=2, count=0)
    result = cli("vm", "list", "-p", cloud.name, "-o", "json")
    assert result.code in (5, 9)
    assert result.errors[0]["error"] == "denied"


def test_only_an_empty_account_is_an_empty_list(fresh: None, cli: CommandLine) -> None:
    result = cli("vm", "list", "-o", "json")
    assert (result.code, result.json, result.err) == (0, [], "")


def test_all_regions_finds_machines_outside_the_regions_of_the_context(
    fresh: None, cli: CommandLine, cloud: CloudFacts
) -> None:
    cli.json("vm", "create", "near", "-p", cloud.name)
    cli.json("vm", "create", "far", "-p", cloud.name, "--region", cloud.other_region)
    listed = cli.json("vm", "list", "-p", cloud.name, "--all-regions")
    assert {(vm["name"], vm["region"]) for vm in listed} == {("near", cloud.region), ("far", cloud.other_region)}
    only = cli.json("vm", "list", "-p", cloud.name, "--region", cloud.other_region)
    assert [vm["name"] for vm in only] == ["far"]


def test_a_list_makes_only_the_calls_that_the_mapping_declares(
    fresh: None, cli: CommandLine, cloud: CloudFacts, native: Native, sandbox: Any
) -> None:
    native.machine("web")
    with recorded(sandbox) as calls:
        cli.json("vm", "list", "-p", cloud.name)
    assert operations(calls) <= set(cloud.table.verbs["list"])
