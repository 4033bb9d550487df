"""Instances of the emulated EC2: launch, states, addresses, tokens."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from aws_fixtures import launch, look, newest, public_key, reach, refused, serving


@pytest.fixture(scope="module")
def ec2(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with serving(tmp_path_factory.mktemp("aws"), transition=0.2) as cloud:
        yield cloud.client()


def test_a_launched_instance_is_pending_and_then_running_with_addresses(ec2: Any) -> None:
    made = launch(ec2)
    assert made["State"] == {"Code": 0, "Name": "pending"}
    running = reach(ec2, made["InstanceId"], "running")
    assert running["PublicIpAddress"] == running["NetworkInterfaces"][0]["Association"]["PublicIp"]
    assert running["PrivateIpAddress"].startswith("172.31.")
    assert running["NetworkInterfaces"][0]["Attachment"]["AttachTime"] <= running["LaunchTime"]


def test_a_stopped_instance_has_no_public_address_and_gets_another_at_start(ec2: Any) -> None:
    made = launch(ec2)
    first = reach(ec2, made["InstanceId"], "running")
    change = ec2.stop_instances(InstanceIds=[made["InstanceId"]])["StoppingInstances"][0]
    assert (change["PreviousState"]["Name"], change["CurrentState"]["Name"]) == ("running", "stopping")
    stopped = reach(ec2, made["InstanceId"], "stopped")
    assert "PublicIpAddress" not in stopped
    assert stopped["StateTransitionReason"].startswith("User initiated (")
    assert stopped["StateReason"]["Code"] == "Client.UserInitiatedShutdown"
    ec2.start_instances(InstanceIds=[made["InstanceId"]])
    again = reach(ec2, made["InstanceId"], "running")
    assert again["PublicIpAddress"] != first["PublicIpAddress"]
    assert again["PrivateIpAddress"] == first["PrivateIpAddress"]
    assert again["StateTransitionReason"] == ""


def test_an_elastic_address_stays_through_a_stop_and_is_freed_by_termination(ec2: Any) -> None:
    made = launch(ec2)["InstanceId"]
    reach(ec2, made, "running")
    address = ec2.allocate_address()
    ec2.associate_address(AllocationId=address["AllocationId"], InstanceId=made)
    ec2.stop_instances(InstanceIds=[made])
    assert reach(ec2, made, "stopped")["PublicIpAddress"] == address["PublicIp"]
    ec2.start_instances(InstanceIds=[made])
    assert reach(ec2, made, "running")["PublicIpAddress"] == address["PublicIp"]
    ec2.terminate_instances(InstanceIds=[made])
    reach(ec2, made, "terminated")
    found = ec2.describe_addresses(AllocationIds=[address["AllocationId"]])["Addresses"][0]
    assert not found.get("AssociationId")


def test_a_start_resets_the_launch_time_but_not_the_attach_time(ec2: Any) -> None:
    made = launch(ec2)
    attached = made["NetworkInterfaces"][0]["Attachment"]["AttachTime"]
    instance_id = made["InstanceId"]
    launched = made["LaunchTime"]
    while launched <= made["LaunchTime"]:
        reach(ec2, instance_id, "running")
        ec2.stop_instances(InstanceIds=[instance_id])
        reach(ec2, instance_id, "stopped")
        ec2.start_instances(InstanceIds=[instance_id])
        again = look(ec2, instance_id)
        launched = again["LaunchTime"]
    assert again["NetworkInterfaces"][0]["Attachment"]["AttachTime"] == attached


def test_a_terminated_instance_stays_listed_without_addresses_and_volumes(ec2: Any) -> None:
    made = launch(ec2)
    reach(ec2, made["InstanceId"], "running")
    ec2.terminate_instances(InstanceIds=[made["InstanceId"]])
    gone = reach(ec2, made["InstanceId"], "terminated")
    assert not {"PublicIpAddress", "PrivateIpAddress", "SubnetId", "VpcId"} & set(gone)
    assert gone["NetworkInterfaces"] == gone["BlockDeviceMappings"] == []
    volume = made["BlockDeviceMappings"][0]["Ebs"]["VolumeId"]
    assert refused(ec2.describe_volumes, VolumeIds=[volume]) == (400, "InvalidVolume.NotFound")


def test_stop_start_and_terminate_can_be_repeated(ec2: Any) -> None:
    instance_id = launch(ec2)["InstanceId"]
    reach(ec2, instance_id, "running")
    assert ec2.start_instances(InstanceIds=[instance_id])["StartingInstances"][0]["CurrentState"]["Code"] == 16
    ec2.reboot_instances(InstanceIds=[instance_id])
    assert look(ec2, instance_id)["State"]["Name"] == "running"
    ec2.stop_instances(InstanceIds=[instance_id])
    reach(ec2, instance_id, "stopped")
    assert ec2.stop_instances(InstanceIds=[instance_id])["StoppingInstances"][0]["CurrentState"]["Code"] == 80
    ec2.terminate_instances(InstanceIds=[instance_id])
    reach(ec2, instance_id, "terminated")
    change = ec2.terminate_instances(InstanceIds=[instance_id])["TerminatingInstances"][0]
    assert change["CurrentState"] == change["PreviousState"] == {"Code": 48, "Name": "terminated"}


def test_a_repeated_client_token_returns_the_same_instance(ec2: Any) -> None:
    assert launch(ec2, ClientToken="again")["InstanceId"] == launch(ec2, ClientToken="again")["InstanceId"]


def test_a_replay_tells_the_present_state(ec2: Any) -> None:
    made = launch(ec2, ClientToken="present")
    reach(ec2, made["InstanceId"], "running")
    assert launch(ec2, ClientToken="present")["State"]["Name"] == "running"


def test_ten_concurrent_launches_with_one_token_make_one_instance(ec2: Any) -> None:
    image = newest(ec2)["ImageId"]
    with ThreadPoolExecutor(10) as pool:
        made = list(pool.map(lambda _: launch(ec2, ImageId=image, ClientToken="race"), range(10)))
    assert len({each["InstanceId"] for each in made}) == 1


def test_tags_are_parameters_of_a_client_token(ec2: Any) -> None:
    def tagged(value: str) -> dict[str, Any]:
        specification = {"ResourceType": "instance", "Tags": [{"Key": "run", "Value": value}]}
        return launch(ec2, ClientToken="tagged", TagSpecifications=[specification])

    tagged("one")
    assert refused(tagged, "two") == (400, "IdempotentParameterMismatch")


def test_a_client_token_of_a_terminated_instance_is_refused(ec2: Any) -> None:
    made = launch(ec2, ClientToken="dead")
    ec2.terminate_instances(InstanceIds=[made["InstanceId"]])
    reach(ec2, made["InstanceId"], "terminated")
    assert refused(launch, ec2, ClientToken="dead") == (400, "IdempotentInstanceTerminated")


def test_tokens_images_and_state_belong_to_a_region_and_survive_a_restart(tmp_path: Path) -> None:
    with serving(tmp_path) as cloud:
        here = launch(cloud.client(), ClientToken="kept")
        there = launch(cloud.client(region="us-east-1"), ClientToken="kept")
        assert here["InstanceId"] != there["InstanceId"]
        assert here["ImageId"] != there["ImageId"]
        cloud.app.save()
    with serving(tmp_path) as cloud:
        assert launch(cloud.client(), ClientToken="kept")["InstanceId"] == here["InstanceId"]


def test_a_launch_makes_what_it_asks_for(ec2: Any) -> None:
    group = ec2.create_security_group(GroupName="asked", Description="for a test")["GroupId"]
    key = ec2.import_key_pair(KeyName="asked", PublicKeyMaterial=public_key())
    tags = [{"Key": "Name", "Value": "asked"}]
    made = launch(
        ec2,
        KeyName="asked",
        SecurityGroupIds=[group],
        MetadataOptions={"HttpTokens": "required"},
        InstanceMarketOptions={"MarketType": "spot"},
        BlockDeviceMappings=[{"DeviceName": "/dev/sda1", "Ebs": {"VolumeSize": 20, "Encrypted": True}}],
        TagSpecifications=[
            {"ResourceType": kind, "Tags": tags} for kind in ("instance", "volume", "network-interface")
        ],
    )
    assert key["KeyPairId"].startswith("key-")
    assert made["KeyName"] == "asked"
    assert made["SecurityGroups"] == [{"GroupId": group, "GroupName": "asked"}]
    assert made["MetadataOptions"]["HttpTokens"] == "required"
    assert made["InstanceLifecycle"] == "spot"
    assert made["CpuOptions"] == {"CoreCount": 1, "ThreadsPerCore": 2}
    assert made["Tags"] == tags
    volume = ec2.describe_volumes(VolumeIds=[made["BlockDeviceMappings"][0]["Ebs"]["VolumeId"]])["Volumes"][0]
    assert (volume["Size"], volume["Encrypted"], volume["Tags"]) == (20, True, tags)
    interface = made["NetworkInterfaces"][0]["NetworkInterfaceId"]
    found = ec2.describe_network_interfaces(NetworkInterfaceIds=[interface])["NetworkInterfaces"][0]
    assert found["TagSet"] == tags


def test_an_instance_can_go_without_a_public_address(ec2: Any) -> None:
    made = launch(ec2, NetworkInterfaces=[{"DeviceIndex": 0, "AssociatePublicIpAddress": False}])
    assert "PublicIpAddress" not in reach(ec2, made["InstanceId"], "running")


def test_an_instance_can_have_two_interfaces_with_groups_of_their_own(ec2: Any) -> None:
    groups = [ec2.create_security_group(GroupName=f"two-{n}", Description="t")["GroupId"] for n in range(2)]
    made = launch(ec2, NetworkInterfaces=[{"DeviceIndex": n, "Groups": [groups[n]]} for n in range(2)])
    interfaces = sorted(made["NetworkInterfaces"], key=lambda each: each["Attachment"]["DeviceIndex"])
    assert [[group["GroupId"] for group in each["Groups"]] for each in interfaces] == [[g] for g in groups]


def test_a_windows_image_gives_its_platform(ec2: Any) -> None:
    image = newest(ec2, "amazon", "Windows_Server-2025-English-Full-Base-*")
    made = launch(ec2, ImageId=image["ImageId"], InstanceType="m5.large")
    assert (made["Platform"].lower(), made["PlatformDetails"]) == ("windows", "Windows")


def test_several_instances_share_a_reservation(ec2: Any) -> None:
    made = ec2.run_instances(ImageId=newest(ec2)["ImageId"], InstanceType="t3.micro", MinCount=3, MaxCount=3)
    assert [each["AmiLaunchIndex"] for each in made["Instances"]] == [0, 1, 2]
    filters = [{"Name": "instance-id", "Values": [each["InstanceId"] for each in made["Instances"]]}]
    found = ec2.describe_instances(Filters=filters)["Reservations"]
    assert [(each["ReservationId"], len(each["Instances"])) for each in found] == [(made["ReservationId"], 3)]


def test_a_launch_that_is_refused_leaves_nothing_behind(ec2: Any) -> None:
    before = (len(ec2.describe_volumes()["Volumes"]), len(ec2.describe_instances()["Reservations"]))
    devices = [{"DeviceName": "/dev/sdf", "Ebs": {"VolumeSize": 8, "VolumeType": "io2"}}]
    assert refused(launch, ec2, BlockDeviceMappings=devices)[0] == 400
    assert (len(ec2.describe_volumes()["Volumes"]), len(ec2.describe_instances()["Reservations"])) == before
