"""RunInstances: which subnet, zone, groups and addresses a launch gets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from moto.ec2.exceptions import InvalidSubnetIdError
from moto.ec2.models.instance_types import INSTANCE_TYPES

from cloudctl.sandbox.aws.ec2 import groups, places
from cloudctl.sandbox.aws.ec2.call import Call
from cloudctl.sandbox.aws.refusals import Refusal


@dataclass(frozen=True, slots=True)
class Network:
    """Where a launch goes; the interfaces are complete specifications, the primary one first."""

    zone: str
    subnet_id: str
    interfaces: list[dict[str, Any]]


def decide(call: Call, kind: str) -> Network:
    """The network of a launch. Raises ErrorBody for what EC2 refuses."""
    requested = sorted(call.params.get("NetworkInterfaces", []), key=lambda each: each.get("DeviceIndex", 0))
    _check_combination(call.params, requested, kind)
    subnet = _subnet(call, requested, kind)
    if not places.offered(call.region.region_name, subnet.availability_zone, kind):
        raise Refusal.NOT_OFFERED.error(type=kind, zone=subnet.availability_zone)
    if subnet.available_ip_address_count < call.params["MaxCount"]:
        raise Refusal.SUBNET_FULL.error(id=subnet.id)
    if not requested:
        requested = [_instance_level(call.params)]
    interfaces = [_interface(call, each, subnet, len(requested)) for each in requested]
    return Network(subnet.availability_zone, subnet.id, interfaces)


def _check_combination(params: dict[str, Any], requested: list[dict[str, Any]], kind: str) -> None:
    if not requested:
        return
    if "SubnetId" in params:
        raise Refusal.NETWORK_COMBINATION.error(what="subnet ID")
    if "SecurityGroupIds" in params or "SecurityGroups" in params:
        raise Refusal.NETWORK_COMBINATION.error(what="security groups")
    if len(requested) > 1 and any("AssociatePublicIpAddress" in each for each in requested):
        raise Refusal.PUBLIC_WITH_TWO.error()
    if len(requested) > INSTANCE_TYPES[kind]["NetworkInfo"]["MaximumNetworkInterfaces"]:
        raise Refusal.INTERFACE_LIMIT.error(count=len(requested), type=kind)


def _subnet(call: Call, requested: list[dict[str, Any]], kind: str) -> Any:
    first = requested[0] if requested else call.params
    if "NetworkInterfaceId" in first:
        return call.region.get_network_interface(first["NetworkInterfaceId"]).subnet
    if "SubnetId" in first:
        return _find_subnet(call, first["SubnetId"])
    return _default_subnet(call, kind)


def _find_subnet(call: Call, subnet_id: str) -> Any:
    try:
        return call.region.get_subnet(subnet_id)
    except InvalidSubnetIdError:
        raise Refusal.SUBNET_MISSING.error(id=subnet_id) from None


def _default_subnet(call: Call, kind: str) -> Any:
    region = call.region
    subnets = region.get_default_subnets() if region.get_default_vpc() else {}
    zone = call.params.get("Placement", {}).get("AvailabilityZone")
    if zone is not None and region.get_zone_by_name(zone) is None:
        raise Refusal.ZONE.error(zone=zone)
    candidates = [zone] if zone else sorted(subnets)
    if not any(each in subnets for each in candidates):
        raise Refusal.NO_DEFAULT_NETWORK.error()
    fitting = [each for each in candidates if places.offered(region.region_name, each, kind)]
    return subnets[(fitting or candidates)[0]]


def _instance_level(params: dict[str, Any]) -> dict[str, Any]:
    """The primary interface as the request's own parameters describe it."""
    spec: dict[str, Any] = {"DeviceIndex": 0, "Groups": params.get("SecurityGroupIds", [])}
    if "PrivateIpAddress" in params:
        spec["PrivateIpAddress"] = params["PrivateIpAddress"]
    return spec


def _interface(call: Call, spec: dict[str, Any], default: Any, count: int) -> dict[str, Any]:
    if "NetworkInterfaceId" in spec:
        return _existing(call, spec)
    subnet = _find_subnet(call, spec["SubnetId"]) if "SubnetId" in spec else default
    address = spec.get("PrivateIpAddress")
    if address in subnet._subnet_ips:
        raise Refusal.ADDRESS_IN_USE.error(address=address)
    automatic = bool(subnet.map_public_ip_on_launch) and count == 1
    return {
        "DeviceIndex": spec.get("DeviceIndex", 0),
        "SubnetId": subnet.id,
        "PrivateIpAddress": address,
        "AssociatePublicIpAddress": spec.get("AssociatePublicIpAddress", automatic),
        "Groups": _groups(call, spec.get("Groups", []), subnet),
        "DeleteOnTermination": spec.get("DeleteOnTermination", True),
        "Description": spec.get("Description", ""),
    }


def _existing(call: Call, spec: dict[str, Any]) -> dict[str, Any]:
    interface = call.region.get_network_interface(spec["NetworkInterfaceId"])
    if interface.attachment_id:
        raise Refusal.INTERFACE_IN_USE.error(id=interface.id)
    return {
        "DeviceIndex": spec.get("DeviceIndex", 0),
        "NetworkInterfaceId": interface.id,
        "Groups": [group.id for group in interface.group_set],
    }


def _groups(call: Call, ids: list[str], subnet: Any) -> list[str]:
    chosen = [groups.find(call, group_id) for group_id in ids]
    chosen += [groups.find_by_name(call, name, subnet.vpc_id) for name in call.params.get("SecurityGroups", [])]
    for group in chosen:
        if group.vpc_id != subnet.vpc_id:
            raise Refusal.GROUP_OTHER_NETWORK.error(id=group.id, subnet=subnet.id)
    chosen = chosen or [call.region.get_default_security_group(subnet.vpc_id)]
    return [group.id for group in chosen]
