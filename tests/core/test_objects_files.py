"""Local files: walked in the order of keys, and landed whole or not at all."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cloudctl.errors import CloudError, Kind
from cloudctl.objects import landing, walking
from cloudctl.objects.files import Folder, local_parts, window
from cloudctl.objects.landing import Landing, Partial, Unnamed
from cloudctl.objects.walking import File, Problem, walk

Make = Callable[[str], Landing]
NAMES = st.lists(st.text("ab-/.", min_size=1, max_size=6), max_size=12)


def names(root: Path, **how: bool) -> list[str]:
    return [one.name for one in walk(root, **how) if isinstance(one, File)]


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wanted=NAMES)
def test_a_tree_is_walked_in_the_order_of_keys(tmp_path_factory: pytest.TempPathFactory, wanted: list[str]) -> None:
    root, made = tmp_path_factory.mktemp("tree"), set()
    for name in wanted:
        parts = [part for part in name.split("/") if part not in ("", ".", "..")]
        path = root.joinpath(*parts)
        if parts and not path.exists() and not any(root.joinpath(*parts[:n]).is_file() for n in range(len(parts))):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"")
            made.add("/".join(parts))
    assert names(root) == sorted(made, key=str.encode)


def test_a_folder_with_more_names_than_are_sorted_in_memory_is_in_the_same_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walking, "SORTED", 7)
    monkeypatch.setattr(walking, "_READ", 5)
    made = [f"{number % 13}{'-' * (number % 5)}\n{number}" for number in range(50)]
    for name in made:
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "1").mkdir()
    (tmp_path / "1" / "inner").write_bytes(b"")
    assert names(tmp_path) == sorted([*made, "1/inner"], key=str.encode)


def test_what_is_no_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"1")
    (tmp_path / "link").symlink_to("file")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / ".cloudctl-0123456789abcdef.part").write_bytes(b"half")
    os.close(os.open(os.fsencode(tmp_path) + b"/\xff", os.O_CREAT | os.O_WRONLY))
    problems = {one.name: one for one in walk(tmp_path) if isinstance(one, Problem)}
    assert names(tmp_path) == ["file"]
    assert (problems["link"].skipped, problems["pipe"].skipped) == (True, True)
    (nameless,) = [one for name, one in problems.items() if name not in ("link", "pipe")]
    assert (nameless.skipped, nameless.error.kind) == (False, Kind.PARTIAL)


def test_links_are_followed_where_that_is_asked_for_but_not_in_a_circle(tmp_path: Path) -> None:
    (tmp_path / "dir").mkdir()
    (tmp_path / "dir" / "file").write_bytes(b"1")
    (tmp_path / "dir" / "up").symlink_to(tmp_path)
    (tmp_path / "link").symlink_to("dir")
    assert names(tmp_path) == ["dir/file"]
    assert names(tmp_path, follow=True) == ["dir/file", "link/file"]
    circles = [one.name for one in walk(tmp_path, follow=True) if isinstance(one, Problem)]
    assert circles == ["dir/up/", "link/up/"]


@pytest.mark.parametrize(
    "name", ["a//b", "/a", "a/", "..", "a/../b", ".", "c:/x", "C:x", "a\\b", "a\x00", "a\n", "\x7f"]
)
def test_a_key_that_could_lead_elsewhere_is_no_path(name: str) -> None:
    with pytest.raises(CloudError) as caught:
        local_parts(name)
    assert caught.value.kind is Kind.PARTIAL


@pytest.mark.parametrize("name", ["a", "a/b c/...", "~", "-rf", "ä/😀", "ab:c"])
def test_any_other_key_is_a_path(name: str) -> None:
    assert "/".join(local_parts(name)) == name


def test_windows_of_one_file_are_read_side_by_side(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"0123456789")
    handle = os.open(tmp_path / "file", os.O_RDONLY)
    one, other = window(handle, 0, 4), window(handle, 4, 6)
    assert (one.read(2), other.read(), one.read(), one.read()) == (b"01", b"456789", b"23", b"")
    other.seek(-2, os.SEEK_END)
    assert (other.read(), other.tell()) == (b"89", 6)
    with pytest.raises(CloudError, match="shorter"):
        window(handle, 8, 4).readlines()
    os.close(handle)


# folders


def handles() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def test_a_folder_is_made_and_held_open_but_not_many(tmp_path: Path) -> None:
    folder, before = Folder(tmp_path / "new"), handles()
    for number in range(100):
        with folder.opened([f"dir{number}", "file"]) as handle:
            assert os.fstat(handle).st_ino == (tmp_path / "new" / f"dir{number}").stat().st_ino
    assert handles() - before <= 10


def test_a_folder_that_is_in_use_stays_open(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    with folder.opened(["held", "file"]) as held:
        for number in range(50):
            with folder.opened([str(number), "file"]):
                pass
        assert stat.S_ISDIR(os.fstat(held).st_mode)


@pytest.mark.parametrize(("kind", "made"), [(Kind.PARTIAL, "link"), (Kind.CONFLICT, "file")])
def test_what_is_in_the_way_of_a_folder_is_told(tmp_path: Path, kind: Kind, made: str) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "link").symlink_to("elsewhere")
    with pytest.raises(CloudError) as caught, Folder(tmp_path).opened([made, "x"]):
        pass
    assert caught.value.kind is kind
    assert list((tmp_path / "elsewhere").iterdir()) == []


# landing


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "folder"
    made.mkdir()
    return made


@pytest.fixture(params=["unnamed", "partial"])
def make(request: pytest.FixtureRequest, folder: Path) -> Iterator[Make]:
    handle = os.open(folder, os.O_RDONLY)
    made: list[Landing] = []

    def land(name: str) -> Landing:
        shown = folder / name
        one = Unnamed(handle, name, shown) if request.param == "unnamed" else Partial(handle, name, shown, "s3://b/k")
        made.append(one)
        return one

    yield land
    for one in made:
        one.close()
    os.close(handle)


def seen(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if not re.match(r"\.cloudctl-.{16}\.part", path.name))


def test_a_file_appears_when_it_is_whole(make: Make, folder: Path) -> None:
    file = make("file")
    file.write(b"cdef", 2)
    assert seen(folder) == []
    file.write(b"ab", 0)
    assert file.commit(5, 1_500_000_000_123_456_789)
    assert (folder / "file").read_bytes() == b"abcde"
    assert (folder / "file").stat().st_mtime_ns == 1_500_000_000_123_456_789
    assert [path.name for path in folder.iterdir()] == ["file"]


def test_it_has_the_mode_of_any_new_file(make: Make, folder: Path) -> None:
    (folder / "other").touch()
    make("file").commit(0, None)
    assert (folder / "file").stat().st_mode == (folder / "other").stat().st_mode


def test_it_replaces_what_was_there_or_leaves_it(make: Make, folder: Path) -> None:
    (folder / "file").write_bytes(b"old")
    kept = make("file")
    assert not kept.commit(0, None, replace=False)
    assert (folder / "file").read_bytes() == b"old"
    kept.discard()
    file = make("file")
    file.write(b"new", 0)
    assert file.commit(3, None)
    assert (folder / "file").read_bytes() == b"new"
    assert [path.name for path in folder.iterdir()] == ["file"]


def test_it_replaces_a_link_and_not_what_that_leads_to(make: Make, folder: Path) -> None:
    (folder / "target").write_bytes(b"kept")
    (folder / "file").symlink_to("target")
    file = make("file")
    file.write(b"new", 0)
    assert file.commit(3, None)
    assert ((folder / "target").read_bytes(), (folder / "file").is_symlink()) == (b"kept", False)


def test_a_folder_in_its_place_stays(make: Make, folder: Path) -> None:
    (folder / "file").mkdir()
    file = make("file")
    with pytest.raises(CloudError, match="is a folder") as caught:
        file.commit(0, None)
    assert caught.value.kind is Kind.CONFLICT
    file.discard()
    assert [path.name for path in folder.iterdir()] == ["file"]


def test_nothing_stays_of_what_is_given_up(make: Make, folder: Path) -> None:
    file = make("file")
    file.write(b"x", 0)
    file.discard()
    assert list(folder.iterdir()) == []


def test_a_partial_file_is_gone_on_with(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    first = Partial(handle, "file", folder / "file", "s3://b/k")
    first.write(b"ab", 0)
    with pytest.raises(CloudError, match="another process") as caught:
        Partial(handle, "file", folder / "file", "s3://b/k")
    assert caught.value.kind is Kind.CONFLICT
    first.close()
    second = Partial(handle, "file", folder / "file", "s3://b/k")
    second.write(b"c", 2)
    assert second.commit(3, None)
    second.close()
    os.close(handle)
    assert (folder / "file").read_bytes() == b"abc"


def test_where_no_file_can_be_without_a_name_it_has_one(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    handle = os.open(folder, os.O_RDONLY)
    assert isinstance(landing.landing(handle, "file", folder / "file", "t"), Unnamed)
    monkeypatch.setattr(landing, "_can_be_named", lambda: False)
    assert isinstance(landing.landing(handle, "file", folder / "file", "t"), Partial)
    os.close(handle)
