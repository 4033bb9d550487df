"""Changes that go on after their command has ended, finished by another process."""

from __future__ import annotations

import re
from typing import Any

import pytest
from command_line import CommandLine, program
from recording import changes, recorded
from vm_clouds import CloudFacts, Native

pytestmark = pytest.mark.usefixtures("fresh")

FIELDS = ["id", "status", "noun", "verb", "name", "context", "region", "started"]


@pytest.fixture(params=["create", "stop", "delete"])
def verb(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def accepted(cli: CommandLine, cloud: CloudFacts, verb: str) -> Any:
    """The operation that a change with ``--no-wait`` printed."""
    if verb != "create":
        cli.json("vm", "create", "web", "-p", cloud.name)
    confirmed = ("--yes",) if verb == "delete" else ()
    return cli.json("vm", verb, "web", "-p", cloud.name, *confirmed, "--no-wait")


def outcome(cli: CommandLine, cloud: CloudFacts) -> list[str]:
    return [vm["state"] for vm in cli.json("vm", "list", "-p", cloud.name)]


ENDS = {"create": ["running"], "stop": ["stopped"], "delete": []}


def test_the_operation_is_printed_listed_and_finished_from_another_process(
    cli: CommandLine, cloud: CloudFacts, verb: str, accepted: Any
) -> None:
    assert re.fullmatch(r"[0-9a-f]{16}", accepted["id"])
    assert (accepted["status"], accepted["verb"], accepted["name"]) == ("unfinished", verb, "web")
    assert list(accepted) == FIELDS
    assert accepted in cli.json("operation", "list")
    assert cli.json("operation", "show", accepted["id"]) == accepted
    waited = program("operation", "wait", accepted["id"], "-o", "json")
    assert (waited.code, waited.json["status"]) == (0, "done"), waited.err
    assert outcome(cli, cloud) == ENDS[verb]


def test_waiting_twice_is_fine(cli: CommandLine, cloud: CloudFacts, sandbox: Any, accepted: Any) -> None:
    first = cli.json("operation", "wait", accepted["id"])
    with recorded(sandbox) as calls:
        assert cli.json("operation", "wait", accepted["id"]) == first
    assert changes(calls, cloud) == set()


def test_a_finished_create_is_whole_and_a_finished_delete_leaves_nothing(
    cli: CommandLine, cloud: CloudFacts, native: Native
) -> None:
    before = native.things()
    made = cli.json("vm", "create", "web", "-p", cloud.name, "--no-wait")
    cli.json("operation", "wait", made["id"])
    assert cli("vm", "create", "web", "-p", cloud.name).code == 6
    gone = cli.json("vm", "delete", "web", "-p", cloud.name, "--yes", "--no-wait")
    cli.json("operation", "wait", gone["id"])
    assert native.things() == before


def test_an_unknown_operation_is_not_found(cli: CommandLine) -> None:
    for verb in ("show", "wait"):
        result = cli("operation", verb, "0123456789abcdef", "-o", "json")
        assert (result.code, result.errors[0]["error"]) == (3, "not_found")
