"""Regions, and which instance types a zone offers."""

from __future__ import annotations

from functools import cache
from typing import Any

from moto.ec2.models.instance_types import INSTANCE_TYPE_OFFERINGS, INSTANCE_TYPES

from cloudctl.sandbox.aws.account import ENABLED_REGIONS
from cloudctl.sandbox.aws.ec2 import filters, moto_call
from cloudctl.sandbox.aws.ec2.call import Call
from cloudctl.sandbox.aws.refusals import Refusal

_FIELDS = {"endpoint": "Endpoint", "opt-in-status": "OptInStatus", "region-name": "RegionName"}


_ZONE_FIELDS = {
    "group-name": "GroupName",
    "opt-in-status": "OptInStatus",
    "region-name": "RegionName",
    "state": "State",
    "zone-id": "ZoneId",
    "zone-name": "ZoneName",
    "zone-type": "ZoneType",
}


def offered(region: str, zone: str, kind: str) -> bool:
    """Whether a zone offers an instance type; a zone that the data does not know offers all."""
    known = _offerings(region).get(zone)
    return known is None or kind in known


@cache
def _offerings(region: str) -> dict[str, frozenset[str]]:
    zones: dict[str, set[str]] = {}
    for row in INSTANCE_TYPE_OFFERINGS["availability-zone"].get(region, []):
        zones.setdefault(row["Location"], set()).add(row["InstanceType"])
    return {zone: frozenset(kinds) for zone, kinds in zones.items()}


def describe_regions(call: Call) -> dict[str, Any]:
    """DescribeRegions: enabled regions, with AllRegions the others too."""
    known = {region.name: region for region in call.region.regions if region.endpoint.endswith("amazonaws.com")}
    named = call.params.get("RegionNames", [])
    for name in named:
        if name not in known:
            raise Refusal.REGION_NAME.error(name=name)
    wanted = [name for name in known if not name.startswith("us-gov-") and (not named or name in named)]
    if not named and not call.params.get("AllRegions"):
        wanted = [name for name in wanted if name in ENABLED_REGIONS]
    return {"Regions": filters.select(call, [_region(name) for name in wanted], _FIELDS)}


def describe_availability_zones(call: Call) -> dict[str, Any]:
    """DescribeAvailabilityZones: by name, id and filter."""
    names, ids = call.params.get("ZoneNames", []), call.params.get("ZoneIds", [])
    zones = [_zone(zone) for zone in call.region.describe_availability_zones()]
    for name in names:
        if not any(zone["ZoneName"] == name for zone in zones):
            raise Refusal.ZONE.error(zone=name)
    chosen = [zone for zone in zones if not names or zone["ZoneName"] in names]
    chosen = [zone for zone in chosen if not ids or zone["ZoneId"] in ids]
    return {"AvailabilityZones": filters.select(call, chosen, _ZONE_FIELDS)}


def _zone(zone: Any) -> dict[str, str]:
    return {
        "ZoneName": zone.name,
        "ZoneId": zone.zone_id,
        "RegionName": zone.region_name,
        "State": "available",
        "ZoneType": "availability-zone",
        "OptInStatus": "opt-in-not-required",
        "GroupName": f"{zone.region_name}-zg-1",
        "NetworkBorderGroup": zone.region_name,
    }


def _region(name: str) -> dict[str, str]:
    status = "opt-in-not-required" if name in ENABLED_REGIONS else "not-opted-in"
    return {"RegionName": name, "Endpoint": f"ec2.{name}.amazonaws.com", "OptInStatus": status}


def describe_instance_types(call: Call) -> Any:
    """DescribeInstanceTypes: moto's data, which is AWS's own; a type that does not exist is refused."""
    for kind in call.params.get("InstanceTypes", []):
        if kind not in INSTANCE_TYPES:
            raise Refusal.INSTANCE_TYPE_QUERY.error(value=kind)
    return moto_call.run(call)
