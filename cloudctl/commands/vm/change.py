"""vm delete, start, stop and restart: one plan per machine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cloudctl.commands.changing import Change, carry_out, checked, question, wants_plan
from cloudctl.commands.invocation import Invocation
from cloudctl.commands.reading import Match, addressed, ambiguous, matches, not_found, one_match
from cloudctl.dispatch import service
from cloudctl.retry import Deadline
from cloudctl.runner import Runner
from cloudctl.scope import Scope
from cloudctl.services.vm import KIND, Vm, VmService, VmState


def change_vms(go: Invocation, verb: str, names: Sequence[str]) -> None:
    """start, stop, restart."""
    deadline = checked(go, KIND)
    changes = [_power(one_match(go, "vm", verb, name, deadline), verb, deadline) for name in names]
    carry_out(go, changes, KIND, _again, many=len(names) > 1)


def delete_vms(go: Invocation, names: Sequence[str], *, if_exists: bool) -> None:
    deadline = checked(go, KIND)
    if not wants_plan(go):
        go.confirmed(names)  # off a terminal an answer that is missing is an error before any call
    found = [_deletion(go, name, deadline) for name in names]
    changes = [change for change in found if change]
    for name, change in zip(names, found, strict=True):
        if change is None and not if_exists:
            raise not_found(go, "vm", name)
    if not changes:
        return go.report.note("nothing to delete")
    if not wants_plan(go):
        go.confirm(question(changes), names)
    carry_out(go, changes, KIND, _deleted, many=len(names) > 1, silent=("table", "wide"))
    return None


# What adapters say of capacity is for a create, which may go to another zone.
_NO_ROOM = "try again later, or give it another size while it is stopped: a machine stays in its zone"


def _power(match: Match, verb: str, deadline: Deadline) -> Change:
    return power(_service_for(match, deadline), match.record, verb)


def power(vms: VmService, vm: Vm, verb: str) -> Change:
    """The change that starts, stops or restarts a machine."""
    plans = {"start": vms.plan_start, "stop": vms.plan_stop, "restart": vms.plan_restart}
    return Change(vms, replace(plans[verb](vm), arguments={"id": vm.id}, no_room=_NO_ROOM), vm)


def _service_for(match: Match, deadline: Deadline) -> VmService:
    vm: Vm = match.record
    vms: VmService = service("vm", Scope(match.scope.context, vm.region, vm.zone), deadline)
    return vms


def _again(change: Change) -> Vm:
    """The machine as it is after the change."""
    found: Vm = next(change.service.find(change.plan.arguments["id"]))
    return found


def _deletion(go: Invocation, name: str, deadline: Deadline) -> Change | None:
    """The deletion of the machine with this name, or of what an unfinished create left; None if there is neither."""
    found = matches(go, "vm", "delete", name, deadline)
    if len(found) > 1:
        raise ambiguous("vm", name, found)
    if not found:
        return _half_made(go, name, deadline)
    vms = _service_for(found[0], deadline)
    vm: Vm = found[0].record
    plan = vms.plan_delete(vm.name or vm.id, vm)
    return Change(vms, replace(plan, arguments={"name": plan.name, "id": vm.id}), vm)


def _half_made(go: Invocation, name: str, deadline: Deadline) -> Change | None:
    contexts, bare = addressed(go, name)
    candidates = [go.scope(context) for context in contexts]
    for scope in candidates:
        if scope.region is None:
            continue
        vms: VmService = service("vm", scope, deadline)
        plan = replace(vms.plan_delete(bare, None), arguments={"name": bare, "id": None})
        if next(Runner(vms.call, go.report).preview(plan), None):
            return Change(vms, plan)
    return None


def _deleted(change: Change) -> Vm | None:
    """The record of the machine that is gone, if there was one."""
    vm: Vm | None = change.record
    return replace(vm, state=VmState.DELETED, native_state=None, private_ip=None, public_ip=None) if vm else None
