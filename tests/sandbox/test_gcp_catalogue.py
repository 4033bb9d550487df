"""Zones, machine types and images, and the form of every reply."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from gcp_service import PROJECT, ZONE, Service, serving

from cloudctl.sandbox.gcp.discovery import Discovery
from cloudctl.sandbox.gcp.handlers import HANDLERS

PAGE = Path(__file__).parents[2] / "docs" / "sandbox-gcp.md"
DISCOVERY = Discovery("compute.v1")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One instance, stopped, with its disk."""
    with serving(tmp_path_factory.mktemp("catalogue")) as served:
        served.create(labels={"a": "b"}, metadata={"items": [{"key": "k", "value": "v"}]})
        yield served


@pytest.mark.parametrize(
    "name, cpus, memory, architecture",
    [
        ("e2-micro", 2, 1024, "X86_64"),
        ("e2-medium", 2, 4096, "X86_64"),
        ("f1-micro", 1, 614, "X86_64"),
        ("g1-small", 1, 1740, "X86_64"),
        ("e2-standard-4", 4, 16384, "X86_64"),
        ("n1-standard-1", 1, 3840, "X86_64"),
        ("n1-highcpu-2", 2, 1843, "X86_64"),
        ("n1-highcpu-96", 96, 88474, "X86_64"),
        ("n1-highmem-96", 96, 638976, "X86_64"),
        ("n2-highmem-128", 128, 884736, "X86_64"),
        ("n2d-standard-224", 224, 917504, "X86_64"),
        ("n4-highcpu-80", 80, 163840, "X86_64"),
        ("c3-standard-22", 22, 90112, "X86_64"),
        ("c4-standard-2", 2, 7168, "X86_64"),
        ("c4-highmem-4", 4, 31744, "X86_64"),
        ("c4a-standard-72", 72, 294912, "ARM64"),
        ("t2a-standard-48", 48, 196608, "ARM64"),
        ("m1-ultramem-40", 40, 984064, "X86_64"),
        ("a2-highgpu-1g", 12, 87040, "X86_64"),
        ("g2-standard-4", 4, 16384, "X86_64"),
        ("e2-custom-4-8192", 4, 8192, "X86_64"),
    ],
)
def test_machine_types_have_their_published_size(
    service: Service, name: str, cpus: int, memory: int, architecture: str
) -> None:
    found = service.client("MachineTypes").get(project=PROJECT, zone=ZONE, machine_type=name)
    assert (found.guest_cpus, found.memory_mb, found.architecture) == (cpus, memory, architecture)


def test_not_every_zone_has_every_machine_type(service: Service) -> None:
    listed = {
        zone: {one["name"] for one in service.call("GET", f"zones/{zone}/machineTypes").json()["items"]}
        for zone in (ZONE, "africa-south1-a")
    }
    assert "t2a-standard-1" in listed[ZONE]
    assert "t2a-standard-1" not in listed["africa-south1-a"]
    assert "e2-medium" in listed["africa-south1-a"]


@pytest.mark.parametrize(
    "project, family",
    [
        ("debian-cloud", "debian-12"),
        ("debian-cloud", "debian-13-arm64"),
        ("ubuntu-os-cloud", "ubuntu-2204-lts"),
        ("ubuntu-os-cloud", "ubuntu-2404-lts-amd64"),
        ("ubuntu-os-cloud", "ubuntu-2604-lts-arm64"),
        ("rhel-cloud", "rhel-9"),
        ("rocky-linux-cloud", "rocky-linux-9"),
        ("almalinux-cloud", "almalinux-9"),
        ("suse-cloud", "sles-15"),
        ("cos-cloud", "cos-stable"),
        ("windows-cloud", "windows-2022"),
    ],
)
def test_a_family_gives_its_newest_image_that_is_not_deprecated(service: Service, project: str, family: str) -> None:
    newest = service.client("Images").get_from_family(project=project, family=family)
    of_family = [one for one in service.client("Images").list(project=project) if one.family == family]
    assert newest.name == max(one.name for one in of_family)
    assert [one.deprecated.state for one in sorted(of_family, key=lambda one: one.name)] == ["DEPRECATED", ""]
    assert newest.architecture == ("ARM64" if "arm64" in family else "X86_64")


READS = (
    f"zones/{ZONE}/instances/web-1",
    f"zones/{ZONE}/instances",
    "aggregated/instances",
    f"zones/{ZONE}/disks/web-1",
    f"zones/{ZONE}/disks",
    "aggregated/disks",
    "global/firewalls",
    "global/networks/default",
    "regions/us-central1/subnetworks/default",
    "aggregated/subnetworks",
    f"zones/{ZONE}",
    "zones",
    "regions/us-central1",
    f"zones/{ZONE}/machineTypes",
    f"zones/{ZONE}/operations",
    "aggregated/operations",
    "",
    "/compute/v1/projects/debian-cloud/global/images",
)


@pytest.mark.parametrize("path", READS)
def test_every_reply_has_the_form_of_the_discovery_document(service: Service, path: str) -> None:
    full = path if path.startswith("/") else f"/compute/v1/projects/{PROJECT}/{path}".rstrip("/")
    matched = DISCOVERY.match("GET", full)
    assert matched is not None
    reply = service.call("GET", full).json()
    assert list(deviations({"$ref": matched[0].response}, reply, "reply")) == []


def deviations(schema: dict[str, Any], value: Any, at: str) -> Iterator[str]:
    """Where a reply has a field, type or value that the schema does not have."""
    schema = DISCOVERY.schemas[schema["$ref"]] if "$ref" in schema else schema
    kinds: dict[str, type | tuple[type, ...]] = {
        "object": dict, "array": list, "string": str, "integer": int, "boolean": bool, "number": (int, float)
    }  # fmt: skip
    if not isinstance(value, kinds[schema["type"]]) or ("enum" in schema and value not in schema["enum"]):
        yield f"{at}: {value!r}"
    elif isinstance(value, dict):
        known = schema.get("properties", {})
        for name, one in value.items():
            below = known.get(name) or schema.get("additionalProperties")
            yield from deviations(below, one, f"{at}.{name}") if below else [f"{at}.{name}: unknown"]
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield from deviations(schema["items"], one, f"{at}[{index}]")


def test_every_method_that_is_served_is_one_of_the_api() -> None:
    assert HANDLERS.keys() <= DISCOVERY.methods.keys()


def test_the_page_lists_every_method_that_is_served() -> None:
    text = PAGE.read_text()
    missing = []
    for method in HANDLERS:
        _, collection, name = method.split(".")
        row = next((line for line in text.splitlines() if line.startswith(f"| `{collection}` |")), "")
        missing += [] if f" {name}" in row.replace(",", "") else [method]
    assert missing == []
