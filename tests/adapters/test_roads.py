"""Reading by libcurl: it asks for what the SDK asks for, finds the same, and is left where it goes another way."""

from __future__ import annotations

import io
import os
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar

import boto3
import pytest
import requests
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from cloudctl_aws import lane
from cloudctl_aws.objects import AwsObjects
from cloudctl_aws.session import Session as Aws
from cloudctl_gcp.lane import road as road_of_gcs
from cloudctl_gcp.objects import GcpObjects
from cloudctl_gcp.storage import Session
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cloudctl.errors import CloudError, Kind
from cloudctl.explain import Recorder
from cloudctl.objects import curl, download
from cloudctl.objects import lane as lanes
from cloudctl.objects.curl import LARGEST, Errand, Request, bring
from cloudctl.objects.download import download_errand, download_file
from cloudctl.objects.files import Folder
from cloudctl.objects.reading import Reading
from cloudctl.objects.work import PART, Work
from cloudctl.parallel import in_order
from cloudctl.retry import Deadline
from cloudctl.scope import Context, Scope
from cloudctl.services.objects import Description, ObjectService, StoredObject

BUCKET = "road-bucket"
ODD = ("a//b", "a/../b", "./a", "dir/", "/a", "a b", "ä", "100%", "a+b", "a?b#c", "~")


def s3(**options: Any) -> Any:
    session = boto3.Session("sandbox", "sandbox", region_name="us-east-1")
    return session.client("s3", config=Config(signature_version="s3v4"), **options)


def scope(sandbox: Any, cloud: str) -> Scope:
    return Scope(Context(cloud, cloud, {}, sandbox.endpoint(cloud), sandbox=True), "us-east-1")


@pytest.fixture(params=["aws", "gcp"])
def cloud(request: pytest.FixtureRequest, sandbox: Any) -> str:
    """A cloud with an empty bucket that keeps versions."""
    sandbox.reset()
    if request.param == "aws":
        client = s3(endpoint_url=sandbox.endpoint("aws"))
        client.create_bucket(Bucket=BUCKET)
        client.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    else:
        made = requests.post(
            f"{sandbox.endpoint('gcp')}/storage/v1/b?project=sandbox-project",
            json={"name": BUCKET, "versioning": {"enabled": True}},
            timeout=9,
        )
        made.raise_for_status()
    return str(request.param)


@pytest.fixture
def objects(sandbox: Any, cloud: str) -> ObjectService:
    made = {"aws": AwsObjects, "gcp": GcpObjects}[cloud]
    return made(scope(sandbox, cloud), Deadline(60), BUCKET)


def put(objects: ObjectService, key: str, data: bytes, **said: Any) -> StoredObject:
    return objects.put(key, io.BytesIO(data), len(data), Description(**said))


def brought(objects: ObjectService, key: str, **wanted: Any) -> tuple[StoredObject, bytes] | None:
    request, got = objects.request(key, **wanted), list[bytes]()
    if request is None:
        return None
    errand = Errand(request, got.append, lambda found: (found, b"".join(got)), lambda: None)
    (came,) = in_order(Work().courier.start, [errand], 1)
    return came


def test_it_finds_what_the_sdk_finds(objects: ObjectService) -> None:
    put(objects, "a/b", b"<html>", content_type="text/html", cache_control="no-store", metadata={"who": "me"})
    opened = objects.read("a/b")
    got = brought(objects, "a/b")
    assert got
    assert got[1] == b"".join(opened.chunks) == b"<html>"
    for name in ("url", "key", "size", "modified", "etag", "version", "checksums", "content_type", "cache_control"):
        assert getattr(got[0], name) == getattr(opened.found, name), name
    assert (got[0].metadata, got[0].storage_class) == (opened.found.metadata, opened.found.storage_class)


def test_a_piece_and_an_older_version(objects: ObjectService) -> None:
    old = put(objects, "key", b"0123456789").version
    put(objects, "key", b"abc")
    found, data = brought(objects, "key", version=old, start=2, length=3) or (None, b"")
    assert found
    assert (data, found.size, found.version) == (b"234", 10, old)
    assert (brought(objects, "key") or (None, b""))[1] == b"abc"


@pytest.mark.parametrize("cloud", ["aws"], indirect=True)
def test_another_object_by_now_is_left_to_the_sdk(objects: ObjectService) -> None:
    put(objects, "key", b"content")
    etag = objects.stat("key").etag
    assert brought(objects, "key", etag=etag)
    assert brought(objects, "key", etag="d41d8cd98f00b204e9800998ecf8427e") is None


@pytest.mark.parametrize("cloud", ["gcp"], indirect=True)
def test_what_only_an_etag_tells_is_left_to_the_sdk(objects: ObjectService) -> None:
    put(objects, "key", b"content")
    assert objects.request("key", etag=objects.stat("key").etag) is None


@pytest.mark.parametrize("key", ODD)
def test_an_odd_key_is_brought_as_it_is_or_not_at_all(objects: ObjectService, key: str) -> None:
    put(objects, key, b"odd")
    for other in ("a/b", "b", "a", "dir"):
        put(objects, other, b"plain")
    got = brought(objects, key)
    assert got is None or got[1] == b"odd"


KEYS = st.from_regex(r"[A-Za-z0-9._-]{1,9}(/[A-Za-z0-9._-]{1,9}){0,3}", fullmatch=True)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(key=KEYS, data=st.binary(max_size=64))
def test_any_plain_key_is_brought(objects: ObjectService, key: str, data: bytes) -> None:
    if any(part in (".", "..") for part in key.split("/")):
        return
    put(objects, key, data)
    got = brought(objects, key)
    assert got
    assert got[1] == data


def test_an_object_that_is_not_there_is_left_to_the_sdk(objects: ObjectService) -> None:
    assert brought(objects, "missing") is None
    with pytest.raises(CloudError) as caught:
        Reading(objects, "missing", size=1)
    assert caught.value.kind is Kind.NOT_FOUND


def test_an_object_that_became_large_is_read_by_the_sdk(objects: ObjectService) -> None:
    put(objects, "key", bytes(LARGEST + 1))
    request = objects.request("key")
    assert request
    assert bring(request) is None
    assert b"".join(Reading(objects, "key", size=1)) == bytes(LARGEST + 1)


# downloads


def fetched(objects: ObjectService, key: str, folder: Path, work: Work) -> Any:
    found = objects.stat(key)
    errand = download_errand(work, objects, found, Folder(folder), [key], replace=True)
    assert errand
    (done,) = in_order(work.courier.start, [errand], 1)
    return done


def test_a_small_object_is_brought_by_the_courier(
    objects: ObjectService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing else would tell: all that it does not do is done by the SDK."""
    put(objects, "key", b"content", metadata={"mtime": "1735689600.25"})
    monkeypatch.setattr(type(objects), "read", lambda *_, **__: pytest.fail("by the SDK"))
    assert fetched(objects, "key", tmp_path, Work())
    assert (tmp_path / "key").read_bytes() == b"content"
    assert (tmp_path / "key").stat().st_mtime == 1735689600.25


def test_a_large_object_is_brought_in_pieces_by_the_courier(
    objects: ObjectService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = os.urandom(1 << 20) * 17 + b"rest"
    put(objects, "key", data)
    came: list[int] = []
    found = objects.stat("key")
    monkeypatch.setattr(type(objects), "read", lambda *_, **__: pytest.fail("by the SDK"))
    assert download_file(Work(told=came.append), objects, found, Folder(tmp_path), ["key"], replace=True)
    assert (tmp_path / "key").read_bytes() == data
    assert sum(came) == len(data) > 2 * PART


def test_pieces_that_do_not_come_are_read_by_the_sdk_and_counted_once(
    objects: ObjectService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = os.urandom(1 << 20) * 17
    put(objects, "key", data)
    real, came = download._Piece.end, list[int]()

    def end(piece: Any, url: str) -> Any:
        """That of the courier comes first."""
        if not getattr(piece._landing, "tried", None):
            piece._landing.tried = True
            raise CloudError(Kind.UNAVAILABLE, "damaged", retryable=True)
        return real(piece, url)

    monkeypatch.setattr(download._Piece, "end", end)
    assert download_file(Work(told=came.append), objects, objects.stat("key"), Folder(tmp_path), ["key"], replace=True)
    assert (tmp_path / "key").read_bytes() == data
    assert sum(came) == len(data)


def test_damage_is_noticed_and_the_sdk_reads_again(
    objects: ObjectService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(objects, "key", b"content")
    monkeypatch.setattr(curl.Held, "take", lambda held, chunk: held.chunks.append(chunk.upper()))
    came: list[int] = []
    assert fetched(objects, "key", tmp_path, Work(told=came.append))
    assert (tmp_path / "key").read_bytes() == b"content"
    assert sum(came) == 7


# where it does not go


@pytest.mark.parametrize("variable", ["http_proxy", "HTTP_PROXY", "all_proxy"])
def test_a_proxy_closes_it(objects: ObjectService, monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.setenv(variable, "http://127.0.0.1:9")
    assert objects.request("key") is None


@pytest.mark.parametrize("variable", ["AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"])
@pytest.mark.parametrize("cloud", ["aws", "gcp"])
def test_it_trusts_whom_the_sdk_trusts(monkeypatch: pytest.MonkeyPatch, cloud: str, variable: str) -> None:
    for name in lanes._AUTHORITIES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    assert Path(authorities(cloud)).name == "cacert.pem"
    monkeypatch.setenv(variable, __file__)
    assert authorities(cloud) == __file__


def authorities(cloud: str) -> str:
    """Those of an account beside the sandbox."""
    of = Scope(Context(cloud, cloud, {}, f"https://{cloud}.example"), "us-east-1")
    if cloud == "aws":
        road = Aws(of, Deadline(9), Recorder()).road(BUCKET, region="us-east-1")
    else:
        road = road_of_gcs(Session(of, Deadline(9), Recorder()))
    assert road
    return road.way.authorities


@pytest.mark.parametrize("bucket", ["fast--use1-az4--x-s3", "arn:aws:s3:::accesspoint/x", "Old_Bucket", "a.b"])
def test_buckets_with_endpoints_of_other_kinds_are_not_for_it(bucket: str) -> None:
    assert lane.road(s3(), boto3.Session("sandbox", "sandbox").get_credentials(), bucket, Deadline(9), "") is None


def test_without_credentials_the_sdk_says_so(sandbox: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise ValueError("expired")

    client = s3(endpoint_url=sandbox.endpoint("aws"))
    credentials = boto3.Session("sandbox", "sandbox").get_credentials()
    assert lane.road(client, None, BUCKET, Deadline(9), "") is None
    road = lane.road(client, credentials, BUCKET, Deadline(9), "")
    assert road
    monkeypatch.setattr(type(credentials), "get_frozen_credentials", refuse)
    assert road.request("key", "", {}, lambda _: pytest.fail("no answer"), 200) is None


def test_the_project_that_pays_is_told(sandbox: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    session = Session(scope(sandbox, "gcp"), Deadline(60), Recorder())
    monkeypatch.setattr(type(session.credentials), "quota_project_id", "payer", raising=False)
    road = road_of_gcs(session)
    assert road
    request = road.request("http://127.0.0.1/", {}, lambda _: pytest.fail("no answer"), 200)
    assert request
    assert "x-goog-user-project: payer" in request.headers


# signatures


class _Handler(BaseHTTPRequestHandler):
    seen: ClassVar[list[tuple[str, Mapping[str, str]]]] = []

    def do_GET(self) -> None:
        self.seen.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
        self.send_error(404)

    def log_message(self, *_: object) -> None:
        """Nothing is logged."""


@pytest.fixture
def seen() -> list[tuple[str, Mapping[str, str]]]:
    _Handler.seen = []
    return _Handler.seen


@pytest.fixture
def endpoint() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    ("key", "query", "headers"),
    [
        ("key", "", {}),
        ("a/b.c_d-e", "", {"Range": "bytes=5-9", "If-Match": '"d41d8cd98f00b204e9800998ecf8427e"'}),
        ("key", "?versionId=3HL4kqtJlcpXroDTDmjVBH40Nrjfkd_.-", {"x-amz-checksum-mode": "ENABLED"}),
    ],
)
@pytest.mark.parametrize("token", [None, "IQoJb3JpZ2luX2VjEJr//////////wEaCXVzLWVhc3QtMSJH=="])
def test_it_signs_as_botocore_does(
    seen: list[tuple[str, Mapping[str, str]]],
    endpoint: str,
    key: str,
    query: str,
    headers: dict[str, str],
    token: str | None,
) -> None:
    credentials = Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", token)
    road = lane.road(s3(endpoint_url=endpoint), credentials, BUCKET, Deadline(9), "")
    assert road
    request = road.request(key, query, headers, lambda _: pytest.fail("no answer"), 200)
    assert isinstance(request, Request)
    bring(request)
    ((path, sent),) = seen
    assert path == f"/{BUCKET}/{key}{query}"
    names = sent["authorization"].partition("SignedHeaders=")[2].partition(",")[0].split(";")
    assert {name.lower() for name in headers} <= set(names)
    assert (token is None) == ("x-amz-security-token" not in names)
    again = AWSRequest("GET", f"{endpoint}{path}", headers={name: sent[name] for name in names})
    again.context["timestamp"] = sent["x-amz-date"]
    signer = S3SigV4Auth(credentials, "s3", "us-east-1")
    canonical = signer.canonical_request(again)
    signature = signer.signature(signer.string_to_sign(again, canonical), again)
    assert sent["authorization"].endswith(f"Signature={signature}")
