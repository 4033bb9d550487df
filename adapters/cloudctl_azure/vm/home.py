"""Where a machine that is to be deleted has its resources, also when only a part of it was made."""

from __future__ import annotations

from cloudctl.errors import CloudError, Kind
from cloudctl.marks import Mark
from cloudctl.plan import Found
from cloudctl.retry import Call
from cloudctl.scope import Scope
from cloudctl.services.vm import Vm
from cloudctl_azure.arm_id import ArmId
from cloudctl_azure.documents import location, tags
from cloudctl_azure.reading import every
from cloudctl_azure.session import Session
from cloudctl_azure.vm.resources import Resources


class Home:
    """The resources of a machine: those beside its record, or beside the claim that a create left.

    ``run`` is the run that made the machine under this name, if one of ours did; ``is_anothers`` if somebody else did.
    """

    def __init__(self, session: Session, call: Call, scope: Scope, name: str, vm: Vm | None) -> None:
        self._session, self._call, self._scope, self._name = session, call, scope, name
        place = ArmId.parse(vm.id) if vm else None
        self._resources = self._at(place.group) if place else None
        mark = Mark.from_tags(vm.tags) if vm else None
        self.run = mark.run if mark and mark.owner == self.owner else None
        self.is_anothers = vm is not None and self.run is None

    @property
    def owner(self) -> str:
        return f"vm.{self._name}"

    def resources(self) -> Resources | None:
        """The resources, None when nothing is there. Raises CloudError (AMBIGUOUS) when several groups have some."""
        if self._resources is None:
            groups = self._claimed()
            if len(groups) > 1:
                raise CloudError(
                    Kind.AMBIGUOUS,
                    f"parts of {self._name} are in the resource groups {', '.join(groups)}",
                    fix="name the region with --region",
                )
            self._resources = self._at(groups[0]) if groups else None
        return self._resources

    def machine(self) -> Found | None:
        resources = self.resources()
        return resources.look(resources.machine) if resources else None

    def preview(self) -> Resources:
        """The resources where a create would have put them; makes no call."""
        region = self._scope.region or self._scope.context.get("region") or "REGION"
        return self._resources or self._at(self._scope.context.get("group") or f"cloudctl-{region}")

    def _at(self, group: str) -> Resources:
        return Resources(self._session, self._call, group, self._name)

    def _claimed(self) -> list[str]:
        """The resource groups that hold a claim of this owner: a security group outlives all that uses it."""
        listed = self._session.network.network_security_groups.list_all
        found = {}
        for native in every(self._call, listed):
            mark, place = Mark.from_tags(tags(native)), ArmId.parse(str(native.get("id") or ""))
            here = self._scope.region in (None, location(native))
            if mark and mark.owner == self.owner and place and here:
                found[place.group.casefold()] = place.group
        return list(found.values())
