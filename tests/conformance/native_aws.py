"""Machines made with boto3, beside cloudctl, and everything that is in the account."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import boto3
from botocore.config import Config
from polling import until

REGION = "us-east-1"
_UBUNTU = "ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-20260916"
_WINDOWS = "Windows_Server-2022-English-Full-Base-2026.09.16"
_LISTS = (
    ("describe_instances", "Reservations", "ReservationId"),
    ("describe_volumes", "Volumes", "VolumeId"),
    ("describe_security_groups", "SecurityGroups", "GroupId"),
    ("describe_key_pairs", "KeyPairs", "KeyPairId"),
    ("describe_network_interfaces", "NetworkInterfaces", "NetworkInterfaceId"),
    ("describe_addresses", "Addresses", "AllocationId"),
)


class AwsNative:
    """EC2 in the region that the tests work in."""

    def __init__(self, endpoint: str) -> None:
        self._ec2 = boto3.client(
            "ec2",
            endpoint_url=endpoint,
            region_name=REGION,
            aws_access_key_id="sandbox",
            aws_secret_access_key="sandbox",
            config=Config(retries={"total_max_attempts": 1, "mode": "standard"}),
        )

    def fleet(self) -> dict[str, str]:
        """One machine of each kind, by kind."""
        subnet = self._subnet()
        interfaces = [{"DeviceIndex": index, "SubnetId": subnet} for index in (0, 1)]
        alone = [{"DeviceIndex": 0, "SubnetId": subnet, "AssociatePublicIpAddress": False}]
        made = {
            "running": self._run("m-running"),
            "stopped": self._run("m-stopped"),
            "spot": self._run("m-spot", InstanceMarketOptions={"MarketType": "spot"}),
            "no-address": self._run("m-no-address", NetworkInterfaces=alone),
            "two-interfaces": self._run("m-two-interfaces", NetworkInterfaces=interfaces),
            "windows": self._run("m-windows", ImageId=self._image(_WINDOWS)),
            "untagged": self._run(None),
            "unnamed": self._run(""),
        }
        for machine in made.values():
            self._reach(machine, "running")
        self._ec2.stop_instances(InstanceIds=[made["stopped"]])
        self._reach(made["stopped"], "stopped")
        return made

    def bulk(self, count: int) -> set[str]:
        """The ids of ``count`` new machines."""
        machines = self._ec2.run_instances(**self._request(MinCount=count, MaxCount=count))["Instances"]
        return {machine["InstanceId"] for machine in machines}

    def machine(self, name: str) -> str:
        """A running machine with this name that cloudctl did not make."""
        return self._reach(self._run(name), "running")

    def twins(self, name: str) -> list[str]:
        """Two machines with one name."""
        return [self.machine(name), self.machine(name)]

    def network(self) -> str:
        """A network that a create can be told to use."""
        filters = [{"Name": "is-default", "Values": ["true"]}]
        return str(self._ec2.describe_vpcs(Filters=filters)["Vpcs"][0]["VpcId"])

    def things(self) -> set[str]:
        """Everything there is but ended instances; the region's default network is always there."""
        return {thing for operation, key, field in _LISTS for thing in self._ids(operation, key, field)}

    def _ids(self, operation: str, key: str, field: str) -> Iterator[str]:
        for item in self._pages(getattr(self._ec2, operation), key):
            ended = [one["State"]["Name"] == "terminated" for one in item.get("Instances", [])]
            if not ended or not all(ended):
                yield f"{key}/{item[field]}"

    def _pages(self, call: Callable[..., Any], key: str) -> Iterator[dict[str, Any]]:
        page = call()
        yield from page[key]
        while token := page.get("NextToken"):
            page = call(NextToken=token)
            yield from page[key]

    def _request(self, **more: Any) -> dict[str, Any]:
        image = more.pop("ImageId", None) or self._image(_UBUNTU)
        return {"ImageId": image, "InstanceType": "t3.small", "MinCount": 1, "MaxCount": 1, **more}

    def _run(self, name: str | None, **more: Any) -> str:
        tags = [{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": name}]}]
        specification = {} if name is None else {"TagSpecifications": tags}
        made = self._ec2.run_instances(**self._request(**more), **specification)
        return str(made["Instances"][0]["InstanceId"])

    def _image(self, name: str) -> str:
        filters = [{"Name": "name", "Values": [name]}]
        return str(self._ec2.describe_images(Filters=filters)["Images"][0]["ImageId"])

    def _subnet(self) -> str:
        wanted = {"default-for-az": "true", "availability-zone": f"{REGION}a"}
        filters = [{"Name": name, "Values": [value]} for name, value in wanted.items()]
        return str(self._ec2.describe_subnets(Filters=filters)["Subnets"][0]["SubnetId"])

    def _reach(self, machine: str, state: str) -> str:
        def reached() -> bool:
            found = self._ec2.describe_instances(InstanceIds=[machine])["Reservations"][0]["Instances"][0]
            return bool(found["State"]["Name"] == state)

        until(reached)
        return machine
