"""The lists of sizes: ``skus`` and ``vmSizes``."""

from __future__ import annotations

import re
from itertools import islice

from cloudctl.sandbox.azure.call import Answer, Call, Json
from cloudctl.sandbox.azure.compute.sizes import Size, sizes
from cloudctl.sandbox.azure.crud import DEFAULT_PAGE
from cloudctl.sandbox.azure.locations import LOCATIONS, NAMES, normalize
from cloudctl.sandbox.azure.refusals import Refusal
from cloudctl.sandbox.azure.store import Store

_LOCATION = re.compile(r"location eq '([^']*)'", re.IGNORECASE)


def list_skus(store: Store, call: Call, subscription: str) -> Answer:
    """One entry for each size and location; ``$filter=location eq 'westus'`` is the only filter."""
    places = [location for location in LOCATIONS if location in _wanted(call)]
    pairs = ((size, location) for location in places for size in sizes().values())
    start = call.number("$skiptoken", 0)
    count = min(store.settings.page_size or DEFAULT_PAGE, DEFAULT_PAGE)
    value = [_sku(size, location) for size, location in islice(pairs, start, start + count)]
    body: Json = {"value": value}
    if start + count < len(places) * len(sizes()):
        filters = {"$filter": call.query["$filter"]} if "$filter" in call.query else {}
        body["nextLink"] = call.link(call.path, **filters, **{"$skiptoken": str(start + count)})
    return Answer(200, body)


def list_sizes(store: Store, call: Call, subscription: str, location: str) -> Answer:
    """The sizes of a location."""
    place = known_location(location, "locations/vmSizes")
    return Answer(200, {"value": [_vm_size(size) for size in sizes().values() if not size.restricted(place)]})


def known_location(location: str, kind: str) -> str:
    """The name of a location; refused when it is none."""
    place = normalize(location)
    if place not in LOCATIONS:
        raise Refusal.REGION.error(location=location, type=f"Microsoft.Compute/{kind}", locations=NAMES)
    return place


def _wanted(call: Call) -> set[str]:
    expression = call.query.get("$filter", "")
    if not expression:
        return set(LOCATIONS)
    found = _LOCATION.fullmatch(expression)
    if not found:
        raise Refusal.FILTER.error(filter=expression)
    return {normalize(found[1])}


def _sku(size: Size, location: str) -> Json:
    zones = list(LOCATIONS[location].zones)
    restriction = {
        "type": "Location",
        "values": [location],
        "restrictionInfo": {"locations": [location]},
        "reasonCode": "NotAvailableForSubscription",
    }
    return {
        "resourceType": "virtualMachines",
        "name": size.name,
        "tier": "Standard",
        "size": size.size,
        "family": size.family,
        "locations": [location],
        "locationInfo": [{"location": location, "zones": zones, "zoneDetails": []}],
        "capabilities": [{"name": name, "value": value} for name, value in _capabilities(size).items()],
        "restrictions": [restriction] if size.restricted(location) else [],
    }


def _capabilities(size: Size) -> dict[str, str]:
    capabilities = {
        "MaxResourceVolumeMB": str(size.local_gib * 1024),
        "OSVhdSizeMB": "1047552",
        "vCPUs": str(size.vcpus),
        "MemoryPreservingMaintenanceSupported": str(not size.gpus),
        "HyperVGenerations": size.generations,
        "MemoryGB": str(size.memory),
        "MaxDataDiskCount": str(_data_disks(size)),
        "CpuArchitectureType": size.architecture,
        "LowPriorityCapable": str(not size.burstable),
        "PremiumIO": str(size.premium),
        "VMDeploymentTypes": "IaaS",
        "vCPUsAvailable": str(size.vcpus),
        "vCPUsPerCore": "1" if size.architecture == "Arm64" or size.vcpus == 1 else "2",
        "EncryptionAtHostSupported": "True",
        "AcceleratedNetworkingEnabled": str(size.vcpus > 1),
        "EphemeralOSDiskSupported": str(size.local_gib >= 30),
        "RdmaEnabled": "False",
        "MaxNetworkInterfaces": str(min(8, max(2, size.vcpus // 2))),
    }
    return {**capabilities, "GPUs": str(size.gpus)} if size.gpus else capabilities


def _vm_size(size: Size) -> Json:
    return {
        "name": size.name,
        "numberOfCores": size.vcpus,
        "osDiskSizeInMB": 1047552,
        "resourceDiskSizeInMB": size.local_gib * 1024,
        "memoryInMB": int(size.memory * 1024),
        "maxDataDiskCount": _data_disks(size),
    }


def _data_disks(size: Size) -> int:
    return min(64, 2 * size.vcpus) if size.vcpus < 16 else min(64, 32 * (size.vcpus // 16))
