"""From EC2's published example responses to the neutral record; tests/fixtures/aws/SOURCES.md names the examples."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cloudctl_aws.vm import record

from cloudctl.errors import Kind
from cloudctl.services.vm import Port, Vm, VmState

FIXTURES = Path(__file__).parents[1] / "fixtures" / "aws"
Native = dict[str, Any]


def load(name: str) -> Any:
    """A fixture with its times as botocore parses them."""

    def times(pairs: list[tuple[str, Any]]) -> Native:
        return {key: datetime.fromisoformat(value) if key.endswith("Time") else value for key, value in pairs}

    return json.loads((FIXTURES / f"{name}.json").read_text(), object_pairs_hook=times)


@pytest.fixture
def launched() -> Native:
    instance: Native = load("describe_instances")["Reservations"][0]["Instances"][0]
    return instance


@pytest.fixture
def classic() -> Native:
    instance: Native = load("run_instances_classic")["Instances"][0]
    return instance


def converted(native: Native) -> Vm:
    return record.vm(native, "work", "us-east-2")


def test_a_published_record_becomes_the_neutral_one(launched: Native) -> None:
    vm = converted(launched)
    assert (vm.provider, vm.context, vm.id, vm.name) == ("aws", "work", "i-1234567890abcdef0", None)
    assert (vm.state, vm.native_state) == (VmState.PENDING, "pending")
    assert (vm.size, vm.vcpus, vm.memory_gib) == ("t2.micro", 1, 1.0)
    assert (vm.region, vm.zone) == ("us-east-2", "us-east-2a")
    assert (vm.private_ip, vm.public_ip) == ("10.0.0.157", None)
    assert (vm.image, vm.os, vm.lifecycle) == ("ami-0abcdef1234567890", "linux", "on-demand")
    assert vm.created == datetime(2018, 5, 10, 8, 5, 20, tzinfo=UTC)
    assert vm.tags == {}
    assert vm.native is launched


def test_an_old_record_without_addresses_interfaces_and_tags_is_read(classic: Native) -> None:
    vm = converted(classic)
    assert (vm.private_ip, vm.public_ip, vm.name, vm.tags) == (None, None, None, {})
    assert (vm.vcpus, vm.memory_gib) == (2, 3.75)
    assert list(record.interfaces(classic)) == []
    assert list(record.disks(classic, [])) == []
    assert record.all_group_ids(classic) == ["sg-903004f8"]


def test_the_interface_of_a_published_record(launched: Native) -> None:
    (interface,) = record.interfaces(launched)
    assert (interface.id, interface.private_ip, interface.public_ip) == ("eni-0c0a29997760baee7", "10.0.0.157", None)
    assert (interface.network, interface.subnet) == ("vpc-1234567890abcdef0", "subnet-04a636d18e83cfacb")
    assert interface.security_groups == ("sg-0598c7d356eba48d7",)


def _without_each(node: Any) -> Iterator[Any]:
    """Copies of a record in which one field or item, at any depth, is missing or null."""
    keys = list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
    for key in keys:
        without, null = copy.copy(node), copy.copy(node)
        del without[key]
        yield without
        if isinstance(node, dict):
            null[key] = None
            yield null
        for smaller in _without_each(node[key]):
            changed = copy.copy(node)
            changed[key] = smaller
            yield changed


@pytest.mark.parametrize("name", ["launched", "classic"])
def test_any_field_may_be_missing(name: str, request: pytest.FixtureRequest) -> None:
    native: Native = request.getfixturevalue(name)
    volumes = load("describe_volumes")["Volumes"]
    native |= {
        "Tags": [{"Key": "Name", "Value": "web"}],
        "IamInstanceProfile": {"Arn": "arn:aws:iam::123456789012:instance-profile/p", "Id": "AIPA"},
        "BlockDeviceMappings": [{"DeviceName": "/dev/sda1", "Ebs": {"VolumeId": "vol-049df61146c4d7901"}}],
    }
    seen = 0
    for damaged in _without_each(native):
        vm = converted(damaged)
        assert vm.id in ("i-1234567890abcdef0", "")
        assert vm.state in (VmState.PENDING, VmState.UNKNOWN)
        assert vm.name in ("web", None, "")
        assert len([*record.interfaces(damaged), *record.disks(damaged, volumes)]) <= 2
        assert isinstance(record.all_group_ids(damaged), list)
        assert record.launch_failure(damaged, "instance web") is None
        seen += 1
    assert seen > 60


def test_any_field_of_a_security_group_or_volume_may_be_missing(launched: Native) -> None:
    launched["BlockDeviceMappings"] = [{"DeviceName": "/dev/xvda", "Ebs": {"VolumeId": "vol-049df61146c4d7901"}}]
    for groups in _without_each(load("describe_security_groups")["SecurityGroups"]):
        assert len(list(record.ports(groups))) <= 2
    for volumes in _without_each(load("describe_volumes")["Volumes"]):
        (disk,) = record.disks(launched, volumes)
        assert disk.id == "vol-049df61146c4d7901"
        assert disk.boot


@pytest.mark.parametrize(
    ("native_state", "state"),
    [
        ("pending", VmState.PENDING),
        ("running", VmState.RUNNING),
        ("stopping", VmState.STOPPING),
        ("stopped", VmState.STOPPED),
        ("shutting-down", VmState.DELETING),
        ("terminated", VmState.DELETED),
        ("hibernating", VmState.UNKNOWN),
    ],
)
def test_states(launched: Native, native_state: str, state: VmState) -> None:
    launched["State"] = {"Code": 256, "Name": native_state}
    assert (converted(launched).state, converted(launched).native_state) == (state, native_state)


def test_a_start_resets_the_launch_time_but_not_when_the_machine_was_made(launched: Native) -> None:
    launched["LaunchTime"] = datetime(2026, 1, 2, tzinfo=UTC)
    assert converted(launched).created == datetime(2018, 5, 10, 8, 5, 20, tzinfo=UTC)


def test_an_interface_that_was_attached_later_does_not_say_when_the_machine_was_made(launched: Native) -> None:
    second = copy.deepcopy(launched["NetworkInterfaces"][0])
    second["Attachment"] |= {"DeviceIndex": 1, "AttachTime": datetime(2010, 1, 1, tzinfo=UTC)}
    launched["NetworkInterfaces"].insert(0, second)
    assert converted(launched).created == datetime(2018, 5, 10, 8, 5, 20, tzinfo=UTC)
    assert [one.id for one in record.interfaces(launched)] == ["eni-0c0a29997760baee7"] * 2


@pytest.mark.parametrize(
    ("fields", "os"),
    [
        ({"Platform": "windows"}, "windows"),
        ({"PlatformDetails": "Windows with SQL Server Standard"}, "windows"),
        ({"PlatformDetails": "Red Hat Enterprise Linux"}, "linux"),
        ({}, "linux"),
    ],
)
def test_operating_systems(launched: Native, fields: Native, os: str) -> None:
    assert converted({**launched, **fields}).os == os


def test_spot(launched: Native) -> None:
    assert converted({**launched, "InstanceLifecycle": "spot"}).lifecycle == "spot"
    assert converted({**launched, "InstanceLifecycle": "scheduled"}).lifecycle == "on-demand"


def test_an_empty_name_is_none_and_stays_among_the_tags(launched: Native) -> None:
    launched["Tags"] = [{"Key": "Name", "Value": ""}, {"Key": "team", "Value": "x"}]
    assert converted(launched).name is None
    assert converted(launched).tags == {"Name": "", "team": "x"}


def test_a_size_that_no_table_has_keeps_what_the_record_says(launched: Native) -> None:
    launched |= {"InstanceType": "z99.large", "CpuOptions": {"CoreCount": 4, "ThreadsPerCore": 2}}
    assert (converted(launched).vcpus, converted(launched).memory_gib) == (8, None)
    del launched["CpuOptions"]
    assert converted(launched).vcpus is None


def test_the_rules_of_a_published_security_group() -> None:
    assert list(record.ports(load("describe_security_groups")["SecurityGroups"])) == [
        Port("all", "all", "sg-903004f8"),
        Port("22", "tcp", "203.0.113.0/24"),
    ]


def test_port_ranges_and_sources_of_every_kind() -> None:
    permission = {
        "IpProtocol": "udp",
        "FromPort": 8000,
        "ToPort": 8010,
        "IpRanges": [{"CidrIp": "10.0.0.0/8"}],
        "Ipv6Ranges": [{"CidrIpv6": "::/0"}],
        "PrefixListIds": [{"PrefixListId": "pl-1"}],
    }
    pings = {"IpProtocol": "icmp", "FromPort": -1, "ToPort": -1, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
    assert list(record.ports([{"IpPermissions": [permission, pings]}])) == [
        *(Port("8000-8010", "udp", source) for source in ("10.0.0.0/8", "::/0", "pl-1")),
        Port("all", "icmp", "10.0.0.0/8"),
    ]


@pytest.mark.parametrize(
    ("protocol", "first", "last", "port"),
    [
        ("icmp", 8, -1, "8"),
        ("icmp", 0, -1, "0"),
        ("icmp", 0, 0, "0/0"),
        ("icmp", 3, 4, "3/4"),
        ("icmpv6", 128, 0, "128/0"),
        ("icmpv6", -1, -1, "all"),
        ("icmpv6", None, None, "all"),
    ],
)
def test_icmp_has_types_and_codes_where_others_have_ports(
    protocol: str, first: int | None, last: int | None, port: str
) -> None:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html"""
    told = {"FromPort": first, "ToPort": last} if first is not None else {}
    permission = {"IpProtocol": protocol, **told, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
    assert list(record.ports([{"IpPermissions": [permission]}])) == [Port(port, protocol, "10.0.0.0/8")]


def test_disks_are_joined_with_their_volumes(launched: Native) -> None:
    launched |= {
        "RootDeviceName": "/dev/sda1",
        "BlockDeviceMappings": [
            {"DeviceName": "/dev/sda1", "Ebs": {"VolumeId": "vol-049df61146c4d7901"}},
            {"DeviceName": "/dev/sdb", "Ebs": {"VolumeId": "vol-that-may-not-be-read"}},
        ],
    }
    root, other = record.disks(launched, load("describe_volumes")["Volumes"])
    assert (root.name, root.size_gb, root.type, root.boot, root.encrypted) == ("/dev/sda1", 8, "gp2", True, False)
    assert (other.name, other.size_gb, other.type, other.boot, other.encrypted) == ("/dev/sdb", None, None, False, None)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("Server.InsufficientInstanceCapacity", Kind.CAPACITY),
        ("Server.SpotInstanceTermination", Kind.CAPACITY),
        ("Server.InternalError", Kind.UNAVAILABLE),
        ("Client.VolumeLimitExceeded", Kind.QUOTA),
        ("Client.InvalidSnapshot.NotFound", Kind.NOT_FOUND),
        ("Client.InternalError", Kind.DENIED),
    ],
)
def test_a_launch_that_ec2_gave_up_has_its_reason(launched: Native, code: str, kind: Kind) -> None:
    launched |= {"State": {"Name": "terminated"}, "StateReason": {"Code": code, "Message": f"{code}: text"}}
    error = record.launch_failure(launched, "instance web")
    assert error is not None
    assert (error.kind, error.code, error.why, error.retryable) == (kind, code, f"{code}: text", False)


@pytest.mark.parametrize("code", ["Client.UserInitiatedShutdown", "Client.InstanceInitiatedShutdown", None])
def test_an_instance_that_somebody_ended_is_no_failed_launch(launched: Native, code: str | None) -> None:
    launched |= {"State": {"Name": "shutting-down"}, "StateReason": {"Code": code, "Message": ""}}
    assert record.launch_failure(launched, "instance web") is None
