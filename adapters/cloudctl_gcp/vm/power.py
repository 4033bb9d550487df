"""Starting, stopping and resetting an instance.

https://cloud.google.com/compute/docs/instances/instance-lifecycle
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cloudctl.errors import Conflict, NotFound
from cloudctl.plan import Found, Run, Step, Steps
from cloudctl.retry import Call
from cloudctl.services.vm import Vm
from cloudctl_gcp.operations import ended, handle, request_id
from cloudctl_gcp.session import Session
from cloudctl_gcp.vm.record import text


@dataclass(frozen=True, slots=True)
class Change:
    """A change of power: the operation for each state that it is possible in, the states it ends in and passes."""

    verb: str
    operations: Mapping[str, str]
    ends: frozenset[str] = frozenset()
    passes: frozenset[str] = frozenset()


START = Change(
    "start",
    {"TERMINATED": "start", "STOPPED": "start", "SUSPENDED": "resume"},
    frozenset({"RUNNING"}),
    frozenset({"PENDING", "PROVISIONING", "STAGING"}),
)
STOP = Change(
    "stop",
    {"RUNNING": "stop", "PENDING": "stop", "PROVISIONING": "stop", "STAGING": "stop", "REPAIRING": "stop"},
    frozenset({"TERMINATED", "STOPPED"}),
    frozenset({"STOPPING", "PENDING_STOP"}),
)
RESTART = Change("restart", {"RUNNING": "reset"})


@dataclass(frozen=True, slots=True)
class Power:
    """One change of one instance."""

    session: Session
    call: Call
    vm: Vm
    change: Change

    def steps(self, run: Run) -> Steps:
        """One step. Raises NotFound without the instance and Conflict in a state that does not allow the change."""
        operation = run.read(self._operation, preview=self._operation_in(self.vm.native_state))
        method: Any = getattr(self.session.instances, f"{operation}_unary")
        arguments = self._names | {
            "project": self.session.project,
            "request_id": request_id(),
        }
        yield Step(
            self.change.verb,
            f"{self.change.verb} instance {self._name}",
            f"compute.instances.{operation}",
            arguments,
            find=self._reached,
            apply=lambda: handle(self.session.send(method, **arguments)),
            poll=self._follow,
            detach=True,
        )

    @property
    def _name(self) -> str:
        return self.vm.name or self.vm.id

    @property
    def _names(self) -> dict[str, Any]:
        return {"zone": self.vm.zone, "instance": self._name}

    def machine(self) -> Found | None:
        return Found(self.vm.id) if self.session.present(self.session.instances.get, **self._names) else None

    def _status(self) -> str:
        native = self.session.present(self.session.instances.get, **self._names)
        if native is None:
            raise NotFound(f"no instance {self._name} in {self.vm.zone}")
        return text(native, "status") or ""

    def _operation(self) -> str:
        return self._operation_in(self.call(self._status))

    def _operation_in(self, status: str | None) -> str:
        change = self.change
        if status in change.ends | change.passes:
            # There is nothing to send; the runner sees that and only waits.
            return next(iter(change.operations.values()))
        operation = change.operations.get(status or "")
        if operation is None:
            raise Conflict(
                f"instance {self._name} cannot {change.verb} while it is {(status or 'unknown').lower()}",
                why=f"its state is {status}",
                fix=f"it can {change.verb} when it is {', '.join(change.operations).lower()}",
            )
        return operation

    def _reached(self) -> Found | None:
        """Found in a state that the change ends in, not ready on the way; a reset shows in no state."""
        status = self._status()
        here = Found(self.vm.id, ready=status in self.change.ends)
        return here if status in self.change.ends | self.change.passes else None

    def _follow(self, operation: str) -> Found | None:
        if not ended(self.session, operation):
            return Found(self.vm.id, ready=False)
        return self._reached() if self.change.ends else Found(self.vm.id)
