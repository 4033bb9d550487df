"""What pyproject.toml says about packages is what is on disk; SDKs and adapters that are not there are told apart."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from cloudctl.dispatch import adapter_class
from cloudctl.errors import UsageError

ROOT = Path(__file__).parents[2]

_WITHOUT = """
import sys
sys.modules[sys.argv.pop(1)] = None  # an import of it fails as if it were not installed
from cloudctl.main import run
run()
"""
_PLUG_IN = """
class ElsewhereVm:
    pass
"""


@pytest.fixture
def setuptools_tables() -> Any:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]


def packages_below(folder: Path, name: str) -> set[str]:
    """The importable packages of a top-level package."""
    found = {path.parent.relative_to(folder) for path in folder.rglob("__init__.py")}
    return {".".join([name, *path.parts]) for path in found}


def test_the_package_list_is_what_is_on_disk(setuptools_tables: Any) -> None:
    on_disk = set[str]()
    for name, folder in setuptools_tables["package-dir"].items():
        on_disk |= packages_below(ROOT / folder, name)
    assert sorted(setuptools_tables["packages"]) == sorted(on_disk)


def test_every_folder_with_modules_is_a_package(setuptools_tables: Any) -> None:
    for folder in setuptools_tables["package-dir"].values():
        bare = {path.parent for path in (ROOT / folder).rglob("*.py")}
        assert [str(path) for path in bare if not (path / "__init__.py").exists()] == []


def test_every_adapter_folder_is_in_the_package_list(setuptools_tables: Any) -> None:
    adapters = {path.name: str(path.relative_to(ROOT)) for path in (ROOT / "adapters").iterdir() if path.is_dir()}
    assert adapters.items() <= setuptools_tables["package-dir"].items()


@pytest.mark.parametrize(("provider", "sdk"), [("aws", "boto3"), ("azure", "azure"), ("gcp", "google")])
def test_a_missing_sdk_is_one_line_that_names_the_extra(provider: str, sdk: str) -> None:
    command = [sys.executable, "-c", _WITHOUT, sdk, "-p", provider, "-r", "nowhere", "vm", "list"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env={**os.environ})
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    assert f"pip install 'cloudctl[{provider}]'" in done.stderr
    assert f"the SDK for {provider} is not installed" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.fixture
def plug_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installed distribution that adds a cloud, and claims a built-in one too."""
    (tmp_path / "elsewhere_cloud.py").write_text(_PLUG_IN)
    information = tmp_path / "elsewhere_cloud-1.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: elsewhere-cloud\nVersion: 1.0\n")
    points = ("elsewhere.vm", "aws.vm")
    lines = [f"{name} = elsewhere_cloud:ElsewhereVm\n" for name in points]
    (information / "entry_points.txt").write_text("[cloudctl.adapters]\n" + "".join(lines))
    monkeypatch.syspath_prepend(str(tmp_path))


@pytest.mark.usefixtures("plug_in")
def test_an_installed_package_adds_a_cloud() -> None:
    assert adapter_class("vm", "elsewhere").__name__ == "ElsewhereVm"


@pytest.mark.usefixtures("plug_in")
def test_an_installed_package_cannot_take_the_place_of_a_built_in_cloud() -> None:
    assert adapter_class("vm", "aws").__module__.startswith("cloudctl_aws.")


def test_entry_points_are_not_read_for_a_built_in_cloud(monkeypatch: pytest.MonkeyPatch) -> None:
    def read(**_selection: str) -> Any:
        raise AssertionError("every installed distribution would be read")

    monkeypatch.setattr("importlib.metadata.entry_points", read)
    assert adapter_class("vm", "aws").__module__.startswith("cloudctl_aws.")
    with pytest.raises(AssertionError, match="every installed distribution"):
        adapter_class("vm", "elsewhere")


def test_a_cloud_that_nobody_adds_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="no plug-in serves vm on elsewhere"):
        adapter_class("vm", "elsewhere")
