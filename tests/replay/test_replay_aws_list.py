"""EC2's answers of an account that has everything: old records, missing fields, odd states."""

from __future__ import annotations

from typing import Any

import pytest
import replay_documents as documents
from replay_command import cloudctl
from replay_script import Reply, Script

INSTANCES = "ec2.eu-west-1.amazonaws.com DescribeInstances"
TOKEN = "eyJ2IjoiMiIsImMiOiJPYXZ4RXhhbXBsZVBhZ2VUb2tlbi8rPT0iLCJzIjoiMSJ9"
FIELDS = [
    "provider", "context", "id", "name", "state", "native_state", "size", "vcpus", "memory_gib", "region", "zone",
    "private_ip", "public_ip", "image", "os", "lifecycle", "created", "tags",
]  # fmt: skip


def row(number: str, name: str | None, state: str, native_state: str, size: str | None, **more: Any) -> dict[str, Any]:
    usual = {
        "provider": "aws", "context": "aws", "id": f"i-0a1b2c3d4e5f600{number}", "name": name, "state": state,
        "native_state": native_state, "size": size, "vcpus": None, "memory_gib": None, "region": "eu-west-1",
        "zone": "eu-west-1b", "private_ip": None, "public_ip": None,
        "image": "ami-0" + number.lstrip("0").rjust(16, "a"),
        "os": "linux", "lifecycle": "on-demand", "created": "2026-05-01T00:00:00Z",
        "tags": {"Name": name} if name else {},
    }  # fmt: skip
    return usual | more


EXPECTED = [
    row(
        "01", "web", "running", "running", "t3.micro", vcpus=2, memory_gib=1.0, zone="eu-west-1a",
        private_ip="172.31.16.10", public_ip="54.229.10.10", image="ami-0d64bb532e0502c46",
        created="2024-11-05T09:30:12Z",
        tags={"Name": "web", "aws:autoscaling:groupName": "web-asg", "Owner": "Team Ünïcode & Söhne"},
    ),
    row(
        "02", None, "running", "running", "m1.small", id="i-1a2b3c4d", image="ami-1a2b3c4d",
        private_ip="10.234.11.22", public_ip="46.51.1.2", created="2011-04-21T10:00:00Z",
    ),
    row(
        "03", "SQL01", "stopped", "stopped", "c4.large", vcpus=2, memory_gib=3.75, zone="eu-west-1c", os="windows",
        private_ip="172.31.16.13", created="2025-01-02T03:04:05Z",
    ),
    row(
        "04", None, "running", "running", "m5.xlarge", vcpus=2, memory_gib=16.0, zone="eu-west-1a", lifecycle="spot",
        private_ip="172.31.16.14", created="2026-01-02T03:04:05Z",
    ),
    row(
        "05", "asleep", "stopped", "stopped", "r5.large", vcpus=2, memory_gib=16.0, zone="eu-west-1a",
        private_ip="172.31.16.15", created="2026-01-15T08:00:00Z",
    ),
    row(
        "06", "firewall", "running", "running", "c5n.2xlarge", vcpus=8, memory_gib=21.0,
        private_ip="10.0.1.6", public_ip="34.240.6.6", created="2026-04-01T00:00:00Z",
    ),
    row("07", "v6only", "running", "running", "t4g.small", vcpus=2, memory_gib=2.0),
    row("08", "metal", "running", "running", "m5.metal", vcpus=96, memory_gib=384.0),
    row("09", "mac", "running", "running", "mac2.metal", vcpus=8, os="macos"),
    row(
        "10", None, "running", "running", "z9x.48xlarge", zone="eu-west-1-wl1-dub-wlz-1",
        tags={"Name": "", "Purpose": "test"},
    ),
    row("11", "odd", "unknown", "quarantined", "t2.medium", vcpus=2, memory_gib=4.0),
    row("12", "gone", "deleted", "terminated", "t2.medium", vcpus=2, memory_gib=4.0),
    row("13", "going", "deleting", "shutting-down", "t2.medium", vcpus=2, memory_gib=4.0),
    row("14", None, "pending", "pending", None, image=None, zone=None, created=None),
]  # fmt: skip


@pytest.fixture
def account(replay: Script, login: Any) -> Script:
    login("aws")
    replay.on(INSTANCES, documents.xml("instances_page_1"), NextToken="")
    replay.on(INSTANCES, documents.xml("instances_page_2"), NextToken=TOKEN)
    return replay


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda row: f"{row['id']}-{row['size']}")
def test_every_record_is_read_as_the_contract_says(account: Script, expected: dict[str, Any]) -> None:
    ended = cloudctl("vm", "list", "--all-states", "-o", "json")
    assert (ended.exit, ended.err) == (0, "")
    assert next(found for found in ended.rows if found["id"] == expected["id"]) == expected


def test_all_pages_are_listed_without_deleted_machines(account: Script) -> None:
    ended = cloudctl("vm", "list", "-o", "json")
    assert [found["id"] for found in ended.rows] == [one["id"] for one in EXPECTED if one["state"] != "deleted"]
    assert all(list(found) == FIELDS for found in ended.rows)
    assert len(account.requests) == 2


@pytest.mark.parametrize("form", ["table", "wide", "yaml", "csv", "tsv", "ndjson", "name"])
def test_every_format_can_write_them(account: Script, form: str) -> None:
    ended = cloudctl("vm", "list", "--all-states", "-o", form)
    assert (ended.exit, ended.err) == (0, "")
    assert all(one["id"] in ended.out for one in EXPECTED)


def test_the_native_record_comes_with_native(account: Script) -> None:
    ended = cloudctl("vm", "list", "-o", "json", "--native")
    assert ended.named("web")["native"]["MetadataOptions"]["HttpTokens"] == "required"


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("InvalidAMIID.NotFound", "The image id '[ami-0d64bb532e0502c46]' does not exist"),
        ("InvalidAMIID.Unavailable", "The image ID 'ami-0d64bb532e0502c46' is no longer available"),
        ("AuthFailure", "Not authorized for images: [ami-0d64bb532e0502c46]"),
    ],
)
def test_show_tells_everything_of_a_machine_whose_image_is_gone(account: Script, code: str, message: str) -> None:
    region = "ec2.eu-west-1.amazonaws.com"
    one = documents.xml("instances_page_1").partition("<nextToken>")[0] + "</DescribeInstancesResponse>"
    only = (
        one[: one.index("<reservationId>r-1a2b3c4d")].rpartition("<item>")[0]
        + "</reservationSet></DescribeInstancesResponse>"
    )
    account.on(INSTANCES, only)
    account.on(f"{region} DescribeVolumes", documents.xml("volumes"))
    account.on(f"{region} DescribeSecurityGroups", documents.xml("groups"))
    account.on(f"{region} DescribeImages", Reply(documents.ec2_error(code, message), 400))
    ended = cloudctl("vm", "show", "web", "-o", "json")
    assert (ended.exit, ended.err) == (0, "")
    shown = ended.record
    assert shown["interfaces"] == [
        {
            "id": "eni-0a1b2c3d4e5f60001", "private_ip": "172.31.16.10", "public_ip": "54.229.10.10",
            "network": "vpc-1a2b3c4d", "subnet": "subnet-0a1b2c3d", "security_groups": ["sg-0a1b2c3d4e5f60001"],
        }
    ]  # fmt: skip
    assert shown["disks"] == [
        {
            "id": "vol-0a1b2c3d4e5f60001", "name": "/dev/sda1", "size_gb": 8, "type": "gp3", "boot": True,
            "encrypted": True,
        }
    ]  # fmt: skip
    assert {(port["port"], port["protocol"], port["source"]) for port in shown["ports"]} == {
        ("443", "tcp", "0.0.0.0/0"),
        ("443", "tcp", "::/0"),
        ("all", "all", "sg-0a1b2c3d4e5f60001"),
        ("all", "icmp", "10.0.0.0/8"),
    }
    assert (shown["identity"], shown["key"], shown["login_user"]) == (
        "arn:aws:iam::123456789012:instance-profile/web",
        "ops",
        None,
    )
