"""Objects of the emulated S3: written, read, listed, versioned, uploaded in parts, shared by URL."""

from __future__ import annotations

import base64
import hashlib
import time
import urllib.error
import urllib.request
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aws_fixtures import refused
from s3_fixtures import ODD_KEYS, ServedS3, enable_versions, keys_of, serving_s3, text_of

BUCKET = "bucket"
MIB = 1 << 20


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[ServedS3]:
    with serving_s3(tmp_path) as cloud:
        cloud.client().create_bucket(Bucket=BUCKET)
        yield cloud


@pytest.fixture
def s3(cloud: ServedS3) -> Any:
    return cloud.client()


def put(s3: Any, key: str = "a", text: str = "text", **more: Any) -> dict[str, Any]:
    answer: dict[str, Any] = s3.put_object(Bucket=BUCKET, Key=key, Body=text.encode(), **more)
    return answer


def test_every_key_makes_the_round_trip(s3: Any) -> None:
    for key in ODD_KEYS:
        put(s3, key, key)
    assert keys_of(s3.list_objects_v2(Bucket=BUCKET)) == sorted(ODD_KEYS)
    for key in ODD_KEYS:
        assert text_of(s3, BUCKET, key) == key
        s3.copy_object(Bucket=BUCKET, Key="copy", CopySource={"Bucket": BUCKET, "Key": key})
        assert text_of(s3, BUCKET, "copy") == key
        s3.delete_object(Bucket=BUCKET, Key=key)
    assert keys_of(s3.list_objects_v2(Bucket=BUCKET)) == ["copy"]


def test_what_was_said_of_an_object_comes_back_with_it(s3: Any) -> None:
    said = {"ContentType": "text/plain", "CacheControl": "no-store", "StorageClass": "STANDARD_IA"}
    put(s3, Metadata={"colour": "red"}, ContentEncoding="gzip", **said)
    head = s3.head_object(Bucket=BUCKET, Key="a", ChecksumMode="ENABLED")
    assert {name: head[name] for name in said} == said
    assert (head["Metadata"], head["ContentEncoding"], head["ContentLength"]) == ({"colour": "red"}, "gzip", 4)
    assert head["ETag"] == f'"{hashlib.md5(b"text").hexdigest()}"'
    assert head["ChecksumCRC32"] == base64.b64encode(zlib.crc32(b"text").to_bytes(4, "big")).decode()
    assert s3.get_object(Bucket=BUCKET, Key="a", ResponseContentType="x/y")["ContentType"] == "x/y"


@pytest.mark.parametrize(
    ("asked", "got"), [("bytes=0-3", "0123"), ("bytes=7-", "789"), ("bytes=-2", "89"), ("bytes=8-99", "89")]
)
def test_a_range_is_answered_with_its_bytes(s3: Any, asked: str, got: str) -> None:
    put(s3, text="0123456789")
    answer = s3.get_object(Bucket=BUCKET, Key="a", Range=asked)
    assert answer["Body"].read().decode() == got
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 206
    assert answer["ContentRange"].endswith("/10")


def test_a_range_beyond_the_end_is_refused(s3: Any) -> None:
    put(s3)
    assert refused(s3.get_object, Bucket=BUCKET, Key="a", Range="bytes=4-") == (416, "InvalidRange")


def test_conditions_hold_or_refuse(s3: Any) -> None:
    tag = put(s3)["ETag"]
    assert text_of(s3, BUCKET, "a", IfMatch=tag) == "text"
    assert refused(s3.get_object, Bucket=BUCKET, Key="a", IfMatch='"x"') == (412, "PreconditionFailed")
    assert refused(s3.get_object, Bucket=BUCKET, Key="a", IfNoneMatch=tag)[0] == 304
    assert refused(put, s3, IfNoneMatch="*") == (412, "PreconditionFailed")
    assert refused(put, s3, IfMatch='"x"') == (412, "PreconditionFailed")
    put(s3, "b", IfNoneMatch="*")
    put(s3, text="new", IfMatch=tag)


def test_versions_stay_behind_new_ones_and_behind_a_delete_marker(s3: Any) -> None:
    put(s3, text="null")
    enable_versions(s3, BUCKET)
    first, second = put(s3, text="1")["VersionId"], put(s3, text="2")["VersionId"]
    marker = s3.delete_object(Bucket=BUCKET, Key="a")
    assert marker["DeleteMarker"] is True
    assert refused(s3.get_object, Bucket=BUCKET, Key="a") == (404, "NoSuchKey")
    assert refused(s3.get_object, Bucket=BUCKET, Key="a", VersionId=marker["VersionId"]) == (405, "MethodNotAllowed")
    read = [text_of(s3, BUCKET, "a", VersionId=version) for version in ("null", first, second)]
    assert read == ["null", "1", "2"]
    s3.delete_object(Bucket=BUCKET, Key="a", VersionId=marker["VersionId"])
    assert text_of(s3, BUCKET, "a") == "2"


def test_the_null_version_is_the_one_that_is_replaced_while_suspended(s3: Any) -> None:
    enable_versions(s3, BUCKET)
    put(s3, text="kept")
    enable_versions(s3, BUCKET, "Suspended")
    put(s3, text="replaced")
    assert put(s3, text="null")["VersionId"] == "null"
    versions = s3.list_object_versions(Bucket=BUCKET)["Versions"]
    assert [text_of(s3, BUCKET, "a", VersionId=each["VersionId"]) for each in versions] == ["null", "kept"]
    assert [each["IsLatest"] for each in versions] == [True, False]


def test_versions_are_listed_page_by_page_without_loss(s3: Any) -> None:
    enable_versions(s3, BUCKET)
    made = [put(s3, key)["VersionId"] for key in ("a", "b", "b", "b", "c")]
    pages = list(s3.get_paginator("list_object_versions").paginate(Bucket=BUCKET, PaginationConfig={"PageSize": 2}))
    assert [len(page["Versions"]) for page in pages] == [2, 2, 1]
    assert {each["VersionId"] for page in pages for each in page["Versions"]} == set(made)


@pytest.mark.parametrize("operation", ["list_objects_v2", "list_objects"])
def test_a_delimiter_groups_keys_on_every_page(s3: Any, operation: str) -> None:
    for key in ("a/1", "a/2", "b", "c/1", "c/2", "d", "logs-1", "logs/1"):
        put(s3, key)
    pages = list(s3.get_paginator(operation).paginate(Bucket=BUCKET, Delimiter="/", PaginationConfig={"PageSize": 2}))
    assert [key for page in pages for key in keys_of(page)] == ["b", "d", "logs-1"]
    groups = [group["Prefix"] for page in pages for group in page.get("CommonPrefixes", [])]
    assert groups == ["a/", "c/", "logs/"]
    assert keys_of(getattr(s3, operation)(Bucket=BUCKET, Prefix="logs-")) == ["logs-1"]


def test_a_list_starts_after_a_key(s3: Any) -> None:
    for key in "abc":
        put(s3, key)
    assert keys_of(s3.list_objects_v2(Bucket=BUCKET, StartAfter="a")) == ["b", "c"]


def test_parts_become_one_object(s3: Any) -> None:
    upload = s3.create_multipart_upload(Bucket=BUCKET, Key="big", StorageClass="GLACIER_IR")["UploadId"]
    one = {"Bucket": BUCKET, "Key": "big", "UploadId": upload}
    bodies = {1: b"a" * 5 * MIB, 2: b"end"}
    tags = {number: s3.upload_part(**one, PartNumber=number, Body=body)["ETag"] for number, body in bodies.items()}
    assert [part["Size"] for part in s3.list_parts(**one)["Parts"]] == [5 * MIB, 3]
    named = [{"PartNumber": number, "ETag": tag} for number, tag in tags.items()]
    done = s3.complete_multipart_upload(**one, MultipartUpload={"Parts": named})
    digests = b"".join(hashlib.md5(body).digest() for body in bodies.values())
    assert done["ETag"] == f'"{hashlib.md5(digests).hexdigest()}-2"'
    got = s3.get_object(Bucket=BUCKET, Key="big")
    assert (got["Body"].read(), got["StorageClass"]) == (b"".join(bodies.values()), "GLACIER_IR")
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=BUCKET)


def test_parts_that_are_wrong_are_refused(s3: Any) -> None:
    upload = s3.create_multipart_upload(Bucket=BUCKET, Key="big")["UploadId"]
    one = {"Bucket": BUCKET, "Key": "big", "UploadId": upload}
    parts = [{"PartNumber": n, "ETag": s3.upload_part(**one, PartNumber=n, Body=bytes([n]))["ETag"]} for n in (1, 2)]
    for named, code in (
        (parts, "EntityTooSmall"),
        (parts[::-1], "InvalidPartOrder"),
        ([{**parts[0], "ETag": '"x"'}], "InvalidPart"),
        ([{**parts[0], "PartNumber": 9}], "InvalidPart"),
    ):
        assert refused(s3.complete_multipart_upload, **one, MultipartUpload={"Parts": named}) == (400, code)
    s3.abort_multipart_upload(**one)
    assert refused(s3.list_parts, **one) == (404, "NoSuchUpload")


def test_a_copy_takes_the_metadata_or_is_given_new(s3: Any) -> None:
    put(s3, Metadata={"colour": "red"}, ContentType="text/plain")
    source = {"Bucket": BUCKET, "Key": "a"}
    s3.copy_object(Bucket=BUCKET, Key="same", CopySource=source)
    s3.copy_object(Bucket=BUCKET, Key="new", CopySource=source, MetadataDirective="REPLACE", Metadata={"size": "1"})
    assert s3.head_object(Bucket=BUCKET, Key="same")["Metadata"] == {"colour": "red"}
    assert s3.head_object(Bucket=BUCKET, Key="new")["Metadata"] == {"size": "1"}
    assert refused(s3.copy_object, Bucket=BUCKET, Key="a", CopySource=source) == (400, "InvalidRequest")
    s3.copy_object(Bucket=BUCKET, Key="a", CopySource=source, StorageClass="STANDARD_IA")


def test_an_aws_chunked_body_is_unframed_and_its_trailing_checksum_verified(cloud: ServedS3, s3: Any) -> None:
    crc = base64.b64encode(zlib.crc32(b"hello").to_bytes(4, "big")).decode()
    headers = {
        "x_amz_content_sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        "x_amz_decoded_content_length": "5",
        "x_amz_trailer": "x-amz-checksum-crc32",
        "content_encoding": "aws-chunked",
    }
    body = "2;chunk-signature=0\r\nhe\r\n3\r\nllo\r\n0\r\nx-amz-checksum-crc32:{}\r\n\r\n"
    assert cloud.send("PUT", f"/{BUCKET}/a", body.format(crc).encode(), **headers).status == 200
    got = s3.get_object(Bucket=BUCKET, Key="a", ChecksumMode="ENABLED")
    assert (got["Body"].read(), got["ChecksumCRC32"], got.get("ContentEncoding")) == (b"hello", crc, None)
    wrong = cloud.send("PUT", f"/{BUCKET}/b", body.format("AAAAAA==").encode(), **headers)
    assert wrong.error[:2] == (400, "BadDigest")
    cut = cloud.send("PUT", f"/{BUCKET}/b", b"5\r\nhel", **headers)
    assert cut.error[:2] == (400, "IncompleteBody")
    assert keys_of(s3.list_objects_v2(Bucket=BUCKET)) == ["a"]


@pytest.mark.parametrize(
    ("header", "value", "code"),
    [("content_md5", base64.b64encode(b"0" * 16).decode(), "BadDigest"), ("content_md5", "short", "InvalidDigest"),
     ("x_amz_content_sha256", "0" * 64, "XAmzContentSHA256Mismatch"), ("x_amz_content_sha256", "?", "InvalidArgument"),
     ("x_amz_checksum_sha1", base64.b64encode(b"0" * 20).decode(), "BadDigest"),
     ("x_amz_checksum_crc32c", "AAAA", "InvalidRequest"), ("x_amz_checksum_xxhash64", "AAAA", "NotImplemented"),
     ("x_amz_checksum_crc64nvme", "AAAA", "InvalidRequest"), ("x_amz_checksum_crc64nvme", "AAAAAAAAAAA=", "BadDigest"),
     ("x_amz_storage_class", "WARM", "InvalidStorageClass"), ("x_amz_meta_a", "x" * 2048, "MetadataTooLarge"),
     ("x_amz_acl", "public-read", "AccessControlListNotSupported"), ("x_amz_tagging", "a=b", "NotImplemented")],
)  # fmt: skip
def test_a_body_or_header_that_is_wrong_leaves_no_object(
    cloud: ServedS3, s3: Any, header: str, value: str, code: str
) -> None:
    assert cloud.send("PUT", f"/{BUCKET}/a", b"text", **{header: value}).error[1] == code
    assert s3.list_objects_v2(Bucket=BUCKET)["KeyCount"] == 0


def test_a_key_over_1024_bytes_is_refused(s3: Any) -> None:
    assert refused(put, s3, "ü" * 513) == (400, "KeyTooLongError")


def test_a_presigned_url_opens_what_it_names_and_nothing_else(cloud: ServedS3, s3: Any) -> None:
    for key in ("a b+c", "other"):
        put(s3, key)
    url = s3.generate_presigned_url("get_object", Params={"Bucket": BUCKET, "Key": "a b+c"})
    with urllib.request.urlopen(url) as reply:
        assert reply.read() == b"text"
    target = url.partition(str(cloud.port))[2]
    changed = cloud.send("GET", target.replace("a%20b%2Bc", "other"))
    assert changed.error[:2] == (403, "SignatureDoesNotMatch")
    unsigned = cloud.send("GET", f"/{BUCKET}/other", Authorization="")
    assert unsigned.error[:2] == (403, "AccessDenied")


def test_a_presigned_url_ends(cloud: ServedS3, s3: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    url = s3.generate_presigned_url("get_object", Params={"Bucket": BUCKET, "Key": "a"}, ExpiresIn=60)
    later = time.time() + 61
    monkeypatch.setattr("cloudctl.sandbox.aws.s3.service.time.time", lambda: later)
    answer = cloud.send("GET", url.partition(str(cloud.port))[2])
    assert answer.error == (403, "AccessDenied", "Request has expired")


def test_objects_survive_a_restart_and_not_a_reset(tmp_path: Path) -> None:
    with serving_s3(tmp_path / "state") as cloud:
        s3 = cloud.client()
        s3.create_bucket(Bucket=BUCKET)
        enable_versions(s3, BUCKET)
        versions = [put(s3, text=text)["VersionId"] for text in ("1", "2")]
        cloud.app.save()
    with serving_s3(tmp_path / "state") as cloud:
        s3 = cloud.client()
        assert [text_of(s3, BUCKET, "a", VersionId=each) for each in versions] == ["1", "2"]
        cloud.app.reset()
        assert s3.list_buckets()["Buckets"] == []
    with serving_s3(tmp_path / "state") as cloud:
        assert cloud.client().list_buckets()["Buckets"] == []
