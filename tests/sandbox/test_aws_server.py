"""The emulated AWS as a server: identity, faults, state on disk, services that it does not serve."""

from __future__ import annotations

import io
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from aws_fixtures import Served, launch, look, refused, serving
from botocore.exceptions import ClientError

from cloudctl.sandbox.aws import store
from cloudctl.sandbox.aws.ec2.operations import SERVED
from cloudctl.sandbox.cloud import Reply

SIGNED = (
    "AWS4-HMAC-SHA256 Credential=sandbox/20260101/eu-west-1/{}/aws4_request, SignedHeaders=host, Signature=" + "0" * 64
)
FAULTS = [
    ("ec2", "throttle", 503, "RequestLimitExceeded"),
    ("ec2", "error", 500, "InternalError"),
    ("ec2", "denied", 403, "UnauthorizedOperation"),
    ("ec2", "unauthenticated", 401, "AuthFailure"),
    ("ec2", "expired", 400, "RequestExpired"),
    ("ec2", "quota", 400, "VcpuLimitExceeded"),
    ("ec2", "capacity", 500, "InsufficientInstanceCapacity"),
    ("sts", "throttle", 400, "Throttling"),
    ("sts", "error", 500, "InternalFailure"),
    ("sts", "denied", 403, "AccessDenied"),
    ("sts", "unauthenticated", 403, "InvalidClientTokenId"),
    ("sts", "expired", 403, "ExpiredToken"),
    ("sts", "quota", 400, "LimitExceeded"),
    ("sts", "capacity", 503, "ServiceUnavailable"),
]


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("aws")) as cloud:
        yield cloud


def environ(service: str, action: str) -> dict[str, Any]:
    body = urlencode({"Action": action}).encode()
    return {
        "REQUEST_METHOD": "POST",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        "HTTP_AUTHORIZATION": SIGNED.format(service),
    }


def test_the_caller_is_the_sandbox_user(cloud: Served) -> None:
    caller = cloud.client("sts").get_caller_identity()
    assert caller["Account"] == "123456789012"
    assert caller["Arn"] == "arn:aws:iam::123456789012:user/sandbox"


def test_an_operation_is_named_and_the_request_left_as_if_unread(cloud: Served) -> None:
    request = environ("ec2", "RunInstances")
    assert cloud.app.operation(request) == "ec2:RunInstances"
    assert request["wsgi.input"].read() == b"Action=RunInstances"
    assert cloud.app.operation({**environ("ec2", "RunInstances"), "HTTP_AUTHORIZATION": ""}) == ""


@pytest.mark.parametrize(("service", "kind", "status", "code"), FAULTS)
def test_a_fault_is_the_services_documented_error(
    cloud: Served, monkeypatch: pytest.MonkeyPatch, service: str, kind: str, status: int, code: str
) -> None:
    def faulty(asked: Any) -> Reply:
        return cloud.app.failure(environ(service, "Anything"), kind)

    monkeypatch.setattr(cloud.app, "_answer", faulty)
    client = cloud.client(service)
    assert refused(client.describe_vpcs if service == "ec2" else client.get_caller_identity) == (status, code)


def test_an_unknown_kind_of_fault_is_an_error(cloud: Served) -> None:
    with pytest.raises(KeyError):
        cloud.app.failure(environ("ec2", "RunInstances"), "earthquake")


@pytest.mark.parametrize(("service", "operation"), [("iam", "list_users"), ("rds", "describe_db_instances")])
def test_a_service_that_is_not_served_says_so(cloud: Served, service: str, operation: str) -> None:
    assert refused(getattr(cloud.client(service), operation)) == (501, "NotImplemented")


def test_state_survives_a_restart_and_is_private(tmp_path: Path) -> None:
    with serving(tmp_path) as cloud:
        made = launch(cloud.client())["InstanceId"]
        cloud.app.save()
    saved = tmp_path / "aws.pickle"
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.glob("aws*")] == ["aws.pickle"]
    with serving(tmp_path, transition=0.0) as cloud:
        assert look(cloud.client(), made)["State"]["Name"] == "running"


def test_a_reset_forgets_everything(tmp_path: Path) -> None:
    with serving(tmp_path) as cloud:
        launch(cloud.client())
        cloud.app.save()
        cloud.app.reset()
        assert cloud.client().describe_instances()["Reservations"] == []
        assert list(tmp_path.glob("aws*")) == []


def test_state_of_another_moto_is_dropped_with_a_notice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(tmp_path) as cloud:
        launch(cloud.client())
        with monkeypatch.context() as patch:
            patch.setattr(store, "version", lambda _: "4.0.0")
            cloud.app.save()
    with serving(tmp_path) as cloud:
        assert cloud.client().describe_instances()["Reservations"] == []
    assert "4.0.0" in capsys.readouterr().err


def test_two_clouds_in_one_process_share_nothing(cloud: Served, tmp_path: Path) -> None:
    made = launch(cloud.client())["InstanceId"]
    with serving(tmp_path) as other, pytest.raises(ClientError, match=r"InvalidInstanceID\.NotFound"):
        look(other.client(), made)


def test_the_documentation_page_lists_every_operation_served() -> None:
    page = Path(__file__).parents[2].joinpath("docs", "sandbox-aws.md").read_text()
    assert [operation for operation in SERVED if f"`{operation}`" not in page] == []
