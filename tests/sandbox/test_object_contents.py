"""The bytes of the sandbox's objects: joined, cut and copied as links, each discarded by itself."""

from __future__ import annotations

import hashlib
import io
import json
from base64 import b64decode, b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anycrc
import google_crc32c
import pytest
from aws_fixtures import refused
from azure.storage.blob import BlobBlock
from azure_storage import account, blob_service, container_path, storage_service
from hypothesis import given
from hypothesis import strategies as st
from s3_fixtures import serving_s3, text_of

from cloudctl.sandbox.objects.content import Content, Contents, Cut

BLOCK = b64encode(b"0001").decode()


@pytest.fixture
def contents(tmp_path: Path) -> Contents:
    return Contents(tmp_path / "objects")


@pytest.fixture
def s3(tmp_path: Path) -> Iterator[Any]:
    with serving_s3(tmp_path) as cloud:
        client = cloud.client()
        client.create_bucket(Bucket="bucket")
        yield client


def stored(contents: Contents, *texts: bytes) -> list[Content]:
    return [contents.store(io.BytesIO(text)) for text in texts]


def files(state: Path, cloud: str) -> int:
    """How many files of bytes there are."""
    return len(list(state.glob(f"{cloud}-objects/*")))


@given(
    texts=st.lists(st.binary(max_size=9), max_size=5),
    cuts=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=5, max_size=5),
    again=st.tuples(st.integers(0, 40), st.integers(0, 40)),
)
def test_what_is_joined_of_cuts_reads_like_the_bytes(
    tmp_path_factory: pytest.TempPathFactory,
    texts: list[bytes],
    cuts: list[tuple[int, int]],
    again: tuple[int, int],
) -> None:
    contents = Contents(tmp_path_factory.mktemp("bytes"))
    parts = stored(contents, *texts)
    joined = contents.join(Cut(part, *cut) for part, cut in zip(parts, cuts, strict=False))
    expected = b"".join(text[at : at + length] for text, (at, length) in zip(texts, cuts, strict=False))
    start, length = again
    assert (contents.read(joined), joined.size) == (expected, len(expected))
    assert contents.read(joined, start, length) == expected[start : start + length]
    assert contents.read(contents.join([Cut(joined, start, length)])) == expected[start : start + length]


def test_what_is_joined_stays_when_its_parts_go(contents: Contents) -> None:
    parts = stored(contents, b"one", b"two")
    joined = contents.join(map(Cut.whole, parts))
    copied = contents.copy(joined)
    for part in (*parts, joined):
        contents.discard(part)
    assert contents.read(copied) == b"onetwo"
    contents.discard(copied)
    with pytest.raises(FileNotFoundError):
        contents.read(copied)


def test_a_part_that_is_joined_twice_is_there_twice(contents: Contents) -> None:
    [part] = stored(contents, b"ab")
    joined = contents.join([Cut.whole(part), Cut(part, 1, 1), Cut.whole(part)])
    contents.discard(contents.join([Cut.whole(part)]))
    assert contents.read(joined) == b"abbab"


def test_digests_are_those_of_the_bytes_however_they_came(contents: Contents) -> None:
    [whole, one, two] = stored(contents, b"onetwo", b"one", b"two")
    joined = contents.digested(contents.join(map(Cut.whole, (one, two))))
    expected = (hashlib.md5(b"onetwo").hexdigest(), google_crc32c.value(b"onetwo"))
    assert (joined.md5, joined.crc32c) == (whole.md5, whole.crc32c) == expected
    assert contents.copy(joined).digests == joined.digests


def test_a_content_is_the_same_after_json(contents: Contents) -> None:
    [one, two] = stored(contents, b"one", b"two")
    for content in (one, contents.join(map(Cut.whole, (one, two)))):
        kept = {name: getattr(content, name) for name in Content.__slots__}
        assert Content.loaded(json.loads(json.dumps(kept))) == content


def test_the_state_of_an_earlier_sandbox_is_read(contents: Contents) -> None:
    [one] = stored(contents, b"one")
    saved = {"file": one.pieces[0].file, "size": one.size, "md5": one.md5, "crc32c": one.crc32c}
    assert Content.loaded(saved) == one


def test_blocks_that_are_committed_are_nowhere_twice(tmp_path: Path) -> None:
    with storage_service(tmp_path) as azure:
        account(azure)
        azure.request("PUT", container_path("data"), {})
        container = blob_service(azure).get_container_client("data")
        blob = container.get_blob_client("a")
        for text in (b"old", b"new"):
            blob.stage_block(BLOCK, text)
        blob.commit_block_list([BlobBlock(BLOCK), BlobBlock(BLOCK)])
        assert (blob.download_blob().readall(), files(tmp_path, "azure")) == (b"newnew", 2)
        container.delete_container()
        assert files(tmp_path, "azure") == 0


def test_parts_that_are_completed_or_refused_are_nowhere_twice(s3: Any, tmp_path: Path) -> None:
    one: dict[str, Any] = {"Bucket": "bucket", "Key": "a"}
    full = {"ChecksumAlgorithm": "CRC32", "ChecksumType": "FULL_OBJECT"}
    one["UploadId"] = s3.create_multipart_upload(**one, **full)["UploadId"]
    tag = s3.upload_part(**one, PartNumber=1, Body=b"text", ChecksumAlgorithm="CRC32")["ETag"]
    named = {"MultipartUpload": {"Parts": [{"PartNumber": 1, "ETag": tag}]}}
    wrong = {"ChecksumCRC32": b64encode(b"0000").decode()}
    assert refused(s3.complete_multipart_upload, **one, **named, **wrong) == (400, "BadDigest")
    assert files(tmp_path, "s3") == 1
    s3.complete_multipart_upload(**one, **named)
    assert (text_of(s3, "bucket", "a"), files(tmp_path, "s3")) == ("text", 1)
    s3.delete_object(Bucket="bucket", Key="a")
    assert files(tmp_path, "s3") == 0


def test_a_part_that_is_copied_has_the_digest_of_its_bytes(s3: Any) -> None:
    s3.put_object(Bucket="bucket", Key="source", Body=b"0123456789")
    one: dict[str, Any] = {"Bucket": "bucket", "Key": "a"}
    one["UploadId"] = s3.create_multipart_upload(**one)["UploadId"]
    source = {"CopySource": "bucket/source", "CopySourceRange": "bytes=2-4"}
    tag = s3.upload_part_copy(**one, **source, PartNumber=1)["CopyPartResult"]["ETag"]
    s3.delete_object(Bucket="bucket", Key="source")
    assert tag == f'"{hashlib.md5(b"234").hexdigest()}"'
    s3.complete_multipart_upload(**one, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": tag}]})
    assert text_of(s3, "bucket", "a") == "234"


@pytest.mark.parametrize(
    ("algorithm", "model"), [("CRC32", "CRC32"), ("CRC32C", "CRC32C"), ("CRC64NVME", "CRC64-NVME")]
)
def test_the_checksum_of_a_whole_is_that_of_its_bytes(s3: Any, algorithm: str, model: str) -> None:
    texts = [bytes(5 << 20), b"the end"]
    one: dict[str, Any] = {"Bucket": "bucket", "Key": "a"}
    full = {"ChecksumAlgorithm": algorithm, "ChecksumType": "FULL_OBJECT"}
    one["UploadId"] = s3.create_multipart_upload(**one, **full)["UploadId"]
    field, named = f"Checksum{algorithm}", []
    for number, text in enumerate(texts, 1):
        value = b64encode(anycrc.Model(model).calc(text).to_bytes(8 if algorithm == "CRC64NVME" else 4, "big")).decode()
        tag = s3.upload_part(**one, PartNumber=number, Body=text, **{field: value})["ETag"]
        named.append({"PartNumber": number, "ETag": tag})
    told = s3.complete_multipart_upload(**one, MultipartUpload={"Parts": named})[field]
    assert int.from_bytes(b64decode(told), "big") == anycrc.Model(model).calc(b"".join(texts))
