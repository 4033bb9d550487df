"""The accounts of the three clouds as somebody else uses them: natively, beside cloudctl and without its marks."""

from __future__ import annotations

import base64
import json
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import boto3
from eventually import until
from leftovers import PROJECT, SUBSCRIPTION

_KEY_TYPE = b"ssh-ed25519"
_KEY_BLOB = len(_KEY_TYPE).to_bytes(4, "big") + _KEY_TYPE + (32).to_bytes(4, "big") + bytes(range(32))
PUBLIC_KEY = f"ssh-ed25519 {base64.b64encode(_KEY_BLOB).decode()} nobody"
"""An OpenSSH public key whose private half nobody has."""


@dataclass(frozen=True, slots=True)
class Thing:
    """A resource that has a name: its kind, the provider's id, and its whole record."""

    kind: str
    name: str
    id: str
    record: Any


class Account(Protocol):
    def things(self) -> Iterator[Thing]:
        """What has a name; without what a create shares with others, and ended EC2 instances."""

    def occupy(self, kind: str, name: str) -> None:
        """Make an unmarked thing of this kind and name, complete when this returns."""


class AwsAccount:
    """EC2 and S3 by boto3: https://boto3.amazonaws.com/v1/documentation/api/latest/reference/services/"""

    def __init__(self, endpoint: str) -> None:
        keys = {"aws_access_key_id": "sandbox", "aws_secret_access_key": "sandbox"}
        self._ec2 = boto3.client("ec2", "us-east-1", endpoint_url=endpoint, **keys)
        self._s3 = boto3.client("s3", "us-east-1", endpoint_url=endpoint, **keys)

    def things(self) -> Iterator[Thing]:
        for group in self._ec2.describe_security_groups()["SecurityGroups"]:
            yield Thing("group", group["GroupName"], group["GroupId"], group)
        for key in self._ec2.describe_key_pairs()["KeyPairs"]:
            yield Thing("key", key["KeyName"], key["KeyPairId"], key)
        for instance in self._instances():
            names = [tag["Value"] for tag in instance.get("Tags", []) if tag["Key"] == "Name"]
            yield Thing("instance", names[0], instance["InstanceId"], instance)
        for bucket in self._s3.list_buckets()["Buckets"]:
            yield Thing("bucket", bucket["Name"], bucket["Name"], [bucket, self._tags_of(bucket["Name"])])

    def _tags_of(self, bucket: str) -> Any:
        try:
            return self._s3.get_bucket_tagging(Bucket=bucket)["TagSet"]
        except self._s3.exceptions.ClientError as error:
            assert error.response["Error"]["Code"] == "NoSuchTagSet", error
            return []

    def _instances(self) -> list[Any]:
        states = ["pending", "running", "stopping", "stopped"]
        live = self._ec2.describe_instances(Filters=[{"Name": "instance-state-name", "Values": states}])
        return [instance for reservation in live["Reservations"] for instance in reservation["Instances"]]

    def occupy(self, kind: str, name: str) -> None:
        match kind:
            case "group":
                self._ec2.create_security_group(GroupName=name, Description="theirs")
            case "key":
                self._ec2.import_key_pair(KeyName=name, PublicKeyMaterial=PUBLIC_KEY.encode())
            case "instance":
                self._launch(name)
            case "bucket":
                self._s3.create_bucket(Bucket=name)

    def _launch(self, name: str) -> None:
        image = self._ec2.describe_images(Filters=[{"Name": "name", "Values": ["*ubuntu-noble*amd64*"]}])["Images"][0]
        tags = [{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": name}]}]
        made = self._ec2.run_instances(
            ImageId=image["ImageId"], InstanceType="t3.small", MinCount=1, MaxCount=1, TagSpecifications=tags
        )
        wanted = made["Instances"][0]["InstanceId"]
        until(lambda: any(one["InstanceId"] == wanted and _runs(one) for one in self._instances()))


def _runs(instance: Any) -> bool:
    return bool(instance["State"]["Name"] == "running")


class AzureAccount:
    """Resource Manager by plain HTTP: https://learn.microsoft.com/rest/api/azure/"""

    GROUP = "cloudctl-eastus"
    ACCOUNT = "walkaccount"
    NETWORK = "Microsoft.Network/networkInterfaces"
    MACHINE = "Microsoft.Compute/virtualMachines"

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint
        self._group = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{self.GROUP}"

    def things(self) -> Iterator[Thing]:
        if not self._send("GET", "/".join(self._group.split("/")[:3]) + "/resourcegroups")["value"]:
            return
        for resource in self._send("GET", f"{self._group}/resources")["value"]:
            if resource["type"].lower().endswith("/storageaccounts"):
                yield from self._containers(resource["id"])
            elif not resource["type"].lower().endswith("/virtualnetworks"):
                record = self._send("GET", resource["id"])
                yield Thing(resource["type"], resource["name"], resource["id"].lower(), record)

    def _containers(self, account: str) -> Iterator[Thing]:
        if self._send("GET", account)["properties"]["provisioningState"] != "Succeeded":
            return  # it has none yet, and may not be asked for them
        for container in self._send("GET", f"{account}/blobServices/default/containers")["value"]:
            record = self._send("GET", container["id"])
            yield Thing("container", container["name"], container["id"].lower(), record)

    def occupy(self, kind: str, name: str) -> None:
        if kind == "container":
            account = f"{self._group}/providers/Microsoft.Storage/storageAccounts/{self.ACCOUNT}"
            self._send("PUT", f"{account}/blobServices/default/containers/{name}", {})
            return
        properties: dict[str, Callable[[], Any]] = {
            "networkSecurityGroups": dict,
            "publicIPAddresses": lambda: {"publicIPAllocationMethod": "Static"},
            "networkInterfaces": lambda: {"ipConfigurations": [self._address_configuration()]},
            "disks": lambda: {"creationData": {"createOption": "Empty"}, "diskSizeGB": 10},
            "virtualMachines": lambda: self._machine(name),
        }
        body = {"location": "eastus", "properties": properties[kind.partition("/")[2]]()}
        if kind.endswith("/publicIPAddresses"):
            body["sku"] = {"name": "Standard"}
        self._make(f"{self._group}/providers/{kind}/{name}", body)

    def _make(self, resource: str, body: Any) -> str:
        self._send("PUT", resource, body)
        until(lambda: self._send("GET", resource)["properties"]["provisioningState"] == "Succeeded")
        return resource

    def _address_configuration(self) -> Any:
        subnet = f"{self._group}/providers/Microsoft.Network/virtualNetworks/cloudctl/subnets/default"
        return {"name": "theirs", "properties": {"primary": True, "subnet": {"id": subnet}}}

    def _machine(self, name: str) -> Any:
        interface = f"{self._group}/providers/{self.NETWORK}/theirs-of-{name}"
        body = {"location": "eastus", "properties": {"ipConfigurations": [self._address_configuration()]}}
        image = {"publisher": "Canonical", "offer": "ubuntu-24_04-lts", "sku": "server", "version": "latest"}
        key = {"path": "/home/theirs/.ssh/authorized_keys", "keyData": PUBLIC_KEY}
        linux = {"disablePasswordAuthentication": True, "ssh": {"publicKeys": [key]}}
        return {
            "hardwareProfile": {"vmSize": "Standard_B2ls_v2"},
            "storageProfile": {
                "imageReference": image,
                "osDisk": {"createOption": "FromImage", "name": f"theirs-of-{name}"},
            },
            "osProfile": {"computerName": "theirs", "adminUsername": "theirs", "linuxConfiguration": linux},
            "networkProfile": {"networkInterfaces": [{"id": self._make(interface, body)}]},
        }

    def _send(self, method: str, resource: str, body: Any = None) -> Any:
        version = self._version(resource.lower())
        return _json(method, f"{self._endpoint}{resource}?api-version={version}", body)

    @staticmethod
    def _version(resource: str) -> str:
        versions = {
            "/disks/": "2025-01-02",
            "microsoft.compute/": "2025-04-01",
            "microsoft.network/": "2025-05-01",
            "microsoft.storage/": "2025-06-01",
        }
        return next((version for part, version in versions.items() if part in resource), "2025-04-01")


class GcpAccount:
    """Compute Engine and Cloud Storage by plain HTTP: https://cloud.google.com/compute/docs/reference/rest/v1"""

    ZONE = "zones/us-central1-a"

    def __init__(self, endpoint: str) -> None:
        self._project = f"{endpoint}/compute/v1/projects/{PROJECT}"
        self._buckets = f"{endpoint}/storage/v1/b?project={PROJECT}"

    def things(self) -> Iterator[Thing]:
        for collection in ("global/firewalls", f"{self.ZONE}/instances", f"{self.ZONE}/disks"):
            for record in _json("GET", f"{self._project}/{collection}").get("items", []):
                yield Thing(collection, record["name"], record["id"], record)
        for record in _json("GET", self._buckets).get("items", []):
            yield Thing("bucket", record["name"], record["id"], record)

    def occupy(self, kind: str, name: str) -> None:
        if kind == "bucket":
            _json("POST", self._buckets, {"name": name, "location": "us-central1"})
            return
        image = "projects/ubuntu-os-cloud/global/images/family/ubuntu-2404-lts-amd64"
        bodies: dict[str, dict[str, Any]] = {
            "firewalls": {"allowed": [{"IPProtocol": "tcp", "ports": ["80"]}]},
            "disks": {"sizeGb": "10"},
            "instances": {
                "machineType": f"{self.ZONE}/machineTypes/e2-small",
                "networkInterfaces": [{"network": "global/networks/default"}],
                "disks": [
                    {
                        "boot": True,
                        "autoDelete": True,
                        "initializeParams": {"sourceImage": image, "diskName": f"theirs-of-{name}"},
                    }
                ],
            },
        }
        body = {"name": name, **bodies[kind.rpartition("/")[2]]}
        _json("POST", f"{self._project}/{kind}", body)
        until(lambda: any(thing.name == name and self._ready(thing.record) for thing in self.things()))

    @staticmethod
    def _ready(record: Any) -> bool:
        return record.get("status", "READY") in ("READY", "RUNNING")


def _json(method: str, address: str, body: Any = None) -> Any:
    headers = {"Authorization": "Bearer sandbox", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(address, data, headers, method=method)
    with urllib.request.urlopen(request) as reply:
        return json.load(reply)


ACCOUNTS: dict[str, type[AwsAccount] | type[AzureAccount] | type[GcpAccount]] = {
    "aws": AwsAccount,
    "azure": AzureAccount,
    "gcp": GcpAccount,
}
