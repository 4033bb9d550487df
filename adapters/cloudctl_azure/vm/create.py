"""Creating a machine: what is shared first, then security group (the claim), address, interface and machine."""

from __future__ import annotations

from dataclasses import dataclass

from cloudctl.plan import Run, Steps
from cloudctl.retry import Call
from cloudctl.scope import Scope
from cloudctl.services.vm import VmSpec
from cloudctl_azure.session import Session
from cloudctl_azure.vm import check
from cloudctl_azure.vm.bodies import Bodies
from cloudctl_azure.vm.resources import Resources
from cloudctl_azure.vm.shared import Shared

PROVIDERS = ("Microsoft.Network", "Microsoft.Compute")


@dataclass(frozen=True, slots=True)
class Creation:
    """The steps of one create. ``network`` and ``subnet`` are names or ids that must exist; None: cloudctl's own."""

    spec: VmSpec
    resources: Resources
    region: str
    zone: str | None
    network: str | None
    subnet: str | None

    @classmethod
    def of(cls, spec: VmSpec, session: Session, call: Call, scope: Scope) -> Creation:
        """The create of a spec in a scope. Raises UsageError when no region is set."""
        context, region = scope.context, session.region
        group = spec.group or context.get("group") or f"cloudctl-{region}"
        return cls(
            spec,
            Resources(session, call, group, spec.name),
            region,
            check.zone(scope),
            spec.network or context.get("network"),
            spec.subnet or context.get("subnet"),
        )

    def fingerprint(self) -> str:
        """The digest of what was asked for, and where."""
        return self.spec.fingerprint(
            region=self.region,
            zone=self.zone,
            network=self.network,
            subnet=self.subnet,
            group=self.resources.group,
        )

    def steps(self, run: Run) -> Steps:
        shared = Shared(self.resources, self.region)
        for namespace in PROVIDERS:
            yield shared.registration(namespace)
        yield shared.group()
        if self.network or self.subnet:
            preview = self.subnet or f"<subnet of {self.network}>"
            subnet = run.read(lambda: shared.given_subnet(self.network, self.subnet), preview=preview)
        else:
            yield shared.network()
            subnet = yield shared.subnet()
        yield from self._own(run, subnet)

    def _own(self, run: Run, subnet: str) -> Steps:
        resources = self.resources
        bodies = Bodies(self.spec, run, self.region, self.zone)
        group = yield resources.creation(resources.security_group, bodies.security_group(), claim=True)
        address = None
        if self.spec.public_ip:
            address = yield resources.creation(resources.address, bodies.address())
        interface = yield resources.creation(resources.interface, bodies.interface(subnet, group, address))
        machine = bodies.machine(interface, resources.disk.name)
        yield resources.creation(resources.machine, machine, detach=True)
