"""Starting, deallocating and restarting a machine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cloudctl.errors import Conflict, NotFound
from cloudctl.plan import Found, Run, Step, Steps
from cloudctl.services.vm import VmState
from cloudctl_azure.arm_id import fold
from cloudctl_azure.reading import present
from cloudctl_azure.vm.record import codes, state_of
from cloudctl_azure.vm.resources import Resources

_DONE = "done"
_GOING = (VmState.DELETING, VmState.DELETED)


@dataclass(frozen=True, slots=True)
class Change:
    """A change of power: Azure's operation, folded power states it ends in and passes, states that refuse it."""

    verb: str
    operation: str
    ends: str | None
    passes: str | None
    refused: tuple[VmState, ...]


START = Change("start", "start", "powerstate/running", "powerstate/starting", _GOING)
# Azure's `stopped` is the guest's own shutdown: the machine is still billed until it is deallocated.
STOP = Change("stop", "deallocate", "powerstate/deallocated", "powerstate/deallocating", _GOING)
RESTART = Change("restart", "restart", None, None, (*_GOING, VmState.STOPPED, VmState.STOPPING, VmState.SUSPENDED))


def steps(resources: Resources, change: Change, run: Run) -> Steps:
    """One step. Raises NotFound without the machine and Conflict in a state that refuses the change."""
    run.read(lambda: _check(resources, change), preview=None)
    operations = resources.session.compute.virtual_machines
    begin: Callable[..., Any] = {
        "start": operations.begin_start,
        "deallocate": operations.begin_deallocate,
        "restart": operations.begin_restart,
    }[change.operation]
    names = resources.machine.names
    yield Step(
        change.verb,
        f"{change.verb} instance {resources.name}",
        f"Microsoft.Compute/virtualMachines/{change.operation}/action",
        names,
        find=lambda: _reached(resources, change),
        apply=lambda: resources.session.start(begin, **names) or _DONE,
        poll=lambda address: _follow(resources, change, address),
        detach=True,
    )


def _check(resources: Resources, change: Change) -> None:
    native_state, state = state_of(_machine(resources, resources.call))
    if state in change.refused:
        raise Conflict(
            f"instance {resources.name} cannot {change.verb} while it is {state.value}",
            why=f"its state is {native_state}",
        )


def _machine(resources: Resources, call: Callable[..., Any]) -> Mapping[str, Any]:
    machine = resources.machine
    native = present(call, machine.get, **machine.names)
    if native is None:
        raise NotFound(f"no {machine.title} in resource group {resources.group}")
    return native


def _reached(resources: Resources, change: Change) -> Found | None:
    """Found in the state that the change ends in, not ready on the way; a restart shows in no state."""
    native = _machine(resources, resources.call.once)
    power = next((code for code in map(fold, codes(native)) if code.startswith("powerstate/")), None)
    if power is None or power not in (change.ends, change.passes):
        return None
    return Found(str(native.get("id") or ""), ready=power == change.ends)


def _follow(resources: Resources, change: Change, address: str) -> Found | None:
    if address != _DONE and not resources.call.once(resources.session.ended, address):
        return Found(resources.name, ready=False)
    if change.ends:
        return _reached(resources, change)
    return Found(str(_machine(resources, resources.call.once).get("id") or ""))
