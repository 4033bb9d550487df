"""Azure Virtual Machines behind the neutral verbs: https://learn.microsoft.com/rest/api/compute/virtual-machines"""

from __future__ import annotations

from collections.abc import Iterator

from cloudctl.errors import CloudError
from cloudctl.plan import Found, Plan, Run, Steps, digest
from cloudctl.retry import Deadline
from cloudctl.scope import Scope
from cloudctl.services.vm import Vm, VmService, VmSpec
from cloudctl_azure import errors
from cloudctl_azure.arm_id import fold
from cloudctl_azure.session import Session
from cloudctl_azure.vm import check, delete, power
from cloudctl_azure.vm.bodies import IMAGE_TAG
from cloudctl_azure.vm.create import Creation
from cloudctl_azure.vm.delete import Deletion
from cloudctl_azure.vm.home import Home
from cloudctl_azure.vm.power import Change
from cloudctl_azure.vm.read import Reader
from cloudctl_azure.vm.resources import found


class AzureVm(VmService):
    """Machines of one subscription. One list covers all regions."""

    regional = False

    def __init__(self, scope: Scope, deadline: Deadline) -> None:
        super().__init__(scope, deadline)
        self._session = Session(scope, deadline, self.recorder)
        self._reader = Reader(self._session, self.call, scope)

    @staticmethod
    def translate(error: Exception) -> CloudError | None:
        return errors.translate(error)

    def list(self) -> Iterator[Vm]:
        return self._reader.machines()

    def find(self, name: str) -> Iterator[Vm]:
        return self._reader.find(name)

    def show(self, vm: Vm) -> Vm:
        return self._reader.show(vm)

    def check(self, spec: VmSpec) -> None:
        check.check(spec, self.scope)

    def differences(self, spec: VmSpec, vm: Vm) -> tuple[str, ...]:
        pairs = (
            ("size", vm.size, spec.size.size.name),
            ("image", vm.tags.get(IMAGE_TAG) or vm.image, spec.image.wanted),
            ("lifecycle", vm.lifecycle, "spot" if spec.spot else "on-demand"),
            ("region", vm.region, self._session.region),
            ("zone", vm.zone, check.zone(self.scope) or vm.zone),
        )
        return tuple(f"{what}: {there}, not {wanted}" for what, there, wanted in pairs if fold(there) != fold(wanted))

    def plan_create(self, spec: VmSpec) -> Plan:
        creation = Creation.of(spec, self._session, self.call, self.scope)
        resources, owner = creation.resources, f"vm.{spec.name}"

        def final() -> Found | None:
            here = resources.look(resources.machine)
            return here or found(self._reader.namesake(spec.name, creation.region, resources.group))

        return Plan(
            self.scope,
            "vm",
            "create",
            spec.name,
            creation.steps,
            final=final,
            spec=creation.fingerprint(),
            claim=delete.claim(lambda: resources),
            cleanup=lambda run: Deletion(resources, owner, run=run).steps(Run(run, owner, "")),
        )

    def plan_delete(self, name: str, vm: Vm | None) -> Plan:
        shown = (vm.name if vm else None) or name
        home = Home(self._session, self.call, self.scope, shown, vm)

        def steps(run: Run) -> Steps:
            resources = home.preview() if run.offline else home.resources()
            if resources:
                yield from Deletion(resources, home.owner, run=home.run, machine=home.is_anothers).steps(run)

        return Plan(
            self.scope,
            "vm",
            "delete",
            shown,
            steps,
            final=home.machine,
            spec=digest({"id": vm.id if vm else None}),
            claim=delete.claim(home.resources, home.run),
        )

    def plan_start(self, vm: Vm) -> Plan:
        return self._power(vm, power.START)

    def plan_stop(self, vm: Vm) -> Plan:
        return self._power(vm, power.STOP)

    def plan_restart(self, vm: Vm) -> Plan:
        return self._power(vm, power.RESTART)

    def _power(self, vm: Vm, change: Change) -> Plan:
        home = Home(self._session, self.call, self.scope, vm.name or vm.id, vm)
        return Plan(
            self.scope,
            "vm",
            change.verb,
            vm.name or vm.id,
            lambda run: power.steps(home.preview(), change, run),
            final=home.machine,
            spec=digest({"id": vm.id}),
        )
