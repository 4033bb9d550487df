"""Azure's records to the neutral record: published example responses, and what real accounts make of them."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cloudctl_azure.arm_id import fold
from cloudctl_azure.vm import record
from cloudctl_azure.vm.record import Around, by_id

from cloudctl.services.vm import Interface, Port, Vm, VmState

FIXTURES = Path(__file__).parent.parent / "fixtures" / "azure"
MACHINES = ["virtual_machine_get.json", "virtual_machine_list_all.json"]


def load(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FIXTURES / name).read_text())
    return found


def machine(name: str = "virtual_machine_get.json") -> dict[str, Any]:
    found = load(name)
    first: dict[str, Any] = found["value"][0] if "value" in found else found
    return first


def convert(native: dict[str, Any], around: Around | None = None) -> Vm:
    return record.vm(native, around or Around(), "azure")


def with_statuses(*codes: str, provisioning: str | None = "Succeeded") -> dict[str, Any]:
    native = machine()
    native["properties"]["instanceView"] = {"statuses": [{"code": code} for code in codes]}
    if provisioning is None:
        del native["properties"]["provisioningState"]
    else:
        native["properties"]["provisioningState"] = provisioning
    return native


def paths(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The way to every member of an object, however deep."""
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in entries:
        yield (*path, key)
        yield from paths(child, (*path, key))


def changed(native: dict[str, Any], path: tuple[str | int, ...], *, to: object = ...) -> dict[str, Any]:
    """A copy with the member at the path removed, or set to another value."""
    copied = copy.deepcopy(native)
    holder: Any = copied
    for key in path[:-1]:
        holder = holder[key]
    if to is ...:
        del holder[path[-1]]
    else:
        holder[path[-1]] = to
    return copied


def shown(native: dict[str, Any], around: Around) -> tuple[object, ...]:
    return (
        convert(native, around),
        record.interfaces(native, around),
        record.disks(native, around),
        record.ports(native, around),
        record.identity(native),
        record.key(native),
        record.login_user(native),
    )


def published() -> Around:
    """The example interfaces, addresses, group, disk and view, as if they were those of the example machines."""
    around = Around(
        interfaces=by_id(load("network_interface_list_all.json")["value"]),
        addresses=by_id(load("public_ip_address_list_all.json")["value"]),
        groups=by_id([load("network_security_group_get.json")]),
        disks=by_id([load("disk_get.json")]),
        views={fold(machine()["id"]): load("instance_view.json")},
    )
    interface = next(iter(around.interfaces.values()))
    group = next(iter(around.groups.values()))
    disk = next(iter(around.disks.values()))
    return Around(
        around.views,
        {fold(one["id"]): interface for name in MACHINES for one in references(machine(name))},
        around.addresses,
        {fold(machine()["properties"]["storageProfile"]["osDisk"]["managedDisk"]["id"]): disk},
        {fold(interface["properties"]["networkSecurityGroup"]["id"]): group},
    )


def references(native: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = native["properties"]["networkProfile"]["networkInterfaces"]
    return found


def test_the_published_machine_has_the_fields_of_the_contract() -> None:
    vm = convert(machine(), published())
    assert (vm.provider, vm.context, vm.name) == ("azure", "azure", "myVM")
    assert (vm.state, vm.native_state) == (VmState.RUNNING, "PowerState/running")
    assert (vm.size, vm.region, vm.zone, vm.os) == ("Standard_DS3_v2", "westus", None, "windows")
    assert vm.image == "MicrosoftWindowsServer:WindowsServer:2016-Datacenter:latest"
    assert (vm.lifecycle, vm.tags) == ("on-demand", {"myTag1": "tagValue1"})
    assert vm.created == datetime(2021, 6, 27, 1, 2, 38, 313846, tzinfo=UTC)
    assert vm.private_ip == "172.20.2.4"


def test_the_published_machine_shows_interfaces_disks_and_ports() -> None:
    native, around = machine(), published()
    group = "/subscriptions/subid/resourceGroups/rg1/providers/Microsoft.Network"
    assert record.interfaces(native, around) == [
        Interface(
            id=f"{group}/networkInterfaces/test-nic",
            private_ip="172.20.2.4",
            public_ip=None,
            network=f"{group}/virtualNetworks/rg1-vnet",
            subnet=f"{group}/virtualNetworks/rg1-vnet/subnets/default",
            security_groups=(f"{group}/networkSecurityGroups/nsg",),
        )
    ]
    assert record.ports(native, around) == [Port("80", "all", "0.0.0.0/0")]
    assert [(disk.name, disk.size_gb, disk.boot, disk.encrypted) for disk in record.disks(native, around)] == [
        ("myOsDisk", 10, True, True),
        ("myDataDisk0", 30, False, True),
        ("myDataDisk1", 100, False, True),
    ]
    assert record.login_user(native) == "admin"


@pytest.mark.parametrize("name", MACHINES)
@pytest.mark.parametrize("value", [..., None, "", "x", [], {}, 0])
def test_any_field_may_be_missing_or_odd(name: str, value: object) -> None:
    native, around = machine(name), published()
    for path in paths(native):
        vm = shown(changed(native, path, to=value), around)[0]
        assert isinstance(vm, Vm)
        assert vm.state in VmState


@pytest.mark.parametrize("part", ["interfaces", "addresses", "disks", "groups", "views"])
def test_any_field_of_what_goes_with_a_machine_may_be_missing(part: str) -> None:
    around = published()
    for key, native in getattr(around, part).items():
        for path in paths(native):
            less = {**getattr(around, part), key: changed(native, path)}
            fields = {name: getattr(around, name) for name in Around.__dataclass_fields__}
            assert shown(machine(), Around(**{**fields, part: less}))


@pytest.mark.parametrize(
    ("codes", "provisioning", "state", "native_state"),
    [
        (["ProvisioningState/succeeded", "PowerState/running"], "Succeeded", "running", "PowerState/running"),
        (["PowerState/deallocated"], "Succeeded", "stopped", "PowerState/deallocated"),
        (["PowerState/stopped"], "Succeeded", "stopped", "PowerState/stopped"),
        (["PowerState/deallocating"], "Updating", "stopping", "PowerState/deallocating"),
        (["PowerState/starting"], "Updating", "pending", "PowerState/starting"),
        (["PowerState/running"], "Failed", "running", "PowerState/running"),
        (["PowerState/running"], "Deleting", "deleting", "ProvisioningState/deleting"),
        ([], "Deleting", "deleting", "ProvisioningState/deleting"),
        ([], "Creating", "pending", "ProvisioningState/creating"),
        ([], "Failed", "failed", "ProvisioningState/failed"),
        ([], "Succeeded", "unknown", "ProvisioningState/succeeded"),
        ([], "Updating", "unknown", "ProvisioningState/updating"),
        ([], None, "unknown", None),
        (["PowerState/unknown"], "Succeeded", "unknown", "PowerState/unknown"),
        (["PowerState/levitating"], "Succeeded", "unknown", "PowerState/levitating"),
    ],
)
def test_the_state_of_a_machine(
    codes: list[str], provisioning: str | None, state: str, native_state: str | None
) -> None:
    vm = convert(with_statuses(*codes, provisioning=provisioning))
    assert (vm.state, vm.native_state) == (state, native_state)


def test_a_list_joins_ids_that_differ_in_case() -> None:
    native = machine()
    address = f"{native['id']}/ip".upper()
    interface = {
        "id": references(native)[0]["id"].upper(),
        "properties": {
            "ipConfigurations": [
                {"properties": {"privateIPAddress": "10.0.0.4", "publicIPAddress": {"id": address.lower()}}}
            ]
        },
    }
    around = Around(
        views={fold(native["id"].upper()): {"statuses": [{"code": "PowerState/running"}]}},
        interfaces=by_id([interface]),
        addresses=by_id([{"id": address, "properties": {"ipAddress": "20.0.0.1"}}]),
    )
    vm = convert(native, around)
    assert (vm.state, vm.private_ip, vm.public_ip) == (VmState.RUNNING, "10.0.0.4", "20.0.0.1")


def test_the_addresses_are_those_of_the_primary_interface() -> None:
    native = machine()
    native["properties"]["networkProfile"]["networkInterfaces"] = [
        {"id": "/second", "properties": {"primary": False}},
        {"id": "/first", "properties": {"primary": True}},
    ]
    around = Around(
        interfaces={
            f"/{name}": {"id": f"/{name}", "properties": {"ipConfigurations": configurations}}
            for name, configurations in {
                "second": [{"properties": {"privateIPAddress": "10.0.0.9"}}],
                "first": [
                    {"properties": {"privateIPAddress": "fd00::4"}},
                    {"properties": {"privateIPAddress": "10.0.0.4", "primary": True}},
                ],
            }.items()
        }
    )
    assert [one.private_ip for one in record.interfaces(native, around)] == ["10.0.0.4", "10.0.0.9"]
    assert convert(native, around).private_ip == "10.0.0.4"


def test_a_machine_whose_interface_was_not_listed_has_no_addresses() -> None:
    vm = convert(machine())
    assert (vm.private_ip, vm.public_ip) == (None, None)


@pytest.mark.parametrize(
    ("reference", "image"),
    [
        ({"publisher": "p", "offer": "o", "sku": "s", "version": "latest", "exactVersion": "1.2"}, "p:o:s:1.2"),
        ({"id": "/subscriptions/s/images/mine"}, "/subscriptions/s/images/mine"),
        ({"communityGalleryImageId": "/CommunityGalleries/g/Images/i"}, "/CommunityGalleries/g/Images/i"),
        ({"sharedGalleryImageId": "/SharedGalleries/g/Images/i"}, "/SharedGalleries/g/Images/i"),
        (None, None),
    ],
)
def test_the_image_of_a_machine(reference: dict[str, str] | None, image: str | None) -> None:
    native = machine()
    native["properties"]["storageProfile"]["imageReference"] = reference
    assert convert(native).image == image


def test_a_machine_with_an_attached_disk_has_the_system_of_the_disk() -> None:
    native = machine()
    del native["properties"]["osProfile"]
    native["properties"]["storageProfile"] = {"osDisk": {"osType": "Linux", "createOption": "Attach"}}
    vm = convert(native)
    assert (vm.os, vm.image) == ("linux", None)


@pytest.mark.parametrize(
    ("priority", "lifecycle"),
    [("Spot", "spot"), ("Low", "spot"), ("Regular", "on-demand"), (None, "on-demand")],
)
def test_the_lifecycle_follows_the_priority(priority: str | None, lifecycle: str) -> None:
    native = machine()
    native["properties"]["priority"] = priority
    assert convert(native).lifecycle == lifecycle


def test_sizes_tell_vcpus_and_memory_and_unknown_ones_nothing() -> None:
    native = machine()
    native["properties"]["hardwareProfile"] = {"vmSize": "Standard_D2s_v5"}
    known = convert(native)
    assert (known.vcpus, known.memory_gib) == (2, 8.0)
    native["properties"]["hardwareProfile"] = {"vmSize": "Standard_Unheard_v99"}
    unknown = convert(native)
    assert (unknown.vcpus, unknown.memory_gib) == (None, None)


def test_constrained_vcpus_are_those_of_the_machine_itself() -> None:
    native = machine()
    native["properties"]["hardwareProfile"] = {
        "vmSize": "Standard_D4s_v5",
        "vmSizeProperties": {"vCPUsAvailable": 2},
    }
    assert convert(native).vcpus == 2


def test_security_rules_with_several_ports_and_sources_open_each() -> None:
    rule = {
        "properties": {
            "direction": "Inbound",
            "access": "Allow",
            "protocol": "Tcp",
            "sourceAddressPrefixes": ["10.0.0.0/8", "192.168.0.0/16"],
            "destinationPortRanges": ["22", "8000-8010"],
        }
    }
    refused = {"properties": {"direction": "Inbound", "access": "Deny", "destinationPortRange": "*"}}
    native = machine()
    around = Around(
        interfaces={fold(references(native)[0]["id"]): {"properties": {"networkSecurityGroup": {"id": "/nsg"}}}},
        groups={"/nsg": {"properties": {"securityRules": [rule, refused]}}},
    )
    assert {(port.port, port.protocol, port.source) for port in record.ports(native, around)} == {
        (port, "tcp", source) for port in ("22", "8000-8010") for source in ("10.0.0.0/8", "192.168.0.0/16")
    }


def test_the_key_is_shown_by_its_fingerprint() -> None:
    native = machine()
    data = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKl+sRfTOb0rOKjw+ttX/JPAJ4sBsRxI0lyWUFqzf0P2 me"
    native["properties"]["osProfile"]["linuxConfiguration"] = {"ssh": {"publicKeys": [{"keyData": data}]}}
    assert (record.key(native) or "").startswith("SHA256:")
    native["properties"]["osProfile"]["linuxConfiguration"] = {"ssh": {"publicKeys": [{"keyData": "broken"}]}}
    assert record.key(native) is None
