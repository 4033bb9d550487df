"""What Google's services refuse beyond a plain list: policies of an organization, who pays, whose name signs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import replay_accounts as accounts
from replay_accounts import PROJECT
from replay_command import Ended, cloudctl
from replay_object_errors import google_refused
from replay_script import Reply, Script

IAM = "POST iamcredentials.googleapis.com/v1/projects/-/serviceAccounts"
TARGET = f"deployer@{PROJECT}.iam.gserviceaccount.com"
STORAGE = "storage.googleapis.com/storage/v1/b"


def told(ended: Ended) -> tuple[int, str, str | None]:
    return ended.exit, ended.errors[-1]["error"], ended.errors[-1]["code"]


@pytest.fixture
def project(replay: Script, login: Any) -> Script:
    login("gcp")
    return replay


def test_a_bucket_that_an_organization_policy_forbids_is_refused_at_once(project: Script) -> None:
    """https://github.com/GoogleCloudDataproc/spark-bigquery-connector/issues/231"""
    project.on(f"GET {STORAGE}/fresh", google_refused(404, "notFound", "The specified bucket does not exist."))
    message = "'us-east1' violates constraint 'constraints/gcp.resourceLocations'"
    project.on(f"POST {STORAGE}", google_refused(412, "conditionNotMet", message))
    ended = cloudctl("bucket", "create", "fresh", "-p", "gcp", "-r", "us-east1", "-o", "json", "--timeout", "10s")
    assert told(ended) == (5, "denied", "conditionNotMet")
    assert "organization policy" in ended.errors[-1]["fix"]
    assert len(project.sent(f"POST {STORAGE}")) == 1


def test_nothing_comes_back_in_a_bucket_that_keeps_nothing_of_what_is_deleted(project: Script) -> None:
    project.on(f"GET {STORAGE}/plain/o", {"kind": "storage#objects"})
    message = "Bucket does not have a soft delete policy."
    project.on(f"GET {STORAGE}/plain/o", google_refused(412, "softDeletePolicyNotSet", message), softDeleted="true")
    ended = cloudctl("bucket", "undelete", "gs://plain/key", "-o", "json", "--timeout", "10s")
    assert told(ended)[:2] == (3, "not_found")
    assert len(project.sent("/plain/")) == 2


def test_what_a_requester_has_to_pay_for_says_how(project: Script) -> None:
    message = "Bucket is a requester pays bucket but no user project provided."
    project.on(f"GET {STORAGE}/paid/o/key", google_refused(400, "required", message))
    ended = cloudctl("bucket", "stat", "gs://paid/key", "-o", "json")
    assert told(ended) == (2, "usage", "required")
    assert "GOOGLE_CLOUD_QUOTA_PROJECT" in ended.errors[-1]["fix"]


def test_the_project_that_pays_goes_with_the_request(project: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_CLOUD_QUOTA_PROJECT", "payer-1")
    project.on(f"GET {STORAGE}/paid/o/key", {"name": "key", "size": "1"})
    ended = cloudctl("bucket", "stat", "gs://paid/key", "-o", "json")
    assert ended.exit == 0, ended.err
    assert project.sent("/paid/")[0].headers["x-goog-user-project"] == "payer-1"


def _impersonated(folder: Path) -> str:
    source = json.loads(Path(accounts.authorized_user(folder)["GOOGLE_APPLICATION_CREDENTIALS"]).read_text())
    path = folder / "impersonated.json"
    address = f"https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/{TARGET}:generateAccessToken"
    path.write_text(
        json.dumps(
            {
                "type": "impersonated_service_account",
                "service_account_impersonation_url": address,
                "delegates": [],
                "source_credentials": source,
            }
        )
    )
    return str(path)


@pytest.fixture
def impersonating(project: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Script:
    """A user's login that stands for a service account."""
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", _impersonated(tmp_path))
    accounts.google_tokens(project)
    return project


def _denied(permission: str) -> Reply:
    message = f"Permission '{permission}' denied on resource (or it may not exist)."
    details = [
        {
            "@type": "type.googleapis.com/google.rpc.ErrorInfo",
            "reason": "IAM_PERMISSION_DENIED",
            "domain": "iam.googleapis.com",
            "metadata": {"permission": permission},
        }
    ]
    return Reply({"error": {"code": 403, "message": message, "status": "PERMISSION_DENIED", "details": details}}, 403)


DISABLED = Reply(
    {
        "error": {
            "code": 403,
            "message": "IAM Service Account Credentials API has not been used in project 192861381104 before or it is "
            "disabled.",
            "status": "PERMISSION_DENIED",
            "details": [
                {
                    "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                    "reason": "SERVICE_DISABLED",
                    "domain": "googleapis.com",
                    "metadata": {
                        "service": "iamcredentials.googleapis.com",
                        "consumer": "projects/192861381104",
                    },
                }
            ],
        }
    },
    403,
)
UNKNOWN = Reply(
    {"error": {"code": 404, "message": f"Not found; Gaia id not found for email {TARGET}", "status": "NOT_FOUND"}}, 404
)
BUSY = Reply({"error": {"code": 503, "message": "The service is currently unavailable.", "status": "UNAVAILABLE"}}, 503)


@pytest.mark.parametrize(
    ("reply", "exit", "kind", "part"),
    [
        (_denied("iam.serviceAccounts.getAccessToken"), 5, "denied", "iam.serviceAccounts.getAccessToken"),
        (DISABLED, 5, "denied", "gcloud services enable iamcredentials.googleapis.com --project 192861381104"),
        (UNKNOWN, 4, "unauthenticated", "Gaia id not found"),
        (BUSY, 8, "unavailable", "currently unavailable"),
    ],
    ids=["denied", "disabled", "unknown", "busy"],
)
@pytest.mark.usefixtures("impatient")
def test_why_a_service_account_cannot_be_stood_for_is_told(
    impersonating: Script, reply: Reply, exit: int, kind: str, part: str
) -> None:
    impersonating.on(f"{IAM}/{TARGET}:generateAccessToken", reply)
    ended = cloudctl("vm", "list", "-o", "json", "--timeout", "20s")
    assert told(ended)[:2] == (exit, kind), ended.err
    assert part in ended.err


def test_who_may_not_sign_is_told_so_at_once(impersonating: Script) -> None:
    token = {"accessToken": accounts.GOOGLE_TOKEN, "expireTime": "2099-01-01T00:00:00Z"}
    impersonating.on(f"{IAM}/{TARGET}:generateAccessToken", token)
    impersonating.on(f"GET {STORAGE}/plain/o/key", {"name": "key", "size": "1"})
    impersonating.on(f"{IAM}/{TARGET}:signBlob", _denied("iam.serviceAccounts.signBlob"))
    ended = cloudctl("bucket", "presign", "gs://plain/key", "-o", "json", "--timeout", "20s")
    assert told(ended) == (5, "denied", "IAM_PERMISSION_DENIED"), ended.err
    assert "iam.serviceAccounts.signBlob" in ended.errors[-1]["fix"]
    assert len(impersonating.sent("signBlob")) == 1
