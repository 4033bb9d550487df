"""What a delete takes away on Azure, and how the claim is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from azure_plans import GROUP, MARK, NSG, SPEC, VM, azure, holding
from azure_proxy import Cloud

from cloudctl.marks import Claim, ClaimState, Mark
from cloudctl.plan import Found, Run


def claimed(mark: Mark) -> dict[str, Any]:
    rule = {"priority": 100, "provisioningState": "Succeeded", "sourcePortRanges": [], "access": "Allow"}
    return {
        "id": NSG,
        "location": "eastus",
        "etag": 'W/"7"',
        "tags": {"env": "test", **mark.tags()},
        "properties": {
            "provisioningState": "Succeeded",
            "securityRules": [{"name": "r", "id": f"{NSG}/securityRules/r", "properties": rule}],
            "defaultSecurityRules": [{"name": "d"}],
            "networkInterfaces": [{"id": "n"}],
        },
    }


def test_a_claim_is_written_only_over_the_version_that_was_read(tmp_path: Path) -> None:
    wanted = MARK.with_claim(Claim(ClaimState.READY, 0, "me"))
    with holding(tmp_path, {NSG: claimed(MARK)}) as cloud:
        access = azure(cloud.address).plan_create(SPEC).claim
        assert access
        found = access.find()
        assert found == Found(NSG, MARK)
        access.write(found, wanted)
    [(method, headers, sent)] = cloud.sent
    assert (method, headers["If-Match"]) == ("PUT", 'W/"7"')
    assert Mark.from_tags(sent["tags"]) == wanted and sent["tags"]["env"] == "test"
    assert sent["properties"] == {"securityRules": [{"name": "r", "properties": {"priority": 100, "access": "Allow"}}]}


def test_a_claim_that_another_process_took_is_left_alone(tmp_path: Path) -> None:
    taken = MARK.with_claim(Claim(ClaimState.CREATING, 200, "another"))
    with holding(tmp_path, {NSG: claimed(taken)}) as cloud:
        access = azure(cloud.address).plan_create(SPEC).claim
        assert access
        access.write(Found(NSG, MARK), MARK.with_claim(Claim(ClaimState.CREATING, 300, "me")))
    assert cloud.sent == []


def parts(mark: Callable[[str], Mark | None]) -> dict[str, dict[str, Any]]:
    ids = {
        "machine": VM,
        "interface": f"{GROUP}/providers/Microsoft.Network/networkInterfaces/web-nic",
        "address": f"{GROUP}/providers/Microsoft.Network/publicIPAddresses/web-ip",
        "disk": f"{GROUP}/providers/Microsoft.Compute/disks/web-osdisk",
        "group": NSG,
    }
    natives = {}
    for key, arm_id in ids.items():
        made = mark(key)
        natives[arm_id] = {
            "id": arm_id,
            "name": arm_id.rpartition("/")[2],
            "location": "eastus",
            "tags": made.tags() if made else {},
        }
    return natives


def drained(cloud: Cloud, name: str = "web") -> list[str]:
    """The keys of a deletion's steps."""
    service = azure(cloud.address)
    plan = service.plan_delete(name, next(service.find(name), None))
    return [step.key for step in plan.steps(Run("run", "vm.web", ""))]


def test_a_delete_takes_everything_that_was_made_for_the_machine_the_claim_last(tmp_path: Path) -> None:
    with holding(tmp_path, parts(lambda key: MARK)) as cloud:
        assert drained(cloud) == [
            "delete-machine",
            "delete-interface",
            "delete-address",
            "delete-disk",
            "delete-group",
        ]


def test_a_delete_of_anybodys_machine_takes_nothing_else(tmp_path: Path) -> None:
    with holding(tmp_path, parts(lambda key: None)) as cloud:
        assert drained(cloud) == ["delete-machine"]


def test_a_delete_finds_what_a_create_left_without_a_machine(tmp_path: Path) -> None:
    left = {arm_id: one for arm_id, one in parts(lambda key: MARK).items() if arm_id != VM}
    with holding(tmp_path, left) as cloud:
        assert drained(cloud)[-1] == "delete-group"
    with holding(tmp_path, {}) as cloud:
        assert drained(cloud) == []


def test_a_rollback_takes_only_what_its_own_run_made(tmp_path: Path) -> None:
    older = replace(MARK, run="run-0")
    with holding(tmp_path, parts(lambda key: MARK if key in ("group", "address") else older)) as cloud:
        cleanup = azure(cloud.address).plan_create(SPEC).cleanup
        assert cleanup
        assert [step.key for step in cleanup("run-1")] == ["delete-address", "delete-group"]
