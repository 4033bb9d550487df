"""The claim of a create: its first firewall rule, or the instance where no port is opened.

Whoever looks for it looks at both, so that creates with and without ports see each other.
"""

from __future__ import annotations

from dataclasses import dataclass

from cloudctl.errors import Conflict
from cloudctl.marks import Mark
from cloudctl.plan import ClaimAccess, Found
from cloudctl.services.vm import Vm
from cloudctl_gcp import tags
from cloudctl_gcp.operations import wait
from cloudctl_gcp.session import Json, Session
from cloudctl_gcp.vm import firewall, record
from cloudctl_gcp.vm.read import Reader

# A machine in these states is not there yet: https://cloud.google.com/compute/docs/instances/instance-lifecycle
_COMING = ("PENDING", "PROVISIONING", "STAGING")


@dataclass(frozen=True, slots=True)
class Claims:
    """The machine of one name in a scope's region, and what may carry the claim on that name."""

    session: Session
    reader: Reader
    name: str
    region: str

    @property
    def owner(self) -> str:
        return f"vm.{self.name}"

    @property
    def access(self) -> ClaimAccess:
        return ClaimAccess(self.find, self.write)

    def run_of(self, vm: Vm | None) -> str | None:
        """The run that made a machine; None when cloudctl did not make it under this name."""
        mark = Mark.from_tags(vm.tags) if vm else None
        return mark.run if mark and mark.owner == self.owner else None

    def instances(self) -> list[record.Native]:
        """The instances of this name in the scope, anyone's."""
        return list(self.reader.natives(f'name = "{self.name}"'))

    def machine(self) -> Found | None:
        """The machine itself, ours before anyone else's."""
        looks = [instance_found(native) for native in self.instances()]
        return next((look for look in looks if look.mark and look.mark.owner == self.owner), next(iter(looks), None))

    def find(self) -> Found | None:
        """The claim as it is now."""
        rule = self.session.present(self.session.firewalls.get, firewall=firewall.base_name(self.name, self.region))
        if rule:
            return firewall.found(rule)
        looks = (instance_found(native) for native in self.instances())
        return next((look for look in looks if look.mark and look.mark.claim), None)

    def write(self, found: Found, mark: Mark) -> None:
        """Write the whole mark and wait until it is there. Raises Conflict when the resource is another by now."""
        place, _, name = found.ref.rpartition("/")
        if place == "global/firewalls":
            operation = self._describe(name, found, mark)
        else:
            operation = self._label(place.split("/")[1], name, found, mark)
        wait(self.session, operation)

    def _describe(self, name: str, found: Found, mark: Mark) -> Json:
        """Firewall rules have no fingerprint: the last writer's description stays."""
        firewalls = self.session.firewalls
        _check_same(found, firewall.found(self.session.send(firewalls.get, firewall=name)))
        body = {"name": name, "description": mark.line()}
        return self.session.send(firewalls.patch_unary, firewall=name, firewall_resource=body)

    def _label(self, zone: str, name: str, found: Found, mark: Mark) -> Json:
        """The fingerprint lets a write fail (412, CONFLICT, retryable) when somebody else has written in between."""
        instances = self.session.instances
        native = self.session.send(instances.get, zone=zone, instance=name)
        _check_same(found, instance_found(native))
        body = {
            "labels": tags.relabelled(record.labels(native), mark),
            "label_fingerprint": record.text(native, "labelFingerprint") or "",
        }
        return self.session.send(
            instances.set_labels_unary, zone=zone, instance=name, instances_set_labels_request_resource=body
        )


def instance_found(native: record.Native) -> Found:
    """An instance with its mark; not ready until it has been made."""
    ref = f"zones/{record.zone_of(native)}/instances/{native.get('name')}"
    coming = record.text(native, "status") in _COMING
    return Found(ref, mark=tags.mark(record.labels(native)), ready=not coming)


def _check_same(before: Found, now: Found) -> None:
    runs = [look.mark.run if look.mark else None for look in (before, now)]
    if runs[0] != runs[1]:
        raise Conflict(f"{now.ref} was made anew or marked by another run meanwhile", why=f"it was of run {runs[0]}")
