"""What a command line that makes no call loads: told by module names, not by milliseconds."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from command_lines import NODES

from cloudctl.main import NOUNS

SDKS = {
    "boto3",
    "botocore",
    "azure",
    "google",
    "googleapiclient",
    "obstore",
    "pycurl",
    "msal",
    "moto",
    "flask",
    "werkzeug",
}
NETWORK = {"requests", "urllib3", "http.client", "ssl", "asyncio", "tenacity"}
PRESENTATION = {"rich", "yaml", "jmespath", "pydantic", "tomlkit"}
FORBIDDEN = SDKS | NETWORK | PRESENTATION

_PROGRAM = """
import atexit, json, sys
out = sys.argv.pop(1)
atexit.register(lambda: json.dump(sorted(sys.modules), open(out, "w")))
from cloudctl.main import run
run()
"""
_HELP_OF_EVERYTHING = """
import json, sys
from cloudctl.main import main
codes = [main([*path, "--help"]) for path in json.loads(sys.argv[1])]
print(json.dumps({"codes": codes, "modules": sorted(sys.modules)}))
"""

OFFLINE = [
    ["context", "list"],
    ["context", "list", "-o", "json"],
    ["operation", "list"],
    ["schema", "vm"],
    ["schema", "bucket"],
    ["completion", "bash"],
    ["completion", "zsh"],
    ["completion", "fish"],
]
USAGE_ERRORS = [
    ["nonsense"],
    ["vm"],
    ["vm", "list", "--nonsense"],
    ["vm", "show"],
    ["bucket", "show"],
    ["bucket", "list", "-o", "xml"],
    ["vm", "list", "-o", "xml"],
    ["vm", "list", "--columns", "nonsense"],
    ["vm", "list", "--timeout", "never"],
    ["vm", "create", "web-1", "--disk", "much"],
    ["-o", "json", "vm", "list", "--limit", "0"],
    ["context", "use", "nonsense"],
]


def loaded(arguments: list[str], folder: Path, expected: int) -> set[str]:
    """The modules in the process after this command line, which ended with the expected code."""
    out = folder / "modules.json"
    command = [sys.executable, "-c", _PROGRAM, str(out), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == expected, done.stderr
    return set(json.loads(out.read_text()))


def forbidden(modules: set[str]) -> set[str]:
    return {module for module in modules if module in FORBIDDEN or module.partition(".")[0] in FORBIDDEN}


def test_the_version_is_answered_without_the_parser(tmp_path: Path) -> None:
    modules = loaded(["--version"], tmp_path, 0)
    assert not forbidden(modules)
    assert not {"typer", "cloudctl.output", "cloudctl.config"} & modules


def test_help_of_every_command_loads_no_sdk_no_network_and_no_presentation() -> None:
    command = [sys.executable, "-c", _HELP_OF_EVERYTHING, json.dumps([node.path for node in NODES])]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    answer = json.loads(done.stdout.splitlines()[-1])
    assert set(answer["codes"]) == {0}
    assert not forbidden(set(answer["modules"]))


@pytest.mark.parametrize("arguments", OFFLINE, ids=" ".join)
def test_an_offline_command_loads_no_sdk_no_network_and_no_presentation(arguments: list[str], tmp_path: Path) -> None:
    assert not forbidden(loaded(arguments, tmp_path, 0))


@pytest.mark.parametrize("arguments", USAGE_ERRORS, ids=" ".join)
def test_a_usage_error_loads_no_sdk_no_network_and_no_presentation(arguments: list[str], tmp_path: Path) -> None:
    assert not forbidden(loaded(arguments, tmp_path, 2))


def test_help_of_the_program_imports_no_noun(tmp_path: Path) -> None:
    modules = loaded(["--help"], tmp_path, 0)
    assert not {module for module, _ in NOUNS.values()} & modules


def test_help_of_a_noun_imports_no_adapter_and_no_other_noun(tmp_path: Path) -> None:
    modules = loaded(["vm", "--help"], tmp_path, 0)
    adapters = {"cloudctl_aws", "cloudctl_azure", "cloudctl_gcp"}
    assert not adapters & modules
    assert not {"cloudctl.commands.context", "cloudctl.commands.sandbox", "cloudctl.commands.operation"} & modules
