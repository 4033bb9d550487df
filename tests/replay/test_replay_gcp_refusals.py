"""What Google's services refuse beyond a plain list: policies of an organization, who pays, whose name signs."""

from __future__ import annotations

from typing import Any

import pytest
from replay_command import Ended, cloudctl
from replay_script import Reply, Script

STORAGE = "storage.googleapis.com/storage/v1/b"


def refused(status: int, reason: str, message: str, **more: Any) -> Reply:
    error = {"message": message, "domain": "global", "reason": reason}
    return Reply({"error": {"code": status, "message": message, "errors": [error], **more}}, status)


def told(ended: Ended) -> tuple[int, str, str | None]:
    return ended.exit, ended.errors[-1]["error"], ended.errors[-1]["code"]


@pytest.fixture
def project(replay: Script, login: Any) -> Script:
    login("gcp")
    return replay


def test_a_bucket_that_an_organization_policy_forbids_is_refused_at_once(project: Script) -> None:
    """https://github.com/GoogleCloudDataproc/spark-bigquery-connector/issues/231"""
    project.on(f"GET {STORAGE}/fresh", refused(404, "notFound", "The specified bucket does not exist."))
    message = "'us-east1' violates constraint 'constraints/gcp.resourceLocations'"
    project.on(f"POST {STORAGE}", refused(412, "conditionNotMet", message))
    ended = cloudctl("bucket", "create", "fresh", "-p", "gcp", "-r", "us-east1", "-o", "json", "--timeout", "10s")
    assert told(ended) == (5, "denied", "conditionNotMet")
    assert "organization policy" in ended.errors[-1]["fix"]
    assert len(project.sent(f"POST {STORAGE}")) == 1


def test_nothing_comes_back_in_a_bucket_that_keeps_nothing_of_what_is_deleted(project: Script) -> None:
    project.on(f"GET {STORAGE}/plain/o", {"kind": "storage#objects"})
    message = "Bucket does not have a soft delete policy."
    project.on(f"GET {STORAGE}/plain/o", refused(412, "softDeletePolicyNotSet", message), softDeleted="true")
    ended = cloudctl("bucket", "undelete", "gs://plain/key", "-o", "json", "--timeout", "10s")
    assert told(ended)[:2] == (3, "not_found")
    assert len(project.sent("/plain/")) == 2


def test_what_a_requester_has_to_pay_for_says_how(project: Script) -> None:
    message = "Bucket is a requester pays bucket but no user project provided."
    project.on(f"GET {STORAGE}/paid/o/key", refused(400, "required", message))
    ended = cloudctl("bucket", "stat", "gs://paid/key", "-o", "json")
    assert told(ended) == (2, "usage", "required")
    assert "GOOGLE_CLOUD_QUOTA_PROJECT" in ended.errors[-1]["fix"]


def test_the_project_that_pays_goes_with_the_request(project: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_CLOUD_QUOTA_PROJECT", "payer-1")
    project.on(f"GET {STORAGE}/paid/o/key", {"name": "key", "size": "1"})
    ended = cloudctl("bucket", "stat", "gs://paid/key", "-o", "json")
    assert ended.exit == 0, ended.err
    assert project.sent("/paid/")[0].headers["x-goog-user-project"] == "payer-1"
