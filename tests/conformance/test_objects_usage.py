"""``bucket usage``: objects and bytes by storage class."""

from __future__ import annotations

from typing import Any

from object_store import Objects

FIELDS = ["url", "storage_class", "objects", "bytes", "noncurrent_objects", "noncurrent_bytes"]


def test_objects_and_bytes_are_counted_by_class_old_versions_apart(kept: Objects) -> None:
    kept.put("a", b"12345")
    kept.put("a", b"123")
    kept.put("b", b"1")
    kept.put("cold", b"1234567", "--storage-class", kept.facts.cold)
    kept.ok("rm", f"{kept.url}b", "--yes")
    rows = kept.json("usage", kept.url)
    assert list(rows[0]) == FIELDS
    cold, usual = sorted(rows, key=lambda row: row["bytes"], reverse=True)
    assert [cold[field] for field in FIELDS] == [kept.url, kept.facts.cold, 1, 7, 0, 0]
    assert [usual[field] for field in FIELDS[2:]] == [1, 3, 2, 6]


def test_a_bucket_is_named_by_its_name_too(data: Objects) -> None:
    data.put("a")
    name, provider = data.store.bucket("data"), data.store.name
    expected = data.json("usage", data.url)
    assert data.json("usage", name, "-p", provider) == data.json("usage", f"{provider}:{name}") == expected


def test_below_a_prefix(data: Objects) -> None:
    data.put("logs/a")
    data.put("b")
    assert data.json("usage", f"{data.url}logs/")[0]["objects"] == 1
    assert data.json("usage", f"{data.url}none/") == []


def test_a_bucket_that_cannot_be_read_hides_no_other(data: Objects) -> None:
    data.put("a")
    missing = data.store.url_of("missing-of-all")
    result = data.run("usage", missing, data.url, "-o", "json")
    assert (result.code, [row["objects"] for row in result.json]) == (9, [1])
    assert data.run("usage", missing).code == 3


def test_without_the_right_to_list_versions_the_current_ones_are_counted(
    data: Objects, sandbox: Any, hurried: None
) -> None:
    data.put("a")
    if data.store.name != "aws":
        return  # elsewhere one right lists both
    sandbox.fault("denied", "aws", "s3:ListObjectVersions", count=0)
    (row,) = data.json("usage", data.url)
    sandbox.clear_faults()
    assert (row["objects"], row["noncurrent_objects"]) == (1, None)
