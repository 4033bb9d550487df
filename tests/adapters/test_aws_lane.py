"""The fast way to small objects of S3: it carries what it leaves unchanged and can prove, and nothing else."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from cloudctl_aws.lane import LARGEST, Lane
from cloudctl_aws.objects import AwsObjects
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cloudctl.errors import CloudError
from cloudctl.objects.files import window
from cloudctl.retry import Deadline
from cloudctl.scope import Context, Scope
from cloudctl.services.objects import Description

BUCKET = "lane-bucket"
ODD = ("a//b", "a/../b", "./a", "a/.", "dir/", "/a", "a b", "ä", "100%", "a+b", "~", "a\n", "..", ".", "")
AUTHORITIES = ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR")
COLD = Description(storage_class="STANDARD_IA", metadata={"mtime": "1.5"})


def s3(**options: Any) -> Any:
    """A client as the adapter makes it."""
    session = boto3.Session("sandbox", "sandbox", region_name="us-east-1")
    return session.client("s3", config=Config(signature_version="s3v4"), **options)


@pytest.fixture
def client(sandbox: Any) -> Any:
    sandbox.reset()
    made = s3(endpoint_url=sandbox.endpoint("aws"))
    made.create_bucket(Bucket=BUCKET)
    return made


def to(client: Any, bucket: str = BUCKET) -> Lane | None:
    return Lane.to(client, boto3.Session("sandbox", "sandbox").get_credentials(), bucket)


@pytest.fixture
def lane(client: Any) -> Lane:
    lane = to(client)
    assert lane
    return lane


@pytest.fixture
def objects(sandbox: Any, client: Any) -> AwsObjects:
    context = Context("aws", "aws", {}, sandbox.endpoint("aws"), sandbox=True)
    return AwsObjects(Scope(context, "us-east-1"), Deadline(60), BUCKET)


@pytest.fixture(params=["lane", "sdk"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "sdk":
        monkeypatch.setattr(Lane, "to", lambda *_: None)
    return str(request.param)


def test_both_ways_write_and_read_the_same(way: str, objects: AwsObjects) -> None:
    said = Description("text/html", "gzip", "no-store", {"mtime": "1735689600.25", "who": "a b"})
    objects.put("site/index.html", io.BytesIO(b"<html>"), 6, said)
    found = objects.stat("site/index.html")
    assert (found.content_type, found.content_encoding, found.cache_control) == ("text/html", "gzip", "no-store")
    assert found.metadata == said.metadata
    opened = objects.read("site/index.html", size=6)
    assert b"".join(opened.chunks) == b"<html>"
    told = (opened.found.content_type, opened.found.content_encoding, opened.found.cache_control)
    assert told == ("text/html", "gzip", "no-store")
    assert opened.found.metadata == said.metadata
    assert opened.found.size == 6
    assert opened.found.checksums["md5"] == found.etag


KEYS = st.from_regex(r"[A-Za-z0-9._-]{1,9}(/[A-Za-z0-9._-]{1,9}){0,3}", fullmatch=True)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(key=KEYS, data=st.binary(max_size=64))
def test_what_it_carries_is_what_botocore_finds(client: Any, lane: Lane, key: str, data: bytes) -> None:
    if lane.put(key, data, COLD) is None:
        assert any(part in (".", "..") for part in key.split("/"))
        return
    found = client.get_object(Bucket=BUCKET, Key=key)
    assert (found["Body"].read(), found["Metadata"], found["StorageClass"]) == (data, {"mtime": "1.5"}, "STANDARD_IA")
    listed = client.list_objects_v2(Bucket=BUCKET, Prefix=key)["Contents"]
    assert key in [one["Key"] for one in listed]
    got = lane.get("s3://", key, None)
    assert got
    assert got[1] == data


@pytest.mark.parametrize("key", ODD)
def test_keys_that_obstore_would_change_are_not_for_it(lane: Lane, key: str) -> None:
    assert lane.put(key, b"", Description()) is None
    assert lane.get("s3://", key, None) is None


@pytest.mark.parametrize(
    "description",
    [
        Description(absent=True),
        Description(metadata={"Upper": "x"}),
        Description(metadata={"content-type": "x"}),
        Description(metadata={"note": "ümlaut"}),
        Description(metadata={"note": " blank"}),
        Description(content_type="text/html\n"),
    ],
)
def test_what_it_cannot_say_is_not_for_it(client: Any, lane: Lane, description: Description) -> None:
    assert lane.put("key", b"", description) is None
    assert "Contents" not in client.list_objects_v2(Bucket=BUCKET)


def test_content_that_its_etag_does_not_prove_is_read_again(client: Any, objects: AwsObjects) -> None:
    upload = client.create_multipart_upload(Bucket=BUCKET, Key="parts")["UploadId"]
    part = client.upload_part(Bucket=BUCKET, Key="parts", UploadId=upload, PartNumber=1, Body=b"content")
    done = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    client.complete_multipart_upload(Bucket=BUCKET, Key="parts", UploadId=upload, MultipartUpload=done)
    for _ in range(5):
        assert b"".join(objects.read("parts", size=7).chunks) == b"content"


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    import obstore

    tried: list[str] = []
    for name in ("get", "put"):

        def refuse(*_: object, name: str = name, **__: object) -> None:
            tried.append(name)
            raise OSError("no way")

        monkeypatch.setattr(obstore, name, refuse)
    return tried


def test_it_closes_after_three_failures_in_a_row(counted: list[str], objects: AwsObjects) -> None:
    for number in range(5):
        objects.put(f"key{number}", io.BytesIO(b"x"), 1, Description())
        assert b"".join(objects.read(f"key{number}", size=1).chunks) == b"x"
    assert counted == ["put", "get", "put"]


def test_a_large_object_is_not_for_it(counted: list[str], objects: AwsObjects) -> None:
    objects.put("key", io.BytesIO(bytes(LARGEST + 1)), LARGEST + 1, Description())
    assert len(b"".join(objects.read("key", size=LARGEST + 1).chunks)) == LARGEST + 1
    assert len(b"".join(objects.read("key").chunks)) == LARGEST + 1
    assert not counted


def test_a_file_that_became_shorter_makes_no_object(client: Any, objects: AwsObjects, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"short")
    with (tmp_path / "file").open("rb") as file, pytest.raises(CloudError, match="became shorter"):
        objects.put("key", window(file.fileno(), 0, 10), 10, Description())
    assert "Contents" not in client.list_objects_v2(Bucket=BUCKET)


def test_an_object_that_became_large_is_not_held(client: Any, lane: Lane) -> None:
    client.put_object(Bucket=BUCKET, Key="key", Body=bytes(LARGEST + 1))
    assert lane.get("s3://", "key", None) is None


@pytest.mark.parametrize("variable", ["http_proxy", "HTTP_PROXY", "all_proxy"])
def test_a_proxy_closes_it(client: Any, monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    assert to(client)
    monkeypatch.setenv(variable, "http://127.0.0.1:9")
    assert to(client) is None


@pytest.mark.parametrize("variable", AUTHORITIES)
def test_an_authority_of_ones_own_closes_it(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    for name in AUTHORITIES:
        monkeypatch.delenv(name, raising=False)
    real = s3()
    assert to(real)
    monkeypatch.setenv(variable, "/ca.pem")
    assert to(real) is None


@pytest.mark.parametrize("bucket", ["fast--use1-az4--x-s3", "arn:aws:s3:::accesspoint/x", "Old_Bucket", "a.b"])
def test_buckets_with_endpoints_of_other_kinds_are_not_for_it(client: Any, bucket: str) -> None:
    assert to(client, bucket) is None


def test_what_botocore_cannot_sign_is_not_for_it(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise ValueError("no endpoint")

    monkeypatch.setattr(client, "generate_presigned_url", refuse)
    assert to(client) is None
    assert Lane.to(client, None, BUCKET) is None
