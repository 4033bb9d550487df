"""What the emulated EC2 lists: pages, filters, images, regions, types, and things made a moment ago."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from aws_fixtures import launch, look, newest, public_key, reach, refused, serving

PUBLISHED = [
    ("099720109477", "ubuntu/images/hvm-ssd*/ubuntu-jammy-22.04-{}-server-*", "amd64 arm64"),
    ("099720109477", "ubuntu/images/hvm-ssd*/ubuntu-noble-24.04-{}-server-*", "amd64 arm64"),
    ("099720109477", "ubuntu/images/hvm-ssd*/ubuntu-resolute-26.04-{}-server-*", "amd64 arm64"),
    ("136693071363", "debian-12-{}-*", "amd64 arm64"),
    ("136693071363", "debian-13-{}-*", "amd64 arm64"),
    ("amazon", "al2023-ami-2023.*-kernel-*-{}", "x86_64 arm64"),
    ("309956199498", "RHEL-8.*_HVM-*-{}-*", "x86_64 arm64"),
    ("309956199498", "RHEL-9.*_HVM-*-{}-*", "x86_64 arm64"),
    ("309956199498", "RHEL-10.*_HVM-*-{}-*", "x86_64 arm64"),
    ("792107900819", "Rocky-9-EC2-Base-9.*.{}", "x86_64 aarch64"),
    ("764336703387", "AlmaLinux OS 9.* {}", "x86_64 aarch64"),
    ("amazon", "suse-sles-15-sp*-v*-hvm-ssd-{}", "x86_64 arm64"),
    ("amazon", "Windows_Server-2019-English-Full-Base-*", "x86_64"),
    ("amazon", "Windows_Server-2022-English-Full-Base-*", "x86_64"),
    ("amazon", "Windows_Server-2025-English-Full-Base-*", "x86_64"),
]
LISTS = [
    "describe_availability_zones",
    "describe_images",
    "describe_instance_type_offerings",
    "describe_instance_types",
    "describe_instances",
    "describe_network_interfaces",
    "describe_regions",
    "describe_security_groups",
    "describe_snapshots",
    "describe_subnets",
    "describe_tags",
    "describe_volumes",
    "describe_vpcs",
]


@pytest.fixture(scope="module")
def ec2(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with serving(tmp_path_factory.mktemp("aws"), transition=0.1) as cloud:
        yield cloud.client()


def pages(call: Callable[..., Any], key: str, **parameters: Any) -> list[list[Any]]:
    result, token = [], None
    while True:
        page = call(**parameters, **({"NextToken": token} if token else {}))
        result.append(page[key])
        if not (token := page.get("NextToken")):
            return result


@pytest.mark.parametrize(("owner", "pattern", "labels"), PUBLISHED)
def test_the_publishers_images_are_found_in_several_dates(ec2: Any, owner: str, pattern: str, labels: str) -> None:
    for label in labels.split():
        filters = [{"Name": "name", "Values": [pattern.format(label)]}]
        found = ec2.describe_images(Owners=[owner], Filters=filters)["Images"]
        assert len({image["CreationDate"] for image in found}) == len(found) >= 2
        assert {image["Architecture"] for image in found} <= {"x86_64", "arm64"}
        for image in found:
            root = {each["DeviceName"]: each["Ebs"] for each in image["BlockDeviceMappings"]}[image["RootDeviceName"]]
            assert root["VolumeSize"] >= 8
            assert root["SnapshotId"].startswith("snap-")


def test_a_list_comes_in_pages_that_are_complete(tmp_path: Path) -> None:
    with serving(tmp_path, page_size=3) as cloud:
        ec2 = cloud.client()
        image = newest_over_pages(ec2)
        made = ec2.run_instances(ImageId=image, InstanceType="t3.micro", MinCount=8, MaxCount=8)["Instances"]
        got = pages(ec2.describe_instances, "Reservations")
        ids = [each["InstanceId"] for page in got for one in page for each in one["Instances"]]
        assert [sum(len(one["Instances"]) for one in page) for page in got] == [3, 3, 2]
        assert sorted(ids) == sorted(each["InstanceId"] for each in made)
        volumes = pages(ec2.describe_volumes, "Volumes")
        assert [len(page) for page in volumes] == [3, 3, 2]
        assert len({volume["VolumeId"] for page in volumes for volume in page}) == 8


def newest_over_pages(ec2: Any) -> str:
    filters = [{"Name": "name", "Values": ["debian-13-amd64-*"]}]
    found = pages(ec2.describe_images, "Images", Owners=["136693071363"], Filters=filters)
    newest: str = max((image["CreationDate"], image["ImageId"]) for page in found for image in page)[1]
    return newest


def test_the_client_may_ask_for_smaller_pages(ec2: Any) -> None:
    got = pages(ec2.describe_images, "Images", Owners=["801119661308"], MaxResults=4)
    assert [len(page) for page in got] == [4, 4, 1]


@pytest.mark.parametrize("operation", LISTS)
def test_every_list_is_served(ec2: Any, operation: str) -> None:
    reply = getattr(ec2, operation)()
    assert [value for name, value in reply.items() if name != "ResponseMetadata" and isinstance(value, list)]


@pytest.mark.parametrize("operation", LISTS)
def test_every_list_refuses_a_filter_that_does_not_exist(ec2: Any, operation: str) -> None:
    filters = [{"Name": "colour", "Values": ["red"]}]
    assert refused(getattr(ec2, operation), Filters=filters) == (400, "InvalidParameterValue")


def test_instances_are_found_by_tag_state_and_type(ec2: Any) -> None:
    tags = [{"Key": "cloudctl", "Value": "vm.web-1"}]
    made = launch(ec2, TagSpecifications=[{"ResourceType": "instance", "Tags": tags}])["InstanceId"]
    reach(ec2, made, "running")

    def found(**filters: str) -> list[str]:
        listed = [{"Name": name.replace("_", "-"), "Values": [value]} for name, value in filters.items()]
        reservations = ec2.describe_instances(Filters=listed)["Reservations"]
        return [each["InstanceId"] for one in reservations for each in one["Instances"]]

    assert found(**{"tag:cloudctl": "vm.web-*"}) == [made]
    assert found(**{"tag:cloudctl": "vm.web-1"}, instance_state_name="running", instance_type="t3.*") == [made]
    assert found(**{"tag:cloudctl": "vm.web-1"}, instance_state_name="stopped") == []
    assert found(**{"tag:cloudctl": "vm.web-1"}, tag_key="cloudctl", vpc_id=look(ec2, made)["VpcId"]) == [made]


def test_only_enabled_regions_are_listed_by_default(ec2: Any) -> None:
    enabled = ec2.describe_regions()["Regions"]
    everything = ec2.describe_regions(AllRegions=True)["Regions"]
    assert {each["OptInStatus"] for each in enabled} == {"opt-in-not-required"}
    assert {"us-east-1", "eu-central-1"} <= {each["RegionName"] for each in enabled}
    assert "not-opted-in" in {each["OptInStatus"] for each in everything}


def test_a_region_has_a_default_network_in_every_zone(ec2: Any) -> None:
    zones = {zone["ZoneName"] for zone in ec2.describe_availability_zones()["AvailabilityZones"]}
    subnets = ec2.describe_subnets(Filters=[{"Name": "default-for-az", "Values": ["true"]}])["Subnets"]
    assert {subnet["AvailabilityZone"] for subnet in subnets} == zones
    assert [vpc["IsDefault"] for vpc in ec2.describe_vpcs()["Vpcs"]] == [True]
    assert [g["GroupName"] for g in ec2.describe_security_groups(GroupNames=["default"])["SecurityGroups"]] == [
        "default"
    ]


@pytest.mark.parametrize("kind", ["group", "key"])
def test_of_ten_concurrent_creators_of_a_name_one_succeeds(ec2: Any, kind: str) -> None:
    material = public_key()
    creators = {
        "group": lambda: ec2.create_security_group(GroupName="raced", Description="t"),
        "key": lambda: ec2.import_key_pair(KeyName="raced", PublicKeyMaterial=material),
    }

    def attempt(_: int) -> str:
        try:
            creators[kind]()
        except ec2.exceptions.ClientError as refusal:
            return str(refusal.response["Error"]["Code"])
        return "made"

    with ThreadPoolExecutor(10) as pool:
        outcomes = sorted(pool.map(attempt, range(10)))
    assert outcomes == [{"group": "InvalidGroup.Duplicate", "key": "InvalidKeyPair.Duplicate"}[kind]] * 9 + ["made"]


def test_a_group_of_an_instance_can_be_deleted_only_after_it_is_terminated(ec2: Any) -> None:
    group = ec2.create_security_group(GroupName="held", Description="t")["GroupId"]
    made = launch(ec2, SecurityGroupIds=[group])["InstanceId"]
    ec2.terminate_instances(InstanceIds=[made])
    assert refused(ec2.delete_security_group, GroupId=group) == (400, "DependencyViolation")
    reach(ec2, made, "terminated")
    ec2.delete_security_group(GroupId=group)
    assert refused(ec2.describe_security_groups, GroupIds=[group]) == (400, "InvalidGroup.NotFound")


def test_rules_of_one_request_are_made_together_or_not_at_all(ec2: Any) -> None:
    group = ec2.create_security_group(GroupName="ruled", Description="t")["GroupId"]
    opened = [
        {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
        for port in (22, 443)
    ]
    made = ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=opened)["SecurityGroupRules"]
    assert [rule["FromPort"] for rule in made] == [22, 443]
    other = {"IpProtocol": "udp", "FromPort": 53, "ToPort": 53, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
    again = {"GroupId": group, "IpPermissions": [other, *opened]}
    assert refused(ec2.authorize_security_group_ingress, **again) == (400, "InvalidPermission.Duplicate")
    permissions = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]["IpPermissions"]
    assert sorted(each["FromPort"] for each in permissions) == [22, 443]


def test_deleting_a_key_pair_that_is_not_there_succeeds(ec2: Any) -> None:
    made = ec2.import_key_pair(KeyName="passing", PublicKeyMaterial=public_key())
    assert ec2.delete_key_pair(KeyPairId=made["KeyPairId"])["Return"] is True
    assert ec2.delete_key_pair(KeyName="passing")["Return"] is True
    assert ec2.describe_key_pairs(Filters=[{"Name": "key-name", "Values": ["passing"]}])["KeyPairs"] == []


def test_reads_show_a_new_thing_after_the_read_lag(tmp_path: Path, eventually: Callable[..., Any]) -> None:
    with serving(tmp_path, read_lag=2.0) as cloud:
        ec2 = cloud.client()
        image = newest(ec2)["ImageId"]
        group = ec2.create_security_group(GroupName="new", Description="t")["GroupId"]
        key = ec2.import_key_pair(KeyName="new", PublicKeyMaterial=public_key())["KeyPairId"]
        made = launch(ec2, ImageId=image)["InstanceId"]
        assert refused(ec2.describe_instances, InstanceIds=[made]) == (400, "InvalidInstanceID.NotFound")
        assert ec2.describe_instances()["Reservations"] == []
        assert refused(ec2.describe_security_groups, GroupIds=[group]) == (400, "InvalidGroup.NotFound")
        assert refused(ec2.describe_key_pairs, KeyPairIds=[key]) == (400, "InvalidKeyPair.NotFound")
        assert refused(launch, ec2, ImageId=image, SecurityGroupIds=[group]) == (400, "InvalidGroup.NotFound")
        again = {"GroupName": "new", "Description": "t"}
        assert refused(ec2.create_security_group, **again) == (400, "InvalidGroup.Duplicate")
        eventually(lambda: ec2.describe_instances()["Reservations"])
        assert look(ec2, made)["InstanceId"] == made
