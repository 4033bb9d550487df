"""One region's resources: moto's backend with the catalogue of images and the state that moto has not."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from moto.ec2.exceptions import InvalidInstanceIdError
from moto.ec2.models import EC2Backend
from moto.ec2.models.amis import Ami
from moto.ec2.utils import EC2_PREFIX_TO_RESOURCE, get_prefix

from cloudctl.sandbox.aws.ec2 import catalogue
from cloudctl.sandbox.aws.ec2.instance import Instance
from cloudctl.sandbox.aws.ec2.interface import Interface


@dataclass(frozen=True, slots=True)
class Launch:
    """What a client token stands for: the digest of the request's parameters and the reservation it made."""

    digest: str
    reservation: str


@dataclass(frozen=True, slots=True)
class Transition:
    """A state change under way: when it ends (seconds since the epoch) and in which state."""

    due: float
    state: str


class CatalogueImage(Ami):
    """A public image with its real root device, size and billing details."""

    def __init__(self, region: Region, image: catalogue.Image):
        family = image.family
        super().__init__(
            region,
            image.id,
            name=image.name,
            description=image.name,
            owner_id=family.publisher.owner,
            owner_alias=family.publisher.alias,
            public=True,
            virtualization_type="hvm",
            architecture=image.architecture,
            creation_date=datetime.fromisoformat(image.created),
            platform="windows" if image.windows else None,
            image_location=f"{family.publisher.owner}/{image.name}",
            hypervisor="xen",
            root_device_type="ebs",
            root_device_name=family.root_device,
            region_name=f"{region.region_name}a",
        )
        self.image_owner_alias = family.publisher.alias
        self.platform_details = family.platform_details
        self.usage_operation = family.usage_operation
        self.ena_support = True
        self.sriov_net_support = "simple"
        self.public = True
        self.root_gib = family.root_gib
        self.ebs_snapshot.volume.size = family.root_gib
        if image.architecture == "x86_64" and not image.windows:
            self.boot_mode = "uefi-preferred"

    @property
    def block_device_mappings(self) -> list[dict[str, Any]]:
        """The root volume, as the image would make it."""
        ebs = {
            "SnapshotId": self.ebs_snapshot.id,
            "VolumeSize": self.root_gib,
            "DeleteOnTermination": True,
            "VolumeType": "gp3",
            "Encrypted": False,
        }
        return [{"DeviceName": self.root_device_name, "Ebs": ebs}]


@dataclass
class Ledger:
    """What a region remembers beyond moto: tokens, state changes under way, and when things were made."""

    launches: dict[str, Launch] = field(default_factory=dict)
    transitions: dict[str, Transition] = field(default_factory=dict)
    made: dict[str, float] = field(default_factory=dict)


class Region(EC2Backend):
    """moto's EC2 backend for one region, which belongs to one emulated cloud instead of to the process."""

    def __init__(self, region_name: str, account_id: str):
        self.ledger = Ledger()
        self.machines: dict[str, Instance] = {}
        super().__init__(region_name, account_id)
        self.default_kms_key_id = f"arn:aws:kms:{region_name}:{account_id}:key/00000000-0000-4000-8000-000000000000"

    def _load_amis(self) -> None:
        for image in catalogue.images(self.region_name):
            self.amis[image.id] = CatalogueImage(self, image)

    def create_network_interface(
        self, subnet: Any, private_ip_address: str | list[str], *args: Any, **kwargs: Any
    ) -> Interface:
        """Make an interface that has its own security groups and a true association."""
        # moto leaves CloudFormation's abstract methods open on purpose.
        interface = Interface(self, subnet, private_ip_address, *args, **kwargs)  # type: ignore[abstract]
        self.enis[interface.id] = interface
        return interface

    def get_instance(self, instance_id: str) -> Instance:
        """The instance by id, without moto's walk over all reservations."""
        if instance_id not in self.machines:
            raise InvalidInstanceIdError(instance_id)
        return self.machines[instance_id]

    def get_instance_by_id(self, instance_id: str) -> Instance | None:
        """The instance by id, or None."""
        return self.machines.get(instance_id)

    def describe_tags(self, filters: dict[str, list[str]] | None = None) -> list[dict[str, str]]:
        """The tags; those of one resource are looked up instead of searched among all."""
        ids = (filters or {}).get("resource-id", [])
        if filters is None or set(filters) != {"resource-id"} or any("*" in each or "?" in each for each in ids):
            found: list[dict[str, str]] = super().describe_tags(filters)
            return found
        return [
            {"resource_id": each, "key": key, "value": value, "resource_type": _resource_type(each)}
            for each in ids
            for key, value in self.tags.get(each, {}).items()
        ]


def _resource_type(resource_id: str) -> str:
    return str(EC2_PREFIX_TO_RESOURCE.get(get_prefix(resource_id), ""))
