"""Google's credentials as files have them: what cannot be read, whose project it is, and pages instead of tokens."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import replay_accounts as accounts
from replay_command import Ended, cloudctl
from replay_errors import COMPUTE, HTML
from replay_script import Fault, Reply, Script

POOL = "//iam.googleapis.com/projects/123456789012/locations/global/workloadIdentityPools/ci/providers/github"
WORKFORCE = "//iam.googleapis.com/locations/global/workforcePools/staff/providers/okta"
STS = "POST sts.googleapis.com/v1/token"
PROJECTS = "GET cloudresourcemanager.googleapis.com/v1/projects/123456789012"


def federated(folder: Path, **more: Any) -> str:
    """The file that ``gcloud iam workload-identity-pools create-cred-config`` writes.

    https://cloud.google.com/iam/docs/workload-identity-federation-with-other-providers#create-cred-config
    """
    (folder / "subject").write_text("eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJyZXBvIn0.c2ln")
    content = {
        "type": "external_account",
        "audience": POOL,
        "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
        "token_url": "https://sts.googleapis.com/v1/token",
        "credential_source": {"file": str(folder / "subject")},
    }
    path = folder / "federated.json"
    path.write_text(json.dumps(content | more))
    return str(path)


def told(ended: Ended) -> tuple[int, str]:
    assert "Traceback" not in ended.err
    return ended.exit, ended.errors[-1]["error"]


@pytest.fixture
def no_project(replay: Script, monkeypatch: pytest.MonkeyPatch) -> Script:
    monkeypatch.delenv("GOOGLE_CLOUD_PROJECT", raising=False)
    replay.on(STS, {"access_token": accounts.GOOGLE_TOKEN, "expires_in": 3599, "token_type": "Bearer"})
    return replay


@pytest.mark.parametrize("noun", ["vm", "bucket"])
@pytest.mark.parametrize(
    "answer",
    [
        Reply({"error": {"code": 403, "message": "The caller does not have permission"}}, 403),
        Reply({"projectNumber": "1"}),
    ],
    ids=["denied", "unnamed"],
)
def test_a_workload_whose_project_cannot_be_told_is_asked_for_it(
    no_project: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, noun: str, answer: Reply
) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", federated(tmp_path))
    no_project.on(PROJECTS, answer)
    ended = cloudctl(noun, "list", "-p", "gcp", "-o", "json")
    assert told(ended) == (2, "usage")
    assert "GOOGLE_CLOUD_PROJECT" in ended.errors[-1]["fix"]


def test_a_workforce_without_a_project_is_asked_for_it(
    no_project: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", federated(tmp_path, audience=WORKFORCE))
    ended = cloudctl("vm", "list", "-o", "json")
    assert told(ended) == (2, "usage")
    assert "GOOGLE_CLOUD_PROJECT" in ended.errors[-1]["fix"]


def test_the_project_of_a_workload_is_that_of_its_pool(
    no_project: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", federated(tmp_path))
    no_project.on(PROJECTS, {"projectId": accounts.PROJECT})
    no_project.on(COMPUTE, {"items": {}})
    ended = cloudctl("vm", "list", "-o", "json")
    assert (ended.exit, ended.out) == (0, "[]\n"), ended.err


def test_nobody_asks_for_a_project_that_is_named(
    no_project: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", federated(tmp_path))
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", accounts.PROJECT)
    no_project.on(COMPUTE, {"items": {}})
    assert cloudctl("vm", "list", "-o", "json").out == "[]\n"
    assert len(no_project.sent(STS)) == 1
    assert no_project.names("cloudresourcemanager") == []


ODD: Mapping[str, object] = {
    "empty": b"",
    "binary": b"\xff\xfe\x00PK\x03\x04",
    "list": [],
    "text": "key",
    "no type": {},
    "unknown type": {"type": "api_key"},
    "half a key": {"type": "service_account", "client_email": accounts.PRINCIPAL},
    "a key that is none": {
        "type": "service_account",
        "client_email": accounts.PRINCIPAL,
        "token_uri": "https://oauth2.googleapis.com/token",
        "private_key": "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
    },
    "half a login": {"type": "authorized_user", "client_id": "1"},
    "half a federation": {"type": "external_account"},
    "a source that is none": {"type": "external_account", "audience": POOL, "credential_source": "file"},
    "half an impersonation": {"type": "impersonated_service_account"},
    "an impersonation of none": {
        "type": "impersonated_service_account",
        "source_credentials": {"type": "authorized_user"},
        "service_account_impersonation_url": "https://iamcredentials.googleapis.com/",
    },
    "half a workforce login": {"type": "external_account_authorized_user"},
}


@pytest.mark.parametrize("project", ["", accounts.PROJECT], ids=["", "named"])
@pytest.mark.parametrize("name", ODD)
@pytest.mark.usefixtures("no_project")
def test_a_file_that_holds_no_credentials_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, project: str
) -> None:
    content = ODD[name]
    path = tmp_path / "odd.json"
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    _refused(monkeypatch, str(path), project)


@pytest.mark.parametrize("project", ["", accounts.PROJECT], ids=["", "named"])
@pytest.mark.usefixtures("no_project")
def test_a_folder_in_the_place_of_credentials_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, project: str
) -> None:
    _refused(monkeypatch, str(tmp_path), project)


@pytest.mark.usefixtures("no_project")
def test_a_token_file_that_cannot_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = federated(tmp_path, credential_source={"file": str(tmp_path)})
    _refused(monkeypatch, path, accounts.PROJECT)


def _refused(monkeypatch: pytest.MonkeyPatch, path: str, project: str) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", path)
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", project)
    for flags in (["-o", "json"], ["-o", "json", "-p", "gcp"]):
        ended = cloudctl("vm", "list", *flags)
        assert told(ended) == (4, "unauthenticated"), ended.err
        assert "GOOGLE_APPLICATION_CREDENTIALS" in ended.errors[-1]["fix"]
        assert "PRIVATE KEY" not in ended.err


PAGES = {
    "portal": Reply(HTML.format("Please sign in")),
    "portal without a type": Reply(b"<!DOCTYPE html>\n<html><title>Guest network</title></html>", 200),
    "gateway": Reply(HTML.format("403 Forbidden by the web gateway"), 403),
    "front end": Reply(HTML.format("502 Bad Gateway"), 502),
    "nothing": Reply(b""),
    "half": Reply(b'{"access_token": "ya2'),
    "another document": Reply(["signed out"]),
}


def _user(folder: Path) -> str:
    return accounts.authorized_user(folder)["GOOGLE_APPLICATION_CREDENTIALS"]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    ("credentials", "endpoint"), [(_user, "POST oauth2.googleapis.com/token"), (federated, STS)], ids=["user", "pool"]
)
@pytest.mark.usefixtures("impatient")
def test_a_page_instead_of_a_token_is_an_unreachable_service(
    no_project: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, credentials: Any, endpoint: str, page: str
) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", credentials(tmp_path))
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", accounts.PROJECT)
    no_project.on(endpoint, PAGES[page])
    for arguments in (("vm", "list"), ("bucket", "list"), ("bucket", "cat", "gs://plain/key")):
        ended = cloudctl(*arguments, "-o", "json", "--timeout", "20s")
        assert told(ended) == (8, "unavailable"), ended.err
        assert "token" in ended.errors[-1]["message"]
        assert "HTTPS_PROXY" in ended.errors[-1]["fix"]
        assert "<" not in ended.err


@pytest.mark.parametrize("status", [429, 500, 503])
@pytest.mark.usefixtures("impatient")
def test_only_cloudctl_repeats_what_the_token_service_cannot_do_now(
    no_project: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", _user(tmp_path))
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", accounts.PROJECT)
    body = {"error": "internal_failure", "error_description": "Backend Error"}
    no_project.on("POST oauth2.googleapis.com/token", Reply(body, status))
    ended = cloudctl("bucket", "list", "-o", "json", "--timeout", "20s")
    assert ended.exit == 8, ended.err
    assert "Backend Error" in ended.err
    assert len(no_project.sent("oauth2")) == 6


@pytest.mark.parametrize(
    "reply", [Reply({"error": "server_error"}, 503), Reply(fault=Fault.SILENT)], ids=["503", "silent"]
)
@pytest.mark.parametrize("project", ["", accounts.PROJECT], ids=["", "named"])
def test_the_deadline_bounds_a_token_service(
    no_project: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reply: Reply, project: str
) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", federated(tmp_path))
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", project)
    no_project.on(STS, reply)
    begun = time.monotonic()
    ended = cloudctl("vm", "list", "-o", "json", "--timeout", "1s")
    assert ended.exit in (8, 10), ended.err
    assert time.monotonic() - begun < 3
