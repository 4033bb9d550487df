"""``bucket sync``: what differs is copied, and no more; what is deleted, and what is not."""

from __future__ import annotations

import os
import socket
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from object_store import Objects
from recording import operations, recorded


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "tree"
    for name in ("a", "b.txt", "b/c", "b/d", "b0", "ä"):
        write(root / name, name.encode())
    return root


def write(path: Path, data: bytes, mtime: float | None = None) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    if mtime is not None:
        os.utime(path, (mtime, mtime))


def names(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def counts(told: Any) -> tuple[int, int, int, int]:
    return told["copied"], told["skipped"], told["deleted"], told["failed"]


def test_only_what_differs_is_copied_in_both_directions(data: Objects, tree: Path, tmp_path: Path) -> None:
    down = tmp_path / "down"
    assert counts(data.json("sync", str(tree), f"{data.url}up")) == (6, 0, 0, 0)
    assert counts(data.json("sync", str(tree), f"{data.url}up")) == (0, 6, 0, 0)
    assert counts(data.json("sync", f"{data.url}up", str(down))) == (6, 0, 0, 0)
    assert counts(data.json("sync", f"{data.url}up", str(down))) == (0, 6, 0, 0)
    assert names(down) == names(tree)
    write(tree / "b/c", b"longer than before")
    assert counts(data.json("sync", str(tree), f"{data.url}up")) == (1, 5, 0, 0)
    assert counts(data.json("sync", f"{data.url}up", str(down))) == (1, 5, 0, 0)
    assert (down / "b/c").read_bytes() == b"longer than before"


def test_a_change_of_the_same_length_is_seen_by_its_time_or_content(data: Objects, tree: Path) -> None:
    data.ok("sync", str(tree), data.url)
    before = (tree / "a").stat().st_mtime
    write(tree / "a", b"z", before + 5)
    assert counts(data.json("sync", str(tree), data.url)) == (1, 5, 0, 0)
    write(tree / "a", b"y", before - 5000)
    assert counts(data.json("sync", str(tree), data.url)) == (0, 6, 0, 0)
    assert counts(data.json("sync", str(tree), data.url, "--checksum")) == (1, 5, 0, 0)
    assert data.get("a") == b"y"


def test_a_file_that_was_only_touched_is_not_sent_again(data: Objects, tree: Path, sandbox: Any) -> None:
    data.ok("sync", str(tree), data.url)
    for path in tree.rglob("*"):
        os.utime(path, (2_000_000_000, 2_000_000_000))
    assert counts(data.json("sync", str(tree), data.url, "--checksum")) == (0, 6, 0, 0)
    with recorded(sandbox, data.store.name) as calls:
        assert counts(data.json("sync", str(tree), data.url)) == (0, 6, 0, 0)
    assert all(operation.lower().split("/")[-1].split(":")[-1].split(".")[-1] not in
               ("putobject", "insert", "write") for operation in operations(calls))  # fmt: skip


def test_what_only_the_target_has_stays_unless_it_is_to_go(data: Objects, tree: Path) -> None:
    data.put("old/1")
    data.put("a0")
    assert counts(data.json("sync", str(tree), data.url))[2] == 0
    rows = data.json("sync", str(tree), data.url, "--delete", "--dry-run")
    assert [(row["action"], row["target"]) for row in rows] == [
        ("delete", f"{data.url}a0"), ("delete", f"{data.url}old/1")
    ]  # fmt: skip
    assert counts(data.json("sync", str(tree), data.url, "--delete")) == (0, 6, 2, 0)
    assert data.keys() == sorted(names(tree), key=str.encode)


def test_deleting_in_a_folder(data: Objects, tree: Path) -> None:
    data.put("a", b"a")
    assert counts(data.json("sync", data.url, str(tree), "--delete"))[2:] == (5, 0)
    assert names(tree) == ["a"]


def test_an_empty_source_deletes_nothing(data: Objects, tmp_path: Path) -> None:
    data.put("a")
    (tmp_path / "empty").mkdir()
    assert data.run("sync", str(tmp_path / "empty"), data.url, "--delete").code == 6
    assert data.run("sync", str(tmp_path / "missing"), data.url, "--delete").code == 3
    assert data.keys() == ["a"]


def test_no_more_than_allowed_is_deleted(data: Objects, tree: Path) -> None:
    for key in ("old/1", "old/2"):
        data.put(key)
    assert data.run("sync", str(tree), data.url, "--delete", "--max-delete", "1").code == 6
    assert data.keys("old/") == ["old/1", "old/2"]
    data.ok("sync", str(tree), data.url, "--delete", "--max-delete", "2")
    assert data.keys("old/") == []


def test_nothing_is_deleted_after_a_failure(data: Objects, tree: Path) -> None:
    data.put("old/1")
    (tree / "folder").mkdir()
    (tree / "folder" / "unreadable").symlink_to(tree / "nowhere")
    result = data.run("sync", str(tree), data.url, "--delete", "--follow-symlinks", "-o", "json")
    assert result.code == 9
    assert data.keys("old/") == ["old/1"]
    assert data.keys("a") == ["a"]


@pytest.mark.parametrize("chosen", [("--include", "*c"), ("--exclude", "*d")], ids=" ".join)
def test_what_may_be_in_a_folder_that_cannot_be_read_is_not_deleted(
    data: Objects, tree: Path, monkeypatch: pytest.MonkeyPatch, chosen: tuple[str, ...]
) -> None:
    data.json("sync", str(tree), data.url)
    scandir = os.scandir

    def denied(folder: Any) -> Any:
        if str(folder) == str(tree / "b"):
            raise PermissionError(13, "Permission denied", str(folder))
        return scandir(folder)

    monkeypatch.setattr(os, "scandir", denied)
    for verb, more in (("sync", ("--delete",)), ("cp", ("-R",))):
        result = data.run(verb, str(tree), data.url, *chosen, *more, "-o", "json")
        assert "denied" in [error["error"] for error in result.errors], result.err
    assert data.keys("b/c") == ["b/c"]
    assert data.run("cp", "-R", str(tree), data.url, "--exclude", "b/*").code == 0


def test_a_dry_run_deletes_nothing_where_the_sync_would_not(data: Objects, tree: Path) -> None:
    """A key that cannot be a file's name fails, and nothing is deleted after a failure."""
    data.put("good")
    data.put("con\\trol")
    result = data.run("sync", data.url, str(tree), "--delete", "--dry-run", "-o", "json")
    assert (result.code, [row["action"] for row in result.json]) == (9, ["download"])
    assert "not deleted" in result.err
    result = data.run("sync", data.url, str(tree), "--delete")
    assert (result.code, "not deleted" in result.err) == (9, True)
    assert (tree / "a").exists()


def test_a_dry_run_shows_the_copies_before_the_deletion_that_is_refused(data: Objects, tree: Path) -> None:
    data.put("old")
    data.put("older")
    result = data.run("sync", str(tree), data.url, "--delete", "--max-delete", "1", "--dry-run", "-o", "json")
    assert (result.code, [row["action"] for row in result.json]) == (6, ["upload"] * 6)


def test_a_time_that_no_file_can_have_is_that_of_the_object(data: Objects, tmp_path: Path) -> None:
    data.put("a", b"text", "--metadata", f"mtime={10**30}")
    data.put("b")
    time.sleep(1)  # a file that is made in the same second would have the time by chance
    data.ok("sync", data.url, str(tmp_path / "down"))
    modified = data.json("stat", f"{data.url}a")["modified"]
    assert datetime.fromisoformat(modified).timestamp() == int((tmp_path / "down" / "a").stat().st_mtime)


def test_filters_hold_on_both_sides(data: Objects, tree: Path) -> None:
    data.put("old.log")
    data.put("old.tmp")
    data.ok("sync", str(tree), data.url, "--delete", "--exclude", "*.tmp", "--exclude", "b/*")
    assert data.keys() == ["a", "b.txt", "b0", "old.tmp", "ä"]


def test_links_and_special_files_are_skipped_by_rule(data: Objects, tree: Path) -> None:
    (tree / "link").symlink_to(tree / "a")
    (tree / "folder-link").symlink_to(tree / "b")
    listening = socket.socket(socket.AF_UNIX)
    os.chdir(tree)
    listening.bind("socket")
    listening.close()
    os.mkfifo(tree / "pipe")
    told = data.ok("sync", str(tree), data.url, "-o", "json").json
    assert counts(told) == (6, 4, 0, 0)
    data.ok("sync", str(tree), data.url, "--follow-symlinks")
    assert data.keys("link") == ["link"]
    assert data.keys("folder-link/") == ["folder-link/c", "folder-link/d"]


def test_a_source_equal_to_or_inside_the_target_is_refused(data: Objects) -> None:
    for source, target in (("", ""), ("a/", ""), ("", "a"), ("a", "a/")):
        assert data.run("sync", data.url + source, data.url + target).code == 2
    data.put("a/x")
    data.ok("sync", f"{data.url}a", f"{data.url}ab")
    assert data.keys() == ["a/x", "ab/x"]


def test_buckets_of_one_cloud_are_kept_the_same(data: Objects) -> None:
    other = data.store.url_of("copies")
    data.json("create", other)
    for key in ("a", "dir/", "b//c"):
        data.put(key)
    assert counts(data.json("sync", data.url, other)) == (3, 0, 0, 0)
    assert counts(data.json("sync", data.url, other)) == (0, 3, 0, 0)
    data.ok("rm", f"{data.url}a", "--yes")
    assert counts(data.json("sync", data.url, other, "--delete")) == (0, 2, 1, 0)


def test_a_dry_run_lists_every_action_in_a_stable_order(data: Objects, tree: Path) -> None:
    data.put("b/c", b"other content")
    data.put("z")
    once = data.json("sync", str(tree), data.url, "--delete", "--dry-run")
    assert [row["target"].removeprefix(data.url) for row in once] == ["a", "b.txt", "b/c", "b/d", "b0", "ä", "z"]
    assert data.json("sync", str(tree), data.url, "--delete", "--dry-run") == once
    assert data.keys() == ["b/c", "z"]
