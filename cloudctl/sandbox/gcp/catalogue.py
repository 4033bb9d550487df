"""What Google offers and nobody makes: zones, regions, machine types, public images; and the project."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache, partial
from itertools import chain

from cloudctl.sandbox.gcp import images, machine_types
from cloudctl.sandbox.gcp.call import Call
from cloudctl.sandbox.gcp.errors import Json, not_found
from cloudctl.sandbox.gcp.links import BASE, Reference
from cloudctl.sandbox.gcp.listing import Row
from cloudctl.sandbox.gcp.locations import REGIONS, ZONES, region_of, zones_of
from cloudctl.sandbox.gcp.machine_types import MachineType
from cloudctl.sandbox.gcp.values import fingerprint, stable_id, timestamp

_LAUNCH = 1_400_000_000.0


def _entry(project: str, kind: str, path: str, name: str) -> Json:
    return {
        "kind": f"compute#{kind}",
        "id": stable_id(path),
        "creationTimestamp": timestamp(_LAUNCH),
        "name": name,
        "description": name,
        "selfLink": f"{BASE}/projects/{project}/{path}",
    }


def _zone(call: Call, zone: str) -> Json:
    platforms = sorted({one.platform for one in machine_types.in_zone(zone)})
    region = f"{BASE}/projects/{call.project}/regions/{region_of(zone)}"
    details = {"status": "UP", "region": region, "availableCpuPlatforms": platforms}
    return _entry(call.project, "zone", f"zones/{zone}", zone) | details


def _region(call: Call, region: str) -> Json:
    zones = [f"{BASE}/projects/{call.project}/zones/{zone}" for zone in zones_of(region)]
    return _entry(call.project, "region", f"regions/{region}", region) | {"status": "UP", "zones": zones}


def get_zone(call: Call) -> Json:
    return _zone(call, _known(call, "zones", ZONES))


def get_region(call: Call) -> Json:
    return _region(call, _known(call, "regions", REGIONS))


def _known(call: Call, place: str, names: tuple[str, ...]) -> str:
    name = str(call.parameters[call.method.order[-1]])
    if name not in names:
        raise not_found(f"projects/{call.project}/{place}/{name}")
    return name


def zone_rows(call: Call) -> Iterator[Row]:
    return (Row("global", zone, _LAUNCH, partial(_zone, call, zone)) for zone in ZONES)


def region_rows(call: Call) -> Iterator[Row]:
    return (Row("global", region, _LAUNCH, partial(_region, call, region)) for region in REGIONS)


def _machine_type(project: str, zone: str, offered: MachineType) -> Json:
    size = f"{offered.cpus} vCPU{'s' if offered.cpus > 1 else ''}, {offered.memory / 1024:g} GB RAM"
    shown = _entry(project, "machineType", f"zones/{zone}/machineTypes/{offered.name}", offered.name) | {
        "description": size,
        "guestCpus": offered.cpus,
        "memoryMb": offered.memory,
        "imageSpaceGb": 0,
        "maximumPersistentDisks": 16 if offered.shared else 128,
        "maximumPersistentDisksSizeGb": "3072" if offered.shared else "263168",
        "zone": zone,
        "isSharedCpu": offered.shared,
        "architecture": offered.architecture,
    }
    if offered.gpu:
        model, count = offered.gpu
        shown["accelerators"] = [{"guestAcceleratorType": model, "guestAcceleratorCount": count}]
    return shown


def get_machine_type(call: Call) -> Json:
    zone = str(call.zone)
    if offered := machine_types.find(call.target.name, zone):
        return _machine_type(call.project, zone, offered)
    raise not_found(call.target.path)


def machine_type_rows(call: Call) -> Iterator[Row]:
    return chain.from_iterable(_offered(call.project, zone) for zone in ([call.zone] if call.zone else ZONES))


@lru_cache(2 * len(ZONES))
def _offered(project: str, zone: str) -> tuple[Row, ...]:
    """They never change, and there are 17,000 of them."""
    rows = ((one.name, partial(_machine_type, project, zone, one)) for one in machine_types.in_zone(zone))
    return tuple(Row(f"zones/{zone}", name, _LAUNCH, view) for name, view in rows)


def get_image(call: Call) -> Json:
    if image := images.images(call.project).get(call.target.name):
        return image
    raise not_found(call.target.path)


def get_image_from_family(call: Call) -> Json:
    at = call.at(f"family/{call.parameters['family']}")
    return find_image(at)


def find_image(at: Reference) -> Json:
    """The image of this name, or of the family for a name such as ``family/debian-12``; raises notFound."""
    of_family = at.name.startswith("family/")
    found = images.newest(at.project, at.name[7:]) if of_family else images.images(at.project).get(at.name)
    if found is None:
        raise not_found(at.path)
    return found


def image_rows(call: Call) -> Iterator[Row]:
    for name, image in images.images(call.project).items():
        made = datetime.fromisoformat(image["creationTimestamp"]).timestamp()
        yield Row("global", name, made, partial(dict, image))


def get_project(call: Call) -> Json:
    number = stable_id(call.project)[:12]
    return {
        "kind": "compute#project",
        "id": stable_id("project", call.project),
        "creationTimestamp": timestamp(_LAUNCH),
        "name": call.project,
        "commonInstanceMetadata": {"kind": "compute#metadata", "fingerprint": fingerprint([])},
        "selfLink": f"{BASE}/projects/{call.project}",
        "defaultServiceAccount": f"{number}-compute@developer.gserviceaccount.com",
        "xpnProjectStatus": "UNSPECIFIED_XPN_PROJECT_STATUS",
        "defaultNetworkTier": "PREMIUM",
        "vmDnsSetting": "ZONAL_ONLY",
    }
