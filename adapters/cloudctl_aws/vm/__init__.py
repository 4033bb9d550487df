"""Amazon EC2 behind the neutral verbs: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/"""

from __future__ import annotations

from collections.abc import Iterator

from cloudctl.errors import CloudError
from cloudctl.plan import ClaimAccess, Plan, Run, Steps, digest
from cloudctl.retry import Deadline
from cloudctl.scope import Scope
from cloudctl.services.vm import Vm, VmService, VmSpec
from cloudctl_aws import errors, tags
from cloudctl_aws.ec2 import Ec2
from cloudctl_aws.session import Session
from cloudctl_aws.vm import power, rules
from cloudctl_aws.vm.create import Creation
from cloudctl_aws.vm.delete import Deletion
from cloudctl_aws.vm.power import Change, Power
from cloudctl_aws.vm.read import Reader
from cloudctl_aws.vm.resources import Resources

# Regions are asked for in a region that every account has, where none is set.
_ANY_REGION = "us-east-1"


class AwsVm(VmService):
    """Machines of one account in one region."""

    def __init__(self, scope: Scope, deadline: Deadline) -> None:
        super().__init__(scope, deadline)
        session = Session(scope, deadline, self.recorder)
        self._ec2 = Ec2(session, self.call)
        self._reader = Reader(session, self._ec2, scope)

    @staticmethod
    def translate(error: Exception) -> CloudError | None:
        return errors.translate(error)

    def regions(self) -> list[str]:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRegions.html"""
        session = Session(self.scope, self.deadline, self.recorder, _ANY_REGION)
        answer = Ec2(session, self.call).read("DescribeRegions")
        return sorted(str(region["RegionName"]) for region in answer.get("Regions") or ())

    def list(self) -> Iterator[Vm]:
        return self._reader.list()

    def find(self, name: str) -> Iterator[Vm]:
        return self._reader.find(name)

    def show(self, vm: Vm) -> Vm:
        return self._reader.show(vm)

    def check(self, spec: VmSpec) -> None:
        rules.check(spec, self.scope)

    def differences(self, spec: VmSpec, vm: Vm) -> tuple[str, ...]:
        pairs = (
            ("size", vm.size, spec.size.size.name),
            ("image", vm.tags.get(tags.IMAGE) or vm.image, spec.image.wanted),
            ("lifecycle", vm.lifecycle, "spot" if spec.spot else "on-demand"),
            ("region", vm.region, self.scope.region or vm.region),
            ("zone", vm.zone, self.scope.zone or vm.zone),
        )
        return tuple(f"{what}: {there}, not {wanted}" for what, there, wanted in pairs if there != wanted)

    def plan_create(self, spec: VmSpec) -> Plan:
        resources = Resources(self._ec2, spec.name)
        creation = Creation(spec, resources, self.scope.zone)

        def cleanup(run: str) -> Steps:
            return Deletion(resources, run=run).steps(Run(run, resources.owner, ""))

        return Plan(
            self.scope,
            "vm",
            "create",
            spec.name,
            creation.steps,
            final=resources.once.machine,
            spec=spec.fingerprint(region=self.scope.region, zone=self.scope.zone),
            claim=creation.claim,
            cleanup=cleanup,
        )

    def plan_delete(self, name: str, vm: Vm | None) -> Plan:
        resources = Resources(self._ec2, name)
        deletion = Deletion(resources, instance=vm.id if vm else None, run=resources.run_of(vm))
        return Plan(
            self.scope,
            "vm",
            "delete",
            name,
            lambda run: deletion.steps(run, detach=True),
            final=resources.once.machine,
            spec=digest({"name": name, "id": vm.id if vm else None}),
            claim=ClaimAccess(deletion.claim, resources.once.write),
        )

    def plan_start(self, vm: Vm) -> Plan:
        return self._power(vm, power.START)

    def plan_stop(self, vm: Vm) -> Plan:
        return self._power(vm, power.STOP)

    def plan_restart(self, vm: Vm) -> Plan:
        return self._power(vm, power.RESTART)

    def _power(self, vm: Vm, change: Change) -> Plan:
        name = vm.name or vm.id
        changed = Power(self._ec2, vm.id, name, change)
        return Plan(self.scope, "vm", change.verb, name, changed.steps, final=changed.here, spec=digest({"id": vm.id}))
