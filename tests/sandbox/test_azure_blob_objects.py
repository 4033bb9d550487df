"""What the blob service does with one blob, through azure-storage-blob."""

from __future__ import annotations

import hashlib
import os
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from azure.core import MatchConditions
from azure.core.exceptions import HttpResponseError
from azure.storage.blob import BlobBlock, BlobClient, ContentSettings, StandardBlobTier
from azure_service import Azure, until
from azure_storage import ACCOUNT, account, blob_service, container_path, storage_service


@pytest.fixture(scope="module")
def azure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Azure]:
    with storage_service(tmp_path_factory.mktemp("azure"), transition=0.2) as azure:
        account(azure)
        azure.request("PUT", container_path("data"), {})
        yield azure


@pytest.fixture
def blob(azure: Azure, request: pytest.FixtureRequest) -> BlobClient:
    """A blob that is not there yet, with a name of the test's own."""
    return blob_service(azure).get_blob_client("data", request.node.name)


def refused(call: Any, *arguments: Any, **options: Any) -> tuple[int | None, str]:
    """Status and code of the error that a call ends with."""
    with pytest.raises(HttpResponseError) as raised:
        call(*arguments, **options)
    code: Any = raised.value.error_code  # type: ignore[attr-defined]
    return raised.value.status_code, str(getattr(code, "value", code))


def block(number: int) -> str:
    return b64encode(f"{number:06}".encode()).decode()


def test_a_blob_comes_back_as_it_was_put(blob: BlobClient) -> None:
    settings = ContentSettings("text/plain", "gzip", "de", "attachment", "no-cache")
    blob.upload_blob(
        b"some text", metadata={"My_Name": "value"}, content_settings=settings, standard_blob_tier=StandardBlobTier.COOL
    )
    found = blob.get_blob_properties()
    assert blob.download_blob(decompress=False).readall() == b"some text"
    assert (found.size, found.metadata, found.blob_tier) == (9, {"My_Name": "value"}, "Cool")
    seen = found.content_settings
    assert (seen.content_type, seen.content_encoding, seen.cache_control) == ("text/plain", "gzip", "no-cache")
    assert (seen.content_language, seen.content_disposition) == ("de", "attachment")
    assert bytes(seen.content_md5 or b"") == hashlib.md5(b"some text").digest()
    assert abs(found.last_modified - datetime.now(UTC)) < timedelta(seconds=60)


def test_a_large_blob_goes_up_in_blocks_and_down_in_ranges(azure: Azure) -> None:
    sizes: dict[str, Any] = {
        "max_block_size": 64 << 10,
        "max_single_put_size": 64 << 10,
        "max_single_get_size": 32 << 10,
    }
    client = blob_service(azure, max_chunk_get_size=32 << 10, **sizes).get_blob_client("data", "large")
    content = os.urandom(300_001)
    client.upload_blob(content, max_concurrency=3)
    assert client.download_blob(max_concurrency=3, validate_content=True).readall() == content
    committed, uncommitted = client.get_block_list("all")
    assert (sum(each.size for each in committed), uncommitted) == (300_001, [])


def test_ranges_end_where_the_blob_ends(blob: BlobClient) -> None:
    blob.upload_blob(b"0123456789")
    assert blob.download_blob(offset=2, length=3).readall() == b"234"
    assert blob.download_blob(offset=8, length=100).readall() == b"89"
    assert refused(blob.download_blob, offset=10, length=1) == (416, "InvalidRange")


def test_blocks_become_a_blob_in_the_order_of_the_list(blob: BlobClient) -> None:
    for number in (1, 2, 3):
        blob.stage_block(block(number), str(number).encode())
    blob.commit_block_list([BlobBlock(block(3)), BlobBlock(block(1))])
    assert blob.download_blob().readall() == b"31"
    assert blob.get_block_list("uncommitted")[1] == []


def test_committed_blocks_can_be_used_again(blob: BlobClient) -> None:
    for number in (1, 2):
        blob.stage_block(block(number), str(number).encode() * 3)
    blob.commit_block_list([BlobBlock(block(1)), BlobBlock(block(2))])
    blob.stage_block(block(3), b"3")
    blob.commit_block_list([BlobBlock(block(2)), BlobBlock(block(3))])
    assert blob.download_blob().readall() == b"2223"


def test_a_block_list_with_an_unknown_block_is_refused(blob: BlobClient) -> None:
    blob.stage_block(block(1), b"1")
    assert refused(blob.commit_block_list, [BlobBlock(block(1)), BlobBlock(block(2))]) == (400, "InvalidBlockList")
    assert not blob.exists()


def test_block_ids_of_a_blob_are_equally_long(blob: BlobClient) -> None:
    blob.stage_block(block(1), b"1")
    assert refused(blob.stage_block, b64encode(b"long-er-id").decode(), b"2") == (400, "InvalidBlobOrBlock")


def test_a_body_that_was_damaged_is_refused(blob: BlobClient) -> None:
    headers = {"Content-MD5": b64encode(hashlib.md5(b"other").digest()).decode()}
    assert refused(blob.upload_blob, b"text", headers=headers) == (400, "Md5Mismatch")
    assert not blob.exists()
    blob.upload_blob(b"text", validate_content=True)


# What the service answered to these in the recordings of its JavaScript SDK: the body, and its CRC-64.
@pytest.mark.parametrize(("body", "told"), [(b"Hello World", "YeJLfssylmU="), (b"b" * 1024, "pK+ypU+jreM=")])
def test_the_checksum_of_a_block_is_that_of_the_service(blob: BlobClient, body: bytes, told: str) -> None:
    def sent(**headers: str) -> Any:
        return blob.stage_block(block(1), body, headers=headers, cls=lambda _, __, answered: answered)

    assert refused(sent, **{"x-ms-content-crc64": "AQIDBAUGBwg="}) == (400, "Crc64Mismatch")
    for headers in ({}, {"x-ms-content-crc64": told}):
        answered = sent(**headers)
        assert (b64encode(answered["x-ms-content-crc64"]).decode(), answered["Content-MD5"]) == (told, None)
    md5 = b64encode(hashlib.md5(body).digest()).decode()
    assert refused(sent, **{"x-ms-content-crc64": told, "Content-MD5": md5})[0] == 501


def test_a_blob_is_not_overwritten_where_that_is_asked(blob: BlobClient) -> None:
    blob.upload_blob(b"1")
    assert refused(blob.upload_blob, b"2") == (409, "BlobAlreadyExists")
    blob.stage_block(block(1), b"3")
    commit = {"match_condition": MatchConditions.IfMissing}
    assert refused(blob.commit_block_list, [BlobBlock(block(1))], **commit) == (409, "BlobAlreadyExists")
    assert blob.download_blob().readall() == b"1"


def test_conditions_compare_etags_and_times(blob: BlobClient) -> None:
    blob.upload_blob(b"1")
    etag = blob.get_blob_properties().etag
    same: dict[str, Any] = {"etag": etag, "match_condition": MatchConditions.IfNotModified}
    assert blob.download_blob(**same).readall() == b"1"
    blob.upload_blob(b"2", overwrite=True)
    assert refused(blob.delete_blob, **same) == (412, "ConditionNotMet")
    now = datetime.now(UTC) + timedelta(seconds=5)
    assert refused(blob.get_blob_properties, if_modified_since=now)[0] == 304
    blob.set_blob_metadata({"a": "1"}, if_unmodified_since=now)
    blob.delete_blob(etag=blob.get_blob_properties().etag, match_condition=MatchConditions.IfNotModified)
    assert not blob.exists()


def test_headers_and_metadata_are_set_as_a_whole(blob: BlobClient) -> None:
    blob.upload_blob(
        b"1", metadata={"a": "1"}, content_settings=ContentSettings("text/plain", cache_control="no-store")
    )
    first = blob.get_blob_properties()
    blob.set_http_headers(ContentSettings("text/html"))
    blob.set_blob_metadata({"b": "2"})
    second = blob.get_blob_properties()
    settings = second.content_settings
    assert (settings.content_type, settings.cache_control, second.metadata) == ("text/html", None, {"b": "2"})
    assert first.etag != second.etag
    assert first.creation_time == second.creation_time


def test_the_archive_gives_nothing_back_at_once(blob: BlobClient) -> None:
    blob.upload_blob(b"1")
    blob.set_standard_blob_tier("Archive")
    assert refused(blob.download_blob) == (409, "BlobArchived")
    blob.set_standard_blob_tier("Hot")
    assert blob.get_blob_properties().archive_status == "rehydrate-pending-to-hot"
    assert refused(blob.set_standard_blob_tier, "Cool") == (409, "BlobBeingRehydrated")
    until(lambda: blob.get_blob_properties().blob_tier, lambda tier: tier == "Hot")
    assert blob.download_blob().readall() == b"1"


def test_a_copy_is_complete_at_once(azure: Azure, blob: BlobClient) -> None:
    blob.upload_blob(b"1", metadata={"a": "1"}, content_settings=ContentSettings("text/plain"))
    target = blob_service(azure).get_blob_client("data", "copies//of/it")
    assert target.start_copy_from_url(blob.url)["copy_status"] == "success"
    found = target.get_blob_properties()
    assert (found.metadata, found.content_settings.content_type, found.copy.status) == (
        {"a": "1"},
        "text/plain",
        "success",
    )
    target.upload_blob_from_url(blob.url, overwrite=True, content_settings=ContentSettings("text/html"))
    assert target.get_blob_properties().content_settings.content_type == "text/html"
    target.stage_block_from_url(block(1), blob.url, 0, 1)
    target.commit_block_list([BlobBlock(block(1))])
    assert target.download_blob().readall() == b"1"
    missing = blob_service(azure).get_blob_client("data", "missing")
    assert refused(target.start_copy_from_url, missing.url) == (404, "BlobNotFound")


def test_a_container_is_made_and_deleted_in_the_data_plane_too(azure: Azure) -> None:
    client = blob_service(azure).get_container_client("own")
    client.create_container(metadata={"a": "1"})
    assert refused(client.create_container) == (409, "ContainerAlreadyExists")
    client.set_container_metadata({"b": "2"})
    assert azure.request("GET", container_path("own")).body["properties"]["metadata"] == {"b": "2"}
    client.upload_blob("a", b"1")
    client.delete_container()
    assert not client.exists()


def test_what_the_service_has_and_the_sandbox_has_not_is_said_so(azure: Azure, blob: BlobClient) -> None:
    blob.upload_blob(b"1")
    assert refused(blob.acquire_lease) == (501, "NotImplemented")
    assert refused(blob.create_snapshot) == (501, "NotImplemented")
    assert refused(blob.upload_blob, b"1", blob_type="AppendBlob") == (501, "NotImplemented")
    assert refused(blob.get_blob_tags) == (501, "NotImplemented")
    assert refused(blob_service(azure).get_service_properties) == (501, "NotImplemented")


@pytest.mark.parametrize("name", ["blob.PutBlob", "account"])
def test_every_reply_names_its_version_and_request(blob: BlobClient, name: str) -> None:
    seen: list[Any] = []
    blob.upload_blob(b"1", raw_response_hook=seen.append, client_request_id=name)
    headers = seen[0].http_response.headers
    assert (headers["x-ms-version"], headers["x-ms-client-request-id"]) == (blob.api_version, name)
    assert headers["x-ms-request-id"]
    assert headers["Date"].endswith("GMT")
    assert ACCOUNT in blob.url
