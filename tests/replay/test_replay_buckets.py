"""The object services' answers of accounts that have everything, read as the contract says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from replay_accounts import SUBSCRIPTION
from replay_buckets import (
    ACCOUNTS,
    BLOB,
    BUCKETS,
    EXPECTED,
    SCRIPTS,
    azure_refused,
    gcs,
    policy,
    storage_reply,
    uniform,
)
from replay_command import cloudctl
from replay_object_errors import google_refused
from replay_script import Reply, Request, Script

ROWS = [(cloud, row) for cloud, rows in EXPECTED.items() for row in rows]


@pytest.fixture
def account(replay: Script, login: Any) -> Callable[[str], Script]:
    def entered(cloud: str) -> Script:
        login(cloud)
        SCRIPTS[cloud](replay)
        return replay

    return entered


@pytest.mark.parametrize(("cloud", "expected"), ROWS, ids=[f"{cloud}-{row['name']}" for cloud, row in ROWS])
def test_every_bucket_is_read_as_the_contract_says(
    account: Callable[[str], Script], cloud: str, expected: dict[str, Any]
) -> None:
    account(cloud)
    ended = cloudctl("bucket", "list", "-o", "json")
    assert (ended.exit, ended.err) == (0, "")
    assert ended.named(expected["name"]) == expected


@pytest.mark.parametrize("cloud", EXPECTED)
def test_the_list_is_complete_and_in_the_order_of_the_cloud(account: Callable[[str], Script], cloud: str) -> None:
    account(cloud)
    assert [row["name"] for row in cloudctl("bucket", "list", "-o", "json").rows] == [
        row["name"] for row in EXPECTED[cloud]
    ]


@pytest.mark.parametrize("cloud", EXPECTED)
@pytest.mark.parametrize("form", ["table", "wide", "yaml", "csv", "tsv", "ndjson", "name"])
def test_every_format_can_write_them(account: Callable[[str], Script], cloud: str, form: str) -> None:
    account(cloud)
    ended = cloudctl("bucket", "list", "-o", form)
    assert (ended.exit, ended.err) == (0, "")
    written = "id" if form == "name" else "name"
    assert all(row[written] in ended.out for row in EXPECTED[cloud])


def test_an_account_whose_containers_are_refused_makes_the_list_partial(account: Callable[[str], Script]) -> None:
    script = account("azure")
    script.on(f"{BLOB}/closed/blobServices/default/containers", azure_refused(403, "AuthorizationFailed"))
    ended = cloudctl("bucket", "list", "-o", "json")
    assert ended.exit == 9
    assert [row["name"] for row in ended.rows] == ["data/opened", "data/private", "data/$logs"]
    assert ended.errors[0]["error"] == "denied"


@pytest.mark.usefixtures("impatient")
def test_an_account_that_is_being_made_is_not_waited_for(account: Callable[[str], Script]) -> None:
    script = account("azure")
    containers = f"{BLOB}/closed/blobServices/default/containers"
    script.on(containers, azure_refused(409, "StorageAccountIsNotProvisioned"))
    ended = cloudctl("bucket", "list", "-o", "json", "--timeout", "20s")
    assert (ended.exit, ended.errors[0]["code"]) == (9, "StorageAccountIsNotProvisioned"), ended.err
    assert [row["name"] for row in ended.rows] == ["data/opened", "data/private", "data/$logs"]
    assert len(script.names(containers)) == 1


@pytest.mark.usefixtures("impatient")
def test_a_container_that_is_being_deleted_is_not_there(account: Callable[[str], Script]) -> None:
    script = account("azure")
    script.on(f"{BLOB}/data/blobServices/default/containers/private", azure_refused(409, "ContainerBeingDeleted"))
    ended = cloudctl("bucket", "list", "-o", "json", "--timeout", "20s")
    assert (ended.exit, "data/private" in ended.out) == (0, False), ended.err
    assert cloudctl("bucket", "show", "az://data/private", "--timeout", "20s").exit == 3


def test_buckets_that_cannot_be_reached_make_the_list_partial(account: Callable[[str], Script]) -> None:
    """https://cloud.google.com/storage/docs/json_api/v1/buckets/list: where that is not asked for, the list fails."""
    script = account("gcp")
    page = {"kind": "storage#buckets", "items": [gcs("quiet", iamConfiguration=uniform("enforced"))]}
    script.on(BUCKETS, {**page, "unreachable": ["projects/_/buckets/far"]}, returnPartialSuccess="true")
    ended = cloudctl("bucket", "list", "-o", "json")
    assert (ended.exit, [row["name"] for row in ended.rows]) == (9, ["quiet"])
    assert (ended.errors[0]["error"], ended.errors[0]["code"]) == ("unavailable", "UNREACHABLE")
    assert "far" in ended.errors[0]["message"]


ONE_BLOB = "<Blob><Name>a//b</Name><Properties><BlobType>BlockBlob</BlobType></Properties></Blob>"
LISTED = f"<EnumerationResults><Blobs>{ONE_BLOB}</Blobs><NextMarker/></EnumerationResults>"
REFUSED = "<Error><Code>AuthorizationPermissionMismatch</Code><Message>No.\nRequestId:6e5a\nTime:2026</Message></Error>"


@pytest.mark.parametrize(
    ("reply", "told"),
    [(storage_reply(200, LISTED), "a//b"), (storage_reply(403, REFUSED), "cannot be told")],
    ids=["not empty", "refused"],
)
def test_a_container_that_holds_something_or_may_not_be_looked_into_is_not_deleted(
    account: Callable[[str], Script], reply: Reply, told: str
) -> None:
    """The token is one for storage: https://learn.microsoft.com/azure/storage/blobs/authorize-access-azure-active-directory"""
    script = account("azure")
    script.on("GET data.blob.core.windows.net/private", reply, comp="list")
    ended = cloudctl("bucket", "delete", "data/private", "--yes", "-o", "json")
    assert (ended.exit, ended.errors[0]["error"]) == (6, "conflict"), ended.err
    assert told in ended.err
    assert "--recursive --confirm data/private" in ended.errors[0]["fix"]


@pytest.mark.parametrize("status", [302, 307])
def test_a_list_of_buckets_that_is_redirected_is_not_followed(
    account: Callable[[str], Script], impatient: None, status: int
) -> None:
    account("aws").on("GET s3.amazonaws.com/", Reply("", status, {"Location": "https://login.example/"}))
    ended = cloudctl("bucket", "list", "-o", "json")
    assert (ended.exit, ended.errors[-1]["error"]) == (8, "unavailable"), ended.err


@pytest.mark.parametrize("place", ["EU", "us", "Asia", "NAM4", "eur4", "asia1"])
def test_a_bucket_is_made_in_several_regions(replay: Script, login: Any, place: str) -> None:
    """https://cloud.google.com/storage/docs/locations"""
    login("gcp")
    made = gcs("fresh", location=place.upper(), locationType="multi-region", iamConfiguration=uniform("enforced"))
    absent = google_refused(404, "notFound", "The specified bucket does not exist.")
    replay.on(f"{BUCKETS}/fresh", lambda _: Reply(made) if "labels" in made else absent)
    replay.on(f"{BUCKETS}/fresh/iam", policy())

    def insert(request: Request) -> Reply:
        made["labels"] = request.json["labels"]
        return Reply(made)

    replay.on("POST storage.googleapis.com/storage/v1/b", insert)
    replay.on("PATCH storage.googleapis.com/storage/v1/b/fresh", insert)
    ended = cloudctl("bucket", "create", "gs://fresh", "-r", place, "-o", "json", "--timeout", "20s")
    assert ended.exit == 0, ended.err
    assert replay.sent("POST ")[0].json["location"].upper() == place.upper()
    assert ended.record["region"] == place.lower()


def test_a_list_is_narrowed_to_a_multi_region(account: Callable[[str], Script]) -> None:
    account("gcp")
    assert [row["name"] for row in cloudctl("bucket", "list", "-p", "gcp", "-r", "EU", "-o", "json").rows] == ["site"]


@pytest.mark.parametrize(("noun", "cloud"), [("vm", "gcp"), ("bucket", "aws"), ("bucket", "azure")])
def test_only_buckets_of_cloud_storage_have_multi_regions(login: Any, noun: str, cloud: str) -> None:
    login(cloud)
    ended = cloudctl(noun, "list", "-p", cloud, "-r", "nam4", "-o", "json")
    assert (ended.exit, ended.errors[-1]["error"]) == (2, "usage")


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("SubscriptionNotFound", f"Subscription {SUBSCRIPTION} was not found."),
        (
            "MissingSubscriptionRegistration",
            "The subscription is not registered to use namespace 'Microsoft.Storage'. See https://aka.ms/rps-not-found "
            "for how to register subscriptions.",
        ),
    ],
)
def test_a_subscription_without_storage_says_how_to_register_it(
    replay: Script, login: Any, code: str, message: str
) -> None:
    """https://github.com/Azure/azure-cli/issues/29267"""
    login("azure")
    replay.on(ACCOUNTS, Reply({"error": {"code": code, "message": message}}, 404))
    ended = cloudctl("bucket", "list", "-p", "azure", "-o", "json")
    assert (ended.exit, ended.errors[-1]["error"], ended.errors[-1]["code"]) == (5, "denied", code)
    assert ended.errors[-1]["fix"] == "az provider register --namespace Microsoft.Storage"
