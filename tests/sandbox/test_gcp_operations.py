"""Operations, request ids, faults."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from gcp_service import PROJECT, ZONE, Service, instance, serving
from werkzeug.test import EnvironBuilder

UUID = "5b0a7c1e-51a1-4f5c-9d8e-0a1b2c3d4e5f"
INSTANCES = f"/compute/v1/projects/{PROJECT}/zones/{ZONE}/instances"


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    with serving(tmp_path, transition=0.3) as served:
        yield served


def environ(verb: str, path: str, body: Any = None, query: str = "") -> dict[str, Any]:
    return EnvironBuilder(path, method=verb, json=body, query_string=query).get_environ()


def insert(service: Service, name: str = "web-1") -> Any:
    return service.call("POST", f"zones/{ZONE}/instances", instance(name), params={"requestId": UUID}).json()


def test_an_operation_is_pending_runs_and_is_done_when_its_time_is_over(service: Service) -> None:
    started = service.call("POST", f"zones/{ZONE}/instances", instance()).json()
    assert (started["status"], started["progress"], started["operationType"]) == ("PENDING", 0, "insert")
    assert started["targetLink"].endswith(f"/zones/{ZONE}/instances/web-1")
    done = service.client("ZoneOperations").wait(project=PROJECT, zone=ZONE, operation=started["name"])
    assert (done.status.name, done.progress) == ("DONE", 100)
    assert done.end_time > done.insert_time


def test_operations_can_be_listed_by_place_and_over_all_places(service: Service) -> None:
    service.create()
    rule = {"name": "web", "allowed": [{"IPProtocol": "tcp"}]}
    service.call("POST", "global/firewalls", rule)
    zonal = list(service.client("ZoneOperations").list(project=PROJECT, zone=ZONE))
    everywhere = dict(service.client("GlobalOperations").aggregated_list(project=PROJECT))
    assert [one.operation_type for one in zonal] == ["insert"]
    assert len(everywhere[f"zones/{ZONE}"].operations) == len(everywhere["global"].operations) == 1


def test_a_request_that_is_sent_again_makes_nothing_and_answers_the_same_operation(service: Service) -> None:
    first = insert(service)
    assert insert(service)["name"] == first["name"]
    assert len(service.call("GET", f"zones/{ZONE}/instances").json()["items"]) == 1


def test_a_request_id_is_remembered_after_the_thing_is_deleted_and_over_a_restart(tmp_path: Path) -> None:
    with serving(tmp_path) as service:
        first = insert(service)
        service.call("DELETE", f"zones/{ZONE}/instances/web-1")
        service.cloud.save()
    with serving(tmp_path) as service:
        assert insert(service)["name"] == first["name"]
        assert service.call("GET", f"zones/{ZONE}/instances/web-1").status_code == 404


def test_lack_of_capacity_is_an_operation_that_fails_also_when_asked_again(service: Service) -> None:
    asked = environ("POST", INSTANCES, instance(), f"requestId={UUID}")
    reply = service.cloud.failure(asked, "capacity")
    assert reply.status == 200
    again = insert(service)
    done = service.finish(again)
    assert done["error"]["errors"][0]["code"] == "ZONE_RESOURCE_POOL_EXHAUSTED"
    assert (done["httpErrorStatusCode"], done["httpErrorMessage"]) == (503, "SERVICE UNAVAILABLE")
    assert service.call("GET", f"zones/{ZONE}/instances/web-1").status_code == 404


@pytest.mark.parametrize(
    "kind, status, reason",
    [
        ("throttle", 403, "rateLimitExceeded"),
        ("error", 503, "backendError"),
        ("denied", 403, "forbidden"),
        ("unauthenticated", 401, "authError"),
        ("expired", 401, "authError"),
        ("quota", 403, "quotaExceeded"),
        ("capacity", 503, "ZONE_RESOURCE_POOL_EXHAUSTED"),
    ],
)
def test_faults_answer_in_the_envelope_of_the_api(service: Service, kind: str, status: int, reason: str) -> None:
    reply = service.cloud.failure(environ("GET", INSTANCES), kind)
    error = json.loads(reply.body)["error"]
    assert (reply.status, error["code"], error["errors"][0]["reason"]) == (status, status, reason)


def test_a_denial_names_the_permission(service: Service) -> None:
    reply = service.cloud.failure(environ("POST", INSTANCES, instance()), "denied")
    assert f"Required 'compute.instances.create' permission for 'projects/{PROJECT}'" in reply.body.decode()


def test_an_unknown_fault_is_a_key_error(service: Service) -> None:
    with pytest.raises(KeyError):
        service.cloud.failure(environ("GET", INSTANCES), "flood")


@pytest.mark.parametrize(
    "verb, path, operation",
    [
        ("POST", INSTANCES, "compute.instances.insert"),
        ("GET", f"/compute/v1/projects/{PROJECT}/aggregated/instances", "compute.instances.aggregatedList"),
        ("GET", "/compute/v1/projects/debian-cloud/global/images/family/debian-12", "compute.images.getFromFamily"),
        ("POST", f"{INSTANCES}/bulkInsert", "compute.instances.bulkInsert"),
        ("GET", "/moons", ""),
    ],
)
def test_a_request_is_named_by_its_discovery_method(service: Service, verb: str, path: str, operation: str) -> None:
    assert service.cloud.operation(environ(verb, path)) == operation
