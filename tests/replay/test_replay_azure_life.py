"""The life of a machine on Azure with its long operations: Azure-AsyncOperation, Location, Retry-After."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from replay_accounts import SSH_KEY, SUBSCRIPTION
from replay_command import cloudctl
from replay_script import Reply, Request, Script

ARM = "management.azure.com"
OPERATIONS = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Compute/locations/westeurope/operations"
MISSING = Reply({"error": {"code": "ResourceNotFound", "message": "The Resource was not found."}}, 404)


class Subscription:
    """Resources by path: every change is a long operation of three looks at it or at what it makes.

    Compute answers a change with both headers, network with Azure-AsyncOperation, a deletion with Location alone.
    """

    def __init__(self) -> None:
        self.resources: dict[str, dict[str, Any]] = {}
        self.looks: dict[str, Callable[[], bool]] = {}
        self.ended: set[str] = set()
        self.making: dict[str, Callable[[], bool]] = {}
        self._numbers = itertools.count()

    def __call__(self, request: Request) -> Reply:
        path = request.path.casefold()
        if "/locations/" in path:
            return self._watched(request.path)
        if path.endswith(("/microsoft.network", "/microsoft.compute")):
            return Reply({"namespace": path.rpartition("/")[2], "registrationState": "Registered"})
        match request.method:
            case "PUT":
                return self._put(path, request)
            case "POST":
                return self._power(path)
            case "DELETE":
                return self._delete(path)
        return self._get(path)

    def _get(self, path: str) -> Reply:
        if path in self.resources:
            self.making.get(path, bool)()
            return Reply(self.resources[path])
        kind = path.rpartition("/")[2]
        if "/resourcegroups/" in path or kind not in ("virtualmachines", "networksecuritygroups"):
            return MISSING
        return Reply({"value": [one for name, one in self.resources.items() if name.rpartition("/")[0].endswith(kind)]})

    def _put(self, path: str, request: Request) -> Reply:
        name = request.path.rpartition("/")[2]
        made = {**request.json, "name": name, "id": request.path}
        made["properties"] = {**made.get("properties", {}), "provisioningState": "Creating"}
        self.resources[path] = made
        if path.count("/") == 4:
            made["properties"]["provisioningState"] = "Succeeded"
            return Reply(made, 201)

        def end() -> None:
            made["properties"]["provisioningState"] = "Succeeded"
            if "/virtualmachines/" in path:
                self._set_power(path, "running")

        headers = self._begun(end, location=False)
        self.making[path] = next(reversed(self.looks.values()))
        return Reply(made, 201, headers)

    def _power(self, path: str) -> Reply:
        machine, _, action = path.rpartition("/")
        state = {"deallocate": "deallocated", "start": "running", "restart": "running"}[action]
        return Reply(b"", 202, self._begun(lambda: self._set_power(machine, state), location=True))

    def _set_power(self, path: str, state: str) -> None:
        codes = ("ProvisioningState/succeeded", f"PowerState/{state}")
        self.resources[path]["properties"]["instanceView"] = {"statuses": [{"code": code} for code in codes]}

    def _delete(self, path: str) -> Reply:
        if path not in self.resources:
            return Reply(b"", 204)
        headers = self._begun(lambda: self.resources.pop(path), location=True)
        return Reply(b"", 202, {key: value for key, value in headers.items() if key != "Azure-AsyncOperation"})

    def _begun(self, end: Callable[[], object], *, location: bool) -> dict[str, str]:
        number, looks = str(next(self._numbers)), iter((False, False))

        def look() -> bool:
            over = next(looks, True)
            if over and number in self.looks and number not in self.ended:
                self.ended.add(number)
                end()
            return over

        self.looks[number] = look
        url = f"https://{ARM}{OPERATIONS}/{number}"
        headers = {"Azure-AsyncOperation": f"{url}?api-version=2026-04-01&t=63&c=MIIC&s=signature", "Retry-After": "0"}
        return headers | ({"Location": f"{url}?monitor=true&api-version=2026-04-01"} if location else {})

    def _watched(self, path: str) -> Reply:
        over = self.looks[path.rpartition("/")[2]]()
        status = "Succeeded" if over else "InProgress"
        return Reply({"name": "x", "status": status, "startTime": "2026-11-21T08:00:00Z"}, 200 if over else 202)


@pytest.fixture
def subscription(replay: Script, login: Any, tmp_path: Path) -> Subscription:
    login("azure")
    (tmp_path / "key.pub").write_text(SSH_KEY)
    found = Subscription()
    replay.on(f"* {ARM}/*", found)
    return found


@pytest.mark.usefixtures("subscription")
def test_a_machine_is_made_stopped_started_restarted_and_deleted(
    subscription: Subscription, replay: Script, tmp_path: Path
) -> None:
    ended = cloudctl(
        "vm", "create", "web", "-p", "azure", "--region", "westeurope", "--image", "ubuntu-24.04", "--size", "small",
        "--timeout", "20s", "--ssh-key", str(tmp_path / "key.pub"), "--open", "22:203.0.113.0/24", "-o", "json",
    )  # fmt: skip
    assert ended.exit == 0, ended.err
    assert (ended.record["name"], ended.record["state"]) == ("web", "running")
    # Seven resources, and the claim once more when everything is there.
    assert len(replay.sent("PUT management.azure.com")) == 8
    for verb, state in (("stop", "stopped"), ("start", "running"), ("restart", "running")):
        ended = cloudctl("vm", verb, "web", "-p", "azure", "-o", "json", "--timeout", "20s")
        assert ended.exit == 0, ended.err
        assert ended.record["state"] == state
    ended = cloudctl("vm", "delete", "web", "-p", "azure", "--yes", "-o", "json", "--timeout", "20s")
    assert ended.exit == 0, ended.err
    left = [path for path in subscription.resources if "/providers/" in path]
    assert [path.rpartition("/")[2] for path in left] == ["cloudctl", "default"]


def test_an_allocation_that_fails_is_told_and_undone(
    subscription: Subscription, replay: Script, tmp_path: Path
) -> None:
    failed = {
        "status": "Failed",
        "error": {
            "code": "ZonalAllocationFailed",
            "message": "Allocation failed. We do not have sufficient capacity for the requested VM size in this zone.",
        },
    }

    def refuse(request: Request) -> Reply:
        reply = subscription(request)
        subscription.looks.pop(reply.headers["Azure-AsyncOperation"].split("?")[0].rpartition("/")[2])
        del subscription.making[request.path.casefold()]
        subscription.resources[request.path.casefold()]["properties"]["provisioningState"] = "Failed"
        url = f"https://{ARM}{OPERATIONS}/failed?api-version=2026-04-01"
        return Reply(reply.body, 201, {"Azure-AsyncOperation": url})

    replay.on(f"PUT {ARM}/*/virtualMachines/web", refuse)
    replay.on(f"GET {ARM}{OPERATIONS}/failed", Reply(failed, 200, {"x-ms-request-id": "r-failed"}))
    ended = cloudctl(
        "vm", "create", "web", "-p", "azure", "--region", "westeurope", "--size", "small", "-o", "json",
        "--timeout", "20s", "--ssh-key", str(tmp_path / "key.pub"), "--no-public-ip",
    )  # fmt: skip
    told = ended.errors[-1]
    assert (ended.exit, told["error"], told["code"]) == (11, "capacity", "ZonalAllocationFailed")
    assert told["request_id"] == "r-failed"
    left = [path for path in subscription.resources if "/providers/" in path]
    assert [path.rpartition("/")[2] for path in left] == ["cloudctl", "default"]
