"""Corporate networks: proxies, certificate authorities, and which clouds and addresses a command reaches at all."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import Any

import pytest
import replay_accounts as accounts
import replay_documents as documents
from replay_authority import Authority
from replay_command import cloudctl, executable
from replay_errors import ARM, COMPUTE, EC2
from replay_proxy import Proxy
from replay_script import Reply, Script

CLOUDS = ("aws", "azure", "gcp")
VARIABLES = ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "CURL_CA_BUNDLE", "HTTPLIB2_CA_CERTS")


@pytest.fixture
def empty(replay: Script) -> Script:
    """Accounts without machines."""
    replay.on(EC2, documents.no_instances())
    replay.on(ARM, {"value": []})
    replay.on(COMPUTE, {"items": {}})
    return replay


@pytest.mark.parametrize("cloud", CLOUDS)
@pytest.mark.parametrize("variable", VARIABLES)
def test_each_certificate_variable_alone_is_enough(
    empty: Script, login: Any, proxy: Proxy, monkeypatch: pytest.MonkeyPatch, cloud: str, variable: str
) -> None:
    login(cloud)
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    monkeypatch.setenv(variable, str(proxy.authority.bundle))
    ended = cloudctl("vm", "list", "-o", "json")
    assert (ended.err, ended.exit, ended.out) == ("", 0, "[]\n")


@pytest.mark.parametrize("variable", VARIABLES)
def test_the_token_service_of_a_users_login_honours_them_too(
    empty: Script, proxy: Proxy, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variable: str
) -> None:
    accounts.google_tokens(empty)
    for name, value in accounts.authorized_user(tmp_path).items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    monkeypatch.setenv(variable, str(proxy.authority.bundle))
    assert cloudctl("vm", "list", "-o", "json").out == "[]\n"


@pytest.mark.parametrize("cloud", CLOUDS)
def test_an_unknown_authority_is_told_at_once_with_the_variables(
    empty: Script, login: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, cloud: str
) -> None:
    login(cloud)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(Authority(tmp_path).bundle))
    ended = cloudctl("vm", "list", "-o", "json")
    assert (ended.exit, ended.errors[-1]["error"]) == (8, "unavailable")
    assert "SSL_CERT_FILE" in ended.errors[-1]["fix"]
    assert len(empty.connected) <= 4


def closed_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.mark.parametrize("cloud", CLOUDS)
def test_a_proxy_that_is_down_is_told_without_its_password(
    empty: Script, login: Any, monkeypatch: pytest.MonkeyPatch, cloud: str
) -> None:
    login(cloud)
    monkeypatch.setenv("HTTPS_PROXY", f"http://me:pr0xySecret@127.0.0.1:{closed_port()}")
    for flags in (("-o", "json"), ("--debug", "-v")):
        ended = cloudctl("vm", "list", *flags)
        assert ended.exit == 8
        assert "HTTPS_PROXY" in ended.err
        assert "pr0xySecret" not in ended.err


@pytest.mark.parametrize("cloud", CLOUDS)
def test_a_proxy_that_wants_a_password_is_told_at_once(empty: Script, login: Any, cloud: str) -> None:
    login(cloud)
    empty.proxy_answer = Reply("", 407, {"Proxy-Authenticate": 'Basic realm="corp"'})
    ended = cloudctl("vm", "list", "-o", "json")
    assert (ended.exit, ended.errors[-1]["error"]) == (8, "unavailable")
    assert "HTTPS_PROXY" in ended.errors[-1]["fix"]
    assert "407" in str(ended.errors[-1])
    assert len(empty.connected) <= 4


@pytest.mark.parametrize(
    ("cloud", "hosts"),
    [
        ("aws", "ec2.eu-west-1.amazonaws.com"),
        ("azure", ".azure.com,.microsoftonline.com"),
        ("gcp", "googleapis.com"),
    ],
)
@pytest.mark.usefixtures("impatient")
def test_no_proxy_is_honoured(
    empty: Script, login: Any, monkeypatch: pytest.MonkeyPatch, cloud: str, hosts: str
) -> None:
    login(cloud)
    monkeypatch.setenv("NO_PROXY", hosts)
    ended = cloudctl("vm", "list", "-o", "json")
    assert ended.exit != 0
    assert empty.connected == []


def test_a_list_covers_exactly_the_clouds_with_credentials(empty: Script, login: Any) -> None:
    login("aws", "gcp")
    assert cloudctl("vm", "list", "-o", "json").out == "[]\n"
    assert {request.host for request in empty.requests} == {"ec2.eu-west-1.amazonaws.com", "compute.googleapis.com"}


def test_without_credentials_nobody_is_asked(empty: Script) -> None:
    ended = cloudctl("vm", "list", "-o", "json")
    assert (ended.exit, ended.errors[-1]["error"]) == (4, "unauthenticated")
    assert (empty.requests, empty.connected) == ([], [])


def test_one_cloud_that_refuses_does_not_hide_the_others(replay: Script, login: Any) -> None:
    login("aws", "azure")
    replay.on(EC2, documents.xml("instances_page_2"))
    refused = {"error": {"code": "SubscriptionNotFound", "message": "The subscription could not be found."}}
    replay.on(ARM, Reply(refused, 404, {"x-ms-request-id": "r-404"}))
    ended = cloudctl("vm", "list", "-o", "json")
    assert ended.exit == 9
    assert {found["provider"] for found in ended.rows} == {"aws"}
    assert [(error["error"], error["context"]) for error in ended.errors] == [("not_found", "azure"), ("partial", None)]


REGIONS = """<?xml version="1.0" encoding="UTF-8"?>
<DescribeRegionsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
    <requestId>59dbff89-35bd-4eac-99ed-be587EXAMPLE</requestId>
    <regionInfo>
        <item>
            <regionName>eu-west-1</regionName>
            <regionEndpoint>ec2.eu-west-1.amazonaws.com</regionEndpoint>
            <optInStatus>opt-in-not-required</optInStatus>
        </item>
        <item>
            <regionName>me-south-1</regionName>
            <regionEndpoint>ec2.me-south-1.amazonaws.com</regionEndpoint>
            <optInStatus>opted-in</optInStatus>
        </item>
    </regionInfo>
</DescribeRegionsResponse>"""


def test_all_regions_are_those_that_the_account_has_enabled(empty: Script, login: Any) -> None:
    login("aws")
    empty.on("ec2.*.amazonaws.com DescribeRegions", REGIONS)
    empty.on("ec2.me-south-1.amazonaws.com DescribeInstances", documents.xml("instances_page_2"))
    ended = cloudctl("vm", "list", "--all-regions", "-o", "json")
    assert ended.exit == 0
    assert {found["region"] for found in ended.rows} == {"me-south-1"}
    assert sorted(empty.names("DescribeInstances")) == [
        "ec2.eu-west-1.amazonaws.com DescribeInstances",
        "ec2.me-south-1.amazonaws.com DescribeInstances",
    ]


ASSUMED = """<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <AssumeRoleResult>
    <AssumedRoleUser>
      <AssumedRoleId>AROAQWERTYUIOPASDFGHJ:cloudctl</AssumedRoleId>
      <Arn>arn:aws:sts::123456789012:assumed-role/ops/cloudctl</Arn>
    </AssumedRoleUser>
    <Credentials>
      <AccessKeyId>ASIAOFTHEASSUMEDROLE</AccessKeyId>
      <SecretAccessKey>secretOfTheAssumedRole</SecretAccessKey>
      <SessionToken>tokenOfTheAssumedRole</SessionToken>
      <Expiration>2099-01-01T00:00:00Z</Expiration>
    </Credentials>
  </AssumeRoleResult>
  <ResponseMetadata><RequestId>c6104cbe-af31-11e0-8154-cbc7ccf896c7</RequestId></ResponseMetadata>
</AssumeRoleResponse>"""


@pytest.fixture
def profile(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Path(os.environ["HOME"]) / ".aws"
    folder.mkdir()
    (folder / "config").write_text(
        "[profile ops]\nregion = eu-west-1\nrole_arn = arn:aws:iam::123456789012:role/ops\nsource_profile = base\n"
    )
    (folder / "credentials").write_text(
        "[base]\naws_access_key_id = AKIAQWERTYUIOPASDFGH\naws_secret_access_key = secretOfTheFile\n"
    )
    monkeypatch.setenv("AWS_PROFILE", "ops")


@pytest.mark.usefixtures("profile")
def test_a_profile_with_a_role_is_assumed_through_the_proxy(empty: Script) -> None:
    empty.on("sts.*amazonaws.com AssumeRole", ASSUMED)
    assert cloudctl("vm", "list", "-o", "json").out == "[]\n"
    (listed,) = empty.sent("DescribeInstances")
    assert "ASIAOFTHEASSUMEDROLE" in listed.headers["authorization"]


@pytest.mark.usefixtures("profile")
def test_a_role_that_may_not_be_assumed_is_told(empty: Script) -> None:
    refused = (
        '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>'
        "<Code>AccessDenied</Code><Message>User: arn:aws:iam::1:user/me is not authorized to perform: sts:AssumeRole"
        "</Message></Error><RequestId>c6104cbe-af31-11e0-8154-cbc7ccf896c7</RequestId></ErrorResponse>"
    )
    empty.on("sts.*amazonaws.com AssumeRole", Reply(refused, 403))
    ended = cloudctl("vm", "list", "-o", "json")
    (told,) = ended.errors
    assert (ended.exit, told["error"], told["code"]) == (5, "denied", "AccessDenied")
    assert told["request_id"] == "c6104cbe-af31-11e0-8154-cbc7ccf896c7"
    assert "AssumeRole" in told["fix"]


@pytest.mark.parametrize("message", ["Token has been expired or revoked.", "Bad Request", "Account has been deleted"])
def test_a_users_login_that_is_over_is_told(
    replay: Script, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, message: str
) -> None:
    for name, value in accounts.authorized_user(tmp_path).items():
        monkeypatch.setenv(name, value)
    refused = {"error": "invalid_grant", "error_description": message}
    replay.on("POST oauth2.googleapis.com/token", Reply(refused, 400))
    ended = cloudctl("vm", "list", "-o", "json")
    told = ended.errors[-1]
    assert (ended.exit, told["error"], told["code"]) == (4, "unauthenticated", "invalid_grant")
    assert message in told["why"]
    assert "gcloud auth application-default login" in told["fix"]


def test_the_installed_program_does_the_same(empty: Script, login: Any) -> None:
    login(*CLOUDS)
    empty.on(EC2, documents.xml("instances_page_2"))
    ended = executable("vm", "list", "-o", "json", environment=os.environ)
    assert (ended.err, ended.exit) == ("", 0)
    assert ended.named("mac")["os"] == "macos"
    assert {host.partition(":")[0] for host in empty.connected} == {
        "ec2.eu-west-1.amazonaws.com",
        "login.microsoftonline.com",
        "management.azure.com",
        "compute.googleapis.com",
    }
