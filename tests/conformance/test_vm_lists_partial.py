"""Lists over clouds of which some, or all, cannot be read: the rest is listed, and nobody is left guessing."""

from __future__ import annotations

from typing import Any

import pytest
from command_line import PATIENCE, CommandLine
from conftest import CLOUDS
from vm_clouds import CloudFacts

pytestmark = pytest.mark.usefixtures("mended")

# A fault that hits every call, and the exit code and code word of a list that nothing else fails.
BROKEN = {
    "denied": (5, "denied"),
    "unauthenticated": (4, "unauthenticated"),
    "expired": (4, "unauthenticated"),
    "throttle": (8, "throttled"),
    "error": (8, "unavailable"),
    "reset": (8, "unavailable"),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_cloud_that_cannot_be_read_does_not_hide_the_others(
    hurried: None, cli: CommandLine, cloud: CloudFacts, sandbox: Any, fault: str
) -> None:
    sandbox.fault(fault, cloud.name, count=0)
    result = cli("vm", "list", "-o", "json")
    assert result.code == 9
    assert [vm["provider"] for vm in result.json] == [name for name in CLOUDS if name != cloud.name]
    assert (BROKEN[fault][1], cloud.name) in {
        (error["error"], str(error["context"]).partition("/")[0]) for error in result.errors
    }


def test_a_cloud_that_never_answers_does_not_hide_the_others(cli: CommandLine, cloud: CloudFacts, sandbox: Any) -> None:
    sandbox.fault("hang", cloud.name, count=0)
    result = cli("vm", "list", "-o", "json", "--timeout", "2")
    sandbox.clear_faults()
    assert result.code == 9
    assert [vm["provider"] for vm in result.json] == [name for name in CLOUDS if name != cloud.name]
    assert "deadline" in {error["error"] for error in result.errors}
    assert result.seconds < PATIENCE


@pytest.mark.parametrize("fault", BROKEN)
def test_when_every_cloud_fails_there_is_no_output(hurried: None, cli: CommandLine, sandbox: Any, fault: str) -> None:
    sandbox.fault(fault, count=0)
    result = cli("vm", "list", "-o", "json")
    assert (result.code, result.out) == (BROKEN[fault][0], "")
    assert all(name in result.err for name in CLOUDS)


def test_clouds_that_fail_for_different_reasons_end_with_the_exit_code_for_partial(
    cli: CommandLine, sandbox: Any
) -> None:
    for name, fault in zip(CLOUDS, ("denied", "unauthenticated", "denied"), strict=True):
        sandbox.fault(fault, name, count=0)
    result = cli("vm", "list", "-o", "json")
    assert (result.code, result.out) == (9, "")


@pytest.mark.parametrize("verb", [("list",), ("show", "web")], ids=" ".join)
@pytest.mark.parametrize("flags", [("-o", "json"), ("-o", "ndjson"), ("--log-format", "json")], ids=" ".join)
def test_for_programs_every_line_of_a_failure_is_json(
    cli: CommandLine, sandbox: Any, verb: tuple[str, ...], flags: tuple[str, ...]
) -> None:
    for name in CLOUDS[:2]:
        sandbox.fault("denied", name, count=0)
    result = cli("vm", *verb, *flags)
    assert result.code == 9
    assert len(result.errors) == len(result.err.splitlines()) == 3


def test_for_people_the_failure_names_the_cloud(cli: CommandLine, cloud: CloudFacts, sandbox: Any) -> None:
    sandbox.fault("denied", cloud.name, count=0)
    result = cli("vm", "list")
    assert result.code == 9
    assert f"cloudctl: error: {cloud.name}" in result.err
    assert len(result.out.splitlines()) == len(CLOUDS)
