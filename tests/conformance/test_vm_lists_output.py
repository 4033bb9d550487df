"""What comes out of a list of one machine on each cloud: filters, order, limits, queries and columns."""

from __future__ import annotations

import json
from typing import Any

import pytest
from command_line import CommandLine
from conftest import CLOUDS
from vm_clouds import CloudFacts

pytestmark = pytest.mark.usefixtures("mended")


def test_a_filter_selects(cli: CommandLine, cloud: CloudFacts) -> None:
    found = cli.json("vm", "list", "--filter", f"provider={cloud.name}", "--filter", "state=running")
    assert [vm["provider"] for vm in found] == [cloud.name]
    others = cli.json("vm", "list", "--filter", f"size!={cloud.size}")
    assert [vm["provider"] for vm in others] == [name for name in CLOUDS if name != cloud.name]


def test_rows_are_sorted(cli: CommandLine) -> None:
    found = cli.json("vm", "list", "--sort", "-provider")
    assert [vm["provider"] for vm in found] == CLOUDS[::-1]


def test_rows_come_in_the_order_of_the_scopes(cli: CommandLine, cloud: CloudFacts, sandbox: Any) -> None:
    sandbox.fault("latency", cloud.name, count=0, latency=0.3)
    assert [vm["provider"] for vm in cli.json("vm", "list")] == CLOUDS


def test_at_most_so_many_rows_come(cli: CommandLine) -> None:
    assert [vm["provider"] for vm in cli.json("vm", "list", "--limit", "2")] == CLOUDS[:2]


def test_a_query_sees_the_whole_array(cli: CommandLine) -> None:
    assert cli.json("vm", "list", "--query", "length(@)") == len(CLOUDS)
    assert cli.json("vm", "list", "--query", "[].provider") == CLOUDS


def test_columns_are_chosen(cli: CommandLine) -> None:
    result = cli("vm", "list", "-o", "tsv", "--columns", "provider,state", "--no-headers")
    assert result.out == "".join(f"{name}\trunning\n" for name in CLOUDS)


def test_ndjson_has_a_record_on_each_line(cli: CommandLine, machines: dict[str, str]) -> None:
    lines = cli("vm", "list", "-o", "ndjson").out.splitlines()
    assert {(vm["provider"], vm["id"]) for vm in map(json.loads, lines)} == set(machines.items())
