"""The states of an instance, by wall-clock time.

Contract: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from moto.core.utils import utcnow

from cloudctl.sandbox.aws.ec2.call import Call
from cloudctl.sandbox.aws.ec2.instance import STATE_CODES, Instance
from cloudctl.sandbox.aws.ec2.region import Region, Transition
from cloudctl.sandbox.aws.refusals import Refusal

# Terminated instances stay visible for about an hour.
_REMEMBERED = 3600.0
_ID = re.compile(r"^i-([0-9a-f]{8}|[0-9a-f]{17})$")
_GONE = ("shutting-down", "terminated")


def settle(region: Region, now: float) -> None:
    """Bring every state change that is over to its end, and forget instances terminated long ago."""
    transitions = region.ledger.transitions
    for instance_id, transition in list(transitions.items()):
        if transition.due <= now:
            del transitions[instance_id]
            _ENDS[transition.state](region, region.machines[instance_id], transition.due)


def _run(region: Region, instance: Instance, due: float) -> None:
    instance.enter("running")
    instance.explain("")


def _rest(region: Region, instance: Instance, due: float) -> None:
    instance.enter("stopped")
    for interface in instance.nics.values():
        interface.stop()


def _end(region: Region, instance: Instance, due: float) -> None:
    interfaces = list(instance.nics.values())
    for address in region.addresses:
        if address.eni in interfaces:
            region.disassociate_address(association_id=address.association_id)
    instance.teardown_defaults()
    for interface in interfaces:
        interface.stop()
        instance.detach_eni(interface)
        if interface.delete_on_termination:
            interface.delete()
    instance.let_go()
    instance.enter("terminated")
    region.ledger.transitions[instance.id] = Transition(due + _REMEMBERED, "forgotten")


def _forget(region: Region, instance: Instance, due: float) -> None:
    del region.machines[instance.id]
    region.tags.pop(instance.id, None)
    for reservation in list(region.reservations.values()):
        if instance in reservation.instances:
            reservation.instances.remove(instance)
            if not reservation.instances:
                del region.reservations[reservation.id]


_ENDS: dict[str, Callable[[Region, Instance, float], None]] = {
    "running": _run,
    "stopped": _rest,
    "terminated": _end,
    "forgotten": _forget,
}


def named(call: Call) -> list[Instance]:
    """The instances of the request. Raises ErrorBody: InvalidInstanceID.Malformed or .NotFound."""
    return [find(call, instance_id) for instance_id in call.params["InstanceIds"]]


def find(call: Call, instance_id: str) -> Instance:
    """One instance by id. Raises ErrorBody: InvalidInstanceID.Malformed or .NotFound."""
    if not _ID.match(instance_id):
        raise Refusal.INSTANCE_MALFORMED.error(id=instance_id)
    if instance_id not in call.region.machines:
        raise Refusal.INSTANCE_MISSING.error(id=instance_id)
    return call.region.machines[instance_id]


def begin(call: Call, instance: Instance, state: str, then: str) -> None:
    """Enter a passing state that becomes another one when the transition time is over."""
    instance.enter(state)
    call.region.ledger.transitions[instance.id] = Transition(call.due, then)


def start_instances(call: Call) -> Any:
    """StartInstances: from stopped; running and pending ones are left alone."""
    return _change(call, "StartingInstances", "started", {"stopped"}, {"running", "pending"}, _start)


def stop_instances(call: Call) -> Any:
    """StopInstances: from running; stopped and stopping ones are left alone."""
    for instance in named(call):
        _may_stop(instance)
    return _change(call, "StoppingInstances", "stopped", {"running"}, {"stopped", "stopping"}, _stop)


def terminate_instances(call: Call) -> Any:
    """TerminateInstances: from every state, and idempotent."""
    for instance in named(call):
        if instance.disable_api_termination:
            raise Refusal.PROTECTED.error(id=instance.id, verb="terminated", attribute="disableApiTermination")
    anywhere = set(STATE_CODES) - set(_GONE)
    return _change(call, "TerminatingInstances", "terminated", anywhere, set(_GONE), _terminate)


def reboot_instances(call: Call) -> None:
    """RebootInstances: from running or pending; the state stays as it is."""
    _require(named(call), {"running", "pending"}, "rebooted")


def _may_stop(instance: Instance) -> None:
    if instance.disable_api_stop:
        raise Refusal.PROTECTED.error(id=instance.id, verb="stopped", attribute="disableApiStop")
    if instance.lifecycle == "spot" and not instance.spot_persistent:
        raise Refusal.SPOT_STOP.error(id=instance.id)


def _require(instances: list[Instance], states: set[str], verb: str) -> None:
    for instance in instances:
        if instance.state not in states:
            raise Refusal.WRONG_STATE.error(id=instance.id, verb=verb)


def _change(
    call: Call,
    key: str,
    verb: str,
    sources: set[str],
    right: set[str],
    change: Callable[[Call, Instance], None],
) -> Any:
    instances = named(call)
    _require(instances, sources | right, verb)
    changes = []
    for instance in instances:
        previous = {"Name": instance.state, "Code": instance.state_code}
        if instance.state in sources:
            change(call, instance)
        current = {"Name": instance.state, "Code": instance.state_code}
        changes.append({"InstanceId": instance.id, "PreviousState": previous, "CurrentState": current})
    return {key: changes}


def _start(call: Call, instance: Instance) -> None:
    begin(call, instance, "pending", "running")
    instance.explain("")
    instance.launch_time = utcnow()
    for interface in instance.nics.values():
        interface.start()


def _stop(call: Call, instance: Instance) -> None:
    begin(call, instance, "stopping", "stopped")
    _blame_user(call, instance)


def _terminate(call: Call, instance: Instance) -> None:
    begin(call, instance, "shutting-down", "terminated")
    _blame_user(call, instance)


def _blame_user(call: Call, instance: Instance) -> None:
    moment = datetime.fromtimestamp(call.now, UTC)
    code = "Client.UserInitiatedShutdown"
    instance.explain(f"User initiated ({moment:%Y-%m-%d %H:%M:%S} GMT)", code, f"{code}: User initiated shutdown")
