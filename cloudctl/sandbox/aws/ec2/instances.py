"""Reading and changing instances."""

from __future__ import annotations

from typing import Any

from moto.ec2.models.instances import Reservation

from cloudctl.sandbox.aws.ec2 import filters, lifecycle, moto_call
from cloudctl.sandbox.aws.ec2.call import Call
from cloudctl.sandbox.aws.refusals import Refusal

_FIELDS = {
    "architecture": "architecture",
    "availability-zone": "placement.zone",
    "block-device-mapping.device-name": "block_device_mappings.DeviceName",
    "block-device-mapping.volume-id": "block_device_mappings.Ebs.volume_id",
    "client-token": "client_token",
    "dns-name": "public_dns_name",
    "group-id": "security_groups.id",
    "hypervisor": "hypervisor",
    "image-id": "image_id",
    "instance-id": "id",
    "instance-lifecycle": "lifecycle",
    "instance-state-code": "state_code",
    "instance-state-name": "state",
    "instance-type": "instance_type",
    "instance.group-id": "security_groups.id",
    "instance.group-name": "security_groups.name",
    "ip-address": "public_ip",
    "key-name": "key_name",
    "launch-index": "ami_launch_index",
    "launch-time": "launch_time",
    "metadata-options.http-endpoint": "metadata_options.http_endpoint",
    "metadata-options.http-tokens": "metadata_options.http_tokens",
    "monitoring-state": "monitoring_state",
    "network-interface.addresses.association.public-ip": "network_interfaces.public_ip",
    "network-interface.group-id": "network_interfaces.group_set.id",
    "network-interface.network-interface-id": "network_interfaces.id",
    "network-interface.subnet-id": "network_interfaces.subnet.id",
    "network-interface.vpc-id": "network_interfaces.vpc_id",
    "owner-id": "owner_id",
    "platform": "platform",
    "platform-details": "platform_details",
    "private-dns-name": "private_dns_name",
    "private-ip-address": "private_ip",
    "root-device-name": "root_device_name",
    "root-device-type": "root_device_type",
    "source-dest-check": "source_dest_check",
    "spot-instance-request-id": "spot_instance_request_id",
    "state-reason-code": "state_reason.code",
    "subnet-id": "subnet_id",
    "usage-operation": "usage_operation",
    "virtualization-type": "virtualization_type",
    "vpc-id": "vpc_id",
}


def describe_instances(call: Call) -> dict[str, list[Reservation]]:
    """DescribeInstances: one reservation per instance here; the pager joins those of a page again."""
    ids = call.params.get("InstanceIds", [])
    if ids and "MaxResults" in call.params:
        raise Refusal.PAGE_AND_IDS.error()
    chosen = {instance.id for instance in filters.select(call, _seen(call, ids), _FIELDS)}
    return {"Reservations": [_alone(one, each) for one, each in _pairs(call) if each.id in chosen]}


def _seen(call: Call, ids: list[str]) -> list[Any]:
    found = [lifecycle.find(call, each) for each in ids] if ids else list(call.region.machines.values())
    for instance in found:
        if ids and not call.sees(instance.id):
            raise Refusal.INSTANCE_MISSING.error(id=instance.id)
    return [instance for instance in found if call.sees(instance.id)]


def _pairs(call: Call) -> list[tuple[Reservation, Any]]:
    return [(one, each) for one in call.region.reservations.values() for each in one.instances]


def _alone(reservation: Reservation, instance: Any) -> Reservation:
    alone = Reservation(reservation.id, reservation.owner_id)
    alone.instances = [instance]
    return alone


def joined(reservations: list[Reservation]) -> list[Reservation]:
    """The reservations of a page, each once with its instances."""
    result: dict[str, Reservation] = {}
    for each in reservations:
        if each.id in result:
            result[each.id].instances.extend(each.instances)
        else:
            result[each.id] = _alone(each, each.instances[0])
    return list(result.values())


def modify_instance_attribute(call: Call) -> Any:
    """ModifyInstanceAttribute: the type only of a stopped instance."""
    instance = lifecycle.find(call, call.params["InstanceId"])
    changes_type = "InstanceType" in call.params or call.params.get("Attribute") == "instanceType"
    if changes_type and instance.state != "stopped":
        raise Refusal.RESIZE_RUNNING.error(id=instance.id)
    return moto_call.run(call)
