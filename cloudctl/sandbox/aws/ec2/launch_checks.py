"""RunInstances: what a request must get right, and what its defaults are.

Contract: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Any

from moto.ec2.models.instance_types import INSTANCE_TYPES
from moto.ec2.utils import parse_user_data

from cloudctl.sandbox.aws.ec2 import groups, images, launch_network
from cloudctl.sandbox.aws.ec2.call import Call
from cloudctl.sandbox.aws.refusals import Refusal

_USER_DATA_BYTES = 16384
_DEFAULT_TYPE = "m1.small"


@dataclass(frozen=True, slots=True)
class LaunchSpec:
    """A launch with every default decided; ``devices`` are the EBS settings by device name."""

    image: Any
    type: str
    count: int
    zone: str
    subnet_id: str
    groups: list[Any]
    interfaces: list[dict[str, Any]]
    devices: dict[str, dict[str, Any]]
    user_data: Any


def check(call: Call) -> LaunchSpec:
    """The launch that the request asks for. Raises ErrorBody for what EC2 refuses; nothing is made yet."""
    params = call.params
    _check_extras(params)
    image = _image(call)
    kind = _instance_type(params, image)
    _check_key(call)
    network = launch_network.decide(call, kind)
    return LaunchSpec(
        image=image,
        type=kind,
        count=_count(params),
        zone=network.zone,
        subnet_id=network.subnet_id,
        groups=[groups.find(call, group_id) for group_id in network.interfaces[0]["Groups"]],
        interfaces=network.interfaces,
        devices=_devices(call, image),
        user_data=_user_data(params.get("UserData")),
    )


def _check_extras(params: dict[str, Any]) -> None:
    if "LaunchTemplate" in params:
        raise Refusal.NOT_SERVED.error(what="ec2:RunInstances with LaunchTemplate")
    if "IamInstanceProfile" in params:
        raise Refusal.IAM_PROFILE.error(name=next(iter(params["IamInstanceProfile"].values()), ""))


def _count(params: dict[str, Any]) -> int:
    low, high = params["MinCount"], params["MaxCount"]
    if low < 1 or low > high:
        raise Refusal.COUNT.error(value=low)
    return int(high)


def _image(call: Call) -> Any:
    if not call.params.get("ImageId"):
        raise Refusal.NO_IMAGE.error()
    return images.find(call, call.params["ImageId"])


def _instance_type(params: dict[str, Any], image: Any) -> str:
    kind = str(params.get("InstanceType", _DEFAULT_TYPE))
    if kind not in INSTANCE_TYPES:
        raise Refusal.INSTANCE_TYPE.error(value=kind)
    supported = INSTANCE_TYPES[kind]["ProcessorInfo"]["SupportedArchitectures"]
    if image.architecture not in supported:
        raise Refusal.ARCHITECTURE.error(type=", ".join(supported), image=image.architecture)
    return kind


def _check_key(call: Call) -> None:
    name = call.params.get("KeyName")
    if name is None:
        return
    key = call.region.key_pairs.get(name)
    if key is None or not call.sees(key.id):
        raise Refusal.KEY_MISSING.error(name=name)


def _user_data(text: str | None) -> Any:
    if text is None:
        return None
    try:
        raw = base64.b64decode(text, validate=True)
    except binascii.Error:
        raise Refusal.USER_DATA_ENCODING.error() from None
    if len(raw) > _USER_DATA_BYTES:
        raise Refusal.USER_DATA_LENGTH.error()
    return parse_user_data(text)


def _devices(call: Call, image: Any) -> dict[str, dict[str, Any]]:
    """The image's volumes with the request's changes laid over them."""
    devices = {each["DeviceName"]: dict(each["Ebs"]) for each in image.block_device_mappings}
    for mapping in call.params.get("BlockDeviceMappings", []):
        name = mapping.get("DeviceName", image.root_device_name)
        if "NoDevice" in mapping:
            devices.pop(name, None)
        elif "Ebs" in mapping:
            default = devices.get(name, {"DeleteOnTermination": True})
            devices[name] = {**default, **mapping["Ebs"]}
    for ebs in devices.values():
        _check_size(call, ebs)
    return devices


def _check_size(call: Call, ebs: dict[str, Any]) -> None:
    snapshot_id = ebs.get("SnapshotId")
    minimum = call.region.get_snapshot(snapshot_id).volume.size if snapshot_id else 1
    ebs.setdefault("VolumeSize", minimum)
    if ebs["VolumeSize"] < minimum:
        raise Refusal.ROOT_TOO_SMALL.error(size=ebs["VolumeSize"], snapshot=snapshot_id, minimum=minimum)
