"""The life of a machine on Compute Engine with its operations: zonal and global, PENDING, RUNNING, DONE, failed."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from replay_accounts import PROJECT, SSH_KEY
from replay_command import cloudctl
from replay_script import Reply, Request, Script

HOST = "compute.googleapis.com"
ROOT = f"/compute/v1/projects/{PROJECT}"
WWW = f"https://www.googleapis.com{ROOT}"
ZONE = "us-central1-a"


def missing(path: str) -> Reply:
    message = f"The resource '{path.removeprefix('/compute/v1/')}' was not found"
    error = {"message": message, "domain": "global", "reason": "notFound"}
    return Reply({"error": {"code": 404, "message": message, "errors": [error]}}, 404)


class Project:
    """Resources by path; a change is an operation that is PENDING, then RUNNING, then DONE."""

    def __init__(self) -> None:
        self.resources: dict[str, dict[str, Any]] = {}
        self.operations: dict[str, tuple[dict[str, Any], Callable[[], object], list[str]]] = {}
        self.failure: dict[str, Any] | None = None
        self._numbers = itertools.count(1)

    def __call__(self, request: Request) -> Reply:
        path = request.path
        if "/operations/" in path:
            return self._operation(path)
        if "/aggregated/" in path:
            return self._aggregated(path.rpartition("/")[2], request.parameters.get("filter", ""))
        match request.method:
            case "GET":
                return self._get(path)
            case "DELETE":
                return self._change(path, lambda: self.resources.pop(path))
            case "PATCH":
                return self._change(path, lambda: self.resources[path].update(request.json))
        collection, _, verb = path.rpartition("/")
        if verb in ("instances", "firewalls"):
            return self._insert(path, request.json)
        return self._act(collection, verb, request)

    def _get(self, path: str) -> Reply:
        if path.endswith("/global/firewalls"):
            return Reply({"items": [one for name, one in self.resources.items() if "/firewalls/" in name]})
        if path.endswith("/zones"):
            zones = [{"name": ZONE, "status": "UP", "region": f"{WWW}/regions/us-central1"}]
            return Reply({"items": zones})
        if "/images/" in path:
            return Reply({"name": "ubuntu", "status": "READY", "architecture": "X86_64", "diskSizeGb": "10"})
        return Reply(self.resources[path]) if path in self.resources else missing(path)

    def _aggregated(self, collection: str, condition: str) -> Reply:
        wanted = condition.partition('"')[2].rstrip('"')
        if collection == "machineTypes":
            types = [{"name": wanted, "zone": ZONE}]
            return Reply({"items": {f"zones/{ZONE}": {"machineTypes": types}}})
        here = [
            one
            for path, one in self.resources.items()
            if f"/{collection}/" in path and (not condition or one["name"] == wanted or str(one["id"]) in condition)
        ]
        return Reply({"items": {f"zones/{ZONE}": {collection: here}}} if here else {})

    def _insert(self, collection: str, body: dict[str, Any]) -> Reply:
        path = f"{collection}/{body['name']}"
        if path in self.resources:
            error = {"message": "The resource already exists", "domain": "global", "reason": "alreadyExists"}
            return Reply({"error": {"code": 409, "message": error["message"], "errors": [error]}}, 409)
        instance = {"status": "PROVISIONING", "zone": f"{WWW}/zones/{ZONE}", "labelFingerprint": "a="}
        made = {"id": str(next(self._numbers)), **body, "selfLink": f"https://www.googleapis.com{path}"}
        made |= instance if "/instances/" in path else {}
        if self.failure and "/instances/" in path:
            return self._change(path, lambda: None, self.failure)
        self.resources[path] = made
        return self._change(path, lambda: made.update(status="RUNNING"))

    def _act(self, path: str, verb: str, request: Request) -> Reply:
        machine = self.resources[path]
        if verb == "setLabels":
            return self._change(path, lambda: machine.update(labels=request.json["labels"]))
        states = {"stop": "TERMINATED", "start": "RUNNING", "reset": "RUNNING"}
        return self._change(path, lambda: machine.update(status=states[verb]))

    def _change(self, path: str, end: Callable[[], object], failure: dict[str, Any] | None = None) -> Reply:
        place = path.partition(f"{PROJECT}/")[2].partition("/instances")[0].partition("/firewalls")[0]
        name = f"operation-1700000000000-{next(self._numbers)}"
        operation = {"kind": "compute#operation", "id": "1", "name": name, "operationType": "x", "progress": 0}
        operation |= {"targetLink": f"https://www.googleapis.com{path}", "selfLink": f"{WWW}/{place}/operations/{name}"}
        operation |= {"zone": f"{WWW}/zones/{ZONE}"} if place.startswith("zones") else {}
        self.operations[name] = ({**operation, **(failure or {})}, end, ["RUNNING", "DONE"])
        return Reply({**operation, "status": "PENDING"})

    def _operation(self, path: str) -> Reply:
        name = path.removesuffix("/wait").rpartition("/")[2]
        operation, end, states = self.operations[name]
        waits = path.endswith("/wait")
        status = states.pop(0) if len(states) > 1 and not waits else states[-1]
        if status == "DONE":
            end()
            self.operations[name] = (operation, lambda: None, states)
            return Reply({**operation, "status": status, "progress": 100})
        return Reply({"name": name, "status": status, "zone": operation.get("zone", ""), "progress": 0})


@pytest.fixture
def project(replay: Script, login: Any, tmp_path: Path) -> Project:
    login("gcp")
    (tmp_path / "key.pub").write_text(SSH_KEY)
    found = Project()
    replay.on(f"* {HOST}/*", found)
    return found


def create(tmp_path: Path, *flags: str) -> Any:
    return cloudctl(
        "vm", "create", "web", "-p", "gcp", "--region", "us-central1", "--size", "small", "-o", "json",
        "--timeout", "20s", "--ssh-key", str(tmp_path / "key.pub"), *flags,
    )  # fmt: skip


@pytest.mark.parametrize("flags", [(), ("--open", "443")], ids=["no port", "a port"])
def test_a_machine_is_made_stopped_started_restarted_and_deleted(
    project: Project, tmp_path: Path, flags: tuple[str, ...]
) -> None:
    ended = create(tmp_path, *flags)
    assert ended.exit == 0, ended.err
    assert (ended.record["name"], ended.record["state"]) == ("web", "running")
    assert len(project.resources) == 1 + bool(flags)
    for verb, state in (("stop", "stopped"), ("start", "running"), ("restart", "running")):
        ended = cloudctl("vm", verb, "web", "-p", "gcp", "-o", "json", "--timeout", "20s")
        assert ended.exit == 0, ended.err
        assert ended.record["state"] == state
    ended = cloudctl("vm", "delete", "web", "-p", "gcp", "--yes", "-o", "json", "--timeout", "20s")
    assert ended.exit == 0, ended.err
    assert project.resources == {}


def failure(status: int, code: str, message: str) -> dict[str, Any]:
    """A failed operation is HTTP 200 with this in it."""
    return {
        "httpErrorStatusCode": status,
        "httpErrorMessage": "SERVICE UNAVAILABLE",
        "error": {"errors": [{"code": code, "message": message}]},
    }


@pytest.mark.parametrize(
    ("told", "kind", "exit"),
    [
        (
            failure(503, "ZONE_RESOURCE_POOL_EXHAUSTED", "The zone does not have enough resources available."),
            "capacity",
            11,
        ),
        (failure(400, "IP_SPACE_EXHAUSTED", "IP space of 'default-3f8a' is exhausted."), "capacity", 11),
        (
            failure(
                400,
                "IP_SPACE_EXHAUSTED_WITH_DETAILS",
                "Instance 'web' creation failed: IP space of 'projects/p/"
                "regions/us-central1/subnetworks/default' is exhausted.",
            ),
            "capacity",
            11,
        ),
        (failure(403, "QUOTA_EXCEEDED", "Quota 'CPUS' exceeded. Limit: 24.0 in region us-central1."), "quota", 11),
        (failure(412, "CONDITION_NOT_MET", "Constraint constraints/compute.vmExternalIpAccess violated."), "denied", 5),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_operation_that_fails_is_told_and_undone(
    project: Project, tmp_path: Path, told: dict[str, Any], kind: str, exit: int
) -> None:
    project.failure = told
    ended = create(tmp_path, "--open", "443")
    assert (ended.exit, ended.errors[-1]["error"]) == (exit, kind), ended.err
    assert ended.errors[-1]["code"] == told["error"]["errors"][0]["code"]
    assert ended.errors[-1]["request_id"].startswith("operation-")
    assert project.resources == {}
