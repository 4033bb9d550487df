"""How the adapter reaches Azure: proxy, certificates, time-outs, no retries of its own, credentials, subscription."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from azure_proxy import Answer, Cloud, entra, serving
from cloudctl_azure import credentials
from cloudctl_azure.vm import AzureVm

from cloudctl.errors import CloudError, DeadlineExceeded, Kind, UsageError
from cloudctl.retry import Deadline
from cloudctl.scope import Context, Scope

SUBSCRIPTION = "11111111-2222-3333-4444-555555555555"
PRINCIPAL = {"AZURE_TENANT_ID": "t", "AZURE_CLIENT_ID": "c", "AZURE_CLIENT_SECRET": "s"}


def azure(seconds: float | None = 20, **settings: str) -> AzureVm:
    context = Context("azure", "azure", {"subscription": SUBSCRIPTION, **settings}, implicit=True)
    return AzureVm(Scope(context), Deadline(seconds))


def loopback(endpoint: str, seconds: float | None = 20) -> AzureVm:
    context = Context("azure", "azure", {"subscription": SUBSCRIPTION}, endpoint, sandbox=True)
    return AzureVm(Scope(context), Deadline(seconds))


def empty(method: str, url: str) -> Answer | None:
    return entra(method, url) or (200, {}, {"value": []})


@pytest.fixture
def cloud(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    """Azure behind a proxy, a service principal in the environment, and no certificate bundle yet."""
    with serving(tmp_path, empty) as served:
        monkeypatch.setenv("HTTPS_PROXY", served.address)
        for name, value in PRINCIPAL.items():
            monkeypatch.setenv(name, value)
        for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "HTTPLIB2_CA_CERTS", "AWS_CA_BUNDLE"):
            monkeypatch.delenv(name, raising=False)
        yield served


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "AWS_CA_BUNDLE"])
def test_proxy_and_certificates_of_the_environment_are_used_for_every_call(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, str(cloud.bundle))
    assert list(azure().list()) == []
    assert set(cloud.connected) == {"login.microsoftonline.com:443", "management.azure.com:443"}
    assert sum("/oauth2/v2.0/token" in url for url in cloud.asked) == 1
    assert sum("management.azure.com" in url for url in cloud.asked) == 4


def test_a_certificate_that_is_not_trusted_is_told_with_the_variable(cloud: Cloud) -> None:
    with pytest.raises(CloudError) as raised:
        list(azure().list())
    assert raised.value.kind is Kind.UNAVAILABLE
    assert "REQUESTS_CA_BUNDLE" in (raised.value.fix or "")


def test_a_bundle_that_is_not_there_is_a_usage_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/ca.pem")
    with pytest.raises(UsageError, match="REQUESTS_CA_BUNDLE"):
        list(azure().list())


def test_a_proxy_that_refuses_is_told_at_once(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{closed.getsockname()[1]}")
        with pytest.raises(CloudError) as raised:
            list(azure().list())
    assert (raised.value.kind, raised.value.retryable) == (Kind.UNAVAILABLE, False)
    assert "HTTPS_PROXY" in (raised.value.fix or "")


@pytest.mark.parametrize(
    ("authority", "manager"),
    [
        ("login.microsoftonline.us", "management.usgovcloudapi.net"),
        ("login.partner.microsoftonline.cn", "management.chinacloudapi.cn"),
        ("login.chinacloudapi.cn", "management.chinacloudapi.cn"),
    ],
)
def test_the_authority_of_another_cloud_leads_to_its_endpoints(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, authority: str, manager: str
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(cloud.bundle))
    monkeypatch.setenv("AZURE_AUTHORITY_HOST", f"https://{authority}")
    assert list(azure().list()) == []
    assert set(cloud.connected) == {f"{authority}:443", f"{manager}:443"}


@pytest.mark.parametrize("name", ["nowhere.pem", "empty.pem"])
def test_a_certificate_of_a_service_principal_that_cannot_be_read_is_not_authenticated(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    (tmp_path / "empty.pem").touch()
    monkeypatch.delenv("AZURE_CLIENT_SECRET")
    monkeypatch.setenv("AZURE_CLIENT_CERTIFICATE_PATH", str(tmp_path / name))
    with pytest.raises(CloudError) as raised:
        list(azure().list())
    assert (raised.value.kind, raised.value.fix) == (Kind.UNAUTHENTICATED, "check the AZURE_* variables")


def test_a_secret_that_entra_refuses_is_not_authenticated(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(method: str, url: str) -> Answer | None:
        if url.endswith("/token"):
            body = {"error": "invalid_client", "error_description": "AADSTS7000215: Invalid client secret provided."}
            return 401, {}, body
        return empty(method, url)

    cloud.answer = refuse
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(cloud.bundle))
    with pytest.raises(CloudError) as raised:
        list(azure().list())
    assert (raised.value.kind, raised.value.code) == (Kind.UNAUTHENTICATED, "AADSTS7000215")
    assert "AZURE_CLIENT_ID" in (raised.value.fix or "")


def test_an_az_that_refuses_is_asked_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = tmp_path / "asked"
    az = tmp_path / "az"
    az.write_text(f"#!/bin/sh\necho asked >> {asked}\necho 'AADSTS700082: The refresh token has expired' >&2\nexit 1\n")
    az.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    with pytest.raises(CloudError) as raised:
        list(azure().list())
    assert (raised.value.kind, raised.value.code) == (Kind.UNAUTHENTICATED, "AADSTS700082")
    assert asked.read_text().count("asked") == 1


def test_the_login_of_az_is_used_once_for_all_calls(
    cloud: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in PRINCIPAL:
        monkeypatch.delenv(name)
    monkeypatch.setenv("SSL_CERT_FILE", str(cloud.bundle))
    asked = tmp_path / "asked"
    az = tmp_path / "az"
    token = json.dumps({"accessToken": "from-az", "expires_on": int(time.time()) + 3600})
    az.write_text(f"#!/bin/sh\necho $@ >> {asked}\necho '{token}'\n")
    az.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    assert list(azure().list()) == []
    assert asked.read_text().count("get-access-token") == 1
    assert SUBSCRIPTION in asked.read_text()
    assert set(cloud.connected) == {"management.azure.com:443"}


def test_without_credentials_the_fix_is_to_log_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(CloudError) as raised:
        list(azure().list())
    assert raised.value.kind is Kind.UNAUTHENTICATED
    assert "az login" in (raised.value.fix or "")


@pytest.mark.parametrize(("status", "code"), [(429, "TooManyRequests"), (500, "InternalServerError")])
def test_the_sdk_does_not_retry_by_itself(tmp_path: Path, status: int, code: str) -> None:
    def fail(method: str, url: str) -> Answer:
        return status, {}, {"error": {"code": code, "message": "later"}}

    with serving(tmp_path, fail) as cloud:
        service = loopback(cloud.address)
        with pytest.raises(CloudError):
            service.call.once(service._session.compute.virtual_machines.get, "g", "web")
        assert len(cloud.asked) == 1


def test_an_unregistered_provider_is_not_registered_behind_the_plan(tmp_path: Path) -> None:
    def unregistered(method: str, url: str) -> Answer:
        message = "The subscription is not registered to use namespace 'Microsoft.Compute'."
        return 409, {}, {"error": {"code": "MissingSubscriptionRegistration", "message": message}}

    with serving(tmp_path, unregistered) as cloud:
        service = loopback(cloud.address)
        with pytest.raises(CloudError) as raised:
            service.call.once(service._session.compute.virtual_machines.get, "g", "web")
        assert raised.value.kind is Kind.DENIED
        assert [url.split()[0] for url in cloud.asked] == ["GET"]


def test_the_deadline_holds_when_azure_never_answers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        begun = time.monotonic()
        with pytest.raises(CloudError) as raised:
            list(loopback(f"http://127.0.0.1:{silent.getsockname()[1]}", seconds=0.5).list())
        assert time.monotonic() - begun < 5
    assert raised.value.kind in (Kind.UNAVAILABLE, Kind.DEADLINE)


def test_each_request_gets_the_time_that_is_left(tmp_path: Path) -> None:
    """A session that was made with much time does not give all of it to a late request."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        service = loopback(f"http://127.0.0.1:{silent.getsockname()[1]}", seconds=0.6)
        assert service._session.compute
        time.sleep(0.3)
        begun = time.monotonic()
        with pytest.raises((CloudError, DeadlineExceeded)):
            service.call(service._session.compute.virtual_machines.get, "g", "web")
        assert time.monotonic() - begun < 1


def test_a_page_that_failed_is_asked_for_again(tmp_path: Path) -> None:
    lock, failed = threading.Lock(), set()

    def pages(method: str, url: str) -> Answer:
        with lock:
            if url not in failed:
                failed.add(url)
                return 503, {}, {"error": {"code": "ServiceUnavailable", "message": "later"}}
        kind = url.split("?")[0].rsplit("/", 1)[1]
        number = int(url.partition("page=")[2] or 0)
        name = f"{kind}-{number}"
        body: dict[str, object] = {"value": [{"id": f"/subscriptions/s/{name}", "name": name}]}
        if number < 2:
            mark = "&" if "?" in url else "?"
            body["nextLink"] = f"{cloud.address}{url.partition('page=')[0].rstrip('?&')}{mark}page={number + 1}"
        return 200, {}, body

    with serving(tmp_path, pages) as cloud:
        machines = list(loopback(cloud.address).list())
    assert [vm.name for vm in machines] == [f"virtualMachines-{number}" for number in range(3)]


def test_addresses_that_may_not_be_read_leave_the_machines_and_raise_after_them(tmp_path: Path) -> None:
    def forbidden(method: str, url: str) -> Answer:
        if "networkInterfaces" in url:
            return 403, {}, {"error": {"code": "AuthorizationFailed", "message": "no"}}
        value = [{"id": "/s/web", "name": "web"}] if "virtualMachines" in url else []
        return 200, {}, {"value": value}

    with serving(tmp_path, forbidden) as cloud:
        rows = loopback(cloud.address).list()
        vm = next(rows)
        assert (vm.name, vm.private_ip, vm.public_ip) == ("web", None, None)
        with pytest.raises(CloudError) as raised:
            next(rows)
    assert raised.value.kind is Kind.DENIED


def profile(home: Path, text: str) -> None:
    (home / ".azure").mkdir(parents=True, exist_ok=True)
    (home / ".azure" / "azureProfile.json").write_text(text, "utf-8-sig")


def test_the_subscription_is_the_one_that_az_login_left(tmp_path: Path) -> None:
    known = [{"id": "other", "name": "Other"}, {"id": SUBSCRIPTION, "name": "Main", "isDefault": True}]
    profile(tmp_path / "home", json.dumps({"subscriptions": known}))
    assert credentials.subscription(Context("azure", "azure")) == SUBSCRIPTION
    assert credentials.subscription(Context("azure", "azure", {"subscription": "Other"})) == "other"
    with pytest.raises(UsageError, match="Unheard"):
        credentials.subscription(Context("azure", "azure", {"subscription": "Unheard"}))


def test_the_subscription_of_the_environment_goes_before_az_login(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile(tmp_path / "home", json.dumps({"subscriptions": [{"id": "other", "isDefault": True}]}))
    monkeypatch.setenv("AZURE_SUBSCRIPTION_ID", SUBSCRIPTION)
    assert credentials.subscription(Context("azure", "azure")) == SUBSCRIPTION


@pytest.mark.parametrize("text", ["{", "[]", '{"subscriptions": null}'])
def test_no_usable_subscription_is_a_usage_error_with_the_fix(tmp_path: Path, text: str) -> None:
    profile(tmp_path / "home", text)
    with pytest.raises(UsageError) as raised:
        credentials.subscription(Context("azure", "azure"))
    assert "AZURE_SUBSCRIPTION_ID" in (raised.value.fix or "")


def test_making_a_service_reads_no_configuration(tmp_path: Path) -> None:
    profile(tmp_path / "home", "{")
    service = AzureVm(Scope(Context("azure", "azure")), Deadline(1))
    with pytest.raises(UsageError, match="azureProfile"):
        list(service.list())
