"""The sandbox's EC2, through the adapter and beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import boto3
from cloudctl_aws.vm import AwsVm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cloudctl import mapping
from cloudctl.diagnostics import Report
from cloudctl.marks import OWNER
from cloudctl.retry import Deadline
from cloudctl.runner import Runner
from cloudctl.scope import Context, Scope
from cloudctl.services.vm import Vm, VmSpec

REGION = "eu-west-1"
KEY = (
    Ed25519PrivateKey.from_private_bytes(b"0" * 32)
    .public_key()
    .public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    .decode()
)


def wanted(name: str = "web", **options: Any) -> VmSpec:
    size = mapping.choose("aws", "t3.micro")
    return replace(VmSpec(name, size, mapping.choose_image("aws", "ubuntu-24.04", "x86_64"), KEY), **options)


class Account:
    """The sandbox's AWS: through the adapter (``vms``, ``create`` ...), and beside it (``ec2``)."""

    def __init__(self, sandbox: Any) -> None:
        self.sandbox = sandbox
        endpoint = sandbox.endpoint("aws")
        self.scope = Scope(Context("aws", "aws", {}, endpoint, sandbox=True), REGION)
        self.vms = AwsVm(self.scope, Deadline(60))
        self.runner = Runner(self.vms.call, Report())
        self.ec2 = boto3.client(
            "ec2", REGION, endpoint_url=endpoint, aws_access_key_id="sandbox", aws_secret_access_key="sandbox"
        )

    def create(self, name: str = "web", **options: Any) -> Vm:
        self.vms.check(wanted(name, **options))
        self.runner.execute(self.vms.plan_create(wanted(name, **options)))
        (vm,) = self.vms.find(name)
        return vm

    def delete(self, name: str, vm: Vm | None = None) -> None:
        self.runner.execute(self.vms.plan_delete(name, vm))

    def foreign(self, name: str) -> str:
        """An instance that somebody else made."""
        image = self.create_image()
        tags = [{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": name}]}]
        made = self.ec2.run_instances(
            ImageId=image, InstanceType="t3.micro", MinCount=1, MaxCount=1, TagSpecifications=tags
        )
        return str(made["Instances"][0]["InstanceId"])

    def create_image(self) -> str:
        names = [{"Name": "name", "Values": ["ubuntu/images/*noble-24.04-amd64-server-*"]}]
        return str(self.ec2.describe_images(Owners=["099720109477"], Filters=names)["Images"][0]["ImageId"])

    def native(self, vm: Vm) -> dict[str, Any]:
        found: dict[str, Any] = self.ec2.describe_instances(InstanceIds=[vm.id])["Reservations"][0]["Instances"][0]
        return found

    def left(self) -> list[str]:
        """What carries an owner mark and is not terminated."""
        marked = [{"Name": "tag-key", "Values": [OWNER]}]
        reservations = self.ec2.describe_instances(Filters=marked)["Reservations"]
        live = [one for each in reservations for one in each["Instances"] if one["State"]["Name"] != "terminated"]
        return [
            *(one["InstanceId"] for one in live),
            *(one["KeyName"] for one in self.ec2.describe_key_pairs(Filters=marked)["KeyPairs"]),
            *(one["GroupName"] for one in self.ec2.describe_security_groups(Filters=marked)["SecurityGroups"]),
            *(one["VolumeId"] for one in self.ec2.describe_volumes(Filters=marked)["Volumes"]),
        ]

    def calls(self, act: Callable[[], object]) -> list[str]:
        """The operations that the adapter called."""
        known = self.sandbox.operations(cloud="aws")
        act()
        return [one["operation"] for one in self.sandbox.operations(cloud="aws")[len(known) :]]
