"""Whatever keys a bucket holds, nothing is written outside the folder that a download goes to."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from object_store import Objects
from recording import recorded

UNSAFE = ("a/../../out", "..", "../out", "/etc/out", "a//b", "C:\\out", "C:out", "back\\slash", "con\x01trol", "a/./b")


def tree(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if not path.is_dir())


def test_unsafe_keys_are_skipped_with_an_error_and_the_others_arrive(data: Objects, tmp_path: Path) -> None:
    unsafe = []
    for key in UNSAFE:
        if data.run("cp", "-", data.url + key, given=b"text").code == 0:
            unsafe.append(key)
    for key in ("good", "sub/good"):
        data.put(key)
    down = tmp_path / "deep" / "er" / "down"
    result = data.run("cp", "-R", data.url, str(down), "-o", "json")
    assert result.code == 9
    assert (result.json["copied"], result.json["failed"]) == (2, len(unsafe))
    told = [error["message"] for error in result.errors]
    assert [key for key in unsafe if not any(repr(key) in message for message in told)] == [], told
    assert tree(tmp_path / "deep") == ["er/down/good", "er/down/sub/good"]
    assert data.run("sync", data.url, str(down)).code == 9
    assert tree(tmp_path / "deep") == ["er/down/good", "er/down/sub/good"]


def test_a_link_in_the_way_is_not_followed(data: Objects, tmp_path: Path) -> None:
    outside, down = tmp_path / "outside", tmp_path / "down"
    outside.mkdir()
    down.mkdir()
    (down / "sub").symlink_to(outside)
    (down / "file").symlink_to(outside / "file")
    for key in ("sub/a", "file", "b"):
        data.put(key)
    assert data.run("cp", "-R", data.url, str(down)).code == 9
    assert tree(outside) == []
    assert (down / "b").read_bytes() == b"text"
    assert not (down / "file").is_symlink()


def test_a_folder_where_a_file_should_be_stays(data: Objects, tmp_path: Path) -> None:
    (tmp_path / "down" / "a").mkdir(parents=True)
    data.put("a")
    data.put("b")
    assert data.run("cp", "-R", data.url, str(tmp_path / "down")).code == 9
    assert tree(tmp_path / "down") == ["b"]


def test_a_file_where_a_folder_should_be_stays(data: Objects, tmp_path: Path) -> None:
    (tmp_path / "a").write_text("mine")
    data.put("a/b")
    assert data.run("cp", "-R", data.url, str(tmp_path)).code == 6
    assert (tmp_path / "a").read_text() == "mine"


def test_the_object_of_a_folder_makes_a_folder(data: Objects, tmp_path: Path) -> None:
    data.put("dir/", b"")
    data.put("dir/a")
    data.ok("cp", "-R", data.url, str(tmp_path / "down"))
    assert tree(tmp_path / "down") == ["dir/a"]


def test_names_from_the_cloud_do_no_harm_to_the_terminal(data: Objects) -> None:
    if "tab\there" in data.facts.refused:
        pytest.skip("this cloud does not allow control characters")
    data.put("red\x1b[31m")
    assert "\x1b" not in data.ok("ls", data.url, "-o", "table").out


# what leads back into the source

BACK = (
    ("mv", "{url}dir/file", "{url}dir/"),
    ("mv", "{url}file", "{bucket}"),
    ("mv", "-R", "{url}di", "{url}"),
    ("mv", "{context}:{url}file", "{url}file"),
    ("mv", "-R", "{context}:{url}dir", "{url}dir"),
    ("cp", "{url}dir/file", "{url}dir/"),
    ("cp", "-R", "{url}di", "{url}"),
)


@pytest.mark.parametrize("words", BACK, ids=" ".join)
def test_what_would_be_moved_or_copied_to_itself_stays_and_is_told(data: Objects, words: tuple[str, ...]) -> None:
    for key in ("dir/file", "file"):
        data.put(key)
    said = {"url": data.url, "bucket": data.url.rstrip("/"), "context": data.store.name}
    result = data.run(*(word.format(**said) for word in words))
    assert result.code == 2
    assert "the source itself" in result.err
    assert data.keys() == ["dir/file", "file"]


def test_a_move_up_leaves_what_would_replace_another_source(data: Objects) -> None:
    data.put("a/a/b", b"inner")
    data.put("a/b", b"outer")
    assert data.run("mv", "-R", f"{data.url}a/", data.url, "--dry-run").code == 9
    assert data.run("mv", "-R", f"{data.url}a/", data.url).code == 9
    assert data.keys() == ["a/a/b", "b"]
    assert (data.get("a/a/b"), data.get("b")) == (b"inner", b"outer")


# what is wrong with the target or the source


def test_a_target_that_cannot_be_written_is_reported_and_left_clean(
    data: Objects, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data.put("a", b"text" * 1000)

    def full(*_: Any) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "pwrite", full)
    assert data.run("cp", f"{data.url}a", str(tmp_path / "down") + "/").code == 11
    assert list((tmp_path / "down").iterdir()) == []


@pytest.mark.parametrize("verb", ["cp", "mv"])
def test_pipes_and_devices_are_neither_read_nor_replaced(data: Objects, tmp_path: Path, verb: str) -> None:
    """What comes from them has no size, and a device such as /dev/null must stay one."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    data.put("a")
    assert data.run(verb, str(pipe), f"{data.url}b").code == 6
    assert data.run(verb, f"{data.url}a", str(pipe)).code == 2
    assert (data.keys(), pipe.is_fifo()) == (["a"], True)


def test_a_file_that_is_longer_than_its_size_is_told_of(data: Objects) -> None:
    assert data.run("cp", "/proc/version", f"{data.url}a").code == 6
    assert data.keys() == []


def test_the_names_of_the_standard_streams_mean_them(data: Objects) -> None:
    data.ok("cp", "/dev/stdin", f"{data.url}a", given=b"text")
    assert data.ok("cp", f"{data.url}a", "/dev/stdout").data == b"text"


def test_files_that_cannot_be_read_are_reported_and_the_others_go(data: Objects, tmp_path: Path) -> None:
    root = tmp_path / "tree"
    root.mkdir()
    (root / "good").write_text("text")
    (root / "gone").symlink_to(root / "nowhere")
    result = data.run("cp", "-R", "--follow-symlinks", str(root), data.url, "-o", "json")
    assert (result.code, result.json["copied"], result.json["failed"]) == (9, 1, 1)
    assert data.keys() == ["good"]


def test_a_file_that_changes_while_it_is_read_is_reported(
    data: Objects, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, read = tmp_path / "log", os.pread
    path.write_bytes(b"one line\n")

    def growing(handle: int, size: int, offset: int) -> bytes:
        found = read(handle, size, offset)
        with path.open("ab") as log:
            log.write(b"another\n")
        return found

    monkeypatch.setattr(os, "pread", growing)
    result = data.run("cp", str(path), f"{data.url}log", "-o", "json")
    assert result.code == 6
    assert "changed" in result.errors[0]["message"]


def test_a_journal_that_cannot_be_written_is_what_a_large_upload_fails_for(
    data: Objects, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file" / "state"))
    with (tmp_path / "large").open("wb") as large:
        large.truncate(17 << 20)
    [error] = data.run("cp", str(tmp_path / "large"), f"{data.url}a", "-o", "json").errors
    assert f"{tmp_path / 'file'}" in error["message"]
    assert "XDG_STATE_HOME" in error["fix"]


# what is wrong with the command line: before any call

WRONG = (
    ("cp", "{url}a"),
    ("cp", "here", "there"),
    ("cp", "ftp://host/a", "{url}"),
    ("cp", "s3://", "{url}"),
    ("cp", "{url}", "{there}"),
    ("cp", "-", "-"),
    ("cp", "-R", "-", "{url}"),
    ("cp", "-", "{url}"),
    ("mv", "-", "{url}a"),
    ("cp", "{url}a", "{url}a"),
    ("cp", "-R", "{url}a/", "{url}a/b/"),
    ("cp", "{url}a", "{there}", "--storage-class", "no-such"),
    ("cp", "-", "{url}a", "--metadata", "novalue"),
    ("cp", "{url}a", "{url}b", "--parallel", "0"),
    ("rm", "{url}"),
    ("rm", "{url}a"),
    ("rm", "-R", "{url}a", "--yes"),
    ("rm", "{url}a", "--version-id", "1", "--versions", "--yes"),
    ("rm", "{url}a", "--include", "x", "--yes"),
    ("presign", "{url}a", "--expires", "8d"),
    ("presign", "{url}a", "--expires", "soon"),
    ("presign", "{url}"),
    ("sync", "{url}", "-"),
    ("sync", "here", "there"),
    ("sync", "{there}", "{url}", "--max-delete", "3"),
    ("cat", "{url}"),
    ("stat", "/a/path"),
    ("ls", "{url}", "--columns", "nonesuch"),
    ("ls", "other:{url}"),
)


@pytest.mark.parametrize("words", WRONG, ids=" ".join)
def test_a_wrong_command_line_is_refused_before_any_call(
    data: Objects, tmp_path: Path, sandbox: Any, words: tuple[str, ...]
) -> None:
    with recorded(sandbox) as calls:
        result = data.run(*(word.format(url=data.url, there=tmp_path) for word in words))
    assert (result.code, result.out, calls) == (2, "", [])


@pytest.mark.parametrize("verb", ["ls", "stat", "cat", "du", "rm", "presign", "cp", "sync"])
def test_a_bucket_that_is_not_there_is_not_found(data: Objects, verb: str, tmp_path: Path) -> None:
    missing = f"{data.store.url_of('missing-of-all')}/a"
    more = {"rm": ["--yes"], "cp": [str(tmp_path / "a")], "sync": [str(tmp_path / "a")]}.get(verb, [])
    result = data.run(verb, missing, *more, "-o", "json")
    assert (result.code, result.errors[0]["error"]) == (3, "not_found")


def test_an_upload_into_a_bucket_that_is_not_there_is_not_found(data: Objects) -> None:
    assert data.run("cp", "-", f"{data.store.url_of('missing-of-all')}/a", given=b"text").code == 3


def test_many_files_for_a_bucket_that_is_not_there_are_told_of_it_once(data: Objects, tmp_path: Path) -> None:
    for number in range(100):
        (tmp_path / f"{number}").write_bytes(b"x")
    result = data.run("cp", "-R", str(tmp_path), f"{data.store.url_of('missing-of-all')}/")
    assert (result.code, result.out, result.err.count("error:")) == (3, "", 1)
    assert "there is no bucket" in result.err


def test_for_programs_the_errors_of_several_are_json(data: Objects, tmp_path: Path) -> None:
    result = data.run("cp", str(tmp_path / "one"), str(tmp_path / "two"), data.url, "--log-format", "json")
    assert (result.code, [error["error"] for error in result.errors]) == (3, ["not_found"] * 3)


def test_an_error_of_one_of_several_says_which(data: Objects, sandbox: Any, hurried: None, tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / f"{number}").write_bytes(b"x")
    sandbox.fault("denied", data.store.name, data.facts.put, count=0)
    result = data.run("cp", "-R", str(tmp_path), data.url, "-o", "json")
    told = [error["message"] for error in result.errors]
    assert [any(f"{tmp_path / str(number)}: " in text for text in told) for number in range(3)] == [True] * 3


@pytest.mark.parametrize("verb", ["stat", "cat", "cp", "mv", "rm"])
def test_an_object_that_is_not_there_is_not_found(data: Objects, verb: str, tmp_path: Path) -> None:
    more = {"rm": ["--yes"], "cp": [str(tmp_path / "a")], "mv": [f"{data.url}b"]}.get(verb, [])
    assert data.run(verb, f"{data.url}missing", *more).code == 3
    assert list(tmp_path.glob("a*")) == []


@pytest.mark.parametrize(("fault", "code"), [("denied", 5), ("unauthenticated", 4), ("expired", 4)])
def test_what_the_cloud_refuses_ends_with_its_code(
    data: Objects, sandbox: Any, hurried: None, tmp_path: Path, fault: str, code: int
) -> None:
    data.put("a")
    sandbox.fault(fault, data.store.name, data.facts.get, count=0)
    assert data.run("cp", f"{data.url}a", str(tmp_path / "b")).code == code
    sandbox.clear_faults()
    sandbox.fault(fault, data.store.name, data.facts.put, count=0)
    assert data.run("cp", "-", f"{data.url}b", given=b"text").code == code
    sandbox.clear_faults()
    assert data.keys() == ["a"]
    assert list(tmp_path.glob("b*")) == []
