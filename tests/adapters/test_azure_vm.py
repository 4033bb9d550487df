"""How machines are found on Azure, and how start, stop and restart see their state."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from azure_plans import SPEC, VM, azure, holding

from cloudctl.errors import Conflict
from cloudctl.plan import Found, Run


def machine(power: str, provisioning: str = "Succeeded") -> dict[str, Any]:
    view = {"statuses": [{"code": f"PowerState/{power}"}]}
    properties = {"provisioningState": provisioning, "instanceView": view}
    return {"id": VM, "name": "web", "location": "eastus", "properties": properties}


@pytest.mark.parametrize(
    ("verb", "power", "ready"),
    [
        ("start", "running", True),
        ("start", "starting", False),
        ("start", "deallocated", None),
        ("stop", "deallocated", True),
        ("stop", "deallocating", False),
        ("stop", "running", None),
        ("stop", "stopped", None),
        ("restart", "running", None),
    ],
)
def test_a_change_of_power_sees_whether_it_is_already_so(
    tmp_path: Path, verb: str, power: str, ready: bool | None
) -> None:
    with holding(tmp_path, {VM: machine(power)}) as cloud:
        service = azure(cloud.address)
        plan = getattr(service, f"plan_{verb}")(next(service.find("web")))
        step = next(plan.steps(Run("run", "vm.web", "")))
        assert step.find() == (None if ready is None else Found(VM, ready=ready))


@pytest.mark.parametrize(
    ("verb", "power", "provisioning"),
    [("start", "running", "Deleting"), ("stop", "running", "Deleting"), ("restart", "deallocated", "Succeeded")],
)
def test_a_state_that_does_not_allow_the_change_is_a_conflict(
    tmp_path: Path, verb: str, power: str, provisioning: str
) -> None:
    with holding(tmp_path, {VM: machine(power, provisioning)}) as cloud:
        service = azure(cloud.address)
        plan = getattr(service, f"plan_{verb}")(next(service.find("web")))
        with pytest.raises(Conflict, match=f"cannot {verb}"):
            next(plan.steps(Run("run", "vm.web", "")))


def test_differences_name_what_is_there_and_what_is_wanted(tmp_path: Path) -> None:
    native = machine("running")
    native["properties"]["hardwareProfile"] = {"vmSize": "standard_d2s_v5"}
    native["tags"] = {"cloudctl-image": "p:o:s:1"}
    with holding(tmp_path, {VM: native}) as cloud:
        service = azure(cloud.address)
        vm = next(service.find(VM.upper().replace("/SUBSCRIPTIONS", "/subscriptions")))
        assert service.differences(SPEC, vm) == ()
        assert service.differences(replace(SPEC, spot=True), vm) == ("lifecycle: on-demand, not spot",)


@pytest.mark.parametrize("name", ["WEB", VM, VM.replace("resourceGroups", "RESOURCEGROUPS")])
def test_a_machine_is_found_by_name_and_id_whatever_the_case(tmp_path: Path, name: str) -> None:
    with holding(tmp_path, {VM: machine("running")}) as cloud:
        assert [vm.id for vm in azure(cloud.address).find(name)] == [VM]


@pytest.mark.parametrize(
    "name",
    [
        "webs",
        "/not/an/id",
        VM.replace("000000000001", "000000000002"),
        VM.replace("Compute/virtualMachines", "Network/networkInterfaces"),
    ],
)
def test_what_is_no_machine_of_the_subscription_is_not_found(tmp_path: Path, name: str) -> None:
    with holding(tmp_path, {VM: machine("running")}) as cloud:
        assert list(azure(cloud.address).find(name)) == []
