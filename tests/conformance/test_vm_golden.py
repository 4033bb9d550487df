"""What people and scripts read of the noun vm, to the letter (golden/*.txt)."""

from __future__ import annotations

from typing import Any

import golden
import pytest
from command_line import CommandLine
from conftest import CLOUDS
from vm_clouds import CloudFacts

pytestmark = pytest.mark.usefixtures("fresh")


@pytest.fixture
def machines(cli: CommandLine) -> Any:
    """The records of one machine on each cloud."""
    for name in CLOUDS:
        cli.json("vm", "create", "web", "-p", name, "--tag", "env=test")
    return cli.json("vm", "list")


def test_a_list_in_every_format_for_people_and_scripts(cli: CommandLine, machines: Any) -> None:
    for output in ("table", "wide", "csv", "tsv", "name"):
        result = cli("vm", "list", "-o", output)
        assert (result.code, result.err) == (0, "")
        golden.check(f"vm-list-{output}", golden.normal(result.out, machines))


def test_the_dry_run_of_a_create(cli: CommandLine, cloud: CloudFacts) -> None:
    result = cli("vm", "create", "web", "-p", cloud.name, "--open", "22:203.0.113.0/24", "--dry-run")
    assert result.code == 0
    golden.check(f"vm-create-dry-run-{cloud.name}", golden.normal(f"{result.out}{result.err}", []))


def test_the_dry_run_of_a_delete(cli: CommandLine, cloud: CloudFacts) -> None:
    made = cli.json("vm", "create", "web", "-p", cloud.name)
    result = cli("vm", "delete", "web", "-p", cloud.name, "--dry-run")
    assert result.code == 0
    golden.check(f"vm-delete-dry-run-{cloud.name}", golden.normal(f"{result.out}{result.err}", [made]))


def test_errors_for_people(cli: CommandLine, cloud: CloudFacts) -> None:
    lines = [
        ("vm", "show", "nobody"),
        ("vm", "delete", "nobody"),
        ("vm", "delete", "nobody", "--yes"),
        ("vm", "create", "web", "--size", "smal"),
        ("vm", "create", "web", "--image", "ubuntu-2404"),
        ("vm", "create", "web", "--open", "ssh"),
    ]
    text = ""
    for words in lines:
        result = cli(*words, "-p", cloud.name)
        text += f"$ cloudctl {' '.join(words)} -p {cloud.name}\n{result.out}{result.err}exit {result.code}\n"
    golden.check(f"vm-errors-{cloud.name}", text)
