"""Creating an instance: firewall rules for the ports that are asked for, then the instance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from cloudctl.errors import CloudError, Kind, UsageError
from cloudctl.mapping import GcpImage
from cloudctl.plan import Found, Run, Step, Steps
from cloudctl.retry import Call
from cloudctl.scope import Scope
from cloudctl.services.vm import VmSpec
from cloudctl_gcp import tags
from cloudctl_gcp.operations import ended, handle, request_id
from cloudctl_gcp.session import Session
from cloudctl_gcp.vm import bodies, firewall
from cloudctl_gcp.vm.check import check_architecture, windows
from cloudctl_gcp.vm.claim import Claims, instance_found
from cloudctl_gcp.vm.read import Reader
from cloudctl_gcp.vm.record import Native, items, tail, text

_ARCHITECTURES = {"X86_64": "x86_64", "ARM64": "arm64"}


@dataclass(frozen=True, slots=True)
class Creation:
    """One create: the steps of its plan, and the look-ups that their arguments need."""

    spec: VmSpec
    session: Session
    call: Call
    scope: Scope
    reader: Reader
    claims: Claims

    def steps(self, run: Run) -> Steps:
        image = run.read(self._image, preview=self._image_path())
        zone = run.read(partial(self._zone, run), preview=self.scope.zone or f"<zone of {self.claims.region}>")
        network = run.read(self._network, preview=self.spec.network or "<network>")
        self._warn(run, network)
        yield from self._rules(run, network)
        yield self._instance(run, zone, image, network)

    def _rules(self, run: Run, network: str) -> Iterator[Step]:
        base = firewall.base_name(self.spec.name, self.claims.region)
        groups = firewall.groups(self.spec.open_ports)
        for name, group in zip(firewall.names(base, len(groups)), groups, strict=True):
            yield self._rule(run, name, base, network, group)

    def _rule(self, run: Run, name: str, tag: str, network: str, group: firewall.Group) -> Step:
        firewalls, claim = self.session.firewalls, name == tag
        mark = run.claim_mark if claim else run.mark
        find = self.claims.find if claim else partial(self._rule_found, name)
        arguments = {
            "project": self.session.project,
            "firewall_resource": bodies.firewall(name, tag, network, group, mark.line()),
            "request_id": request_id(),
        }
        return Step(
            "firewall" if claim else f"firewall{name.removeprefix(tag)}",
            f"firewall rule {name}",
            "compute.firewalls.insert",
            arguments,
            find=find,
            apply=lambda: handle(self.session.send(firewalls.insert_unary, **arguments)),
            poll=partial(self._after, find),
            claim=claim,
        )

    def _instance(self, run: Run, zone: str, image: str, network: str) -> Step:
        instances, claim = self.session.instances, not self.spec.open_ports
        mark = run.claim_mark if claim else run.mark
        find = self.claims.find if claim else partial(self._instance_found, zone)
        tag = None if claim else firewall.base_name(self.spec.name, self.claims.region)
        interface = bodies.interface(self.spec, network, self._subnet())
        labels, disk_labels = (tags.labels(one, self.spec.image.wanted, self.spec.tags) for one in (mark, run.mark))
        arguments = {
            "project": self.session.project,
            "zone": zone,
            "instance_resource": bodies.instance(
                self.spec, zone, bodies.boot_disk(self.spec, image, disk_labels), interface, labels, tag
            ),
            "request_id": request_id(),
        }
        return Step(
            "instance",
            f"instance {self.spec.name}",
            "compute.instances.insert",
            arguments,
            find=find,
            apply=lambda: handle(self.session.send(instances.insert_unary, **arguments)),
            poll=partial(self._after, find),
            claim=claim,
            detach=True,
        )

    def _after(self, find: Any, operation: str) -> Found | None:
        """The outcome once the operation has ended; its error when it failed."""
        if ended(self.session, operation):
            look: Found | None = find()
            return look
        return Found(operation, ready=False)

    def _rule_found(self, name: str) -> Found | None:
        native = self.session.present(self.session.firewalls.get, firewall=name)
        return firewall.found(native) if native else None

    def _instance_found(self, zone: str) -> Found | None:
        native = self.session.present(self.session.instances.get, zone=zone, instance=self.spec.name)
        return instance_found(native) if native else None

    # look-ups

    def _image_path(self) -> str:
        source = self.spec.image.source
        return source.path if isinstance(source, GcpImage) else self.spec.image.id or ""

    def _image(self) -> str:
        """The image's path, once it is known to exist, to be Linux and to fit the size."""
        path = self._image_path()
        _, project, _, _, *family, name = path.split("/")
        images = self.session.images
        if family:
            native = self.call(self.session.send, images.get_from_family, project=project, family=name)
        else:
            native = self.call(self.session.send, images.get, project=project, image=name)
        if any(feature.get("type") == "WINDOWS" for feature in items(native, "guestOsFeatures")):
            raise windows()
        check_architecture(self.spec, _ARCHITECTURES.get(text(native, "architecture") or ""))
        return path

    def _zone(self, run: Run) -> str:
        """The scope's zone; that of our instance if it is there; else the first that is up and offers the size."""
        if self.scope.zone:
            return self.scope.zone
        machine = self.call(self.claims.machine)
        if machine and machine.mark and machine.mark.owner == self.claims.owner:
            return machine.ref.split("/")[1]
        size, region = self.spec.size.size.name, self.claims.region
        zone = next((zone for zone in sorted(self._zones_up()) if zone in self._offering(size)), None)
        if zone is None:
            raise UsageError(f"no zone of {region} offers {size}", fix="choose another size or region")
        run.note(f"zone {zone}")
        return zone

    def _zones_up(self) -> list[str]:
        """The zones of the region that are up."""
        found: list[str] = []
        for page in self.reader.pages(self.session.zones.list):
            here = (zone for zone in items(page, "items") if tail(text(zone, "region")) == self.claims.region)
            found += [str(zone["name"]) for zone in here if zone.get("status") == "UP"]
        return found

    def _offering(self, size: str) -> set[str]:
        method = self.session.machine_types.aggregated_list
        return {text(found, "zone") or "" for found in self.reader.in_scope(method, "machineTypes", f'name = "{size}"')}

    def _subnet(self) -> str | None:
        subnet = self.spec.subnet
        if subnet is None or "/" in subnet:
            return subnet
        return f"projects/{self.session.project}/regions/{self.claims.region}/subnetworks/{subnet}"

    def _network(self) -> str:
        """The network's path: the one that was named, that of the subnetwork, or ``default``."""
        network = self.spec.network
        if network is None and (subnet := self._subnet()):
            return self._network_of(subnet)
        if network and "/" in network:
            return network
        return f"projects/{self.session.project}/global/networks/{network or 'default'}"

    def _network_of(self, subnet: str) -> str:
        parts = subnet.rpartition("projects/")[2].split("/")
        names = {"project": parts[0], "region": parts[-3], "subnetwork": parts[-1]}
        native = self.call(self.session.send, self.session.subnetworks.get, **names)
        return str(native["network"])

    def _warn(self, run: Run, network: str) -> None:
        if self.spec.group:
            run.warn(f"Google Cloud has no resource groups: {self.spec.group} is not used")
        nothing: list[Native] = []
        for rule in run.read(self._open_rules, preview=nothing) if self.spec.public_ip else nothing:
            if firewall.opens_ssh_to_all(rule, network):
                run.warn(f"firewall rule {rule['name']} opens port 22 of every instance in the network to the internet")

    def _open_rules(self) -> list[Native]:
        """The firewall rules, or none where they may not be read: a warning is not worth failing for."""
        try:
            return self.reader.firewalls()
        except CloudError as error:
            if error.kind is not Kind.DENIED:
                raise
            return []
