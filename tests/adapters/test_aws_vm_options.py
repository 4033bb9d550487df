"""Where machines of EC2 are made, and what of the options does not fit, against the sandbox."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from aws_account import REGION, Account, wanted
from cloudctl_aws.vm import AwsVm

from cloudctl import mapping
from cloudctl.errors import CloudError, Kind, UsageError
from cloudctl.retry import Deadline
from cloudctl.scope import Context, Scope
from cloudctl.services.vm import VmSpec


@pytest.fixture
def account(sandbox: Any) -> Account:
    sandbox.reset()
    return Account(sandbox)


def test_what_is_created_is_in_the_zone_that_is_named(account: Account) -> None:
    account.vms = AwsVm(replace(account.scope, zone="eu-west-1b"), Deadline(60))
    assert account.create().zone == "eu-west-1b"


def test_a_network_and_a_subnet_are_found_by_name(account: Account) -> None:
    vpc, subnet = _network(account, "lab", "10.9.0.0/16")
    by_network = account.create("one", network="lab")
    by_subnet = account.create("two", subnet=subnet)
    assert {account.native(vm)["SubnetId"] for vm in (by_network, by_subnet)} == {subnet}
    assert account.native(by_network)["VpcId"] == vpc
    account.delete("one", by_network)
    account.delete("two", by_subnet)
    assert account.left() == []


def _network(account: Account, name: str, block: str) -> tuple[str, str]:
    vpc = account.ec2.create_vpc(CidrBlock=block)["Vpc"]["VpcId"]
    account.ec2.create_tags(Resources=[vpc], Tags=[{"Key": "Name", "Value": name}])
    subnet = account.ec2.create_subnet(VpcId=vpc, CidrBlock=block.replace("/16", "/24"))["Subnet"]["SubnetId"]
    return vpc, str(subnet)


@pytest.mark.parametrize(
    ("options", "kind", "words"),
    [
        ({"network": "nowhere"}, Kind.NOT_FOUND, "no VPC nowhere"),
        ({"subnet": "subnet-0123456789abcdef0"}, Kind.NOT_FOUND, "no subnet subnet-0123456789abcdef0"),
        ({"network": "twice"}, Kind.AMBIGUOUS, "several VPCs are called twice"),
        ({"disk_gb": 4}, Kind.USAGE, "too small"),
        ({"image": mapping.choose_image("aws", "ami-0123456789abcdef0", "x86_64")}, Kind.NOT_FOUND, "no image ami-"),
        ({"size": mapping.choose("aws", "t4g.micro")}, Kind.USAGE, "architecture"),
    ],
)
def test_what_does_not_fit_is_refused_before_anything_is_made(
    account: Account, options: dict[str, Any], kind: Kind, words: str
) -> None:
    _network(account, "twice", "10.1.0.0/16")
    _network(account, "twice", "10.2.0.0/16")
    with pytest.raises(CloudError) as caught:
        account.create(**options)
    assert caught.value.kind is kind
    assert words in f"{caught.value.message} {caught.value.fix}"
    assert account.left() == []


@pytest.mark.parametrize(
    "spec",
    [
        wanted("web^1"),
        wanted("größe"),
        wanted("x" * 244),
        wanted(" web"),
        wanted("web "),
        wanted("i-0123456789abcdef0"),
        wanted(tags={"aws:x": "y"}),
        wanted(tags={"AWS:x": "y"}),
        wanted(tags={"Name": "y"}),
        wanted(tags={"k" * 129: "v"}),
        wanted(tags={"k": "v" * 257}),
        wanted(tags={f"k{number}": "v" for number in range(45)}),
        wanted(ssh_key="ecdsa-sha2-nistp256 AAAA"),
        wanted(user_data="x" * 16385),
    ],
)
def test_what_ec2_does_not_allow_is_refused_before_any_call(spec: VmSpec) -> None:
    with pytest.raises(UsageError):
        AwsVm(Scope(Context("aws", "aws"), REGION), Deadline(1)).check(spec)


@pytest.mark.parametrize(
    "spec", [wanted("x" * 243), wanted("my web/1 (blue)"), wanted(tags={f"k{number}": "v" for number in range(44)})]
)
def test_what_ec2_allows_is_made(account: Account, spec: VmSpec) -> None:
    account.create(spec.name, tags=spec.tags)
    account.delete(spec.name)
    assert account.left() == []


def test_windows_is_declared_unsupported() -> None:
    windows = mapping.choose_image("aws", "windows-2022", "x86_64")
    with pytest.raises(CloudError) as caught:
        AwsVm(Scope(Context("aws", "aws"), REGION), Deadline(1)).check(wanted(image=windows))
    assert caught.value.kind is Kind.UNSUPPORTED


def test_a_zone_of_another_region_is_refused() -> None:
    with pytest.raises(UsageError):
        AwsVm(Scope(Context("aws", "aws"), REGION, "us-east-1a"), Deadline(1)).check(wanted())
