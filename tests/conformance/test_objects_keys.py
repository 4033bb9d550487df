"""Every key that a cloud allows makes the round trip, and none is taken for another."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from object_clouds import KEYS, OBJECTS
from object_store import Objects

# A letter, so that no generated key is one of those that only some clouds allow; then what is hard to carry.
HARD = st.text(st.sampled_from("a/%+ ?#&=;:'\"<>[]{}|\\^~éß日\u0301\U0001f600.-_"), max_size=30).map(
    lambda text: "k" + text
)
COMMON = [key for key in KEYS if all(key not in facts.refused for facts in OBJECTS.values())]


def allowed(data: Objects) -> list[str]:
    return [key for key in KEYS if key not in data.facts.refused]


def delete(data: Objects, keys: list[str]) -> None:
    urls = [data.url + key for key in keys]
    data.ok("rm", *urls, "--confirm", ",".join(urls))


def content(key: str) -> bytes:
    return key.encode()[:64] + b" is here"


def test_odd_keys_are_written_listed_looked_at_read_and_deleted(data: Objects) -> None:
    keys = sorted(allowed(data), key=str.encode)
    for key in keys:
        data.put(key, content(key))
    assert data.keys() == keys
    for key in keys:
        shown = data.json("stat", data.url + key)
        assert (shown["key"], shown["url"], shown["size"]) == (key, data.url + key, len(content(key)))
        assert data.get(key) == content(key)
    delete(data, keys[:20])
    assert data.keys() == keys[20:]
    data.ok("rm", "-R", data.url, "--confirm", data.url)
    assert data.keys() == []


def test_odd_keys_are_copied_and_moved_with_all_that_is_below_a_prefix(data: Objects) -> None:
    keys = sorted((key for key in allowed(data) if len(key.encode()) < 1000), key=str.encode)
    for key in keys:
        data.put(f"here/{key}", content(key))
    data.ok("cp", "-R", f"{data.url}here/", f"{data.url}copy/")
    data.ok("mv", "-R", f"{data.url}copy/", f"{data.url}moved/")
    assert data.keys() == [*(f"here/{key}" for key in keys), *(f"moved/{key}" for key in keys)]
    assert [data.get(f"moved/{key}") for key in keys] == [content(key) for key in keys]


def test_one_object_is_copied_under_its_own_name_or_another(data: Objects, tmp_path: Path) -> None:
    for key in ("a/b", "c d", "a/dir/", "e//f"):
        data.put(key, content(key))
        data.ok("cp", data.url + key, f"{data.url}copy/")
        data.ok("cp", data.url + key, str(tmp_path / "one"))
        assert (tmp_path / "one").read_bytes() == content(key)
        data.ok("mv", data.url + key, f"{data.url}named/{key[0]}-{len(key)}")
        assert data.get(f"named/{key[0]}-{len(key)}") == content(key)
    assert data.keys() == [
        "copy/b",
        "copy/c d",
        "copy/dir/",
        "copy/f",
        "named/a-3",
        "named/a-6",
        "named/c-3",
        "named/e-4",
    ]


@pytest.mark.parametrize("key", sorted({key for facts in OBJECTS.values() for key in facts.refused}))
def test_a_key_that_a_cloud_does_not_allow_is_refused_before_any_call(data: Objects, key: str) -> None:
    if key not in data.facts.refused:
        pytest.skip("this cloud takes it")
    for verb, words in (("cp", ["-", data.url + key]), ("stat", [data.url + key]), ("rm", [data.url + key, "--yes"])):
        assert data.run(verb, *words).code == 2


def test_a_key_that_is_too_long_is_refused(data: Objects) -> None:
    assert data.run("cp", "-", data.url + data.facts.longest, given=b"text").code == 2
    assert data.keys() == []


def test_a_name_with_and_without_a_slash_are_two_objects(data: Objects) -> None:
    for key in ("dir", "dir/", "dir//", "dir/a"):
        data.put(key, content(key))
    assert [data.get(key) for key in ("dir", "dir/", "dir//")] == [content(key) for key in ("dir", "dir/", "dir//")]
    data.ok("rm", data.url + "dir/", "--yes")
    assert data.keys() == ["dir", "dir//", "dir/a"]
    data.ok("rm", data.url + "dir", "--yes")
    assert data.keys() == ["dir//", "dir/a"]


def test_a_prefix_means_just_that(data: Objects) -> None:
    for key in ("logs-1", "logs-2/a", "logs/a", "logs"):
        data.put(key)
    assert data.keys("logs-") == ["logs-1", "logs-2/a"]
    assert data.keys("logs/") == ["logs/a"]
    listed = [found["key"] for found in data.json("ls", data.url + "logs-")]
    assert listed == ["logs-1", "logs-2/"]
    assert data.json("du", data.url + "logs-")[0]["objects"] == 2
    data.ok("rm", "-R", data.url + "logs-", "--confirm", data.url + "logs-")
    assert data.keys() == ["logs", "logs/a"]


def test_a_list_to_the_next_slash_has_folders_and_objects_in_order(data: Objects) -> None:
    for key in ("a", "b/1", "b/2", "b//3", "c", "/d"):
        data.put(key)
    rows = data.json("ls", data.url)
    assert [(row["key"], row["size"]) for row in rows] == [("/", None), ("a", 4), ("b/", None), ("c", 4)]
    assert [row["key"] for row in data.json("ls", data.url + "b/")] == ["b//", "b/1", "b/2"]


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(keys=st.sets(HARD, min_size=1, max_size=6))
def test_any_text_is_a_key(data: Objects, keys: set[str]) -> None:
    keys = {key for key in keys if not {".", ".."} & set(key.split("/"))}
    for key in keys:
        data.put(f"any/{key}", content(key))
    assert data.keys("any/") == sorted((f"any/{key}" for key in keys), key=str.encode)
    for key in keys:
        assert data.get(f"any/{key}") == content(key)
    if keys:
        delete(data, [f"any/{key}" for key in keys])
    assert data.keys("any/") == []
