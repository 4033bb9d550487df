"""Creating an instance: security group (the claim), its rules, key pair, instance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

from cloudctl.plan import ClaimAccess, Found, Run, Secret, Step, Steps
from cloudctl.services.vm import OpenPort, VmSpec
from cloudctl_aws import tags
from cloudctl_aws.ec2 import Native
from cloudctl_aws.vm import places, record
from cloudctl_aws.vm.places import Image, Place
from cloudctl_aws.vm.resources import LIVE, Resources, seen

_DESCRIPTION = "Made by cloudctl for one machine"


class Creation:
    """The steps of one create, in one zone if it is named."""

    def __init__(self, spec: VmSpec, resources: Resources, zone: str | None) -> None:
        self._spec, self._resources, self._zone = spec, resources, zone
        self._look = resources.once

    @property
    def claim(self) -> ClaimAccess:
        return ClaimAccess(lambda: self._look.group(self._place.vpc), self._look.write)

    @cached_property
    def _place(self) -> Place:
        return places.place(self._resources.ec2, self._spec, self._zone)

    def steps(self, run: Run) -> Steps:
        spec = self._spec
        image = run.read(
            lambda: places.image(self._resources.ec2, spec),
            preview=Image(f"<newest {spec.image.wanted}>", "<root device>"),
        )
        place = run.read(
            lambda: self._place,
            preview=Place(spec.network or "<default VPC>", spec.subnet or "<default subnet>"),
        )
        group = yield self._group(run, place.vpc)
        if spec.open_ports:
            yield self._rules(group)
        yield self._key(run)
        yield self._instance(run, image, place.subnet, group)

    def _tags(self, mark: Mapping[str, str]) -> dict[str, str]:
        return {**self._spec.tags, tags.NAME: self._spec.name, **mark}

    def _group(self, run: Run, vpc: str) -> Step:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html"""
        return self._resources.step(
            "group",
            f"security group {self._resources.name}",
            "CreateSecurityGroup",
            {
                "GroupName": self._resources.own_name,
                "Description": _DESCRIPTION,
                "VpcId": vpc,
                "TagSpecifications": [tags.specification("security-group", self._tags(run.claim_mark.tags()))],
            },
            find=lambda: self._look.group(vpc),
            result=("--query", "GroupId", "--output", "text"),
            claim=True,
        )

    def _rules(self, group: str) -> Step:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupIngress.html"""
        wanted = list(dict.fromkeys(self._spec.open_ports))
        return self._resources.step(
            "rules",
            f"rules of security group {self._resources.name}",
            "AuthorizeSecurityGroupIngress",
            {"GroupId": group, "IpPermissions": [_permission(port) for port in wanted]},
            find=lambda: self._open(group, wanted),
        )

    def _open(self, group: str, wanted: Iterable[OpenPort]) -> Found | None:
        """The group, once every wanted port is open in it."""
        native = next(self._look.ec2.groups({"group-id": group}), None)
        is_open = {(port.port, port.protocol, port.source) for port in record.ports([native] if native else [])}
        missing = {(str(port.port), "tcp", port.source) for port in wanted} - is_open
        return seen(native, "GroupId") if native and not missing else None

    def _key(self, run: Run) -> Step:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ImportKeyPair.html"""
        return self._resources.step(
            "key",
            f"key pair {self._resources.name}",
            "ImportKeyPair",
            {
                "KeyName": self._resources.own_name,
                "PublicKeyMaterial": self._spec.ssh_key,
                "TagSpecifications": [tags.specification("key-pair", self._tags(run.mark.tags()))],
            },
            find=self._look.key,
        )

    def _instance(self, run: Run, image: Image, subnet: str, group: str) -> Step:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html"""
        spec = self._spec
        return self._resources.step(
            "instance",
            f"instance {spec.name}",
            "RunInstances",
            {
                "ImageId": image.id,
                "InstanceType": spec.size.size.name,
                "MinCount": 1,
                "MaxCount": 1,
                # The claim's id: the name's own token would bring back the instance that was deleted before.
                "ClientToken": run.token(group, "instance"),
                "KeyName": self._resources.own_name,
                "NetworkInterfaces": [self._interface(subnet, group)],
                "BlockDeviceMappings": [{"DeviceName": image.root_device, "Ebs": self._root_volume()}],
                # Version 2 of the metadata service only; a second hop lets containers reach it.
                "MetadataOptions": {"HttpTokens": "required", "HttpPutResponseHopLimit": 2},
                "TagSpecifications": self._specifications(run.mark.tags()),
                **({"InstanceMarketOptions": {"MarketType": "spot"}} if spec.spot else {}),
                **({"UserData": Secret(spec.user_data)} if spec.user_data else {}),
            },
            find=lambda: self._running(run.id),
            detach=True,
        )

    def _interface(self, subnet: str, group: str) -> dict[str, Any]:
        return {
            "DeviceIndex": 0,
            "SubnetId": subnet,
            "Groups": [group],
            "AssociatePublicIpAddress": self._spec.public_ip,
            "DeleteOnTermination": True,
        }

    def _root_volume(self) -> dict[str, Any]:
        size = {"VolumeSize": self._spec.disk_gb} if self._spec.disk_gb else {}
        return {"VolumeType": "gp3", "Encrypted": True, "DeleteOnTermination": True, **size}

    def _specifications(self, mark: Mapping[str, str]) -> list[dict[str, Any]]:
        kinds = ["volume", "network-interface", *(["spot-instances-request"] if self._spec.spot else [])]
        machine = {**self._tags(mark), tags.IMAGE: self._spec.image.wanted}
        return [
            tags.specification("instance", machine),
            *(tags.specification(kind, self._tags(mark)) for kind in kinds),
        ]

    def _running(self, run: str) -> Found | None:
        """The run's instance, ready once it runs; or, if it ended while it was launched, with the reason.

        One that somebody has ended is not there: a new launch with its token is refused.
        """
        natives = list(self._look.instances(run))
        live = next((native for native in natives if record.native_state(native) in LIVE), None)
        if live:
            return replace(seen(live, "InstanceId"), ready=record.native_state(live) != "pending")
        return next((found for native in natives if (found := self._failed(native))), None)

    def _failed(self, native: Native) -> Found | None:
        error = record.launch_failure(native, f"instance {self._spec.name}")
        return replace(seen(native, "InstanceId"), error=error) if error else None


def _permission(port: OpenPort) -> dict[str, Any]:
    sources = (
        {"Ipv6Ranges": [{"CidrIpv6": port.source}]} if ":" in port.source else {"IpRanges": [{"CidrIp": port.source}]}
    )
    return {"IpProtocol": "tcp", "FromPort": port.port, "ToPort": port.port, **sources}
