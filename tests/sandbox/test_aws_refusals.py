"""Every row of the table of refusals, provoked through boto3 or by a request of our own."""

from __future__ import annotations

import base64
import html
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from aws_fixtures import UBUNTU, Served, launch, newest, public_key, reach, refusal_of, serving

from cloudctl.sandbox.aws.refusals import Refusal

Outcome = tuple[int, str, str]
Provoke = Callable[[Served, Any], Outcome]
SIGNED = (
    "AWS4-HMAC-SHA256 Credential={key}/20260101/{region}/{service}/aws4_request, "
    "SignedHeaders=host, Signature=" + "0" * 64
)
NOWHERE = "0123456789abcdef0"


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("aws"), transition=0.3, page_size=2) as cloud:
        yield cloud


def post(cloud: Served, service: str = "ec2", signed: bool = True, key: str = "sandbox", **form: str) -> Outcome:
    """A request that no SDK would send; the status and the code in its error envelope."""
    version = {"ec2": "2016-11-15"}.get(service, "2011-06-15")
    body = urllib.parse.urlencode({"Version": version, **form}).encode()
    headers = {"Authorization": SIGNED.format(key=key, region="eu-west-1", service=service)} if signed else {}
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(urllib.request.Request(cloud.url, body, headers))
    text = caught.value.read().decode()
    envelope = "<Response><Errors><Error>" if service == "ec2" else "<ErrorResponse"
    assert envelope in text
    code, message = re.findall("<Code>(.*)</Code>.*?<Message>(.*)</Message>", text)[0]
    return caught.value.code, code, html.unescape(message)


def run(**parameters: Any) -> Provoke:
    return lambda cloud, ec2: refusal_of(launch, ec2, **parameters)


def call(operation: str, **parameters: Any) -> Provoke:
    return lambda cloud, ec2: refusal_of(getattr(ec2, operation), **parameters)


def unsigned(service: str, **form: str) -> Provoke:
    return lambda cloud, ec2: post(cloud, service, signed=False, **form)


def tags(*pairs: tuple[str, str]) -> Provoke:
    listed = [{"Key": key, "Value": value} for key, value in pairs]
    return call("create_tags", Resources=[f"i-{NOWHERE}"], Tags=listed)


def crash(cloud: Served, ec2: Any) -> Outcome:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("cloudctl.sandbox.aws.ec2.lifecycle.settle", lambda *_: 1 / 0)
        return refusal_of(ec2.describe_vpcs)


def foreign_token(cloud: Served, ec2: Any) -> Outcome:
    token = ec2.describe_subnets()["NextToken"]
    return refusal_of(ec2.describe_images, NextToken=token)


def token_mismatch(cloud: Served, ec2: Any) -> Outcome:
    launch(ec2, ClientToken="mismatch")
    return refusal_of(launch, ec2, ClientToken="mismatch", InstanceType="t3.small")


def token_terminated(cloud: Served, ec2: Any) -> Outcome:
    made = launch(ec2, ClientToken="terminated")["InstanceId"]
    ec2.terminate_instances(InstanceIds=[made])
    reach(ec2, made, "terminated")
    return refusal_of(launch, ec2, ClientToken="terminated")


def not_offered(cloud: Served, ec2: Any) -> Outcome:
    """us-east-1e is the zone that has few of the newer types."""
    east = cloud.client(region="us-east-1")
    image = newest(east, name=UBUNTU.format("arm64"))["ImageId"]
    zone = {"AvailabilityZone": "us-east-1e"}
    return refusal_of(launch, east, ImageId=image, InstanceType="m7g.large", Placement=zone)


def architecture(cloud: Served, ec2: Any) -> Outcome:
    return refusal_of(launch, ec2, ImageId=newest(ec2, name=UBUNTU.format("arm64"))["ImageId"])


def other_network(cloud: Served, ec2: Any) -> Outcome:
    vpc = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    group = ec2.create_security_group(GroupName="elsewhere", Description="t", VpcId=vpc)["GroupId"]
    return refusal_of(launch, ec2, SecurityGroupIds=[group])


def small_subnet(ec2: Any, cidr: str) -> str:
    vpc = ec2.create_vpc(CidrBlock=cidr)["Vpc"]["VpcId"]
    made: str = ec2.create_subnet(VpcId=vpc, CidrBlock=cidr, AvailabilityZone="eu-west-1a")["Subnet"]["SubnetId"]
    return made


def subnet_full(cloud: Served, ec2: Any) -> Outcome:
    return refusal_of(launch, ec2, SubnetId=small_subnet(ec2, "10.2.0.0/28"), MinCount=1, MaxCount=12)


def address_in_use(cloud: Served, ec2: Any) -> Outcome:
    subnet = small_subnet(ec2, "10.3.0.0/28")
    launch(ec2, SubnetId=subnet, PrivateIpAddress="10.3.0.9")
    return refusal_of(launch, ec2, SubnetId=subnet, PrivateIpAddress="10.3.0.9")


def interface_in_use(cloud: Served, ec2: Any) -> Outcome:
    interface = launch(ec2)["NetworkInterfaces"][0]["NetworkInterfaceId"]
    return refusal_of(launch, ec2, NetworkInterfaces=[{"DeviceIndex": 0, "NetworkInterfaceId": interface}])


def no_default_network(cloud: Served, ec2: Any) -> Outcome:
    bare = cloud.client(region="eu-north-1")
    while subnets := bare.describe_subnets()["Subnets"]:
        for subnet in subnets:
            bare.delete_subnet(SubnetId=subnet["SubnetId"])
    return refusal_of(launch, bare)


def too_many_interfaces(cloud: Served, ec2: Any) -> Outcome:
    return refusal_of(launch, ec2, NetworkInterfaces=[{"DeviceIndex": index} for index in range(9)])


def wrong_state(cloud: Served, ec2: Any) -> Outcome:
    return refusal_of(ec2.stop_instances, InstanceIds=[launch(ec2)["InstanceId"]])


def spot_stop(cloud: Served, ec2: Any) -> Outcome:
    spot = launch(ec2, InstanceMarketOptions={"MarketType": "spot"})["InstanceId"]
    reach(ec2, spot, "running")
    return refusal_of(ec2.stop_instances, InstanceIds=[spot])


def protected(cloud: Served, ec2: Any) -> Outcome:
    return refusal_of(ec2.terminate_instances, InstanceIds=[launch(ec2, DisableApiTermination=True)["InstanceId"]])


def resize_running(cloud: Served, ec2: Any) -> Outcome:
    made = launch(ec2)["InstanceId"]
    return refusal_of(ec2.modify_instance_attribute, InstanceId=made, InstanceType={"Value": "t3.large"})


def group_duplicate(cloud: Served, ec2: Any) -> Outcome:
    ec2.create_security_group(GroupName="twice", Description="t")
    return refusal_of(ec2.create_security_group, GroupName="twice", Description="t")


def group_in_use(cloud: Served, ec2: Any) -> Outcome:
    group = ec2.create_security_group(GroupName="used", Description="t")["GroupId"]
    launch(ec2, SecurityGroupIds=[group])
    return refusal_of(ec2.delete_security_group, GroupId=group)


def group_default(cloud: Served, ec2: Any) -> Outcome:
    group = ec2.describe_security_groups(GroupNames=["default"])["SecurityGroups"][0]["GroupId"]
    return refusal_of(ec2.delete_security_group, GroupId=group)


def key_duplicate(cloud: Served, ec2: Any) -> Outcome:
    ec2.import_key_pair(KeyName="twice", PublicKeyMaterial=public_key())
    return refusal_of(ec2.import_key_pair, KeyName="twice", PublicKeyMaterial=public_key())


def unknown_key(service: str, operation: str) -> Provoke:
    return lambda cloud, ec2: refusal_of(getattr(cloud.client(service, key="AKIASOMEBODYELSE1234"), operation))


def group_kinds(kind: str) -> list[dict[str, Any]]:
    return [{"ResourceType": kind, "Tags": [{"Key": "a", "Value": "b"}]}]


NO_GROUP = {"GroupName": "g", "Description": "t"}
PROVOKED: dict[Refusal, Provoke] = {
    Refusal.EC2_UNSIGNED: unsigned("ec2", Action="DescribeVpcs"),
    Refusal.EC2_UNKNOWN_KEY: unknown_key("ec2", "describe_vpcs"),
    Refusal.EC2_REGION: lambda cloud, ec2: refusal_of(cloud.client(region="af-south-1").describe_vpcs),
    Refusal.STS_UNSIGNED: unsigned("sts", Action="GetCallerIdentity"),
    Refusal.STS_UNKNOWN_KEY: unknown_key("sts", "get_caller_identity"),
    Refusal.NOT_SERVED: call("describe_fleets"),
    Refusal.CRASHED: crash,
    Refusal.UNKNOWN_ACTION: lambda cloud, ec2: post(cloud, Action="MakeTea"),
    Refusal.UNKNOWN_PARAMETER: lambda cloud, ec2: post(cloud, Action="DescribeVpcs", Colour="red"),
    Refusal.MISSING_PARAMETER: lambda cloud, ec2: post(cloud, Action="StopInstances"),
    Refusal.PARAMETER_TYPE: lambda cloud, ec2: post(cloud, Action="DescribeVpcs", DryRun="perhaps"),
    Refusal.PARAMETER_CHOICE: run(InstanceInitiatedShutdownBehavior="explode"),
    Refusal.PARAMETER_RANGE: call("describe_vpcs", MaxResults=1),
    Refusal.DRY_RUN: call("describe_vpcs", DryRun=True),
    Refusal.FILTER: call("describe_instances", Filters=[{"Name": "colour", "Values": ["red"]}]),
    Refusal.PAGE_TOKEN: foreign_token,
    Refusal.PAGE_AND_IDS: call("describe_instances", InstanceIds=[f"i-{NOWHERE}"], MaxResults=5),
    Refusal.TAG_LIMIT: tags(*[(str(number), "") for number in range(51)]),
    Refusal.TAG_RESERVED: tags(("aws:mine", "")),
    Refusal.TAG_LENGTH: tags(("k" * 129, "")),
    Refusal.TAG_DUPLICATE: tags(("a", "1"), ("a", "2")),
    Refusal.TAG_RESOURCE: call("create_security_group", **NO_GROUP, TagSpecifications=group_kinds("instance")),
    Refusal.TOKEN_MISMATCH: token_mismatch,
    Refusal.TOKEN_TERMINATED: token_terminated,
    Refusal.TOKEN_LENGTH: run(ClientToken="t" * 65),
    Refusal.IMAGE_MISSING: run(ImageId=f"ami-{NOWHERE}"),
    Refusal.IMAGE_MALFORMED: run(ImageId="ubuntu"),
    Refusal.NO_IMAGE: lambda cloud, ec2: refusal_of(ec2.run_instances, MinCount=1, MaxCount=1),
    Refusal.INSTANCE_TYPE: run(InstanceType="t3.gigantic"),
    Refusal.ARCHITECTURE: architecture,
    Refusal.NOT_OFFERED: not_offered,
    Refusal.COUNT: run(MinCount=3, MaxCount=2),
    Refusal.KEY_MISSING: run(KeyName="lost"),
    Refusal.SUBNET_MISSING: run(SubnetId=f"subnet-{NOWHERE}"),
    Refusal.GROUP_MISSING: run(SecurityGroupIds=[f"sg-{NOWHERE}"]),
    Refusal.GROUP_OTHER_NETWORK: other_network,
    Refusal.ZONE: run(Placement={"AvailabilityZone": "eu-west-1z"}),
    Refusal.NETWORK_COMBINATION: run(SubnetId=f"subnet-{NOWHERE}", NetworkInterfaces=[{"DeviceIndex": 0}]),
    Refusal.PUBLIC_WITH_TWO: run(
        NetworkInterfaces=[{"DeviceIndex": n, "AssociatePublicIpAddress": True} for n in range(2)]
    ),
    Refusal.INTERFACE_LIMIT: too_many_interfaces,
    Refusal.NO_DEFAULT_NETWORK: no_default_network,
    Refusal.SUBNET_FULL: subnet_full,
    Refusal.ADDRESS_IN_USE: address_in_use,
    Refusal.INTERFACE_IN_USE: interface_in_use,
    Refusal.IAM_PROFILE: run(IamInstanceProfile={"Name": "nobody"}),
    Refusal.ROOT_TOO_SMALL: run(BlockDeviceMappings=[{"DeviceName": "/dev/sda1", "Ebs": {"VolumeSize": 1}}]),
    Refusal.USER_DATA_LENGTH: run(UserData="x" * 16385),
    Refusal.USER_DATA_ENCODING: lambda cloud, ec2: post(
        cloud,
        Action="RunInstances",
        MinCount="1",
        MaxCount="1",
        InstanceType="t3.micro",
        ImageId=newest(ec2)["ImageId"],
        UserData="not base64",
    ),
    Refusal.INSTANCE_MISSING: call("start_instances", InstanceIds=[f"i-{NOWHERE}"]),
    Refusal.INSTANCE_MALFORMED: call("start_instances", InstanceIds=["web"]),
    Refusal.WRONG_STATE: wrong_state,
    Refusal.SPOT_STOP: spot_stop,
    Refusal.PROTECTED: protected,
    Refusal.RESIZE_RUNNING: resize_running,
    Refusal.GROUP_DUPLICATE: group_duplicate,
    Refusal.GROUP_NAME: call("create_security_group", GroupName="sg-mine", Description="t"),
    Refusal.VPC_MISSING: call("create_security_group", **NO_GROUP, VpcId=f"vpc-{NOWHERE}"),
    Refusal.GROUP_IN_USE: group_in_use,
    Refusal.GROUP_DEFAULT: group_default,
    Refusal.KEY_DUPLICATE: key_duplicate,
    Refusal.KEY_FORMAT: call("import_key_pair", KeyName="bad", PublicKeyMaterial=base64.b64encode(b"bad")),
    Refusal.REGION_NAME: call("describe_regions", RegionNames=["moon-west-1"]),
    Refusal.INSTANCE_TYPE_QUERY: lambda cloud, ec2: post(
        cloud, **{"Action": "DescribeInstanceTypes", "InstanceType.1": "t3.gigantic"}
    ),
}


@pytest.mark.parametrize("refusal", Refusal, ids=lambda refusal: refusal.name)
def test_a_refusal_of_the_table_happens_as_it_says(cloud: Served, refusal: Refusal) -> None:
    row = refusal.value
    status, code, message = PROVOKED[refusal](cloud, cloud.client(parameter_validation=False))
    assert (status, code) == (row.status, row.code)
    assert re.fullmatch(re.sub(r"\\{\w+\\}", ".*", re.escape(row.message)), message, re.DOTALL), message


def test_two_rows_of_the_table_are_never_one() -> None:
    assert len(Refusal.__members__) == len(list(Refusal))


def test_the_documentation_page_lists_every_refusal() -> None:
    page = Path(__file__).parents[2].joinpath("docs", "sandbox-aws.md").read_text()
    rows = [refusal.value for refusal in Refusal]
    assert [row for row in rows if f"| {row.status} {row.code} | {row.condition} |" not in page] == []
