"""Buckets that keep versions: what lists show, what comes back, and what is gone for good."""

from __future__ import annotations

from object_store import Objects


def versions(data: Objects, key: str) -> list[tuple[bool, bool]]:
    rows = data.json("ls", "--versions", data.url + key)
    return [(bool(row["latest"]), bool(row["deleted"])) for row in rows]


def test_every_version_is_listed_the_newest_first(kept: Objects) -> None:
    ids = []
    for text in (b"one", b"two", b"three"):
        kept.put("a", text)
        ids.append(kept.json("stat", f"{kept.url}a")["version"])
    rows = kept.json("ls", "--versions", kept.url)
    assert [row["version"] for row in rows] == ids[::-1]
    assert [row["latest"] for row in rows] == [True, False, False]
    assert [row["size"] for row in rows] == [5, 3, 3]
    assert kept.json("du", "--versions", kept.url)[0] == {"url": kept.url, "objects": 3, "bytes": 11}
    assert kept.json("du", kept.url)[0]["objects"] == 1


def test_what_was_deleted_comes_back(kept: Objects) -> None:
    kept.put("a", b"one")
    kept.put("a", b"two")
    kept.ok("rm", f"{kept.url}a", "--yes")
    assert kept.keys() == []
    assert kept.run("stat", f"{kept.url}a").code == 3
    kept.ok("undelete", f"{kept.url}a")
    assert kept.get("a") == b"two"


def test_a_version_comes_back_by_its_id(kept: Objects) -> None:
    kept.put("a", b"one")
    first = kept.json("stat", f"{kept.url}a")["version"]
    kept.put("a", b"two")
    kept.ok("rm", f"{kept.url}a", "--yes")
    kept.ok("undelete", f"{kept.url}a", "--version-id", first)
    assert kept.get("a") == b"one"


def test_what_was_never_there_does_not_come_back(kept: Objects) -> None:
    assert kept.run("undelete", f"{kept.url}a").code == 3


def test_one_version_is_deleted_for_good(kept: Objects) -> None:
    kept.put("a", b"one")
    first = kept.json("stat", f"{kept.url}a")["version"]
    kept.put("a", b"two")
    kept.ok("rm", f"{kept.url}a", "--version-id", first, "--yes")
    assert versions(kept, "a") == [(True, False)]
    assert kept.run("cat", f"{kept.url}a", "--version-id", first).code == 3
    assert kept.get("a") == b"two"


def test_all_versions_of_an_object_are_deleted_and_no_others(kept: Objects) -> None:
    for key in ("a", "a", "ab", "ab"):
        kept.put(key)
    kept.ok("rm", f"{kept.url}ab", "--yes")
    kept.ok("rm", "--versions", f"{kept.url}a", "--yes")
    assert {row["key"] for row in kept.json("ls", "--versions", kept.url)} == {"ab"}
    kept.ok("undelete", f"{kept.url}ab")
    assert kept.keys() == ["ab"]


def test_everything_below_a_prefix_goes_with_its_versions(kept: Objects) -> None:
    for key in ("logs/a", "logs/a", "logs/b", "keep"):
        kept.put(key)
    kept.ok("rm", f"{kept.url}logs/b", "--yes")
    kept.ok("rm", "-R", "--versions", f"{kept.url}logs/", "--confirm", f"{kept.url}logs/")
    assert {row["key"] for row in kept.json("ls", "--versions", kept.url)} == {"keep"}


def test_without_versions_nothing_is_kept(data: Objects) -> None:
    data.put("a")
    data.ok("rm", f"{data.url}a", "--yes")
    assert data.run("rm", f"{data.url}a", "--yes").code == 3
    data.ok("rm", f"{data.url}a", "--yes", "--if-exists")
