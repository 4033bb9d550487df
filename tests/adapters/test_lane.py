"""The fast way of small objects to a bucket: it carries what it leaves unchanged and can prove, and nothing else."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
import requests
from botocore.config import Config
from cloudctl_aws.lane import lane as lane_of_s3
from cloudctl_aws.objects import AwsObjects
from cloudctl_gcp.lane import lane as lane_of_gcs
from cloudctl_gcp.objects import GcpObjects
from cloudctl_gcp.storage import Session
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cloudctl.errors import CloudError
from cloudctl.explain import Recorder
from cloudctl.objects import lane as lanes
from cloudctl.objects.files import window
from cloudctl.objects.lane import LARGEST, Lane
from cloudctl.retry import Deadline
from cloudctl.scope import Context, Scope
from cloudctl.services.objects import Description, ObjectService

BUCKET = "lane-bucket"
CLASSES = {"aws": "STANDARD_IA", "gcp": "NEARLINE"}
ODD = ("a//b", "a/../b", "./a", "a/.", "dir/", "/a", "a b", "ä", "100%", "a+b", "~", "a\n", "..", ".", "")
AUTHORITIES = lanes._AUTHORITIES


def s3(**options: Any) -> Any:
    """A client as the adapter makes it."""
    session = boto3.Session("sandbox", "sandbox", region_name="us-east-1")
    return session.client("s3", config=Config(signature_version="s3v4"), **options)


def to_s3(bucket: str = BUCKET, **options: Any) -> Lane | None:
    return lane_of_s3(s3(**options), boto3.Session("sandbox", "sandbox").get_credentials(), bucket)


def scope(sandbox: Any, cloud: str) -> Scope:
    return Scope(Context(cloud, cloud, {}, sandbox.endpoint(cloud), sandbox=True), "us-east-1")


@pytest.fixture(params=["aws", "gcp"])
def cloud(request: pytest.FixtureRequest, sandbox: Any) -> str:
    """A cloud with an empty bucket."""
    sandbox.reset()
    if request.param == "aws":
        s3(endpoint_url=sandbox.endpoint("aws")).create_bucket(Bucket=BUCKET)
    else:
        made = requests.post(
            f"{sandbox.endpoint('gcp')}/storage/v1/b?project=sandbox-project", json={"name": BUCKET}, timeout=9
        )
        made.raise_for_status()
    return str(request.param)


@pytest.fixture
def connect(sandbox: Any, cloud: str) -> Callable[[], Lane | None]:
    if cloud == "aws":
        return lambda: to_s3(endpoint_url=sandbox.endpoint("aws"))
    return lambda: lane_of_gcs(Session(scope(sandbox, "gcp"), Deadline(60), Recorder()), BUCKET)


@pytest.fixture
def lane(connect: Callable[[], Lane | None]) -> Lane:
    lane = connect()
    assert lane
    return lane


@pytest.fixture
def objects(sandbox: Any, cloud: str) -> ObjectService:
    made = {"aws": AwsObjects, "gcp": GcpObjects}[cloud]
    return made(scope(sandbox, cloud), Deadline(60), BUCKET)


@pytest.fixture
def plain(objects: ObjectService, monkeypatch: pytest.MonkeyPatch) -> ObjectService:
    """The same objects, as the SDK alone knows them."""
    other = type(objects)(objects.scope, Deadline(60), BUCKET)
    other._place.__dict__["lane"] = None  # type: ignore[attr-defined]
    return other


@pytest.fixture(params=["lane", "sdk"])
def way(request: pytest.FixtureRequest, objects: ObjectService, plain: ObjectService) -> ObjectService:
    return objects if request.param == "lane" else plain


def test_both_ways_write_the_same(cloud: str, way: ObjectService, plain: ObjectService) -> None:
    said = Description("text/html", "gzip", "no-store", {"mtime": "1735689600.25", "who": "a b"}, CLASSES[cloud])
    made = way.put("site/index.html", io.BytesIO(b"<html>"), 6, said)
    found = plain.stat("site/index.html")
    assert (found.content_type, found.content_encoding, found.cache_control) == ("text/html", "gzip", "no-store")
    assert (found.metadata, found.storage_class) == (said.metadata, CLASSES[cloud])
    assert (made.size, made.version) == (6, found.version)
    assert b"".join(way.read("site/index.html", version=found.version).chunks) == b"<html>"


def test_it_is_used(lane: Lane, objects: ObjectService, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing else would tell: all that it does not do is done by the SDK."""
    import obstore

    done: list[str] = []
    real = obstore.put
    monkeypatch.setattr(obstore, "put", lambda *a, **k: (done.append("put"), real(*a, **k))[1])
    objects.put("key", io.BytesIO(b"x"), 1, Description())
    assert done == ["put"]


KEYS = st.from_regex(r"[A-Za-z0-9._-]{1,9}(/[A-Za-z0-9._-]{1,9}){0,3}", fullmatch=True)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(key=KEYS, data=st.binary(max_size=64))
def test_what_it_carries_is_what_the_sdk_finds(lane: Lane, plain: ObjectService, key: str, data: bytes) -> None:
    if lane.put("", key, io.BytesIO(data), len(data), Description(metadata={"mtime": "1.5"})) is None:
        assert any(part in (".", "..") for part in key.split("/"))
        return
    assert b"".join(plain.read(key).chunks) == data
    assert plain.stat(key).metadata == {"mtime": "1.5"}
    assert key in [one.key for one in plain.list(key)]


@pytest.mark.parametrize("key", ODD)
def test_keys_that_obstore_would_change_are_not_for_it(lane: Lane, key: str) -> None:
    assert lane.put("", key, io.BytesIO(), 0, Description()) is None


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
def test_what_it_cannot_say_is_not_for_it(lane: Lane, plain: ObjectService, description: Description) -> None:
    assert lane.put("", "key", io.BytesIO(), 0, description) is None
    assert not list(plain.list())


def test_what_was_written_and_is_not_proven_by_its_etag_is_looked_at(
    cloud: str, objects: ObjectService, plain: ObjectService, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The etag is none of the content where a key of KMS encrypts it; S3 has compared a SHA-256 by then."""
    monkeypatch.setattr(lanes, "_is_md5", lambda *_: False)
    for number in range(5):
        made = objects.put(f"key{number}", io.BytesIO(b"content"), 7, Description())
        assert made.version == plain.stat(f"key{number}").version
    assert objects._place.lane._closed == (cloud == "gcp")  # type: ignore[attr-defined]


@pytest.mark.parametrize("cloud", ["gcp"], indirect=True)
def test_what_was_written_damaged_is_written_again(
    objects: ObjectService, plain: ObjectService, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S3 refuses that: its requests are signed with the digest of what they bring."""
    import obstore

    real = obstore.put
    monkeypatch.setattr(obstore, "put", lambda store, key, data, **how: real(store, key, b"damaged", **how))
    objects.put("key", io.BytesIO(b"content"), 7, Description())
    assert b"".join(plain.read("key").chunks) == b"content"


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    import obstore

    tried: list[str] = []

    def refuse(*_: object, **__: object) -> None:
        tried.append("put")
        raise OSError("no way")

    monkeypatch.setattr(obstore, "put", refuse)
    return tried


def test_it_closes_after_three_failures_in_a_row(counted: list[str], objects: ObjectService) -> None:
    for number in range(5):
        objects.put(f"key{number}", io.BytesIO(b"x"), 1, Description())
        assert b"".join(objects.read(f"key{number}").chunks) == b"x"
    assert counted == ["put", "put", "put"]


def test_a_large_object_is_not_for_it(counted: list[str], objects: ObjectService) -> None:
    objects.put("key", io.BytesIO(bytes(LARGEST + 1)), LARGEST + 1, Description())
    assert len(b"".join(objects.read("key").chunks)) == LARGEST + 1
    assert not counted


def test_a_file_that_became_shorter_makes_no_object(
    objects: ObjectService, plain: ObjectService, tmp_path: Path
) -> None:
    (tmp_path / "file").write_bytes(b"short")
    with (tmp_path / "file").open("rb") as file, pytest.raises(CloudError, match="became shorter"):
        objects.put("key", window(file.fileno(), 0, 10), 10, Description())
    assert not list(plain.list())


@pytest.mark.parametrize("variable", ["http_proxy", "HTTP_PROXY", "all_proxy"])
def test_a_proxy_closes_it(connect: Callable[[], Lane | None], monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    assert connect()
    monkeypatch.setenv(variable, "http://127.0.0.1:9")
    assert connect() is None


@pytest.mark.parametrize("variable", AUTHORITIES)
def test_an_authority_of_ones_own_closes_it(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    for name in AUTHORITIES:
        monkeypatch.delenv(name, raising=False)
    assert to_s3()
    monkeypatch.setenv(variable, "/ca.pem")
    assert to_s3() is None


@pytest.mark.parametrize("bucket", ["fast--use1-az4--x-s3", "arn:aws:s3:::accesspoint/x", "Old_Bucket", "a.b"])
def test_buckets_with_endpoints_of_other_kinds_are_not_for_it(bucket: str) -> None:
    assert to_s3(bucket) is None


def test_what_botocore_cannot_sign_is_not_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise ValueError("no endpoint")

    client, credentials = s3(), boto3.Session("sandbox", "sandbox").get_credentials()
    assert lane_of_s3(client, None, BUCKET) is None
    monkeypatch.setattr(client, "generate_presigned_url", refuse)
    assert lane_of_s3(client, credentials, BUCKET) is None


def test_the_project_that_pays_is_told(sandbox: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    session = Session(scope(sandbox, "gcp"), Deadline(60), Recorder())
    monkeypatch.setattr(type(session.credentials), "quota_project_id", "payer", raising=False)
    lane = lane_of_gcs(session, BUCKET)
    assert lane
    assert lane.store.client_options["default_headers"] == {"x-goog-user-project": b"payer"}
