"""How the adapter reaches AWS: proxy, certificates, time-outs, pages, no retries of its own, credentials, region."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from aws_stub import Answer, Form, Stub, serving
from cloudctl_aws.vm import AwsVm

from cloudctl import retry
from cloudctl.errors import CloudError, DeadlineExceeded, Kind, UsageError
from cloudctl.retry import Deadline
from cloudctl.scope import Context, Scope

REGION = "eu-west-1"


def page(*ids: str, token: str = "") -> Answer:
    instances = "".join(f"<item><instanceId>{one}</instanceId></item>" for one in ids)
    reservations = f"<reservationSet><item><instancesSet>{instances}</instancesSet></item></reservationSet>"
    return 200, f"<DescribeInstancesResponse>{reservations}<nextToken>{token}</nextToken></DescribeInstancesResponse>"


def refusal(status: int, code: str) -> Answer:
    return status, f"<Response><Errors><Error><Code>{code}</Code><Message>m</Message></Error></Errors></Response>"


def empty(form: Form) -> Answer:
    return page()


def aws(
    endpoint: str | None = None,
    region: str | None = REGION,
    seconds: float = 20,
    *,
    sandbox: bool = False,
    **settings: str,
) -> AwsVm:
    context = Context("aws", "aws", settings, endpoint, sandbox=sandbox, implicit=True)
    return AwsVm(Scope(context, region), Deadline(seconds))


def ids(vms: AwsVm) -> list[str]:
    return [vm.id for vm in vms.list()]


def failure(vms: AwsVm) -> CloudError:
    with pytest.raises(CloudError) as caught:
        ids(vms)
    return caught.value


@pytest.fixture
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")


@pytest.fixture
def stub(tmp_path: Path, credentials: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stub]:
    """EC2 as a stub, credentials in the environment, and no CA bundle yet."""
    for name in ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "CURL_CA_BUNDLE", "HTTPLIB2_CA_CERTS"):
        monkeypatch.delenv(name, raising=False)
    with serving(tmp_path, empty) as served:
        yield served


@pytest.mark.parametrize("variable", ["AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"])
def test_proxy_and_certificates_of_the_environment_are_used(
    stub: Stub, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", stub.address)
    monkeypatch.setenv(variable, str(stub.bundle))
    assert ids(aws()) == []
    assert stub.connected == [f"ec2.{REGION}.amazonaws.com:443"]


def test_a_certificate_that_is_not_trusted_ends_at_once_and_says_what_to_set(
    stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", stub.address)
    error = failure(aws())
    assert (error.kind, error.retryable) == (Kind.UNAVAILABLE, False)
    assert "AWS_CA_BUNDLE" in (error.fix or "")
    assert len(stub.connected) == 1


def test_a_bundle_that_is_not_there_ends_at_once(stub: Stub, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HTTPS_PROXY", stub.address)
    monkeypatch.setenv("AWS_CA_BUNDLE", str(tmp_path / "missing.pem"))
    error = failure(aws())
    assert (error.kind, error.retryable) == (Kind.UNAVAILABLE, False)
    assert "AWS_CA_BUNDLE" in (error.fix or "")


def test_no_proxy_is_honoured(stub: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", stub.address)
    assert ids(aws(stub.address)) == []
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    assert ids(aws(stub.address)) == []
    assert stub.paths == [f"{stub.address}/", "/"]


def test_the_sandbox_is_reached_whatever_proxies_profiles_and_files_say(
    stub: Stub, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "config").write_text("[broken\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_PROFILE", "unknown")
    monkeypatch.setenv("AWS_USE_FIPS_ENDPOINT", "true")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    assert ids(aws(stub.address, sandbox=True)) == []
    assert stub.paths == ["/"]


def test_the_sdk_repeats_nothing_itself(stub: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "ATTEMPTS", 1)
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "5")
    for status, code in ((503, "RequestLimitExceeded"), (500, "InternalError")):
        stub.asked.clear()
        stub.answer = lambda form, status=status, code=code: refusal(status, code)  # type: ignore[misc]
        assert failure(aws(stub.address)).code == code
        assert len(stub.asked) == 1


def test_pages_are_fetched_by_token_and_a_failed_one_is_fetched_again(stub: Stub) -> None:
    replies = iter([page("i-1", token="next"), refusal(503, "Unavailable"), page("i-2")])
    stub.answer = lambda form: next(replies)
    assert ids(aws(stub.address)) == ["i-1", "i-2"]
    assert [form.get("NextToken") for form in stub.asked] == [None, "next", "next"]
    assert {form["MaxResults"] for form in stub.asked} == {"1000"}


def test_an_endpoint_that_never_answers_ends_with_the_deadline(credentials: None) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        begun = time.monotonic()
        with pytest.raises(DeadlineExceeded):
            ids(aws(f"http://127.0.0.1:{silent.getsockname()[1]}", seconds=0.5))
        assert time.monotonic() - begun < 5


@pytest.mark.parametrize(("implicit", "asked"), [(True, False), (False, True)])
def test_the_metadata_address_is_asked_only_for_a_cloud_that_was_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, implicit: bool, asked: bool
) -> None:
    with serving(tmp_path, empty) as stub:
        monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", stub.address)
        vms = AwsVm(Scope(Context("aws", "aws", {}, stub.address, implicit=implicit), REGION), Deadline(20))
        assert stub.paths == []
        assert failure(vms).kind is Kind.UNAUTHENTICATED
        assert bool(stub.paths) == asked


def test_missing_credentials_say_how_to_log_in() -> None:
    error = failure(aws("http://127.0.0.1:9"))
    assert error.kind is Kind.UNAUTHENTICATED
    assert "aws configure" in (error.fix or "")


def test_an_unknown_profile_is_a_usage_error() -> None:
    error = failure(aws("http://127.0.0.1:9", profile="work"))
    assert error.kind is Kind.USAGE
    assert "work" in error.message


def test_credentials_and_region_come_from_the_profile_of_the_context(stub: Stub, tmp_path: Path) -> None:
    folder = tmp_path / "home" / ".aws"
    folder.mkdir()
    (folder / "config").write_text(
        "[profile work]\nregion = eu-north-1\naws_access_key_id = AKIDWORK\naws_secret_access_key = s\n"
    )
    stub.answer = lambda form: page("i-1")
    (vm,) = aws(stub.address, region=None, profile="work").list()
    assert vm.region == "eu-north-1"


KEYS = "aws_access_key_id = AKIDWORK\naws_secret_access_key = s\n"
ROLE = "role_arn = arn:aws:iam::123456789012:role/ops\n"
EXPIRED = (
    '{"Version": 1, "AccessKeyId": "A", "SecretAccessKey": "s", "SessionToken": "t", '
    '"Expiration": "2020-01-01T00:00:00Z"}'
)


@pytest.mark.parametrize(
    ("profile", "kind"),
    [
        ("credential_process = /bin/echo hello\n", Kind.UNAUTHENTICATED),
        ("credential_process = /bin/false\n", Kind.UNAUTHENTICATED),
        ("credential_process = /no/such/program\n", Kind.UNAUTHENTICATED),
        (f"credential_process = /bin/echo '{EXPIRED}'\n", Kind.UNAUTHENTICATED),
        (f"{ROLE}web_identity_token_file = /no/such/token\n", Kind.UNAUTHENTICATED),
        (f"{ROLE}source_profile = default\nmfa_serial = arn:aws:iam::123456789012:mfa/me\n", Kind.UNAUTHENTICATED),
        (f"{ROLE}source_profile = gone\n", Kind.USAGE),
        ("sso_session = gone\nsso_account_id = 123456789012\nsso_role_name = Admin\n", Kind.USAGE),
        (f"{KEYS}endpoint_url = nonsense\n", Kind.USAGE),
        (f"{KEYS}sts_regional_endpoints = nonsense\n", Kind.USAGE),
        (f"{KEYS}defaults_mode = nonsense\n", Kind.USAGE),
    ],
)
def test_what_is_wrong_with_a_profile_is_told_and_nothing_is_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], profile: str, kind: Kind
) -> None:
    """https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html"""
    folder = tmp_path / "home" / ".aws"
    folder.mkdir()
    (folder / "config").write_text(f"[default]\n{KEYS}[profile work]\n{profile}")
    error = failure(aws(profile="work"))
    assert (error.kind, error.retryable) == (kind, False), error.message
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("prompts", [True, False])
def test_the_code_of_a_device_is_asked_for_on_a_terminal_unless_nothing_may_be_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, prompts: bool
) -> None:
    folder = tmp_path / "home" / ".aws"
    folder.mkdir()
    (folder / "config").write_text(
        f"[default]\n{KEYS}[profile work]\n{ROLE}source_profile = default\nmfa_serial = arn:aws:iam::1:mfa/me\n"
    )
    asked: list[str] = []

    def ask(prompt: str) -> str:
        asked.append(prompt)
        raise OSError("nobody is there")

    monkeypatch.setattr("getpass.getpass", ask)
    for stream in ("sys.stdin", "sys.stderr"):
        monkeypatch.setattr(f"{stream}.isatty", lambda: True)
    scope = Scope(Context("work", "aws", {"profile": "work"}, implicit=True, prompts=prompts), REGION)
    error = failure(AwsVm(scope, Deadline(20)))
    assert (error.kind, len(asked)) == (Kind.UNAUTHENTICATED, int(prompts))
    assert ("--no-input" in f"{error.message} {error.why}") is not prompts


def test_a_region_that_cannot_be_one_is_a_usage_error(credentials: None) -> None:
    error = failure(aws(region="eu west 1"))
    assert (error.kind, error.fix) == (Kind.USAGE, "give a region with --region, or set AWS_REGION")


def test_no_region_at_all_is_a_usage_error(credentials: None) -> None:
    with pytest.raises(UsageError) as caught:
        ids(aws("http://127.0.0.1:9", region=None))
    assert "--region" in (caught.value.fix or "")


def test_the_enabled_regions_are_asked_for_also_without_a_region(stub: Stub) -> None:
    names = "".join(f"<item><regionName>{name}</regionName></item>" for name in ("us-east-1", "af-south-1"))
    stub.answer = lambda form: (
        200,
        f"<DescribeRegionsResponse><regionInfo>{names}</regionInfo></DescribeRegionsResponse>",
    )
    assert aws(stub.address, region=None).regions() == ["af-south-1", "us-east-1"]


def test_a_reply_that_is_not_from_aws_is_unavailable(stub: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "ATTEMPTS", 1)
    stub.answer = lambda form: (200, "<html>Please log in to the network</html")
    error = failure(aws(stub.address))
    assert (error.kind, error.retryable) == (Kind.UNAVAILABLE, True)
