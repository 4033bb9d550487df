"""From answers of Cloud Storage to the neutral object: a published resource, with every optional field absent."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cloudctl_gcp.objects import record
from requests.structures import CaseInsensitiveDict

URL = "gs://sample-bucket/"
OLD: dict[str, Any] = json.loads(
    (Path(__file__).parent.parent / "fixtures" / "gcp" / "object_2020.json").read_text("utf-8")
)
# https://cloud.google.com/storage/docs/xml-api/reference-headers
HEADERS = {
    "Content-Length": "352", "Content-Type": "text/plain", "ETag": '"905f0cb89e7e093271bf28474b5c7346"',
    "Last-Modified": "Thu, 23 Apr 2020 07:38:57 GMT", "Cache-Control": "private",
    "X-Goog-Hash": "crc32c=rTVTeQ==, md5=kF8MuJ5+CTJxvyhHS1xzRg==", "X-Goog-Generation": "1587627537231057",
    "X-Goog-Storage-Class": "MULTI_REGIONAL", "X-Goog-Stored-Content-Length": "352",
    "X-Goog-Stored-Content-Encoding": "identity",
}  # fmt: skip
OPTIONAL = [name for name in OLD if name != "name"]
SUMS = {"crc32c": "ad355379", "md5": "905f0cb89e7e093271bf28474b5c7346"}


def test_an_object_of_2020() -> None:
    found = record.object_of(URL, OLD)
    assert (found.url, found.size, found.storage_class) == (URL + "folder/Test.cs", 352, "MULTI_REGIONAL")
    assert found.modified == datetime(2020, 4, 23, 7, 38, 57, 230000, UTC)
    assert (found.version, found.etag, found.checksums) == ("1587627537231057", "CNHZkbuF/ugCEAE=", SUMS)
    assert (found.content_type, found.content_encoding, found.metadata) == ("text/plain", None, {})
    assert (found.latest, found.deleted) == (None, None)


@pytest.mark.parametrize(
    "names", [*([name] for name in OLD if name != "name"), [name for name in OLD if name != "name"]]
)
@pytest.mark.parametrize("versions", [True, False])
def test_an_object_with_less(names: list[str], versions: bool) -> None:
    found = record.object_of(URL, {name: value for name, value in OLD.items() if name not in names}, versions=versions)
    assert found.key == "folder/Test.cs"
    assert (found.size is None, found.modified is None) == ("size" in names, "updated" in names)
    assert ("crc32c" in found.checksums, "md5" in found.checksums) == ("crc32c" not in names, "md5Hash" not in names)


@pytest.mark.parametrize(
    ("more", "latest", "deleted"),
    [
        ({}, True, False),
        ({"timeDeleted": "2020-05-01T00:00:00Z"}, False, False),
        ({"timeDeleted": "2020-05-01T00:00:00Z", "softDeleteTime": "2020-05-01T00:00:00Z"}, False, True),
    ],
)
def test_versions(more: dict[str, Any], latest: bool, deleted: bool) -> None:
    found = record.object_of(URL, OLD | more, versions=True)
    assert (found.latest, found.deleted) == (latest, deleted)


def read(headers: dict[str, str]) -> record.StoredObject:
    return record.read(URL, "folder/Test.cs", CaseInsensitiveDict(headers))


def test_a_read() -> None:
    found = read(HEADERS)
    assert (found.size, found.checksums, found.content_encoding) == (352, SUMS, None)
    assert (found.storage_class, found.version, found.cache_control) == ("MULTI_REGIONAL", OLD["generation"], "private")
    assert found.metadata is None


@pytest.mark.parametrize("name", HEADERS)
def test_a_read_with_less(name: str) -> None:
    found = read({header: value for header, value in HEADERS.items() if header != name})
    assert found.size == 352
    assert (not found.checksums, found.version is None) == (name == "X-Goog-Hash", name == "X-Goog-Generation")
    assert (found.modified is None, found.etag is None) == (name == "Last-Modified", name == "ETag")


def test_a_range_tells_of_the_whole() -> None:
    part = {"Content-Length": "10", "Content-Range": "bytes 0-9/352", "X-Goog-Hash": HEADERS["X-Goog-Hash"]}
    assert (read(part).size, read(part).checksums) == (352, SUMS)


def test_an_object_that_is_stored_compressed_is_told_as_such() -> None:
    stored = HEADERS | {"X-Goog-Stored-Content-Encoding": "gzip", "X-Goog-Stored-Content-Length": "100"}
    assert (read(stored).content_encoding, read(stored).size) == ("gzip", 100)


def test_composite_objects_have_no_md5() -> None:
    assert read(HEADERS | {"X-Goog-Hash": "crc32c=rTVTeQ=="}).checksums == {"crc32c": "ad355379"}
