"""Compute Engine's answers of a project that has everything: old records, missing fields, odd states and shapes."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import replay_accounts as accounts
import replay_documents as documents
from replay_accounts import PROJECT
from replay_command import cloudctl
from replay_script import Reply, Script

API = f"compute.googleapis.com/compute/v1/projects/{PROJECT}"
INSTANCES = f"GET {API}/aggregated/instances"
DISKS = f"GET {API}/aggregated/disks"
UBUNTU = "projects/ubuntu-os-cloud/global/images/ubuntu-2404-noble-amd64-v20251101"


def row(number: int, name: str, state: str, native_state: str, size: str, **more: Any) -> dict[str, Any]:
    usual = {
        "provider": "gcp", "context": "gcp", "id": str(6051853719434563200 + number), "name": name, "state": state,
        "native_state": native_state, "size": size, "vcpus": None, "memory_gib": None, "region": "us-central1",
        "zone": "us-central1-a", "private_ip": "10.128.0.9", "public_ip": None, "image": None, "os": "linux",
        "lifecycle": "on-demand", "created": "2026-05-01T08:02:03Z", "tags": {},
    }  # fmt: skip
    return usual | ({"region": "europe-west1", "zone": "europe-west1-b"} if number > 6 else {}) | more


EXPECTED = [
    row(
        1, "web", "running", "RUNNING", "e2-medium", vcpus=2, memory_gib=4.0, private_ip="10.128.0.2",
        public_ip="34.70.1.2", image=UBUNTU, tags={"env": "prod", "empty": ""},
    ),
    row(
        2, "win", "suspended", "SUSPENDED", "custom-2-4096", vcpus=2, memory_gib=4.0, private_ip="10.128.0.3",
        os="windows", image="projects/windows-cloud/global/images/windows-server-2022-dc-v20260101",
    ),
    row(3, "ext", "stopping", "STOPPING", "n2-custom-4-65536-ext", vcpus=4, memory_gib=64.0),
    row(4, "small", "failed", "REPAIRING", "e2-custom-2-8192", vcpus=2, memory_gib=8.0, lifecycle="spot"),
    row(5, "spot", "pending", "STAGING", "e2-custom-medium-4096", vcpus=2, memory_gib=4.0, lifecycle="spot"),
    row(6, "gpu", "running", "RUNNING", "n1-standard-4", vcpus=4, memory_gib=15.0),
    row(
        7, "multi", "running", "RUNNING", "c3-standard-8-lssd", vcpus=8, memory_gib=32.0, private_ip="10.1.0.2",
        public_ip="35.1.1.1", image=UBUNTU,
    ),
    row(
        8, "v6", "running", "RUNNING", "t2a-standard-1", vcpus=1, memory_gib=4.0, private_ip=None,
        public_ip="2600:1900:4000:1::",
    ),
    row(9, "sole", "running", "RUNNING", "n2-node-80-640"),
    row(10, "odd", "unknown", "MEDITATING", "x9-future-8"),
    row(
        11, "going", "deleting", "DEPROVISIONING", "f1-micro", vcpus=1, memory_gib=0.6, private_ip=None, os=None,
    ),
    row(12, "own-image", "pending", "PROVISIONING", "m3-ultramem-32", vcpus=32, memory_gib=976.0, os=None),
    row(
        99, "old", "stopped", "TERMINATED", "n1-standard-1", id="10947706194464948790", vcpus=1, memory_gib=3.75,
        private_ip="10.240.122.85", created="2013-12-13T18:43:58Z", os=None,
    ),
]  # fmt: skip


@pytest.fixture
def account(replay: Script, login: Any) -> Script:
    login("gcp")
    for name, page, token in ((INSTANCES, "instances", "CgtldXJvcGUtd2VzdDE="), (DISKS, "disks", "disks-2")):
        replay.on(name, documents.document("gcp", f"{page}_page_1"), pageToken="")
        replay.on(name, documents.document("gcp", f"{page}_page_2"), pageToken=token)
    return replay


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda row: str(row["name"]))
def test_every_record_is_read_as_the_contract_says(account: Script, expected: dict[str, Any]) -> None:
    ended = cloudctl("vm", "list", "-o", "json")
    assert (ended.exit, ended.err) == (0, "")
    assert ended.named(expected["name"]) == expected


def test_two_lists_of_two_pages_are_four_calls(account: Script) -> None:
    ended = cloudctl("vm", "list", "-o", "json")
    assert sorted(found["name"] for found in ended.rows) == sorted(one["name"] for one in EXPECTED)
    assert len(account.requests) == 4


@pytest.mark.parametrize("form", ["table", "wide", "yaml", "csv", "tsv", "ndjson", "name"])
def test_every_format_can_write_them(account: Script, form: str) -> None:
    ended = cloudctl("vm", "list", "-o", form)
    assert (ended.exit, ended.err) == (0, "")
    assert all(one["id"] in ended.out for one in EXPECTED)


def test_an_unreachable_zone_makes_the_list_partial(account: Script) -> None:
    page = copy.deepcopy(documents.document("gcp", "instances_page_2"))
    page["items"]["zones/asia-east1-a"] = {
        "warning": {"code": "UNREACHABLE", "message": "The zone could not be reached.", "data": []}
    }
    page["unreachables"] = ["projects/1/zones/asia-east1-a"]
    account.on(INSTANCES, page, pageToken="CgtldXJvcGUtd2VzdDE=")
    ended = cloudctl("vm", "list", "-o", "json")
    assert ended.exit == 9
    assert len(ended.rows) == len(EXPECTED)
    assert "asia-east1-a" in ended.errors[0]["message"]


def test_without_the_right_to_read_disks_machines_are_listed_without_image(account: Script) -> None:
    message = f"Required 'compute.disks.list' permission for 'projects/{PROJECT}'"
    refused = {
        "error": {
            "code": 403,
            "message": message,
            "errors": [{"message": message, "domain": "global", "reason": "forbidden"}],
        }
    }
    account.on(DISKS, Reply(refused, 403))
    ended = cloudctl("vm", "list", "-o", "json")
    assert ended.exit == 9
    assert (ended.named("web")["state"], ended.named("web")["image"]) == ("running", None)
    assert (ended.errors[0]["error"], ended.errors[0]["fix"]) == (
        "denied",
        "ask for a role that has compute.disks.list",
    )


def test_show_tells_what_other_resources_know(account: Script) -> None:
    web = documents.document("gcp", "instances_page_1")["items"]["zones/us-central1-a"]["instances"][0]
    account.on(INSTANCES, {"items": {"zones/us-central1-a": {"instances": [web]}}}, filter='name = "web"')
    account.on(f"GET {API}/zones/us-central1-a/instances/web", web)
    account.on(f"GET {API}/zones/us-central1-a/disks/web", documents.document("gcp", "disk"))
    account.on(f"GET {API}/global/firewalls", documents.document("gcp", "firewalls"))
    ended = cloudctl("vm", "show", "web", "-o", "json")
    assert (ended.exit, ended.err) == (0, "")
    found = ended.record
    assert (found["image"], found["login_user"]) == (UBUNTU, "ops")
    assert found["identity"] == "123456789012-compute@developer.gserviceaccount.com"
    assert found["disks"] == [
        {
            "id": "7051853719434563201", "name": "web", "size_gb": 10, "type": "pd-balanced", "boot": True,
            "encrypted": True,
        }
    ]  # fmt: skip
    assert {(port["port"], port["protocol"], port["source"]) for port in found["ports"]} == {
        ("22", "tcp", "0.0.0.0/0"),
        ("80", "tcp", "10.0.0.0/8"),
        ("8000-8010", "tcp", "10.0.0.0/8"),
        ("all", "icmp", "10.0.0.0/8"),
    }


def test_a_users_login_works_as_well(account: Script, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    for name, value in accounts.authorized_user(tmp_path).items():
        monkeypatch.setenv(name, value)
    accounts.google_tokens(account)
    ended = cloudctl("vm", "list", "-o", "json")
    assert (ended.exit, len(ended.rows)) == (0, len(EXPECTED))
    assert len(account.sent("oauth2.googleapis.com/token")) == 1
    assert account.sent(API)[0].headers["x-goog-user-project"] == PROJECT
