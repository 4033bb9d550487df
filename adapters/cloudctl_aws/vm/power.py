"""Starting, stopping and rebooting an instance."""

from __future__ import annotations

from dataclasses import dataclass

from cloudctl.errors import Conflict, NotFound
from cloudctl.plan import Found, Run, Step, Steps
from cloudctl.services.vm import VmState
from cloudctl_aws.ec2 import Ec2, Native
from cloudctl_aws.vm import record

_GOING = (VmState.DELETING, VmState.DELETED)
_SENT = "sent"


@dataclass(frozen=True, slots=True)
class Change:
    """A change of power: EC2's operation, the states it ends in and passes (None: it shows in no state)."""

    verb: str
    operation: str
    ends: str | None
    passes: str | None
    refused: tuple[VmState, ...]


START = Change("start", "StartInstances", "running", "pending", _GOING)
STOP = Change("stop", "StopInstances", "stopped", "stopping", _GOING)
RESTART = Change("restart", "RebootInstances", None, None, (*_GOING, VmState.STOPPED, VmState.STOPPING))


class Power:
    """One change of the instance with this id; ``name`` is what messages call it."""

    def __init__(self, ec2: Ec2, instance: str, name: str, change: Change) -> None:
        self._ec2, self._instance, self._name, self._change = ec2, instance, name, change

    def steps(self, run: Run) -> Steps:
        """One step. Raises NotFound without the instance and Conflict in a state that refuses the change."""
        change, arguments = self._change, {"InstanceIds": [self._instance]}
        run.read(self._check, preview=None)
        yield Step(
            change.verb,
            f"{change.verb} instance {self._name}",
            f"ec2:{change.operation}",
            arguments,
            find=self._reached,
            apply=self._send,
            poll=self._followed,
            detach=True,
        )

    def here(self) -> Found | None:
        """The instance, while it is not terminated."""
        native = self._native(self._ec2.once)
        gone = native is None or record.state(native) is VmState.DELETED
        return None if gone else Found(self._instance)

    def _send(self) -> str:
        self._ec2.send(self._change.operation, InstanceIds=[self._instance])
        return _SENT

    def _native(self, ec2: Ec2) -> Native | None:
        return next(ec2.instances({"instance-id": self._instance}), None)

    def _check(self) -> None:
        native = self._native(self._ec2)
        if native is None:
            raise NotFound(f"no instance {self._instance} in this region")
        state = record.state(native)
        if state in self._change.refused:
            raise Conflict(
                f"instance {self._name} cannot {self._change.verb} while it is {state.value}",
                why=f"its state is {record.native_state(native)}",
            )

    def _reached(self) -> Found | None:
        """Found in the state that the change ends in, not ready on the way; a reboot shows in no state."""
        state = self._state()
        if state is None or state not in (self._change.ends, self._change.passes):
            return None
        return Found(self._instance, ready=state == self._change.ends)

    def _followed(self, handle: str) -> Found | None:
        """After the call: what shows in no state is done once it is accepted."""
        return self._reached() if self._change.ends else Found(self._instance)

    def _state(self) -> str | None:
        native = self._native(self._ec2.once)
        if native is None or record.state(native) in _GOING:
            raise Conflict(f"instance {self._name} is being deleted", fix="somebody else deletes it")
        return record.native_state(native)
