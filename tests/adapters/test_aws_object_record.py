"""From S3's answers to the neutral object: published examples, with every optional member absent, and pages in XML."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import boto3
import pytest
from botocore.parsers import ResponseParserError, create_parser
from cloudctl_aws import lists
from cloudctl_aws.objects import record

FIXTURES = Path(__file__).parent.parent / "fixtures" / "aws"
URL = "s3://bucket/"
NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"
ROOTS = {"ListObjectsV2": "ListBucketResult", "ListObjectVersions": "ListVersionsResult"}
# What each operation always tells of an object.
LISTED, VERSION = {"Key"}, {"Key", "VersionId"}


def fixture(name: str) -> Any:
    return json.loads((FIXTURES / f"{name}.json").read_text("utf-8"))


def less(native: dict[str, Any], needed: set[str]) -> Iterator[dict[str, Any]]:
    """The example without each of its optional members, and without all."""
    for name in native.keys() - needed:
        yield {key: value for key, value in native.items() if key != name}
    yield {key: native[key] for key in needed}


def test_a_list_of_2019() -> None:
    first = record.listed(URL, fixture("list_objects_v2")["Contents"][0])
    assert (first.url, first.key, first.size) == ("s3://bucket/doc1.rtf", "doc1.rtf", 391)
    assert (first.etag, first.storage_class) == ("621503c373607d548b37cff8778d992c", "STANDARD")
    assert (first.version, first.latest, first.deleted, first.metadata) == (None, None, None, None)


def test_versions_and_delete_markers_of_2015() -> None:
    page = fixture("list_object_versions")
    marker, version = record.version(URL, page["DeleteMarkers"][0]), record.version(URL, page["Versions"][2])
    assert (marker.size, marker.etag, marker.latest, marker.deleted) == (None, None, True, True)
    assert marker.version == "B2VsEK5saUNNHKcOAJj7hIE86RozToyq"
    assert (version.version, version.size, version.latest, version.deleted) == ("null", 533823, False, False)


def test_a_look_of_2015() -> None:
    found = record.looked_at(URL, "index.html", fixture("head_object"))
    assert (found.size, found.content_type, found.metadata, found.version) == (77, "text/html", {}, "null")
    assert found.storage_class == "STANDARD"
    assert found.checksums == {"md5": "30a6ec7e1a9ad79c203d05a589c8b400"}


@pytest.mark.parametrize("native", [*less(fixture("list_objects_v2")["Contents"][0], LISTED)])
def test_a_listed_object_with_less(native: dict[str, Any]) -> None:
    found = record.listed(URL, native)
    assert found.key == "doc1.rtf"
    assert (found.size is None, found.etag is None) == ("Size" not in native, "ETag" not in native)
    assert found.storage_class == native.get("StorageClass")


@pytest.mark.parametrize("native", [*less(fixture("list_object_versions")["Versions"][0], VERSION)])
def test_a_version_with_less(native: dict[str, Any]) -> None:
    found = record.version(URL, native)
    assert (found.key, found.latest) == ("index.html", native.get("IsLatest"))
    assert (found.modified is None) == ("LastModified" not in native)


@pytest.mark.parametrize("native", [*less(fixture("head_object"), set())])
def test_a_look_with_less(native: dict[str, Any]) -> None:
    found = record.looked_at(URL, "index.html", native)
    assert (found.size, found.content_type) == (native.get("ContentLength"), native.get("ContentType"))
    assert found.metadata == {}
    assert ("md5" in found.checksums) == ("ETag" in native)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"ServerSideEncryption": "aws:kms"}, {}),
        ({"ServerSideEncryption": "aws:kms:dsse"}, {}),
        ({"SSECustomerAlgorithm": "AES256"}, {}),
        ({"ETag": '"30a6ec7e1a9ad79c203d05a589c8b400-3"'}, {}),
        ({"ChecksumCRC32": "AAAAAQ==", "ServerSideEncryption": "aws:kms"}, {"crc32": "00000001"}),
        ({"ChecksumCRC32C": "AAAAAQ==-3", "ChecksumType": "COMPOSITE", "ETag": '"x"'}, {}),
        ({"ContentRange": "bytes 0-9/77", "ChecksumCRC32": "AAAAAQ==", "ETag": '"x"'}, {}),
    ],
)
def test_a_checksum_is_of_the_whole_content_or_not_told(more: dict[str, Any], told: dict[str, str]) -> None:
    assert record.looked_at(URL, "index.html", fixture("head_object") | more).checksums == told


def test_a_part_tells_the_size_of_the_whole() -> None:
    answer = fixture("head_object") | {"ContentRange": "bytes 0-9/77", "ContentLength": 10}
    assert record.looked_at(URL, "index.html", answer).size == 77


# pages


@pytest.fixture(scope="module")
def operations() -> Any:
    client = boto3.client("s3", "us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
    return client.meta.service_model.operation_model


def parsed(model: Any, body: bytes, *, ours: bool) -> Any:
    reply: dict[str, Any] = {"body": body, "headers": {}, "status_code": 200}
    rows: dict[str, Any] = {}
    if ours:
        lists._read_rows(model, reply, rows)
    return create_parser("rest-xml").parse(reply, model.output_shape) | rows


def page(operation: str, rows: str) -> bytes:
    root = ROOTS[operation]
    rest = "<Name>b</Name><IsTruncated>true</IsTruncated><CommonPrefixes><Prefix>p/</Prefix></CommonPrefixes>"
    return f'<?xml version="1.0"?>\n<{root} xmlns="{NAMESPACE}">{rest}{rows}</{root}>'.encode()


def xml(tag: str, row: Any) -> str:
    if not isinstance(row, dict):
        text = str(row).lower() if isinstance(row, bool) else str(row)
        return f"<{tag}>{escape(text)}</{tag}>"
    return f"<{tag}>{''.join(xml(name, value) for name, value in row.items())}</{tag}>"


RESTORING = "<RestoreStatus><IsRestoreInProgress>false</IsRestoreInProgress></RestoreStatus>"
EXTRA = "<ChecksumAlgorithm>CRC32</ChecksumAlgorithm><ChecksumAlgorithm>SHA256</ChecksumAlgorithm><New>x</New>"


@pytest.mark.parametrize(
    ("operation", "rows"),
    [
        ("ListObjectsV2", "".join(xml("Contents", one) for one in fixture("list_objects_v2")["Contents"])),
        ("ListObjectsV2", f"<Contents><Key>a%2Fb</Key>{EXTRA}{RESTORING}<Size>0</Size></Contents>"),
        ("ListObjectsV2", "<Contents><Key> a&#13;&amp;</Key><ETag>&quot;&quot;</ETag><StorageClass/></Contents>"),
        ("ListObjectsV2", "<Contents/>"),
        ("ListObjectsV2", ""),
        (
            "ListObjectVersions",
            "".join(xml("Version", one) for one in fixture("list_object_versions")["Versions"])
            + "".join(xml("DeleteMarker", one) for one in fixture("list_object_versions")["DeleteMarkers"]),
        ),
        ("ListObjectVersions", "<DeleteMarker><Key>k</Key><VersionId>null</VersionId></DeleteMarker>"),
    ],
)
def test_a_page_is_read_as_botocore_reads_it(operations: Any, operation: str, rows: str) -> None:
    model, body = operations(operation), page(operation, rows)
    assert parsed(model, body, ours=True) == parsed(model, body, ours=False)


def test_a_time_is_of_utc(operations: Any) -> None:
    body = page("ListObjectsV2", "<Contents><LastModified>2026-01-02T03:04:05.678Z</LastModified></Contents>")
    (row,) = parsed(operations("ListObjectsV2"), body, ours=True)["Contents"]
    assert row["LastModified"] == datetime(2026, 1, 2, 3, 4, 5, 678000, UTC)


def test_a_page_that_is_cut_off_is_an_error(operations: Any) -> None:
    body = page("ListObjectsV2", "<Contents><Key>k</Key></Contents>")[:-30]
    with pytest.raises(ResponseParserError):
        parsed(operations("ListObjectsV2"), body, ours=True)


@pytest.mark.parametrize(
    ("url", "known"), [("s3://logs/", {"md5"}), ("s3://logs--euw1-az1--x-s3/", set())], ids=["general", "directory"]
)
def test_the_etag_of_a_directory_bucket_is_no_md5(url: str, known: set[str]) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html: MD5 is not supported by directory buckets."""
    answer = {"ContentLength": 5, "ETag": '"0123456789abcdef0123456789abcdef"', "ServerSideEncryption": "AES256"}
    assert set(record.looked_at(url, "a.txt", answer).checksums) == known
