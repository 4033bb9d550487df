"""Buckets and objects of the emulated Cloud Storage, as Google's own client sees them."""

from __future__ import annotations

import base64
import hashlib
import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import google_crc32c
import obstore
import pytest
import requests
from gcs_service import API, Gcs, serving_gcs
from google.api_core.exceptions import NotFound, PreconditionFailed
from google.cloud.storage import Bucket

# Every kind of name that Cloud Storage allows and that a client or a server might lose on the way.
ODD = (
    "a//b",
    "//",
    "a/../b",
    "../up",
    "./a",
    "/lead",
    "dir",
    "dir/",
    "100%",
    "%2F",
    "a+b",
    " ",
    "\t",
    "ä😀",
    "\\",
    "?#&",
)
QUANTUM = 256 * 1024


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gcs]:
    with serving_gcs(tmp_path_factory.mktemp("gcs")) as served:
        yield served


@pytest.fixture
def gcs(served: Gcs) -> Gcs:
    served.cloud.reset()
    served.bucket()
    return served


@pytest.fixture
def bucket(gcs: Gcs) -> Bucket:
    return gcs.client().bucket("web")


def names(found: Any) -> list[str]:
    return [blob.name for blob in found]


@pytest.mark.parametrize("name", ODD)
def test_every_name_makes_the_round_trip(bucket: Bucket, name: str) -> None:
    bucket.blob(name).upload_from_string(name, content_type="text/x")
    assert names(bucket.list_blobs()) == [name]
    assert bucket.blob(name).download_as_text() == name
    bucket.blob(name).delete()
    assert names(bucket.list_blobs()) == []


def test_what_is_known_of_an_object(bucket: Bucket) -> None:
    data = b"some text"
    blob = bucket.blob("a/b")
    blob.metadata, blob.cache_control, blob.content_encoding = {"Key": "väl"}, "no-store", "gzip"
    blob.upload_from_string(data, content_type="text/css")
    found = bucket.get_blob("a/b")
    assert found
    assert (found.size, found.content_type, found.cache_control) == (9, "text/css", "no-store")
    assert (found.content_encoding, found.metadata, found.metageneration) == ("gzip", {"Key": "väl"}, 1)
    assert found.md5_hash == base64.b64encode(hashlib.md5(data).digest()).decode()
    assert found.crc32c == base64.b64encode(google_crc32c.value(data).to_bytes(4, "big")).decode()
    assert (found.storage_class, found.component_count) == ("STANDARD", None)


def test_a_list_has_pages_prefixes_and_a_delimiter(bucket: Bucket) -> None:
    for name in ("a", "b/1", "b/2", "b/c/3", "logs-1", "logs-2"):
        bucket.blob(name).upload_from_string("")
    assert names(bucket.list_blobs(prefix="logs-")) == ["logs-1", "logs-2"]
    assert names(bucket.list_blobs(page_size=2)) == ["a", "b/1", "b/2", "b/c/3", "logs-1", "logs-2"]
    listed = bucket.list_blobs(prefix="b/", delimiter="/")
    assert (names(listed), sorted(listed.prefixes)) == (["b/1", "b/2"], ["b/c/"])
    assert names(bucket.list_blobs(start_offset="b/2", end_offset="logs-2")) == ["b/2", "b/c/3", "logs-1"]


@pytest.mark.parametrize(
    ("asked", "status", "body", "told"),
    [
        ("bytes=2-4", 206, b"234", "bytes 2-4/10"),
        ("bytes=7-", 206, b"789", "bytes 7-9/10"),
        ("bytes=-3", 206, b"789", "bytes 7-9/10"),
        ("bytes=8-99", 206, b"89", "bytes 8-9/10"),
        ("lines=1-2", 200, b"0123456789", None),
    ],
)
def test_ranges(gcs: Gcs, asked: str, status: int, body: bytes, told: str | None) -> None:
    gcs.made("key", b"0123456789")
    reply = gcs.call("GET", "b/web/o/key?alt=media", headers={"Range": asked})
    assert (reply.status_code, reply.content, reply.headers.get("Content-Range")) == (status, body, told)
    assert "crc32c=" in reply.headers["X-Goog-Hash"]


def test_conditions_are_on_generations(bucket: Bucket) -> None:
    blob = bucket.blob("key")
    blob.upload_from_string("1", if_generation_match=0)
    with pytest.raises(PreconditionFailed):
        bucket.blob("key").upload_from_string("2", if_generation_match=0)
    with pytest.raises(PreconditionFailed):
        blob.delete(if_generation_match=1)
    blob.delete(if_generation_match=blob.generation)
    assert not blob.exists()


def test_versions_stay_until_each_is_deleted(gcs: Gcs, bucket: Bucket) -> None:
    gcs.call("PATCH", "b/web", {"versioning": {"enabled": True}})
    first, second = gcs.made("key", b"1"), gcs.made("key", b"2")
    bucket.blob("key").delete()
    assert names(bucket.list_blobs()) == []
    versions = list(bucket.list_blobs(versions=True))
    assert [str(one.generation) for one in versions] == [first["generation"], second["generation"]]
    assert all(one.time_deleted for one in versions)
    old = bucket.blob("key", generation=int(first["generation"]))
    assert old.download_as_bytes() == b"1"
    old.delete()
    assert len(list(bucket.list_blobs(versions=True))) == 1


def test_what_was_deleted_can_be_restored_where_the_bucket_keeps_it(gcs: Gcs, bucket: Bucket) -> None:
    made = gcs.made("key", b"1")
    bucket.blob("key").delete()
    (kept,) = bucket.list_blobs(soft_deleted=True)
    assert (str(kept.generation), kept.soft_delete_time is not None) == (made["generation"], True)
    restored = bucket.restore_blob("key", generation=kept.generation)
    assert restored.generation != kept.generation
    assert bucket.blob("key").download_as_bytes() == b"1"
    gcs.bucket("hard", softDeletePolicy={"retentionDurationSeconds": "0"})
    gcs.made("key", bucket="hard")
    gcs.call("DELETE", "b/hard/o/key")
    assert list(gcs.client().list_blobs("hard", soft_deleted=True)) == []


def test_copies_keep_what_is_known_unless_they_are_told_otherwise(gcs: Gcs, bucket: Bucket) -> None:
    source = bucket.blob("a/b")
    source.metadata = {"k": "v"}
    source.upload_from_string("text", content_type="text/css")
    gcs.bucket("other", storageClass="NEARLINE")
    other = gcs.client().bucket("other")
    copied = bucket.copy_blob(source, other, "c d")
    assert (copied.metadata, copied.content_type, copied.storage_class) == ({"k": "v"}, "text/css", "NEARLINE")
    target = bucket.blob("cold")
    target.storage_class = "COLDLINE"
    token, rewritten, total = target.rewrite(source)
    assert (token, rewritten, total) == (None, 4, 4)
    assert bucket.get_blob("cold").storage_class == "COLDLINE"
    with pytest.raises(NotFound):
        bucket.copy_blob(bucket.blob("none"), other)


def test_a_resumable_upload_goes_on_where_it_was(gcs: Gcs) -> None:
    data = bytes(range(256)) * 2048
    path = gcs.begun(**{"X-Upload-Content-Type": "text/x"})
    size = len(data)

    def put(start: int, end: int, total: str = "*") -> requests.Response:
        return gcs.call("PUT", path, data[start:end], headers={"Content-Range": f"bytes {start}-{end - 1}/{total}"})

    assert (put(0, QUANTUM).status_code, put(0, QUANTUM).headers["Range"]) == (308, f"bytes=0-{QUANTUM - 1}")
    asked = gcs.call("PUT", path, b"", headers={"Content-Range": "bytes */*"})
    assert (asked.status_code, asked.headers["Range"]) == (308, f"bytes=0-{QUANTUM - 1}")
    done = put(QUANTUM, size, str(size))
    assert (done.status_code, done.json()["size"], done.json()["contentType"]) == (200, str(size), "text/x")
    # A client that lost the answer asks again.
    again = gcs.call("PUT", path, b"", headers={"Content-Range": f"bytes */{size}"})
    assert (again.status_code, again.json()["generation"]) == (200, done.json()["generation"])
    assert gcs.call("GET", "b/web/o/large?alt=media").content == data


def test_an_upload_that_is_given_up_is_gone(gcs: Gcs) -> None:
    path = gcs.begun()
    assert gcs.call("DELETE", path).status_code == 499
    assert gcs.call("PUT", path, b"text").status_code == 404
    assert gcs.call("GET", "b/web/o").json().get("items") is None


def test_googles_client_uploads_in_parts(bucket: Bucket) -> None:
    blob = bucket.blob("large", chunk_size=QUANTUM)
    data = b"0123456789abcdef" * QUANTUM
    blob.upload_from_file(io.BytesIO(data), checksum="crc32c")
    assert bucket.blob("large").download_as_bytes(checksum="crc32c") == data


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT"])
def test_an_address_that_is_signed_needs_no_credentials(gcs: Gcs, bucket: Bucket, method: str) -> None:
    from cloudctl_gcp.credentials import SandboxCredentials

    gcs.made("a b/ä", b"text")
    signer: Any = SandboxCredentials()
    known = {"credentials": signer, "api_access_endpoint": gcs.endpoint}
    url = bucket.blob("a b/ä").generate_signed_url(timedelta(minutes=1), method=method, version="v4", **known)
    reply = requests.request(method, url, data=b"new" if method == "PUT" else None, timeout=30)
    assert (reply.status_code, reply.content) == (200, b"text" if method == "GET" else b"")
    stored = gcs.call("GET", f"b/web/o/{quote('a b/ä', safe='')}?alt=media").content
    assert stored == (b"new" if method == "PUT" else b"text")


def test_a_batch_answers_each_of_its_requests(gcs: Gcs, bucket: Bucket) -> None:
    for name in ("a", "b"):
        gcs.made(name)
    client = gcs.client()
    with client.batch(raise_exception=False) as batch:
        for name in ("a", "none", "b"):
            client.bucket("web").blob(name).delete()
    assert [reply.status_code for reply in batch._responses] == [204, 404, 204]
    assert names(bucket.list_blobs()) == []


def test_the_state_survives_a_restart(gcs: Gcs, tmp_path_factory: pytest.TempPathFactory) -> None:
    state = tmp_path_factory.mktemp("state")
    with serving_gcs(state) as first:
        first.bucket(labels={"a": "b"})
        made = first.made("key", b"text")
        first.cloud.save()
    with serving_gcs(state) as second:
        assert second.call("GET", "b/web").json()["labels"] == {"a": "b"}
        assert second.call("GET", "b/web/o/key").json()["generation"] == made["generation"]
        assert second.call("GET", f"{API}/b/web/o/key?alt=media").content == b"text"


# the XML API, as obstore calls it


@pytest.fixture
def store(gcs: Gcs) -> Any:
    from obstore.store import GCSStore

    config: Any = {"base_url": gcs.endpoint, "bearer_token": "sandbox"}
    return GCSStore("web", config=config, client_options={"allow_http": True}, retry_config={"max_retries": 0})


def test_obstore_writes_reads_and_deletes(gcs: Gcs, store: Any) -> None:
    said = {"Content-Type": "text/css", "Cache-Control": "no-store", "mtime": "1.5"}
    put = obstore.put(store, "a b/c", b"text", attributes=said, use_multipart=False)
    made = gcs.call("GET", "b/web/o/a%20b%2Fc").json()
    assert (made["contentType"], made["cacheControl"], made["metadata"]) == ("text/css", "no-store", {"mtime": "1.5"})
    assert (put["e_tag"], put["version"]) == (f'"{hashlib.md5(b"text").hexdigest()}"', made["generation"])
    got = obstore.get(store, "a b/c")
    assert (bytes(got.bytes()), got.meta["size"], got.meta["e_tag"]) == (b"text", 4, put["e_tag"])
    assert got.attributes.items() >= said.items()
    assert bytes(obstore.get_range(store, "a b/c", start=1, end=3)) == b"ex"
    assert obstore.head(store, "a b/c")["size"] == 4
    obstore.delete(store, "a b/c")
    with pytest.raises(FileNotFoundError):
        obstore.head(store, "a b/c")


def test_obstore_is_refused_what_is_there_and_what_is_not(store: Any) -> None:
    obstore.put(store, "key", b"1", mode="create", use_multipart=False)
    with pytest.raises(obstore.exceptions.AlreadyExistsError):
        obstore.put(store, "key", b"2", mode="create", use_multipart=False)
    with pytest.raises(FileNotFoundError):
        obstore.get(store, "none")


def test_the_xml_api_wants_a_token_and_knows_faults(gcs: Gcs) -> None:
    refused = gcs.call("GET", "/web/key", headers={"Authorization": "Bearer other"})
    assert (refused.status_code, "AuthenticationRequired" in refused.text) == (401, True)
    assert gcs.call("DELETE", "/none/key").status_code == 404
    gcs.made("key")
    for verb, path, headers in (
        ("PUT", "/web", {}),
        ("GET", "/web/key?acl", {}),
        ("GET", "/web/key", {"If-Match": "x"}),
    ):
        refused = gcs.call(verb, path, headers=headers)
        assert (refused.status_code, "NotImplemented" in refused.text) == (501, True)
