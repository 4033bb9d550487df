"""Lists: how many calls they take, that they are complete, and what happens when a cloud cannot be read."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from command_line import CommandLine
from conftest import CLOUDS
from recording import operations, recorded
from vm_clouds import FACTS, CloudFacts, Native

MANY = 300
PAGED = 40
# A fault that hits every call, and the exit code and code word of a list that nothing else fails.
BROKEN = {
    "denied": (5, "denied"),
    "unauthenticated": (4, "unauthenticated"),
    "expired": (4, "unauthenticated"),
    "throttle": (8, "throttled"),
    "error": (8, "unavailable"),
    "reset": (8, "unavailable"),
}


@pytest.fixture
def paged(make_sandbox: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, inside: None) -> Any:
    """Empty clouds whose pages hold seven records at most."""
    sandbox = make_sandbox(transition=0.1, page_size=7)
    sandbox.reset()
    for name, value in sandbox.environment().items():
        monkeypatch.setenv(name, value)
    return sandbox


def one_on_each_cloud(sandbox: Any) -> dict[str, str]:
    return {name: FACTS[name].connect(sandbox.endpoint(name)).machine("web") for name in CLOUDS}


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


@pytest.mark.parametrize("fault", BROKEN)
def test_a_cloud_that_cannot_be_read_does_not_hide_the_others(
    fresh: None, hurried: None, cli: CommandLine, cloud: CloudFacts, sandbox: Any, fault: str
) -> None:
    one_on_each_cloud(sandbox)
    sandbox.fault(fault, cloud.name, count=0)
    result = cli("vm", "list", "-o", "json")
    assert result.code == 9
    assert [vm["provider"] for vm in result.json] == [name for name in CLOUDS if name != cloud.name]
    assert (BROKEN[fault][1], cloud.name) in {
        (error["error"], str(error["context"]).partition("/")[0]) for error in result.errors
    }


def test_a_cloud_that_never_answers_does_not_hide_the_others(
    fresh: None, cli: CommandLine, cloud: CloudFacts, sandbox: Any
) -> None:
    one_on_each_cloud(sandbox)
    sandbox.fault("hang", cloud.name, count=0)
    result = cli("vm", "list", "-o", "json", "--timeout", "2")
    sandbox.clear_faults()
    assert result.code == 9
    assert [vm["provider"] for vm in result.json] == [name for name in CLOUDS if name != cloud.name]
    assert "deadline" in {error["error"] for error in result.errors}
    assert result.seconds < 4


@pytest.mark.parametrize("fault", BROKEN)
@pytest.mark.parametrize("output", ["json", "table"])
def test_when_every_cloud_fails_there_is_no_output(
    fresh: None, hurried: None, cli: CommandLine, sandbox: Any, fault: str, output: str
) -> None:
    one_on_each_cloud(sandbox)
    sandbox.fault(fault, count=0)
    result = cli("vm", "list", "-o", output)
    assert (result.code, result.out) == (BROKEN[fault][0], "")
    assert all(name in result.err for name in CLOUDS)


def test_clouds_that_fail_for_different_reasons_end_with_the_exit_code_for_partial(
    fresh: None, cli: CommandLine, sandbox: Any
) -> None:
    for name, fault in zip(CLOUDS, ("denied", "unauthenticated", "denied"), strict=True):
        sandbox.fault(fault, name, count=0)
    result = cli("vm", "list", "-o", "json")
    assert (result.code, result.out) == (9, "")


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


class TestWhatComesOut:
    """Filters, order, limits and columns over one machine on each cloud."""

    @pytest.fixture(autouse=True)
    def machines(self, fresh: None, sandbox: Any) -> dict[str, str]:
        return one_on_each_cloud(sandbox)

    def test_a_filter_selects(self, cli: CommandLine, cloud: CloudFacts) -> None:
        found = cli.json("vm", "list", "--filter", f"provider={cloud.name}", "--filter", "state=running")
        assert [vm["provider"] for vm in found] == [cloud.name]
        others = cli.json("vm", "list", "--filter", f"size!={cloud.size}")
        assert [vm["provider"] for vm in others] == [name for name in CLOUDS if name != cloud.name]

    def test_rows_are_sorted(self, cli: CommandLine) -> None:
        found = cli.json("vm", "list", "--sort", "-provider")
        assert [vm["provider"] for vm in found] == CLOUDS[::-1]

    def test_rows_come_in_the_order_of_the_scopes(self, cli: CommandLine, cloud: CloudFacts, sandbox: Any) -> None:
        sandbox.fault("latency", cloud.name, count=0, latency=0.3)
        assert [vm["provider"] for vm in cli.json("vm", "list")] == CLOUDS

    def test_at_most_so_many_rows_come(self, cli: CommandLine) -> None:
        assert [vm["provider"] for vm in cli.json("vm", "list", "--limit", "2")] == CLOUDS[:2]

    def test_a_query_sees_the_whole_array(self, cli: CommandLine) -> None:
        assert cli.json("vm", "list", "--query", "length(@)") == len(CLOUDS)
        assert cli.json("vm", "list", "--query", "[].provider") == CLOUDS

    def test_columns_are_chosen(self, cli: CommandLine) -> None:
        result = cli("vm", "list", "-o", "tsv", "--columns", "provider,state", "--no-headers")
        assert result.out == "".join(f"{name}\trunning\n" for name in CLOUDS)

    def test_ndjson_has_a_record_on_each_line(self, cli: CommandLine, machines: dict[str, str]) -> None:
        lines = cli("vm", "list", "-o", "ndjson").out.splitlines()
        assert {(vm["provider"], vm["id"]) for vm in map(json.loads, lines)} == set(machines.items())
