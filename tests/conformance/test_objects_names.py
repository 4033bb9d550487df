"""Names of files that no key can be, and keys that no name of a file can be."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
import yaml
from command_line import PROGRAM
from object_store import Objects

BYTES = os.fsdecode(b"\xff\xfe")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A file whose name is UTF-8, and two whose names are not, one of them in a folder."""
    root = tmp_path / "tree"
    for name in ("good", f"bad{BYTES}", f"dir{BYTES}/deep"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(name.encode(errors="replace"))
    return root


@pytest.mark.parametrize("verb", ["cp", "sync", "mv"])
def test_files_whose_names_are_not_utf_8_are_left_out_and_told_of(data: Objects, tree: Path, verb: str) -> None:
    below = () if verb == "sync" else ("-R",)
    for more in (("--dry-run",), ("-v", "--log-format", "json"), ("-o", "json")):
        result = data.run(verb, *below, str(tree), data.url, *more)
        assert result.code == 9
        assert result.err.count("keys are UTF-8") == 2
    assert data.keys() == ["good"]
    assert (tree / f"bad{BYTES}").exists()


@pytest.mark.parametrize("verb", ["cp", "sync", "mv"])
def test_so_is_the_only_one(data: Objects, tree: Path, verb: str) -> None:
    (tree / "good").unlink()
    (tree / f"dir{BYTES}" / "deep").unlink()
    (tree / f"dir{BYTES}").rmdir()
    assert data.run(verb, *(() if verb == "sync" else ("-R",)), str(tree), data.url).code == 9


def test_such_a_file_can_be_named_if_its_key_is(data: Objects, tree: Path, tmp_path: Path) -> None:
    refused = data.run("cp", str(tree / f"bad{BYTES}"), data.url, "-o", "json")
    assert (refused.code, refused.errors[0]["error"]) == (2, "usage")
    data.ok("cp", str(tree / f"bad{BYTES}"), f"{data.url}named", "-v", "--log-format", "json")
    data.ok("cp", f"{data.url}named", str(tmp_path / BYTES), "-v")
    assert (tmp_path / BYTES).read_bytes() == (tree / f"bad{BYTES}").read_bytes()


@pytest.mark.parametrize("form", ["json", "ndjson", "yaml", "csv", "tsv", "name", "table", "wide"])
def test_its_name_is_written_in_every_format(data: Objects, tree: Path, form: str) -> None:
    result = data.run("cp", str(tree / f"bad{BYTES}"), f"{data.url}named", "--dry-run", "-o", form)
    assert result.code == 0, result.err
    if form in ("json", "yaml"):
        read = {"json": json.loads, "yaml": yaml.safe_load}[form]
        assert read(result.out)[0]["source"] == str(tree / f"bad{BYTES}")


def test_a_large_file_below_such_a_folder_is_gone_on_with(data: Objects, tree: Path, tmp_path: Path) -> None:
    large = tree / f"dir{BYTES}" / "deep"
    large.write_bytes(b"large" * (5 << 20))
    data.ok("cp", "-R", str(large.parent), data.url)
    data.ok("cp", f"{data.url}deep", str(tmp_path / BYTES))
    assert (tmp_path / BYTES).stat().st_size == 25 << 20


ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
"""What makes Python encode the names of files in ASCII."""


def in_ascii(*words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **ASCII}
    command = [str(PROGRAM), "bucket", *words]
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60, check=False)


@pytest.mark.parametrize("verb", ["cp", "sync", "mv"])
def test_keys_that_the_encoding_of_files_lacks_are_left_out_and_told_of(
    data: Objects, tmp_path: Path, verb: str
) -> None:
    for key in ("good", "größe", "日本/deep", "ü/"):
        data.put(key, b"" if key.endswith("/") else b"text")
    below = () if verb == "sync" else ("-R",)
    for more in (("--dry-run",), ("-v",), ("-o", "json", "--log-format", "json")):
        done = in_ascii(verb, *below, data.url, str(tmp_path / "down"), *more)
        assert done.returncode == 9, done.stderr
        assert "which lacks" in done.stderr
        assert "unexpected" not in done.stderr
    assert [path.name for path in (tmp_path / "down").iterdir()] == ["good"]
    assert data.keys() == [*([] if verb == "mv" else ["good"]), "größe", "ü/", "日本/deep"]


@pytest.mark.parametrize(
    "form",
    [
        "json",
        "yaml",
        "table",
        *(pytest.param(form, marks=pytest.mark.soak) for form in ("ndjson", "csv", "tsv", "name")),
    ],
)
def test_such_keys_are_listed_in_every_format(data: Objects, form: str) -> None:
    data.put("größe/日本")
    done = in_ascii("ls", "-R", data.url, "-o", form)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.isascii()
