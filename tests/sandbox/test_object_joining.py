"""Blocks and parts are joined while the service serves others, who may change what the request was about."""

from __future__ import annotations

import threading
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from aws_fixtures import refused
from azure.core import MatchConditions
from azure.core.exceptions import HttpResponseError
from azure.storage.blob import BlobBlock, BlobClient, ContainerClient
from azure_storage import account, blob_service, container_path, storage_service
from s3_fixtures import serving_s3, text_of

from cloudctl.sandbox.objects.content import Content, Contents

BLOCK = b64encode(b"0001").decode()
WAIT = 20
"""Seconds after which a request that waits for a lock fails the test."""


@pytest.fixture
def container(tmp_path: Path) -> Iterator[ContainerClient]:
    with storage_service(tmp_path) as azure:
        account(azure)
        azure.request("PUT", container_path("data"), {})
        yield blob_service(azure, read_timeout=WAIT).get_container_client("data")


@pytest.fixture
def s3(tmp_path: Path) -> Iterator[Any]:
    with serving_s3(tmp_path) as cloud:
        client = cloud.client(read_timeout=WAIT)
        client.create_bucket(Bucket="bucket")
        yield client


@contextmanager
def joining(monkeypatch: pytest.MonkeyPatch, request: Callable[[], Any]) -> Iterator[Future[Any]]:
    """A request whose first join of bytes does not begin before the block ends."""
    began, go = threading.Event(), threading.Event()
    join = Contents.join

    def held(self: Contents, parts: Iterable[Content]) -> Content:
        began.set()
        assert go.wait(WAIT)
        return join(self, parts)

    monkeypatch.setattr(Contents, "join", held)
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(request)
        try:
            assert began.wait(WAIT)
            yield future
        finally:
            go.set()


def stored(state: Path, cloud: str) -> int:
    """How many files of bytes there are."""
    return len(list(state.glob(f"{cloud}-objects/*")))


def commit(blob: BlobClient, **options: Any) -> Callable[[], Any]:
    return lambda: blob.commit_block_list([BlobBlock(BLOCK)], **options)


def upload(s3: Any, text: bytes = b"text") -> tuple[dict[str, str], dict[str, Any]]:
    """An upload of one part: what names it, and what completes it."""
    one = {"Bucket": "bucket", "Key": "a"}
    one["UploadId"] = s3.create_multipart_upload(**one)["UploadId"]
    tag = s3.upload_part(**one, PartNumber=1, Body=text)["ETag"]
    return one, {**one, "MultipartUpload": {"Parts": [{"PartNumber": 1, "ETag": tag}]}}


def test_other_requests_are_served_while_blocks_are_joined(
    container: ContainerClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    blob = container.get_blob_client("a")
    blob.stage_block(BLOCK, b"text")
    with joining(monkeypatch, commit(blob)) as done:
        container.upload_blob("other", b"1")
        assert [each.name for each in container.list_blobs()] == ["other"]
        assert not done.done()
    done.result()
    assert blob.download_blob().readall() == b"text"


def test_a_block_that_is_sent_again_while_it_is_joined_counts(
    container: ContainerClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    blob = container.get_blob_client("a")
    blob.stage_block(BLOCK, b"old")
    with joining(monkeypatch, commit(blob)) as done:
        blob.stage_block(BLOCK, b"new")
    done.result()
    assert blob.download_blob().readall() == b"new"
    assert stored(tmp_path, "azure") == 1


def test_conditions_are_those_of_the_moment_of_the_commit(
    container: ContainerClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    blob = container.get_blob_client("a")
    blob.stage_block(BLOCK, b"late")
    with joining(monkeypatch, commit(blob, match_condition=MatchConditions.IfMissing)) as done:
        container.get_blob_client("a").upload_blob(b"first")
    with pytest.raises(HttpResponseError, match="BlobAlreadyExists"):
        done.result()
    assert blob.download_blob().readall() == b"first"
    assert stored(tmp_path, "azure") == 1


def test_a_container_that_goes_while_blocks_are_joined_leaves_no_bytes(
    container: ContainerClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    blob = container.get_blob_client("a")
    blob.stage_block(BLOCK, b"text")
    with joining(monkeypatch, commit(blob)) as done:
        container.delete_container()
    with pytest.raises(HttpResponseError, match="ContainerNotFound"):
        done.result()
    assert stored(tmp_path, "azure") == 0


def test_other_requests_are_served_while_parts_are_joined(s3: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    _, whole = upload(s3)
    with joining(monkeypatch, lambda: s3.complete_multipart_upload(**whole)) as done:
        s3.put_object(Bucket="bucket", Key="other", Body=b"1")
        assert [each["Key"] for each in s3.list_objects_v2(Bucket="bucket")["Contents"]] == ["other"]
        assert not done.done()
    done.result()
    assert text_of(s3, "bucket", "a") == "text"


def test_an_upload_that_is_aborted_while_its_parts_are_joined_makes_no_object(
    s3: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    one, whole = upload(s3)
    with joining(monkeypatch, lambda: refused(s3.complete_multipart_upload, **whole)) as done:
        s3.abort_multipart_upload(**one)
    assert done.result() == (404, "NoSuchUpload")
    assert s3.list_objects_v2(Bucket="bucket")["KeyCount"] == 0
    assert stored(tmp_path, "s3") == 0


def test_a_part_that_is_replaced_while_it_is_joined_is_not_the_one_that_was_named(
    s3: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    one, whole = upload(s3)
    with joining(monkeypatch, lambda: refused(s3.complete_multipart_upload, **whole)) as done:
        s3.upload_part(**one, PartNumber=1, Body=b"other")
    assert done.result() == (400, "InvalidPart")
    assert [part["Size"] for part in s3.list_parts(**one)["Parts"]] == [5]
    assert stored(tmp_path, "s3") == 1


def test_an_object_that_comes_while_parts_are_joined_counts_for_the_condition(
    s3: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, whole = upload(s3)
    with joining(monkeypatch, lambda: refused(s3.complete_multipart_upload, **whole, IfNoneMatch="*")) as done:
        s3.put_object(Bucket="bucket", Key="a", Body=b"first")
    assert done.result() == (412, "PreconditionFailed")
    assert text_of(s3, "bucket", "a") == "first"
    assert len(s3.list_parts(**one)["Parts"]) == 1


def test_a_part_is_copied_out_of_an_object_with_other_requests_served(s3: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    s3.put_object(Bucket="bucket", Key="source", Body=b"0123456789")
    one, _ = upload(s3)
    source = {"CopySource": "bucket/source", "CopySourceRange": "bytes=2-4"}
    with joining(monkeypatch, lambda: s3.upload_part_copy(**one, **source, PartNumber=1)) as done:
        s3.delete_object(Bucket="bucket", Key="source")
        s3.put_object(Bucket="bucket", Key="source", Body=b"abcdefghij")
    tag = done.result()["CopyPartResult"]["ETag"]
    s3.complete_multipart_upload(**one, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": tag}]})
    assert text_of(s3, "bucket", "a") == "cde"
