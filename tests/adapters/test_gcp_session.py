"""How the adapter reaches Google Cloud: proxy, certificates, time-outs, no retries of its own, credentials, project."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import azure_proxy
import pytest
from azure_proxy import Answer, Cloud, serving
from cloudctl_gcp import credentials
from cloudctl_gcp.session import Session
from cloudctl_gcp.vm import GcpVm
from google.auth.transport.requests import Request

from cloudctl.errors import CloudError, DeadlineExceeded, Kind, UsageError
from cloudctl.explain import Recorder
from cloudctl.retry import Deadline
from cloudctl.scope import Context, Scope

HOSTS = ("compute.googleapis.com", "oauth2.googleapis.com")
BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "HTTPLIB2_CA_CERTS", "AWS_CA_BUNDLE")
USER = {"type": "authorized_user", "client_id": "c", "client_secret": "s", "refresh_token": "r"}


def gcp(seconds: float | None = 20, **settings: str) -> GcpVm:
    context = Context("gcp", "gcp", {"project": "p1", **settings}, implicit=True)
    return GcpVm(Scope(context), Deadline(seconds))


def loopback(endpoint: str, seconds: float | None = 20) -> GcpVm:
    return GcpVm(Scope(Context("gcp", "gcp", {"project": "p1"}, endpoint, sandbox=True)), Deadline(seconds))


def empty(method: str, url: str) -> Answer | None:
    if "oauth2.googleapis.com/token" in url:
        return 200, {}, {"access_token": "from-google", "expires_in": 3599, "token_type": "Bearer"}
    return 200, {}, {"items": {}}


@pytest.fixture
def user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that ``gcloud auth application-default login`` writes."""
    file = tmp_path / "home" / ".config" / "gcloud" / "application_default_credentials.json"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps(USER), "utf-8")
    return file


@pytest.fixture
def cloud(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, user: Path) -> Iterator[Cloud]:
    """Google behind a proxy, a user who is logged in, and no certificate bundle yet."""
    monkeypatch.setattr(azure_proxy, "HOSTS", HOSTS)
    with serving(tmp_path, empty) as served:
        monkeypatch.setenv("HTTPS_PROXY", served.address)
        for name in BUNDLES:
            monkeypatch.delenv(name, raising=False)
        yield served


@pytest.mark.parametrize("variable", BUNDLES)
def test_proxy_and_certificates_of_the_environment_are_used_for_every_call(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, str(cloud.bundle))
    assert list(gcp().list()) == []
    assert set(cloud.connected) == {f"{host}:443" for host in HOSTS}
    paths = sorted(url.partition("/compute/v1/")[2].partition("?")[0] for url in cloud.asked if "compute." in url)
    assert paths == ["projects/p1/aggregated/disks", "projects/p1/aggregated/instances"]


def test_a_certificate_that_is_not_trusted_says_which_variable_to_set(cloud: Cloud) -> None:
    with pytest.raises(CloudError) as failure:
        list(gcp().list())
    assert (failure.value.kind, failure.value.retryable) == (Kind.UNAVAILABLE, False)
    assert "SSL_CERT_FILE" in str(failure.value.fix)


def test_a_bundle_that_is_not_there_is_told_before_any_call(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere.pem")
    with pytest.raises(UsageError, match=r"SSL_CERT_FILE names a file that is not there: /nowhere\.pem"):
        list(gcp().list())
    assert cloud.asked == []


def test_what_clients_take_from_the_environment_does_not_get_in_the_way(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(cloud.bundle))
    monkeypatch.setenv("GOOGLE_API_USE_MTLS_ENDPOINT", "always")
    monkeypatch.setenv("GOOGLE_API_USE_CLIENT_CERTIFICATE", "true")
    assert list(gcp().list()) == []
    assert all("mtls" not in host for host in cloud.connected)


def test_a_refused_token_is_refreshed_once(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(cloud.bundle))
    body = {"error": {"code": 401, "message": "expired", "errors": [{"reason": "authError", "message": "expired"}]}}
    cloud.answer = lambda method, url: empty(method, url) if "oauth2" in url else (401, {}, body)
    with pytest.raises(CloudError) as failure:
        next(gcp().find("web"), None)
    assert (failure.value.kind, failure.value.code) == (Kind.UNAUTHENTICATED, "authError")
    assert sum("compute.googleapis.com" in url for url in cloud.asked) == 2


def test_a_login_that_has_expired_is_told(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(cloud.bundle))
    cloud.answer = lambda method, url: (400, {}, {"error": "invalid_grant", "error_description": "expired"})
    with pytest.raises(CloudError) as failure:
        next(gcp().find("web"), None)
    assert (failure.value.kind, failure.value.code) == (Kind.UNAUTHENTICATED, "invalid_grant")
    assert "gcloud auth" in str(failure.value.fix)


def test_a_token_service_that_never_answers_does_not_outlive_the_deadline(
    monkeypatch: pytest.MonkeyPatch, user: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{server.getsockname()[1]}")
        began = time.monotonic()
        with pytest.raises(CloudError) as failure:
            next(gcp(seconds=0.5).find("web"), None)
        assert time.monotonic() - began < 5
    assert failure.value.kind in (Kind.DEADLINE, Kind.UNAVAILABLE)


# Credentials and project


def test_without_credentials_the_login_command_is_named_and_no_metadata_server_asked() -> None:
    context = Context("gcp", "gcp", {"project": "p1"}, implicit=True)
    with pytest.raises(CloudError) as failure:
        credentials.load(context, Request())  # type: ignore[no-untyped-call]
    assert failure.value.kind is Kind.UNAUTHENTICATED
    assert "gcloud auth application-default login" in str(failure.value.fix)


@pytest.mark.parametrize("content", [None, "not json", '{"type": "unknown"}'])
def test_a_credentials_file_that_cannot_be_used_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str | None
) -> None:
    file = tmp_path / "key.json"
    if content is not None:
        file.write_text(content, "utf-8")
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(file))
    with pytest.raises(CloudError) as failure:
        next(gcp().find("web"), None)
    assert failure.value.kind is Kind.UNAUTHENTICATED
    assert str(file) in str(failure.value.why)


def project(**settings: str) -> str:
    return Session(Scope(Context("gcp", "gcp", settings, implicit=True)), Deadline(5), Recorder()).project


def test_the_project_is_that_of_the_settings_then_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLOUDSDK_CORE_PROJECT", "of-gcloud")
    assert project() == "of-gcloud"
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "of-environment")
    assert project() == "of-environment"
    assert project(project="of-settings") == "of-settings"


def test_no_project_is_a_usage_error_with_the_fix(user: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(UsageError) as failure:
        project()
    assert "GOOGLE_CLOUD_PROJECT" in str(failure.value.fix)


# Requests


class Stub(BaseHTTPRequestHandler):
    """Answers every request with one status and body, and takes note of it."""

    status = 200
    body: Any = None
    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        content = json.dumps(self.body or {}).encode()
        self.send_response(self.status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


@pytest.fixture
def stub() -> Iterator[tuple[type[Stub], str]]:
    """The handler of a loopback server, and its address."""
    handler = type("Handler", (Stub,), {"asked": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield handler, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_the_sdk_sends_each_request_once(stub: tuple[type[Stub], str], status: int) -> None:
    handler, endpoint = stub
    handler.status = status
    session = Session(Scope(Context("gcp", "gcp", {"project": "p1"}, endpoint, sandbox=True)), Deadline(20), Recorder())
    with pytest.raises(Exception, match=str(status)):
        session.send(session.instances.aggregated_list)
    assert len(handler.asked) == 1


def test_a_body_that_is_not_googles_is_still_an_error_of_cloudctl(stub: tuple[type[Stub], str]) -> None:
    handler, endpoint = stub
    handler.status, handler.body = 403, {"error": "blocked by policy"}
    with pytest.raises(CloudError) as failure:
        next(loopback(endpoint).find("web"), None)
    assert failure.value.kind is Kind.DENIED


def test_an_endpoint_that_never_answers_does_not_outlive_the_deadline() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        began = time.monotonic()
        with pytest.raises(CloudError) as failure:
            list(loopback(f"http://127.0.0.1:{server.getsockname()[1]}", seconds=0.5).list())
        assert time.monotonic() - began < 5
    assert isinstance(failure.value, DeadlineExceeded) or failure.value.kind is Kind.UNAVAILABLE


PARTIAL = {
    "items": {
        "zones/us-central1-a": {"instances": [{"id": "1", "name": "a", "zone": "https://x/zones/us-central1-a"}]},
        "zones/us-central1-b": {"warning": {"code": "UNREACHABLE", "message": "could not be reached"}},
        "zones/us-east1-b": {"warning": {"code": "NO_RESULTS_ON_PAGE"}},
    },
    "unreachables": ["zones/us-east1-c"],
}


def test_zones_that_did_not_answer_are_told_after_the_rows(stub: tuple[type[Stub], str]) -> None:
    handler, endpoint = stub
    handler.body = PARTIAL
    rows = []
    with pytest.raises(CloudError) as failure:
        for vm in loopback(endpoint).list():
            rows.append(vm.name)
    assert rows == ["a"]
    assert failure.value.kind is Kind.UNAVAILABLE
    assert {"us-central1-b", "us-east1-c"} <= set(failure.value.message.replace(",", "").split())


def test_zones_outside_the_scope_are_not_missed(stub: tuple[type[Stub], str]) -> None:
    handler, endpoint = stub
    handler.body = PARTIAL
    context = Context("gcp", "gcp", {"project": "p1"}, endpoint, sandbox=True)
    vms = GcpVm(Scope(context, "us-central1", "us-central1-a"), Deadline(20))
    assert [vm.name for vm in vms.list()] == ["a"]


def test_a_name_that_no_instance_can_have_is_not_asked_for(stub: tuple[type[Stub], str]) -> None:
    handler, endpoint = stub
    assert list(loopback(endpoint).find('x" OR name != "')) == []
    assert handler.asked == []


# Import


def modules_after(lines: str) -> set[str]:
    """The modules of a new Python that has run these lines."""
    code = f"import sys\n{lines}\nprint(*sys.modules)"
    return set(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split())


CLIENTS = "google.cloud.compute_v1.services"


def test_only_the_clients_that_are_used_are_loaded() -> None:
    loaded = modules_after("import cloudctl_gcp.vm")
    assert f"{CLIENTS}.instances" in loaded
    assert f"{CLIENTS}.accelerator_types" not in loaded


@pytest.mark.parametrize(
    "lines",
    [
        "import cloudctl_gcp.compute as ours\nfrom google.cloud import compute_v1",
        "from google.cloud import compute_v1\nimport cloudctl_gcp.compute as ours",
    ],
    ids=["before", "after"],
)
def test_an_ordinary_import_of_the_sdk_finds_the_same_classes(lines: str) -> None:
    loaded = modules_after(f"{lines}\nassert compute_v1.InstancesClient is ours.InstancesClient")
    assert f"{CLIENTS}.accelerator_types" in loaded
