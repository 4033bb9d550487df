"""``cloudctl mapping``: what every look-up refuses, loads and shows."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from look_ups import LookUps


@pytest.fixture
def mapping(capsys: pytest.CaptureFixture[str]) -> LookUps:
    return LookUps(capsys)


@pytest.mark.parametrize(
    ("words", "near"),
    [
        (["size", "t3.mirco"], "t3.micro"),
        (["size", "azure:D2s_v55"], "Standard_D2s_v5"),
        (["region", "eu-wst-1"], "eu-west-1"),
        (["region", "azure:westeurop"], "westeurope"),
        (["image", "ubuntu-2404"], "ubuntu-24.04"),
        (["services", "kubernets"], "kubernetes"),
        (["storage-class", "NEARLIN"], "NEARLINE"),
        (["engine", "postgre"], "postgres"),
        (["role", "bucket-raeder"], "bucket-reader"),
        (["verbs", "wm"], "vm"),
    ],
)
def test_an_unknown_name_is_not_found_with_the_nearest_names(mapping: LookUps, words: list[str], near: str) -> None:
    given = mapping(*words, "-o", "json")
    assert (given.code, given.out) == (3, "")
    assert given.error["error"] == "not_found"
    assert near in given.error["fix"]


@pytest.mark.parametrize(
    "words",
    [
        ["size", "t3.micro", "--to", "oracle"],
        ["sizes", "-p", "oracle"],
        ["sizes", "--arch", "sparc"],
        ["sizes", "--vcpus", "many"],
        ["size", "t3.micro", "--columns", "colour"],
        ["size"],
    ],
)
def test_a_slip_in_the_command_line_is_a_usage_error(mapping: LookUps, words: list[str]) -> None:
    given = mapping(*words)
    assert (given.code, given.out) == (2, "")


PROGRAM = "import sys; from cloudctl.main import main; main(sys.argv[1:]); print(*sys.modules, file=sys.stderr)"


def test_a_look_up_loads_no_sdk_no_terminal_library_no_network_and_no_other_table(tmp_path: Path) -> None:
    command = [sys.executable, "-c", PROGRAM, "mapping", "size", "t3.micro", "--to", "azure"]
    run = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path)
    modules = set(run.stderr.split())
    assert "Standard_B2ts_v2" in run.stdout
    packages = {name.partition(".")[0] for name in modules}
    assert not packages & {
        "rich",
        "boto3",
        "botocore",
        "azure",
        "google",
        "socket",
        "ssl",
        "asyncio",
        "yaml",
        "jmespath",
    }
    read = {name.rpartition(".")[2] for name in modules if name.startswith("cloudctl.mapping.")}
    assert not read & {"region_table", "image_table", "service_table", "noun_table", "custom_types", "neutral_sizes"}


# tables, to the letter: their columns are part of the contract


@pytest.mark.parametrize(
    ("words", "header"),
    [
        (["services"], "CATEGORY PROVIDER SERVICES SCOPE NOUN MISSING"),
        (["services", "dns"], "PROVIDER SERVICES API SCOPE MISSING DIFFERS"),
        (["size", "t3.micro"], "WANTED PROVIDER NAME VCPUS MEMORY_GIB EXACT LOST"),
        (["sizes"], "PROVIDER NAME VCPUS MEMORY_GIB ARCHITECTURE BURSTABLE GPU_COUNT GPU_MODEL"),
        (["region", "eu-west-1"], "WANTED PROVIDER NAME CITY COUNTRY ZONES KM LOST"),
        (["image"], "NAME PROVIDER ARCHITECTURE IMAGE LOGIN_USER"),
        (["storage-class"], "NAME PROVIDER STORAGE_CLASS MIN_DAYS RETRIEVAL RETRIEVAL_HOURS MISSING LOST"),
        (["engine"], "NAME PROVIDER SERVICE ENGINE VERSIONS MISSING"),
        (["role"], "NAME PROVIDER NATIVE_ROLES IDS ACTIONS MISSING"),
        (["verbs", "vm"], "NOUN VERB PROVIDER SUPPORTED WHY NOTE"),
    ],
)
def test_the_columns_of_a_table_are_fixed(mapping: LookUps, words: list[str], header: str) -> None:
    given = mapping(*words)
    assert (given.code, given.err) == (0, "")
    assert given.out.splitlines()[0].split() == header.split()


def test_a_translation_as_a_table(mapping: LookUps) -> None:
    assert mapping("size", "g4dn.xlarge", "--to", "gcp").out == (
        "WANTED           PROVIDER  NAME           VCPUS  MEMORY_GIB  EXACT  LOST\n"
        "aws:g4dn.xlarge  gcp       g2-standard-4  4      16          true   "
        "1 x NVIDIA T4 becomes 1 x NVIDIA L4,local disk of 125 GB becomes none\n"
    )
