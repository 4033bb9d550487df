"""Compute Engine instances behind the neutral verbs: https://cloud.google.com/compute/docs/instances"""

from __future__ import annotations

from collections.abc import Iterator

from cloudctl.errors import CloudError, UsageError
from cloudctl.plan import ClaimAccess, Plan, Run, digest
from cloudctl.retry import Deadline
from cloudctl.scope import Scope
from cloudctl.services.vm import Vm, VmService, VmSpec
from cloudctl_gcp import errors, tags
from cloudctl_gcp.session import Session
from cloudctl_gcp.vm import check, power
from cloudctl_gcp.vm.claim import Claims
from cloudctl_gcp.vm.create import Creation
from cloudctl_gcp.vm.delete import Deletion
from cloudctl_gcp.vm.power import Change, Power
from cloudctl_gcp.vm.read import Reader


class GcpVm(VmService):
    """Instances of one project. One list covers all regions."""

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
        wanted_image = tags.decode(tags.encode(spec.image.wanted))
        pairs = (
            ("size", vm.size, spec.size.size.name),
            ("image", vm.tags.get(tags.IMAGE) or vm.image, wanted_image),
            ("lifecycle", vm.lifecycle, "spot" if spec.spot else "on-demand"),
            ("region", vm.region, self.scope.region or vm.region),
            ("zone", vm.zone, self.scope.zone or vm.zone),
        )
        return tuple(f"{what}: {there}, not {wanted}" for what, there, wanted in pairs if there != wanted)

    def plan_create(self, spec: VmSpec) -> Plan:
        claims = self._claims(spec.name, self.scope.region)
        creation = Creation(spec, self._session, self.call, self.scope, self._reader, claims)
        return Plan(
            self.scope,
            "vm",
            "create",
            spec.name,
            creation.steps,
            final=claims.machine,
            spec=spec.fingerprint(region=self.scope.region, zone=self.scope.zone),
            claim=claims.access,
            cleanup=lambda run: Deletion(self._session, self.call, claims, run=run).steps(Run(run, claims.owner, "")),
        )

    def plan_delete(self, name: str, vm: Vm | None) -> Plan:
        claims = self._claims(name, vm.region if vm else self.scope.region)
        run, machine = claims.run_of(vm), vm.id if vm else None
        deletion = Deletion(self._session, self.call, claims, run=run, machine=machine)
        return Plan(
            self.scope,
            "vm",
            "delete",
            name,
            deletion.steps,
            final=claims.machine,
            spec=digest({"id": machine}),
            claim=ClaimAccess(deletion.claim, claims.write),
        )

    def plan_start(self, vm: Vm) -> Plan:
        return self._power(vm, power.START)

    def plan_stop(self, vm: Vm) -> Plan:
        return self._power(vm, power.STOP)

    def plan_restart(self, vm: Vm) -> Plan:
        return self._power(vm, power.RESTART)

    def _power(self, vm: Vm, change: Change) -> Plan:
        planned = Power(self._session, self.call, vm, change)
        return Plan(
            self.scope, "vm", change.verb, vm.name or vm.id, planned.steps, planned.machine, spec=digest({"id": vm.id})
        )

    def _claims(self, name: str, region: str | None) -> Claims:
        if not region:
            raise UsageError("no Google Cloud region is set", fix="give one with --region, or set it in the context")
        return Claims(self._session, Reader(self._session, self.call.once, self.scope), name, region)
