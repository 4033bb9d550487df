"""The native commands of ``--explain`` are run as they are printed, and make the machine that cloudctl would."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from command_line import CommandLine
from polling import until
from vm_clouds import CloudFacts

STAND_INS = {
    # What `az rest` does, with curl; a created resource is waited for, as a person would before the next line.
    "az": """
import json, subprocess, sys, time
words = sys.argv[2:]
given = {word: words[at + 1] for at, word in enumerate(words) if word.startswith("--")}
def send(method, *more):
    headers = ["-H", "Authorization: Bearer sandbox", "-H", "Content-Type: application/json"]
    command = ["curl", "-sS", "--fail-with-body", "-X", method.upper(), *headers, *more, given["--url"]]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
condition = ["-H", given["--headers"].replace("=", ": ", 1)] if "--headers" in given else []
body = ["-d", given.get("--body", "")] if given["--method"] != "get" else []
reply = send(given["--method"], *condition, *body)
for _ in range(100):
    state = json.loads(send("get")) if given["--method"] == "put" else {}
    if state.get("properties", {}).get("provisioningState", "Succeeded") == "Succeeded":
        break
    time.sleep(0.05)
print(state["id"] if "--query" in given else reply)
""",
    "gcloud": "print('sandbox')",
}


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The AWS CLI of this environment, and stand-ins for az and gcloud, which are on no package index."""
    folder = tmp_path / "tools"
    folder.mkdir()
    for name, source in STAND_INS.items():
        path = folder / name
        path.write_text(f"#!{sys.executable}\n{source}")
        path.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{Path(sys.executable).parent}:{os.environ['PATH']}")


def shell(script: str) -> str:
    ended = subprocess.run(["bash", "-euo", "pipefail", "-c", script], capture_output=True, text=True, timeout=120)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


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
