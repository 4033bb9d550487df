"""Lists: pages, filters, order, partial replies, aggregation."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from gcp_service import PROJECT, ZONE, Service, instance, serving

ZONES = (ZONE, "europe-west1-b")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Six instances over two zones; the odd ones are stopped."""
    with serving(tmp_path_factory.mktemp("lists")) as served:
        for number in range(6):
            zone = ZONES[number // 3]
            labels = {"number": str(number), "parity": "odd" if number % 2 else "even"}
            served.create(f"web-{number}", zone, labels=labels)
            if number % 2:
                served.call("POST", f"zones/{zone}/instances/web-{number}/stop")
        yield served


def found(service: Service, **parameters: Any) -> list[str]:
    listed = service.client("Instances").aggregated_list({"project": PROJECT, **parameters})
    return sorted(one.name for _, scoped in listed for one in scoped.instances)


@pytest.mark.parametrize("size", [1, 2, 4, 6, 500])
def test_pages_of_any_size_make_the_whole_list(service: Service, size: int) -> None:
    assert found(service, max_results=size) == [f"web-{number}" for number in range(6)]


def test_the_service_can_be_told_to_cap_its_pages(tmp_path: Path) -> None:
    with serving(tmp_path, page_size=2) as service:
        for name in "abc":
            service.create(name)
        page = service.call("GET", f"zones/{ZONE}/instances").json()
        assert [one["name"] for one in page["items"]] == ["a", "b"]
        rest = service.call("GET", f"zones/{ZONE}/instances", params={"pageToken": page["nextPageToken"]}).json()
        assert [one["name"] for one in rest["items"]] == ["c"]
        assert "nextPageToken" not in rest


def test_empty_zones_are_named_with_a_warning(service: Service) -> None:
    items = service.call("GET", "aggregated/instances").json()["items"]
    assert set(items[f"zones/{ZONE}"]) == {"instances"}
    assert items["zones/us-west1-a"]["warning"]["code"] == "NO_RESULTS_ON_PAGE"
    assert all(scope.startswith("zones/") for scope in items)


def test_all_scopes_can_be_asked_for(service: Service) -> None:
    items = service.call("GET", "aggregated/instances", params={"includeAllScopes": "true"}).json()["items"]
    assert {"global", "regions/us-central1", f"zones/{ZONE}"} <= items.keys()


@pytest.mark.parametrize(
    "text, numbers",
    [
        ("name = web-1", [1]),
        ('name = "web-1"', [1]),
        ("name=web-*", [0, 1, 2, 3, 4, 5]),
        ("name eq web-[12]", [1, 2]),
        ("name ne .*1", [0, 2, 3, 4, 5]),
        ("(status eq RUNNING) (name eq .*4)", [4]),
        ("status=RUNNING", [0, 2, 4]),
        ("status != RUNNING", [1, 3, 5]),
        ("labels.parity=odd", [1, 3, 5]),
        ("labels.number > 3", [4, 5]),
        ("labels.number:*", [0, 1, 2, 3, 4, 5]),
        ("labels.missing:*", []),
        ("zone : europe-west1-*", [3, 4, 5]),
        ("(labels.parity=odd) AND (status=TERMINATED) AND (name=web-3)", [3]),
        ("(name=web-1) OR (name=web-2)", [1, 2]),
        ("name=web-1 OR name=web-2 status=RUNNING", [2]),
        ("NOT (labels.parity=odd)", [0, 2, 4]),
        ("scheduling.automaticRestart = true AND disks.boot = true AND name = web-5", [5]),
    ],
)
def test_a_filter_selects(service: Service, text: str, numbers: list[int]) -> None:
    assert found(service, filter=text) == [f"web-{number}" for number in numbers]


@pytest.mark.parametrize(
    "text",
    ["name", "name=", "(name=a", "colour=red", "name eq *x*", "status eq RUNNING AND name eq a", "= a", "name=a)"],
)
def test_what_is_no_filter_is_refused(service: Service, text: str) -> None:
    reply = service.call("GET", "aggregated/instances", params={"filter": text})
    message = f"Invalid value for field 'filter': '{text}'. Invalid list filter expression."
    assert (reply.status_code, reply.json()["error"]["message"]) == (400, message)


def test_the_newest_can_come_first_over_several_pages(service: Service) -> None:
    listed = service.client("Instances").list(
        {"project": PROJECT, "zone": ZONE, "order_by": "creationTimestamp desc", "max_results": 1}
    )
    assert [one.name for one in listed] == ["web-2", "web-1", "web-0"]


def test_only_the_fields_asked_for_are_in_the_reply(service: Service) -> None:
    asked = {"fields": "items(name,disks/boot),kind"}
    page = service.call("GET", f"zones/{ZONE}/instances", params=asked).json()
    assert page == {
        "kind": "compute#instanceList",
        "items": [{"name": f"web-{number}", "disks": [{"boot": True}]} for number in range(3)],
    }


def test_three_hundred_instances_are_one_page(tmp_path: Path) -> None:
    with serving(tmp_path) as service:
        for number in range(300):
            service.call("POST", f"zones/{ZONE}/instances", instance(f"web-{number}"))
        page = service.call("GET", "aggregated/instances").json()
    assert "nextPageToken" not in page
    addresses = {one["networkInterfaces"][0]["networkIP"] for one in page["items"][f"zones/{ZONE}"]["instances"]}
    assert len(addresses) == 300
