"""Copies in every direction: what arrives, under which name, described how, and what is reported."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from bucket_clouds import BUCKETS
from command_line import CommandLine
from object_store import Objects

LARGE = os.urandom(1 << 20) * 20
FIELDS = ["copied", "skipped", "deleted", "failed", "bytes", "seconds"]
OBJECT_FIELDS = [
    "url", "key", "size", "modified", "etag", "storage_class", "version", "latest", "deleted"
]  # fmt: skip


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Files of several kinds, the large one in parts."""
    root = tmp_path / "tree"
    files = {"a.txt": b"hello", "b.json": b"{}", "empty": b"", "sub/c.txt": b"deep", "sub/ä ö/d%20": b"odd"}
    for name, data in {**files, "large.bin": LARGE}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        os.utime(path, ns=(1_700_000_000_123_456_789, 1_700_000_000_123_456_789))
    return root


def content(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_a_tree_goes_up_and_comes_down_as_it_was(data: Objects, tree: Path, tmp_path: Path) -> None:
    told = data.json("cp", "-R", str(tree), f"{data.url}up/")
    assert list(told) == FIELDS
    size = sum(len(each) for each in content(tree).values())
    assert (told["copied"], told["failed"], told["bytes"]) == (6, 0, size)
    assert data.keys() == sorted((f"up/{name}" for name in content(tree)), key=str.encode)
    data.ok("cp", "-R", f"{data.url}up/", str(tmp_path / "down"))
    assert content(tmp_path / "down") == content(tree)
    assert {path.stat().st_mtime_ns for path in (tmp_path / "down").rglob("*") if path.is_file()} == {
        1_700_000_000_123_456_789
    }


def test_a_list_has_the_fields_of_the_contract(data: Objects) -> None:
    data.put("a")
    (row,) = data.json("ls", data.url)
    assert list(row) == OBJECT_FIELDS
    assert (row["url"], row["key"], row["size"]) == (f"{data.url}a", "a", 4)
    assert isinstance(row["etag"], str)
    assert '"' not in row["etag"]


def test_what_is_said_of_an_object_is_kept(data: Objects) -> None:
    more = (
        "--content-type", "text/x-log", "--cache-control", "max-age=60", "--metadata", "owner=ops",
        "--storage-class", data.facts.cold,
    )  # fmt: skip
    data.put("log", b"line", *more)
    shown = data.json("stat", f"{data.url}log")
    assert (shown["content_type"], shown["cache_control"]) == ("text/x-log", "max-age=60")
    assert (shown["metadata"], shown["storage_class"]) == ({"owner": "ops"}, data.facts.cold)


def test_a_type_is_guessed_by_the_name(data: Objects, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<p>")
    data.ok("cp", str(tmp_path / "page.html"), data.url)
    assert data.json("stat", f"{data.url}page.html")["content_type"] == "text/html"


def test_a_copy_within_a_cloud_keeps_what_was_said_of_the_object(data: Objects, sandbox: Any) -> None:
    data.put("a", LARGE, "--content-type", "text/x-log", "--metadata", "owner=ops")
    data.ok("cp", f"{data.url}a", f"{data.url}b")
    first, second = data.json("stat", f"{data.url}a"), data.json("stat", f"{data.url}b")
    assert (second["content_type"], second["metadata"]) == ("text/x-log", {"owner": "ops"})
    assert second["size"] == first["size"] == len(LARGE)


def test_what_is_there_stays_without_clobber(data: Objects, tmp_path: Path) -> None:
    data.put("a", b"first")
    (tmp_path / "a").write_bytes(b"second")
    for source in (str(tmp_path / "a"), "-"):
        told = data.ok("cp", "--no-clobber", source, f"{data.url}a", "-o", "json", given=b"third").json
        assert (told["copied"], told["skipped"]) == (0, 1)
    data.put("b", b"other")
    data.ok("cp", "--no-clobber", f"{data.url}b", f"{data.url}a")
    assert data.get("a") == b"first"
    data.ok("cp", "--no-clobber", f"{data.url}a", str(tmp_path / "a"))
    assert (tmp_path / "a").read_bytes() == b"second"
    data.ok("mv", "--no-clobber", f"{data.url}b", f"{data.url}a")
    assert (data.get("a"), data.get("b")) == (b"first", b"other")


@pytest.mark.parametrize("verb", ["cp", "mv"])
def test_a_dry_run_without_clobber_lists_what_is_not_there(data: Objects, tree: Path, verb: str) -> None:
    data.put("up/a.txt")
    data.put("up/sub/c.txt")
    rows = data.json(verb, "-R", "--no-clobber", str(tree), f"{data.url}up/", "--dry-run")
    missing = content(tree).keys() - {"a.txt", "sub/c.txt"}
    assert {row["target"] for row in rows} == {f"{data.url}up/{name}" for name in missing}
    for name in ("b.json", "sub/c.txt"):
        data.put(name)
    rows = data.json(verb, "-R", "--no-clobber", data.url, str(tree), "--dry-run")
    assert [row["target"] for row in rows] == [str(tree / "up" / "a.txt"), str(tree / "up" / "sub" / "c.txt")]
    rows = data.json(verb, "--no-clobber", f"{data.url}b.json", str(tree / "b.json"), "--dry-run")
    assert rows == []
    assert data.json("cp", "--no-clobber", "-", f"{data.url}b.json", "--dry-run") == []


def test_a_large_object_that_is_there_stays_without_clobber(data: Objects, tmp_path: Path) -> None:
    data.put("a", b"first")
    (tmp_path / "a").write_bytes(LARGE)
    told = data.json("cp", "--no-clobber", str(tmp_path / "a"), f"{data.url}a")
    assert (told["copied"], told["skipped"]) == (0, 1)
    assert data.get("a") == b"first"


@pytest.mark.parametrize("more", [(), ("-R",)], ids=" ".join)
def test_two_sources_of_one_name_do_not_replace_each_other(
    data: Objects, tmp_path: Path, more: tuple[str, ...]
) -> None:
    sources = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a").write_text(name)
        sources.append(str(tmp_path / name / ("" if more else "a")))
    assert data.run("mv", *more, *sources, data.url, "--dry-run").code == 9
    assert data.run("mv", *more, *sources, data.url).code == 9
    assert (data.get("a"), (tmp_path / "two" / "a").read_text()) == (b"one", "two")


def test_a_stream_of_unknown_length_is_uploaded(data: Objects) -> None:
    data.put("stream", LARGE)
    assert data.get("stream") == LARGE


def test_moving_deletes_the_source_once_it_is_copied(data: Objects, tree: Path) -> None:
    expected = content(tree)
    data.ok("mv", "-R", str(tree), data.url)
    assert content(tree) == {}
    data.ok("mv", "-R", data.url, str(tree))
    assert content(tree) == expected
    assert data.keys() == []


def test_only_names_that_fit_are_copied(data: Objects, tree: Path) -> None:
    data.ok("cp", "-R", str(tree), data.url, "--include", "*.txt", "--include", "*.json", "--exclude", "sub/*")
    assert data.keys() == ["a.txt", "b.json"]


@pytest.mark.parametrize("verb", ["cp", "mv"])
def test_wildcards_of_a_shell_name_files_and_folders_alike(data: Objects, tree: Path, verb: str) -> None:
    sources = sorted(map(str, tree.iterdir()))
    below = sorted(str(path.relative_to(tree / "sub")) for path in tree.rglob("sub/**/*") if path.is_file())
    data.ok(verb, "-R", *sources, f"{data.url}up", "--exclude", "*.json")
    assert data.keys() == sorted((f"up/{name}" for name in ("a.txt", "empty", "large.bin", *below)), key=str.encode)
    assert (tree / "b.json").exists()


def test_a_file_below_which_there_is_nothing_is_simply_copied(data: Objects, tree: Path) -> None:
    data.ok("cp", "-R", str(tree / "a.txt"), f"{data.url}named")
    data.ok("cp", "-R", str(tree / "a.txt"), f"{data.url}in/")
    assert data.keys() == ["in/a.txt", "named"]
    assert data.run("cp", "-R", str(tree / "nonesuch"), str(tree / "a.txt"), data.url).code == 9
    assert data.run("cp", "-R", str(tree / "nonesuch"), data.url, "--include", "*.txt").code == 3
    assert data.run("cp", "-R", f"{tree}/a.txt/", data.url).code == 6


def test_several_sources_need_a_folder(data: Objects, tree: Path) -> None:
    assert data.run("cp", str(tree / "a.txt"), str(tree / "b.json"), f"{data.url}up").code == 2
    data.ok("cp", str(tree / "a.txt"), str(tree / "b.json"), f"{data.url}up/")
    assert data.keys() == ["up/a.txt", "up/b.json"]


def test_a_dry_run_lists_what_would_be_done_and_does_nothing(data: Objects, tree: Path) -> None:
    rows = data.json("cp", "-R", str(tree), f"{data.url}up/", "--dry-run")
    assert [row["target"] for row in rows] == sorted(f"{data.url}up/{name}" for name in content(tree))
    assert {row["action"] for row in rows} == {"upload"}
    assert data.keys() == []


def test_old_content_is_copied_by_its_version(kept: Objects, tmp_path: Path) -> None:
    kept.put("a", b"one")
    first = kept.json("stat", f"{kept.url}a")["version"]
    kept.put("a", b"two")
    kept.ok("cp", "--version-id", first, f"{kept.url}a", str(tmp_path / "a"))
    kept.ok("cp", "--version-id", first, f"{kept.url}a", f"{kept.url}b")
    assert ((tmp_path / "a").read_bytes(), kept.get("b"), kept.get("a")) == (b"one", b"one", b"two")
    assert kept.get("a", "--version-id", first) == b"one"


@pytest.mark.usefixtures("fresh")
@pytest.mark.parametrize("source", sorted(BUCKETS))
@pytest.mark.parametrize("target", sorted(BUCKETS))
def test_every_pair_of_clouds_copies_byte_for_byte(cli: CommandLine, source: str, target: str) -> None:
    places = [Objects(cli, BUCKETS[name], f"{BUCKETS[name].url_of(bucket)}/") for name, bucket in
              ((source, "data"), (target, "copies"))]  # fmt: skip
    for place in places:
        cli.json("bucket", "create", place.url)
    first, second = places
    keys = {"small": b"text", "empty": b"", "large": LARGE, "odd//ä %2F+": b"odd", "dir/": b"slash"}
    for key, text in keys.items():
        first.put(key, text, "--content-type", "text/x-log", "--metadata", "owner=ops")
    told = cli.json("bucket", "cp", "-R", first.url, second.url)
    assert (told["copied"], told["failed"]) == (len(keys), 0)
    assert {key: second.get(key) for key in second.keys()} == keys  # noqa: SIM118
    for key in ("small", "large"):
        shown = second.json("stat", second.url + key)
        assert (shown["content_type"], shown["metadata"]["owner"]) == ("text/x-log", "ops")
    assert cli.json("bucket", "sync", first.url, second.url, "--checksum")["copied"] == 0
