"""Reading machines: a list is four lists joined by id, however many machines there are."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import replace
from typing import Any

from cloudctl.errors import CloudError, Kind, NotFound
from cloudctl.retry import Call
from cloudctl.scope import Scope
from cloudctl.services.vm import Vm
from cloudctl_azure.arm_id import ArmId, fold
from cloudctl_azure.documents import Native, dig, items, location, text
from cloudctl_azure.reading import every, present
from cloudctl_azure.session import Session
from cloudctl_azure.vm import record
from cloudctl_azure.vm.record import Around, by_id

_MACHINES = "microsoft.compute/virtualmachines"


class Reader:
    """Machines of one subscription, in the region and zone of the scope where they are set."""

    def __init__(self, session: Session, call: Call, scope: Scope) -> None:
        self._session, self._call, self._scope = session, call, scope

    def machines(self) -> Iterator[Vm]:
        """All machines. The error of a list that only adds to them is raised after the last machine."""
        compute, network = self._session.compute, self._session.network
        lists = compute.virtual_machines.list_all
        machines = self._begin(lists)
        views = self._begin(lists, status_only="true")
        interfaces = self._begin(network.network_interfaces.list_all)
        addresses = self._begin(network.public_ip_addresses.list_all)
        natives = machines.result()
        around = Around(
            views={fold(view.get("id")): dig(view, "properties", "instanceView") or {} for view in _got(views)},
            interfaces=by_id(_got(interfaces)),
            addresses=by_id(_got(addresses)),
        )
        yield from self._records(natives, around)
        for part in (views, interfaces, addresses):
            part.result()

    def find(self, name: str) -> Iterator[Vm]:
        """The machines with this ARM id or, whatever its case, this name."""
        for native in self._named(name):
            yield from self._records([native], self._around(native))

    def show(self, vm: Vm) -> Vm:
        """The machine with what a list leaves out. Parts that may not be read stay unknown."""
        native = self._machine(vm.id)
        if native is None:
            raise NotFound(f"instance {vm.name or vm.id} is not there any more")
        around = self._around(native)
        around = replace(around, subnets=self._subnets(one.subnet for one in record.interfaces(native, around)))
        groups = {group for one in record.interfaces(native, around) for group in one.security_groups}
        disks = {fold(disk.id): str(disk.id) for disk in record.disks(native, around) if disk.id}
        around = replace(
            around,
            disks=self._each(disks.values(), self._session.compute.disks.get, "disk_name"),
            groups=self._each(groups, self._session.network.network_security_groups.get, "network_security_group_name"),
        )
        return replace(
            record.vm(native, around, self._scope.context.name),
            interfaces=tuple(record.interfaces(native, around)),
            disks=tuple(record.disks(native, around)),
            ports=tuple(record.ports(native, around)),
            identity=record.identity(native),
            key=record.key(native),
            login_user=record.login_user(native),
        )

    def _begin(self, lists: Callable[..., Any], **arguments: Any) -> Future[list[Native]]:
        """A list in a thread of its own, which keeps nobody from ending when Azure does not answer."""
        future: Future[list[Native]] = Future()

        def run() -> None:
            try:
                future.set_result(every(self._call, lists, **arguments))
            except BaseException as error:
                future.set_exception(error)

        threading.Thread(target=run, daemon=True).start()
        return future

    def _records(self, natives: Iterable[Native], around: Around) -> Iterator[Vm]:
        region, zone = self._scope.region, self._scope.zone
        for native in natives:
            vm = record.vm(native, around, self._scope.context.name)
            if region in (None, vm.region) and zone in (None, vm.zone, f"{vm.region}-{vm.zone}"):
                yield vm

    def namesake(self, name: str, region: str, group: str) -> Native | None:
        """A machine of this name in the region but in another resource group: a second one would be ambiguous.

        The own group is left out, because lists still show for a while what was deleted there.
        """
        try:
            listed = every(self._call.once, self._session.compute.virtual_machines.list_all)
        except CloudError as error:
            if error.kind is Kind.DENIED:
                return None  # a role on one resource group cannot see the others
            raise
        return next((native for native in listed if _is_namesake(native, name, region, group)), None)

    def _named(self, name: str) -> list[Native]:
        if name.startswith("/"):
            machine = self._machine(name)
            return [machine] if machine else []
        listed = every(self._call, self._session.compute.virtual_machines.list_all)
        wanted = [str(native["id"]) for native in listed if fold(record.name_of(native)) == fold(name)]
        return [machine for vm_id in wanted if (machine := self._machine(vm_id))]

    def _machine(self, vm_id: str) -> Native | None:
        """The machine with its instance view; None when it is not there, or in another subscription."""
        place = ArmId.parse(vm_id)
        if place is None or place.type != _MACHINES or fold(place.subscription) != fold(self._session.subscription):
            return None
        get = self._session.compute.virtual_machines.get
        return present(self._call, get, resource_group_name=place.group, vm_name=place.name, expand="instanceView")

    def _around(self, native: Native) -> Around:
        """The interfaces and public addresses of one machine."""
        network = self._session.network
        references = items(native, "properties", "networkProfile", "networkInterfaces")
        ids = [found for one in references if (found := text(one, "id"))]
        interfaces = self._each(ids, network.network_interfaces.get, "network_interface_name")
        public = [
            found
            for interface in interfaces.values()
            for one in items(interface, "properties", "ipConfigurations")
            if (found := text(one, "properties", "publicIPAddress", "id"))
        ]
        addresses = self._each(public, network.public_ip_addresses.get, "public_ip_address_name")
        return Around(interfaces=interfaces, addresses=addresses)

    def _subnets(self, ids: Iterable[str | None]) -> Mapping[str, Native]:
        """The subnets of interfaces that may be read: https://learn.microsoft.com/rest/api/virtualnetwork/subnets/get"""
        found: dict[str, Native] = {}
        for arm_id in filter(None, ids):
            network, _, name = arm_id.partition("/subnets/")
            place, get = ArmId.parse(network), self._session.network.subnets.get
            if place and fold(arm_id) not in found:
                names = {"resource_group_name": place.group, "virtual_network_name": place.name, "subnet_name": name}
                found |= {fold(arm_id): native} if (native := self._readable(get, **names)) else {}
        return found

    def _each(self, ids: Iterable[str], get: Callable[..., Any], argument: str) -> Mapping[str, Native]:
        """The resources with these ids that are there and may be read."""
        found: dict[str, Native] = {}
        for arm_id in ids:
            place = ArmId.parse(arm_id)
            native = place and self._readable(get, **{"resource_group_name": place.group, argument: place.name})
            if native:
                found[fold(arm_id)] = native
        return found

    def _readable(self, get: Callable[..., Any], **names: str) -> Native | None:
        try:
            return present(self._call, get, **names)
        except CloudError as error:
            if error.kind is Kind.DENIED:
                return None
            raise


def _is_namesake(native: Native, name: str, region: str, group: str) -> bool:
    place = ArmId.parse(str(native.get("id") or ""))
    elsewhere = place is not None and fold(place.group) != fold(group)
    return elsewhere and fold(record.name_of(native)) == fold(name) and location(native) == region


def _got(part: Future[list[Native]]) -> Iterator[Native]:
    return iter(()) if part.exception() else iter(part.result())
