"""A look at one instance that leans on what other projects, regions and rights hold."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import replay_documents as documents
from replay_accounts import PROJECT
from replay_command import cloudctl
from replay_object_errors import google_refused
from replay_script import Reply, Script

ROOT = "compute.googleapis.com/compute/v1/projects"
HERE = f"{ROOT}/{PROJECT}"
WWW = "https://www.googleapis.com/compute/v1/projects"
IMAGE = "debian-cloud/global/images/debian-12-bookworm-v20260101"


def _instance() -> dict[str, Any]:
    page = documents.document("gcp", "instances_page_1")
    found: dict[str, Any] = copy.deepcopy(page["items"]["zones/us-central1-a"]["instances"][0])
    return found


@pytest.fixture
def web(replay: Script, login: Any) -> Script:
    login("gcp")
    _serve(replay, _instance())
    replay.on(f"GET {HERE}/zones/us-central1-a/disks/web", documents.document("gcp", "disk"))
    replay.on(f"GET {HERE}/global/firewalls", documents.document("gcp", "firewalls"))
    return replay


def _serve(script: Script, native: dict[str, Any]) -> None:
    script.on(f"GET {HERE}/aggregated/instances", {"items": {"zones/us-central1-a": {"instances": [native]}}})
    script.on(f"GET {HERE}/zones/us-central1-a/instances/web", native)


def show() -> dict[str, Any]:
    ended = cloudctl("vm", "show", "web", "-o", "json")
    assert (ended.exit, ended.err) == (0, "")
    return ended.record


@pytest.fixture
def shared(web: Script) -> Script:
    """The instance in the network of a host project: https://cloud.google.com/vpc/docs/shared-vpc"""
    native = _instance()
    native["networkInterfaces"][0] |= {
        "network": f"{WWW}/example.com:host/global/networks/shared",
        "subnetwork": f"{WWW}/example.com:host/regions/us-central1/subnetworks/apps",
    }
    _serve(web, native)
    return web


def test_what_a_shared_network_opens_is_told_by_its_host_project(shared: Script) -> None:
    rule = {
        "name": "https", "network": f"{WWW}/example.com:host/global/networks/shared", "sourceRanges": ["0.0.0.0/0"],
        "allowed": [{"IPProtocol": "tcp", "ports": ["443"]}],
    }  # fmt: skip
    shared.on(f"GET {ROOT}/example.com*host/global/firewalls", {"items": [rule]})
    assert show()["ports"] == [{"port": "443", "protocol": "tcp", "source": "0.0.0.0/0"}]
    assert shared.sent(f"{HERE}/global/firewalls") == []


@pytest.mark.parametrize(
    "reply",
    [
        google_refused(
            403, "forbidden", "Required 'compute.firewalls.list' permission for 'projects/example.com:host'"
        ),
        google_refused(404, "notFound", "The resource 'projects/example.com:host' was not found"),
    ],
    ids=["denied", "hidden"],
)
def test_what_a_network_opens_is_not_guessed(shared: Script, reply: Reply) -> None:
    shared.on(f"GET {ROOT}/example.com*host/global/firewalls", reply)
    found = show()
    assert found["name"] == "web"
    assert found.get("ports") is None


def test_a_look_needs_no_right_to_read_firewall_rules(web: Script) -> None:
    """https://cloud.google.com/compute/docs/access/iam: compute.instanceAdmin.v1 has none."""
    message = f"Required 'compute.firewalls.list' permission for '{PROJECT}'"
    web.on(f"GET {HERE}/global/firewalls", google_refused(403, "forbidden", message))
    found = show()
    assert (found["name"], found.get("ports")) == ("web", None)


def test_a_regional_disk_is_told_as_a_zonal_one_is(web: Script) -> None:
    """https://cloud.google.com/compute/docs/disks/high-availability-regional-persistent-disk"""
    native, place = _instance(), f"{PROJECT}/regions/us-central1"
    native["disks"][0]["source"] = f"{WWW}/{place}/disks/web"
    _serve(web, native)
    disk = {
        "kind": "compute#disk", "id": "7051853719434563299", "name": "web", "sizeGb": "200", "status": "READY",
        "type": f"{WWW}/{place}/diskTypes/pd-ssd", "region": f"{WWW}/{place}", "selfLink": f"{WWW}/{place}/disks/web",
        "sourceImage": f"{WWW}/{IMAGE}", "replicaZones": [f"{WWW}/{PROJECT}/zones/us-central1-{zone}" for zone in "ab"],
    }  # fmt: skip
    web.on(f"GET {ROOT}/{place}/disks/web", disk)
    found = show()
    assert found["image"] == f"projects/{IMAGE}"
    assert found["disks"][0] == {
        "id": "7051853719434563299", "name": "web", "size_gb": 200, "type": "pd-ssd", "boot": True, "encrypted": True
    }  # fmt: skip
