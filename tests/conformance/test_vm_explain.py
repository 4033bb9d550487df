"""The native commands of ``--explain`` are run as they are printed, and make the machine that cloudctl would."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import pytest
from command_line import CommandLine
from native_tools import shell
from polling import until
from vm_clouds import CloudFacts

FLAGS = ("--open", "22:203.0.113.0/24", "--tag", "env=it's", "--disk", "50")


def test_the_printed_commands_make_the_same_machine(
    cloud: CloudFacts, cli: CommandLine, fresh: None, tools: None, sandbox: Any
) -> None:
    tags = () if cloud.name == "gcp" else FLAGS
    explained = cli("vm", "create", "web", "-p", cloud.name, *(tags or FLAGS[:2]), "--explain")
    assert explained.code == 0, explained.err
    assert cli.json("vm", "list", "-p", cloud.name) == []
    shell(explained.out)
    [by_hand] = until(lambda: cli.json("vm", "list", "-p", cloud.name))
    cli.json("vm", "wait", f"{cloud.name}:web", "--timeout", "30s")
    sandbox.reset()
    by_cloudctl = cli.json("vm", "create", "web", "-p", cloud.name, *(tags or FLAGS[:2]))
    same = ("name", "size", "region", "zone", "os", "lifecycle", "image")
    assert [by_hand[key] for key in same] == [by_cloudctl[key] for key in same]


@pytest.mark.parametrize("verb", ["stop", "restart", "delete"])
def test_every_change_is_explained_and_nothing_is_changed(
    cloud: CloudFacts, cli: CommandLine, machines: dict[str, str], mended: None, sandbox: Any, verb: str
) -> None:
    before = cli.json("vm", "show", f"{cloud.name}:web")
    explained = cli("vm", verb, f"{cloud.name}:web", "--explain")
    assert explained.code == 0, explained.err
    assert [shlex.split(line)[0] for line in explained.out.splitlines()]
    assert cli.json("vm", "show", f"{cloud.name}:web") == before


@pytest.mark.parametrize("command", [("list",), ("show", "web"), ("wait", "web")])
def test_reads_are_explained_by_the_calls_that_they_make(
    cloud: CloudFacts, cli: CommandLine, machines: dict[str, str], mended: None, tools: None, command: tuple[str, ...]
) -> None:
    explained = cli("vm", *command, "-p", cloud.name, "--explain")
    assert explained.code == 0, explained.err
    assert machines[cloud.name] in shell(explained.out)


def test_user_data_is_never_printed(cloud: CloudFacts, cli: CommandLine, fresh: None, tmp_path: Path) -> None:
    secret = tmp_path / "user-data"
    secret.write_text("#!/bin/sh\necho hunter2\n")
    explained = cli("vm", "create", "web", "-p", cloud.name, "--user-data", str(secret), "--explain")
    assert explained.code == 0, explained.err
    assert "hunter2" not in explained.out + explained.err
    assert "aHVudGVy" not in explained.out
    assert "$SECRET" in explained.out
