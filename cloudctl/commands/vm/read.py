"""vm list, show and wait."""

from __future__ import annotations

from collections.abc import Iterator

from cloudctl.commands.invocation import CHANGE_SECONDS, LIST_SECONDS, Invocation
from cloudctl.commands.reading import (
    Match,
    ambiguous,
    explain_look_up,
    list_records,
    matches,
    not_found,
    one_match,
    show_records,
)
from cloudctl.dispatch import service
from cloudctl.errors import Conflict, UsageError
from cloudctl.output import validate
from cloudctl.retry import Deadline
from cloudctl.runner.outcome import pauses
from cloudctl.services.vm import KIND, Vm, VmService, VmState


def list_vms(go: Invocation, *, all_states: bool) -> None:
    view = go.view()
    validate(view, KIND)

    def read(vms: VmService) -> Iterator[Vm]:
        return (vm for vm in vms.list() if all_states or vm.state is not VmState.DELETED)

    list_records(go, "vm", KIND, view, Deadline(go.seconds(LIST_SECONDS)), read)


def show_vms(go: Invocation, names: list[str]) -> None:
    view = go.view()
    validate(view, KIND, listed=False)
    deadline = Deadline(go.seconds(LIST_SECONDS))
    if go.flag("explain"):
        return explain_look_ups(go, "show", names, deadline)
    found = [shown(one_match(go, "vm", "show", name, deadline), deadline) for name in names]
    return show_records(found, KIND, view, many=len(names) > 1)


def explain_look_ups(go: Invocation, verb: str, names: list[str], deadline: Deadline) -> None:
    for name in names:
        explain_look_up(go, "vm", verb, name, deadline)


def shown(match: Match, deadline: Deadline) -> Vm:
    """The machine with everything that ``show`` adds."""
    vms: VmService = service("vm", match.scope.at(match.record.region), deadline)
    return vms.show(match.record)


def wait_for_vms(go: Invocation, names: list[str], wanted: str) -> None:
    view = go.view()
    validate(view, KIND)
    if wanted not in set(VmState):
        raise UsageError(f"unknown state {wanted}", fix=f"use one of {', '.join(VmState)}")
    deadline = Deadline(go.seconds(CHANGE_SECONDS))
    if go.flag("explain"):
        return explain_look_ups(go, "wait", names, deadline)
    found = [vm for name in names if (vm := _wait_for(go, name, VmState(wanted), deadline))]
    if found or len(names) > 1:
        show_records(found, KIND, view, many=len(names) > 1)
    return None


def _wait_for(go: Invocation, name: str, wanted: VmState, deadline: Deadline) -> Vm | None:
    """Look until the machine is in the state; gone counts as deleted, and gives None."""
    for pause in pauses():
        found = matches(go, "vm", "wait", name, deadline)
        if len(found) > 1:
            raise ambiguous("vm", name, found)
        if not found and wanted is VmState.DELETED:
            return None
        if not found:
            raise not_found(go, "vm", name)
        vm: Vm = found[0].record
        if vm.state is wanted:
            return vm
        if vm.state is VmState.FAILED:
            raise Conflict(f"vm {name} has failed", why=f"its state is {vm.native_state}")
        deadline.sleep(pause)
    raise AssertionError("pauses never end")
