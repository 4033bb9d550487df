"""The table of refusals: each row has a request here that is refused so."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from gcp_service import PROJECT, ZONE, Service, boot_disk, instance, serving

from cloudctl.sandbox.gcp.refusals import Refusal

Case = Callable[[Service], requests.Response]
INSTANCES = f"projects/{PROJECT}/zones/{ZONE}/instances"
UUID = "5b0a7c1e-51a1-4f5c-9d8e-0a1b2c3d4e5f"
PAGE = Path(__file__).parents[2] / "docs" / "sandbox-gcp.md"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with serving(tmp_path_factory.mktemp("gcp")) as served:
        yield served


@pytest.fixture
def service(served: Service) -> Service:
    served.cloud.reset()
    return served


def get(path: str, **options: Any) -> Case:
    return lambda service: service.call("GET", path, **options)


def insert(**changes: Any) -> Case:
    return lambda service: service.call("POST", f"zones/{ZONE}/instances", instance(**changes))


def with_disk(**parameters: Any) -> Case:
    return insert(disks=[boot_disk(**parameters)])


def with_metadata(*items: tuple[str, str]) -> Case:
    return insert(metadata={"items": [{"key": key, "value": value} for key, value in items]})


def with_request_id(request_id: str) -> Case:
    return lambda service: service.call("POST", f"zones/{ZONE}/instances", instance(), params={"requestId": request_id})


def firewall(**changes: Any) -> Case:
    body = {"name": "web", "allowed": [{"IPProtocol": "tcp", "ports": ["80"]}]} | changes
    return lambda service: service.call("POST", "global/firewalls", body)


def after_create(verb: str, path: str, body: Any = None, **changes: Any) -> Case:
    """A request when the instance ``web-1`` is there; the path is below it."""

    def case(service: Service) -> requests.Response:
        service.create(**changes)
        return service.call(verb, f"zones/{ZONE}/instances/web-1{path}", body)

    return case


def disk(verb: str, path: str, body: Any = None) -> Case:
    def case(service: Service) -> requests.Response:
        service.create()
        return service.call(verb, f"zones/{ZONE}/disks/web-1{path}", body)

    return case


def reused_request_id(service: Service) -> requests.Response:
    with_request_id(UUID)(service)
    return service.call("POST", f"zones/{ZONE}/instances", instance("other"), params={"requestId": UUID})


def custom_network(service: Service) -> requests.Response:
    service.call("POST", "global/networks", {"name": "lan", "autoCreateSubnetworks": False})
    return insert(networkInterfaces=[{"network": "global/networks/lan"}])(service)


def subnetwork_in_use(service: Service) -> requests.Response:
    service.create()
    return service.call("DELETE", "regions/us-central1/subnetworks/default")


def two_in_one_network(service: Service) -> requests.Response:
    return insert(networkInterfaces=[{}, {}])(service)


CASES: dict[Refusal, Case] = {
    Refusal.AUTHORIZATION: get("zones", headers={"Authorization": "Bearer stolen"}),
    Refusal.NO_SUCH_METHOD: get("moons"),
    Refusal.NOT_SERVED: get("global/routes"),
    Refusal.FEATURE_NOT_SERVED: insert(guestAccelerators=[{"acceleratorCount": 1}]),
    Refusal.PROJECT_UNKNOWN: get("/compute/v1/projects/nobody/zones"),
    Refusal.PROJECT_DENIED: get("/compute/v1/projects/debian-cloud/zones"),
    Refusal.API_DISABLED: get("/compute/v1/projects/sandbox-disabled/zones"),
    Refusal.ZONE_UNKNOWN: get("zones/us-central1/instances"),
    Refusal.REGION_UNKNOWN: get("regions/mars1/subnetworks"),
    Refusal.PATH_PATTERN: get(f"zones/{ZONE}/instances/Web"),
    Refusal.PARAMETER_UNKNOWN: get("zones", params={"colour": "red"}),
    Refusal.PARAMETER_TYPE: get("zones", params={"maxResults": "many"}),
    Refusal.PARAMETER_MISSING: after_create("POST", "/setDiskAutoDelete"),
    Refusal.REQUEST_ID_INVALID: with_request_id("00000000-0000-0000-0000-000000000000"),
    Refusal.REQUEST_ID_REUSED: reused_request_id,
    Refusal.BODY_MALFORMED: lambda service: service.call("POST", f"zones/{ZONE}/instances", ["web-1"]),
    Refusal.BODY_MISSING: lambda service: service.call("POST", f"zones/{ZONE}/instances"),
    Refusal.FIELD_UNKNOWN: insert(colour="red"),
    Refusal.FIELD_TYPE: insert(canIpForward="yes"),
    Refusal.FIELD_ENUM: insert(scheduling={"provisioningModel": "CHEAP"}),
    Refusal.FIELD_PATTERN: insert(name="Web_1"),
    Refusal.FIELD_REQUIRED: lambda service: service.call("POST", f"zones/{ZONE}/instances", {"labels": {}}),
    Refusal.REFERENCE_MALFORMED: insert(machineType="e2-small"),
    Refusal.RESOURCE_NOT_FOUND: get(f"zones/{ZONE}/instances/nobody"),
    Refusal.ALREADY_EXISTS: after_create("POST", "/../../instances", instance()),
    Refusal.RESOURCE_NOT_READY: after_create("POST", "/resume"),
    Refusal.FINGERPRINT_METADATA: after_create("POST", "/setMetadata", {"items": []}),
    Refusal.FINGERPRINT_LABELS: after_create("POST", "/setLabels", {"labelFingerprint": "c3RhbGU="}),
    Refusal.FINGERPRINT_TAGS: after_create("POST", "/setTags", {"fingerprint": "c3RhbGU="}),
    Refusal.LABEL_FORMAT: insert(labels={"Owner": "me"}),
    Refusal.LABEL_COUNT: insert(labels={f"k{number}": "" for number in range(65)}),
    Refusal.METADATA_DUPLICATE: with_metadata(("a", "1"), ("a", "2")),
    Refusal.METADATA_VALUE_SIZE: with_metadata(("a", "x" * (256 * 1024 + 1))),
    Refusal.METADATA_TOTAL_SIZE: with_metadata(*((key, "x" * 200_000) for key in "abc")),
    Refusal.MACHINE_TYPE_ZONE: lambda service: service.call(
        "POST",
        "zones/us-central1-c/instances",
        instance(machine_type="t2a-standard-1", zone="us-central1-c"),
    ),
    Refusal.ARCHITECTURE: insert(machine_type="t2a-standard-1"),
    Refusal.DISK_TYPE_MACHINE_TYPE: insert(
        machine_type="n4-standard-2",
        disks=[boot_disk(diskType=f"zones/{ZONE}/diskTypes/pd-balanced")],
    ),
    Refusal.NO_BOOT_DISK: insert(disks=[]),
    Refusal.DISK_SMALLER_THAN_IMAGE: with_disk(diskSizeGb="5"),
    Refusal.DISK_IN_USE: disk("DELETE", ""),
    Refusal.DEVICE_UNKNOWN: after_create("POST", "/setDiskAutoDelete?autoDelete=true&deviceName=nothing"),
    Refusal.DISK_SHRINK: disk("POST", "/resize", {"sizeGb": "5"}),
    Refusal.NO_INTERFACE: insert(networkInterfaces=[]),
    Refusal.INTERFACE_COUNT: insert(networkInterfaces=[{}] * 3),
    Refusal.INTERFACE_NETWORK: two_in_one_network,
    Refusal.SUBNETWORK_REQUIRED: custom_network,
    Refusal.ADDRESS_UNAVAILABLE: insert(networkInterfaces=[{"networkIP": "192.168.0.1"}]),
    Refusal.SPOT_SCHEDULING: insert(scheduling={"provisioningModel": "SPOT", "automaticRestart": True}),
    Refusal.DELETION_PROTECTION: after_create("DELETE", "", deletionProtection=True),
    Refusal.FIREWALL_ACTION: firewall(allowed=[]),
    Refusal.FIREWALL_RANGE: firewall(sourceRanges=["10.0.0.1/8"]),
    Refusal.FIREWALL_PROTOCOL: firewall(allowed=[{"IPProtocol": "http"}]),
    Refusal.FIREWALL_PORTS: firewall(allowed=[{"IPProtocol": "icmp", "ports": ["80"]}]),
    Refusal.FIREWALL_PRIORITY: firewall(priority=70000),
    Refusal.FIREWALL_DIRECTION: firewall(direction="EGRESS", sourceTags=["web"]),
    Refusal.NETWORK_IN_USE: lambda service: service.call("DELETE", "global/networks/default"),
    Refusal.SUBNETWORK_IN_USE: subnetwork_in_use,
    Refusal.SUBNETWORK_RANGE: lambda service: service.call(
        "POST",
        "regions/us-central1/subnetworks",
        {"name": "lan", "network": "global/networks/default", "ipCidrRange": "10.128.0.0/24"},
    ),
    Refusal.FILTER: get("zones", params={"filter": "name = "}),
    Refusal.ORDER_BY: get("zones", params={"orderBy": "status"}),
    Refusal.PAGE_TOKEN: get("zones", params={"pageToken": "x"}),
    Refusal.MAX_RESULTS: get("zones", params={"maxResults": 501}),
    Refusal.FIELDS: get("zones", params={"fields": "items(colour)"}),
}


@pytest.mark.parametrize("refusal", Refusal, ids=lambda refusal: refusal.name)
def test_every_row_of_the_table_is_refused_as_it_says(service: Service, refusal: Refusal) -> None:
    reply = CASES[refusal](service)
    row = refusal.value
    error = reply.json()["error"]
    assert (reply.status_code, error["code"], error["errors"][0]["reason"]) == (row.status, row.status, row.reason)
    assert error["message"] == error["errors"][0]["message"]


@pytest.mark.parametrize(
    "case, message",
    [
        (CASES[Refusal.RESOURCE_NOT_FOUND], f"The resource '{INSTANCES}/nobody' was not found"),
        (CASES[Refusal.ALREADY_EXISTS], f"The resource '{INSTANCES}/web-1' already exists"),
        (
            CASES[Refusal.FIELD_PATTERN],
            "Invalid value for field 'resource.name': 'Web_1'. "
            "Must be a match of regex '[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?'",
        ),
        (
            CASES[Refusal.DISK_SMALLER_THAN_IMAGE],
            "Invalid value for field 'resource.disks[0].initializeParams.diskSizeGb': '5'. "
            "Requested disk size cannot be smaller than the image size (10 GB)",
        ),
        (
            CASES[Refusal.ARCHITECTURE],
            "Invalid resource usage: 'Requested boot disk architecture (X86_64) is not compatible with machine type "
            "architecture (ARM64).'.",
        ),
    ],
    ids=["not found", "exists", "pattern", "disk size", "architecture"],
)  # fmt: skip
def test_messages_are_those_that_users_have_seen(service: Service, case: Case, message: str) -> None:
    assert case(service).json()["error"]["message"] == message


def test_a_disabled_api_names_the_service_and_where_to_enable_it(service: Service) -> None:
    details = CASES[Refusal.API_DISABLED](service).json()["error"]["details"]
    assert details[0]["reason"] == "SERVICE_DISABLED"
    assert details[0]["metadata"]["service"] == "compute.googleapis.com"


def test_a_refused_insert_leaves_nothing(service: Service) -> None:
    for refusal in (Refusal.ARCHITECTURE, Refusal.INTERFACE_COUNT, Refusal.DISK_TYPE_MACHINE_TYPE):
        CASES[refusal](service)
    assert "items" not in service.call("GET", f"zones/{ZONE}/instances").json()
    assert "items" not in service.call("GET", f"zones/{ZONE}/disks").json()


def test_the_page_lists_every_row() -> None:
    rows = [line for line in PAGE.read_text().splitlines() if re.match(r"\| `[\w.*]+` \|.*\| \d+ \|", line)]
    listed = {tuple(cell.replace("`", "").strip() for cell in line.split("|")[1:5]) for line in rows}
    assert listed == {
        (row.operation, row.condition.replace("`", ""), str(row.status), row.reason)
        for row in (refusal.value for refusal in Refusal)
    }
