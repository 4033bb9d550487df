"""The wheel is built from a copy of the sources, installed into a fresh environment and run away from the checkout.

No network: setuptools is that of this environment, and so are the dependencies, which the fresh environment sees
through a path file. Path files are not read recursively, so an editable cloudctl of this environment stays invisible.
"""

from __future__ import annotations

import os
import shutil
import site
import subprocess
import sys
import tomllib
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
FOLDERS: dict[str, str] = PYPROJECT["tool"]["setuptools"]["package-dir"]

_BUILD = "import sys; from setuptools import build_meta; build_meta.build_wheel(sys.argv[1])"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    sources = tmp_path_factory.mktemp("sources")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, sources)
    for folder in FOLDERS.values():
        shutil.copytree(ROOT / folder, sources / folder, ignore=shutil.ignore_patterns("__pycache__"))
    out = tmp_path_factory.mktemp("wheel")
    subprocess.run([sys.executable, "-c", _BUILD, str(out)], cwd=sources, check=True, capture_output=True, timeout=300)
    return next(out.glob("*.whl"))


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment with the wheel; its folder of programs."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=True)
    programs = folder / "bin"
    _run([programs / "python", "-m", "pip", "install", "--no-index", "--no-deps", "-q", wheel], folder)
    packages = next(folder.glob("lib/python*/site-packages"))
    (packages / "dependencies.pth").write_text("\n".join(site.getsitepackages()) + "\n")
    return programs


def _run(command: list[str | Path], folder: Path) -> str:
    """Run away from the checkout, without what this process was told about Python; returns stdout."""
    variables = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def _on_disk() -> Iterator[str]:
    for package, folder in FOLDERS.items():
        for path in (ROOT / folder).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                yield f"{package}/{path.relative_to(ROOT / folder)}"


def test_every_file_of_every_package_is_in_the_wheel(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        inside = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert inside == set(_on_disk())


def test_the_packages_say_that_they_are_typed_and_bring_their_tables(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        inside = set(archive.namelist())
    assert {f"{package}/py.typed" for package in FOLDERS if package != "cloudctl_completions"} <= inside
    assert {"cloudctl_mappings/vm.toml", "cloudctl_mappings/bucket.toml", "cloudctl_completions/_cloudctl"} <= inside


@pytest.mark.parametrize("package", FOLDERS)
def test_the_installed_packages_are_those_of_the_environment(package: str, environment: Path, tmp_path: Path) -> None:
    program = f"import {package}; print({package}.__file__)"
    assert Path(_run([environment / "python", "-c", program], tmp_path)).is_relative_to(environment.parent)


def test_the_installed_program_tells_its_version(environment: Path, tmp_path: Path) -> None:
    assert _run([environment / "cloudctl", "--version"], tmp_path) == f"cloudctl {PYPROJECT['project']['version']}\n"


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["--help"], "Usage: cloudctl"),
        (["schema", "vm"], '"title": "vm"'),
        (["context", "list"], "azure"),
        (["operation", "list", "-o", "json"], "[]"),
        (["completion", "bash"], "complete -F _cloudctl cloudctl"),
        (["completion", "zsh"], "#compdef cloudctl"),
        (["completion", "fish"], "complete -c cloudctl"),
    ],
)
def test_the_installed_program_works_offline(
    arguments: list[str], part: str, environment: Path, tmp_path: Path
) -> None:
    assert part in _run([environment / "cloudctl", *arguments], tmp_path)


@pytest.mark.parametrize("provider", ["aws", "azure", "gcp"])
def test_the_installed_adapters_load(provider: str, environment: Path, tmp_path: Path) -> None:
    program = f"from cloudctl.dispatch import adapter_class; print(adapter_class('vm', {provider!r}).__module__)"
    assert _run([environment / "python", "-c", program], tmp_path).startswith(f"cloudctl_{provider}.")
