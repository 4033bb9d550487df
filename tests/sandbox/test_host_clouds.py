"""The host with the three emulated clouds behind it."""

from __future__ import annotations

import time
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from cloudctl.sandbox import process

ERRORS = ["throttle", "error", "denied", "unauthenticated", "expired", "quota", "capacity"]

READS: dict[str, tuple[str, str, bytes, dict[str, str]]] = {
    "aws": (
        "POST",
        "/",
        b"Action=DescribeVpcs&Version=2016-11-15",
        {
            "Content-Type": "application/x-www-form-urlencoded",
            "Authorization": "AWS4-HMAC-SHA256 Credential=sandbox/20260101/us-east-1/ec2/aws4_request, "
            "SignedHeaders=host, Signature=" + "0" * 64,
        },
    ),
    "azure": (
        "GET",
        "/subscriptions/00000000-0000-4000-8000-000000000001/resourcegroups?api-version=2025-04-01",
        b"",
        {"Authorization": "Bearer sandbox"},
    ),
    "gcp": ("GET", "/compute/v1/projects/sandbox-project/zones", b"", {"Authorization": "Bearer sandbox"}),
}


@pytest.fixture(params=sorted(READS))
def cloud(request: pytest.FixtureRequest, sandbox: Any) -> str:
    sandbox.reset()
    return str(request.param)


def read(sandbox: Any, cloud: str) -> tuple[int, bytes]:
    method, path, body, headers = READS[cloud]
    client = HTTPConnection("127.0.0.1", sandbox.status.ports[cloud], timeout=30)
    try:
        client.request(method, path, body, headers)
        reply = client.getresponse()
        return reply.status, reply.read()
    finally:
        client.close()


def test_each_cloud_answers_a_read_and_names_its_operation(sandbox: Any, cloud: str) -> None:
    status, body = read(sandbox, cloud)
    assert status == 200, body
    [call] = sandbox.operations()
    assert call["cloud"] == cloud
    assert call["operation"]


@pytest.mark.parametrize("kind", ERRORS)
def test_each_cloud_has_an_error_reply_for_every_kind_of_fault(sandbox: Any, cloud: str, kind: str) -> None:
    sandbox.fault(kind, cloud)
    status, body = read(sandbox, cloud)
    assert 400 <= status <= 599
    assert body
    [call] = sandbox.operations()
    assert (call["fault"], call["executed"], call["status"]) == (kind, False, status)
    assert read(sandbox, cloud)[0] == 200


def test_a_started_sandbox_saves_every_cloud_and_starts_again(tmp_path: Path) -> None:
    state = tmp_path / "state"
    process.reset(process.start(state))
    process.stop(state)
    began = time.monotonic()
    assert process.start(state).ports
    assert time.monotonic() - began < 5
    process.stop(state)
