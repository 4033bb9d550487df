"""RunInstances: what a checked launch makes."""

from __future__ import annotations

from typing import Any

from moto.core.exceptions import ServiceException
from moto.ec2.models.instances import Reservation
from moto.ec2.utils import random_reservation_id, random_spot_request_id

from cloudctl.sandbox.aws.ec2 import lifecycle, tags, tokens
from cloudctl.sandbox.aws.ec2.call import Call
from cloudctl.sandbox.aws.ec2.instance import Instance
from cloudctl.sandbox.aws.ec2.launch_checks import LaunchSpec, check


def run_instances(call: Call) -> Any:
    """Launch ``MaxCount`` instances, or return what the client token launched before."""
    earlier = tokens.replay(call)
    if earlier:
        return earlier
    spec = check(call)
    reservation = Reservation(random_reservation_id(), call.region.account_id)
    for index in range(spec.count):
        reservation.instances.append(_launch(call, spec, index))
    call.region.reservations[reservation.id] = reservation
    tokens.remember(call, reservation)
    return reservation


def _launch(call: Call, spec: LaunchSpec, index: int) -> Instance:
    volumes = _volumes(call, spec)
    instance = _instance(call, spec, index)
    call.region.machines[instance.id] = instance
    for device, volume in volumes.items():
        goes = spec.devices[device].get("DeleteOnTermination", False)
        call.region.attach_volume(volume.id, instance.id, device, goes)
    _sell(call, instance)
    _tag(call, instance)
    lifecycle.begin(call, instance, "pending", "running")
    instance.explain("", "pending", "pending")
    call.note_made(instance.id)
    return instance


def _volumes(call: Call, spec: LaunchSpec) -> dict[str, Any]:
    """The volumes by device name; a refused one leaves none behind."""
    made: dict[str, Any] = {}
    try:
        for device, ebs in spec.devices.items():
            made[device] = _volume(call, spec, ebs)
    except ServiceException:
        for volume in made.values():
            call.region.delete_volume(volume.id)
        raise
    return made


def _volume(call: Call, spec: LaunchSpec, ebs: dict[str, Any]) -> Any:
    return call.region.create_volume(
        size=ebs["VolumeSize"],
        zone_name=spec.zone,
        snapshot_id=ebs.get("SnapshotId"),
        encrypted=ebs.get("Encrypted", False),
        kms_key_id=ebs.get("KmsKeyId"),
        volume_type=ebs.get("VolumeType"),
        iops=ebs.get("Iops"),
        throughput=ebs.get("Throughput"),
    )


def _instance(call: Call, spec: LaunchSpec, index: int) -> Instance:
    params = call.params
    # moto leaves CloudFormation's abstract methods open on purpose.
    instance = Instance(  # type: ignore[abstract]
        call.region,
        spec.image,
        user_data=spec.user_data,
        security_groups=spec.groups,
        instance_type=spec.type,
        region_name=call.region.region_name,
        subnet_id=spec.subnet_id,
        key_name=params.get("KeyName"),
        nics=spec.interfaces,
        ami_launch_index=index,
        client_token=params.get("ClientToken", ""),
        ebs_optimized=params.get("EbsOptimized", False),
        monitoring_state="enabled" if params.get("Monitoring", {}).get("Enabled") else "disabled",
        disable_api_termination=params.get("DisableApiTermination", False),
        disable_api_stop=params.get("DisableApiStop", False),
        instance_initiated_shutdown_behavior=params.get("InstanceInitiatedShutdownBehavior"),
        metadata_options=params.get("MetadataOptions", {}),
        hibernation_options=params.get("HibernationOptions", {"Configured": False}),
    )
    instance.cpu_options = {**instance.cpu_options, **params.get("CpuOptions", {})}
    return instance


def _sell(call: Call, instance: Instance) -> None:
    market = call.params.get("InstanceMarketOptions", {})
    if market.get("MarketType") == "spot":
        instance.lifecycle = "spot"
        instance.spot_instance_request_id = random_spot_request_id()
        instance.spot_persistent = market.get("SpotOptions", {}).get("SpotInstanceType") == "persistent"


def _tag(call: Call, instance: Instance) -> None:
    wanted = tags.specified(call)
    interfaces = [interface.id for interface in instance.nics.values()]
    volumes = [block.volume_id for _, block in instance.get_block_device_mapping]
    kinds = {"instance": [instance.id], "volume": volumes, "network-interface": interfaces}
    for kind, ids in kinds.items():
        if wanted.get(kind):
            call.region.create_tags(ids, wanted[kind])
