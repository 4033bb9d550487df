"""Records of Compute Engine, old and new, whole and with fields missing, as neutral machines."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cloudctl_gcp.vm import record
from cloudctl_gcp.vm.firewall import ports_of

from cloudctl.services.vm import Port, Vm, VmState

FIXTURES = Path(__file__).parent.parent / "fixtures" / "gcp"
DISK_PATH = "projects/p1/zones/us-central1-f/disks/win-1"
IMAGE = "projects/windows-cloud/global/images/windows-server-2022-dc-v20260210"


def fixture(name: str) -> Any:
    return json.loads((FIXTURES / f"{name}.json").read_text("utf-8"))


def instances(name: str) -> list[dict[str, Any]]:
    return [one for scoped in fixture(name)["items"].values() for one in scoped.get("instances", [])]


def newest(**changes: Any) -> dict[str, Any]:
    native: dict[str, Any] = fixture("instance_2026")
    return native | changes


def machine(native: dict[str, Any]) -> Vm:
    return record.vm(native, "gcp", {DISK_PATH: IMAGE})


def test_an_instance_of_2013_has_what_was_told_then_and_null_for_the_rest() -> None:
    (native,) = instances("instances_2013")
    vm = machine(native)
    assert (vm.id, vm.name, vm.state, vm.native_state) == (
        "3421745795082776097", "libcloud-demo-europe-np-node", VmState.RUNNING, "RUNNING",
    )  # fmt: skip
    assert (vm.size, vm.vcpus, vm.memory_gib) == ("n1-standard-1", 1, 3.75)
    assert (vm.region, vm.zone, vm.private_ip, vm.public_ip) == (
        "europe-west1", "europe-west1-a", "10.240.221.125", "23.251.128.10",
    )  # fmt: skip
    assert (vm.image, vm.os, vm.lifecycle, vm.tags) == (None, None, "on-demand", {})
    assert vm.created == datetime(2013, 12, 13, 18, 43, 12, 706000, UTC)
    assert [disk.size_gb for disk in record.disks(native, {})] == [None, None]


def test_an_instance_of_2017_tells_its_system_by_the_license() -> None:
    (native,) = instances("instances_2017")
    vm = machine(native)
    assert (vm.os, vm.size, vm.lifecycle) == ("linux", "f1-micro", "on-demand")
    assert record.identity(native) == "1111111-compute@developer.gserviceaccount.com"
    assert (record.login_user(native), record.key(native)) == (None, None)


def test_a_spot_instance_with_two_interfaces_and_ipv6_only() -> None:
    vm = machine(newest())
    assert (vm.state, vm.lifecycle, vm.os, vm.image) == (VmState.SUSPENDED, "spot", "windows", IMAGE)
    assert (vm.size, vm.vcpus, vm.memory_gib) == ("n2-custom-4-8192", 4, 8.0)
    assert (vm.private_ip, vm.public_ip) == ("2600:1900:4000:1:0:0:0:0", "2600:1900:4000:1:0:0:0:0")
    second = record.interfaces(newest())[1]
    assert (second.private_ip, second.public_ip) == ("10.0.0.7", None)
    assert second.network == "projects/host/global/networks/shared"


def test_labels_stay_as_they_are_and_our_own_are_decoded() -> None:
    tags = machine(newest()).tags
    assert (tags["env"], tags["team_a"]) == ("prod", "x_y")
    assert tags["cloudctl-owner"] == "vm.win-1"
    assert tags["cloudctl-image"] == "windows-cloud/family/windows-2022"


def test_disks_tell_size_type_and_local_ones_that_have_no_resource() -> None:
    boot, local = record.disks(newest(), {DISK_PATH: fixture("disk_2026")})
    assert (boot.id, boot.name, boot.size_gb, boot.type, boot.boot) == (
        "8270809585081910333", "win-1", 50, "pd-balanced", True,
    )  # fmt: skip
    assert (local.id, local.name, local.size_gb, local.type, local.boot) == (
        None, "local-ssd-0", 375, "local-ssd", False,
    )  # fmt: skip


def test_login_user_and_key_are_those_of_the_first_ssh_key() -> None:
    assert record.login_user(newest()) == "alice"
    key = record.key(newest())
    assert key is not None
    assert key.startswith("SHA256:")


@pytest.mark.parametrize(
    ("native", "state"),
    [
        ("PROVISIONING", VmState.PENDING),
        ("STAGING", VmState.PENDING),
        ("RUNNING", VmState.RUNNING),
        ("PENDING_STOP", VmState.STOPPING),
        ("STOPPING", VmState.STOPPING),
        ("TERMINATED", VmState.STOPPED),
        ("STOPPED", VmState.STOPPED),
        ("SUSPENDED", VmState.SUSPENDED),
        ("DEPROVISIONING", VmState.DELETING),
        ("SOMETHING_NEW", VmState.UNKNOWN),
    ],
)
def test_states(native: str, state: VmState) -> None:
    vm = machine(newest(status=native))
    assert (vm.state, vm.native_state) == (state, native)


def test_an_old_preemptible_instance_is_spot() -> None:
    assert machine(newest(scheduling={"preemptible": True})).lifecycle == "spot"


def test_an_unset_name_is_null_and_a_stopped_instance_has_no_public_address() -> None:
    vm = machine(newest(name="", networkInterfaces=newest()["networkInterfaces"][1:]))
    assert (vm.name, vm.private_ip, vm.public_ip) == (None, "10.0.0.7", None)


def paths(value: Any, here: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every key and element of a JSON value."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield (*here, key)
        yield from paths(inner, (*here, key))


def changed(native: dict[str, Any], path: tuple[Any, ...], *, null: bool) -> dict[str, Any]:
    result = copy.deepcopy(native)
    holder: Any = result
    for key in path[:-1]:
        holder = holder[key]
    if null:
        holder[path[-1]] = None
    else:
        del holder[path[-1]]
    return result


@pytest.mark.parametrize("null", [False, True], ids=["absent", "null"])
def test_every_field_may_be_absent_or_null(null: bool) -> None:
    everything = [newest(), *instances("instances_2013"), *instances("instances_2017")]
    for native in everything:
        for path in paths(native):
            broken = changed(native, path, null=null)
            vm = machine(broken)
            assert vm.provider == "gcp"
            assert isinstance(record.disks(broken, {DISK_PATH: {}}), tuple)
            assert isinstance(ports_of([RULE], broken), tuple)
            for tell in (record.identity, record.login_user, record.key):
                assert tell(broken) is None or isinstance(tell(broken), str)


RULE: dict[str, Any] = {
    "name": "rdp",
    "network": "https://www.googleapis.com/compute/v1/projects/p1/global/networks/v6",
    "direction": "INGRESS",
    "allowed": [{"IPProtocol": "tcp", "ports": ["3389", "8000-8010"]}, {"IPProtocol": "icmp"}],
    "sourceRanges": ["10.0.0.0/8"],
    "targetTags": ["rdp"],
}
OPENED = (Port("3389", "tcp", "10.0.0.0/8"), Port("8000-8010", "tcp", "10.0.0.0/8"), Port("all", "icmp", "10.0.0.0/8"))


@pytest.mark.parametrize(
    ("change", "applies"),
    [
        ({}, True),
        ({"targetTags": []}, True),
        ({"targetTags": ["other"]}, False),
        ({"targetTags": [], "targetServiceAccounts": ["app@p1.iam.gserviceaccount.com"]}, True),
        ({"targetTags": [], "targetServiceAccounts": ["other@p1.iam.gserviceaccount.com"]}, False),
        ({"network": "https://www.googleapis.com/compute/v1/projects/p1/global/networks/else"}, False),
        ({"direction": "EGRESS"}, False),
        ({"disabled": True}, False),
        ({"allowed": [], "denied": [{"IPProtocol": "tcp"}]}, False),
    ],
)
def test_ports_are_those_of_the_rules_that_apply(change: dict[str, Any], applies: bool) -> None:
    assert ports_of([RULE | change], newest()) == (OPENED if applies else ())


def test_every_field_of_a_firewall_rule_may_be_absent() -> None:
    for path in paths(RULE):
        assert isinstance(ports_of([changed(RULE, path, null=False)], newest()), tuple)
