"""Finding images in the catalogue and among the account's own."""

from __future__ import annotations

import re
from typing import Any

from cloudctl.sandbox.aws.ec2 import filters
from cloudctl.sandbox.aws.ec2.call import Call
from cloudctl.sandbox.aws.refusals import Refusal

_ID = re.compile(r"^ami-([0-9a-f]{8}|[0-9a-f]{17})$")

_FIELDS = {
    "architecture": "architecture",
    "block-device-mapping.delete-on-termination": "block_device_mappings.Ebs.DeleteOnTermination",
    "block-device-mapping.device-name": "block_device_mappings.DeviceName",
    "block-device-mapping.encrypted": "block_device_mappings.Ebs.Encrypted",
    "block-device-mapping.snapshot-id": "block_device_mappings.Ebs.SnapshotId",
    "block-device-mapping.volume-size": "block_device_mappings.Ebs.VolumeSize",
    "block-device-mapping.volume-type": "block_device_mappings.Ebs.VolumeType",
    "boot-mode": "boot_mode",
    "creation-date": "creation_date",
    "description": "description",
    "ena-support": "ena_support",
    "hypervisor": "hypervisor",
    "image-id": "id",
    "image-type": "image_type",
    "is-public": "is_public",
    "manifest-location": "image_location",
    "name": "name",
    "owner-alias": "owner_alias",
    "owner-id": "owner_id",
    "platform": "platform",
    "product-code": "product_codes",
    "root-device-name": "root_device_name",
    "root-device-type": "root_device_type",
    "sriov-net-support": "sriov_net_support",
    "state": "state",
    "virtualization-type": "virtualization_type",
}


def find(call: Call, image_id: str) -> Any:
    """An image by id. Raises ErrorBody: InvalidAMIID.Malformed or InvalidAMIID.NotFound."""
    if not _ID.match(image_id):
        raise Refusal.IMAGE_MALFORMED.error(id=image_id)
    if image_id not in call.region.amis:
        raise Refusal.IMAGE_MISSING.error(id=image_id)
    return call.region.amis[image_id]


def describe_images(call: Call) -> dict[str, list[Any]]:
    """DescribeImages: by id, owner (account, ``self`` or alias) and filter."""
    ids = call.params.get("ImageIds", [])
    found = [find(call, each) for each in ids] if ids else list(call.region.amis.values())
    owners = [_owner(call, each) for each in call.params.get("Owners", [])]
    if owners:
        found = [image for image in found if image.owner_id in owners or image.owner_alias in owners]
    return {"Images": filters.select(call, found, _FIELDS)}


def _owner(call: Call, owner: str) -> str:
    return str(call.region.account_id) if owner == "self" else owner
