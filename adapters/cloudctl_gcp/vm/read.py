"""Reading instances: aggregated lists answer for all zones of a project in one call.

https://cloud.google.com/compute/docs/reference/rest/v1/instances/aggregatedList
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from cloudctl.errors import CloudError, Kind, NotFound
from cloudctl.output import ABSENT, Absent
from cloudctl.parallel import SideBySide
from cloudctl.scope import Scope
from cloudctl.services.vm import Port, Vm
from cloudctl_gcp.compute import PARTIAL_SUCCESS
from cloudctl_gcp.http import not_reached
from cloudctl_gcp.session import Json, Session
from cloudctl_gcp.vm import record
from cloudctl_gcp.vm.firewall import ports_of
from cloudctl_gcp.vm.record import Native, dig, items, path, text, texts

NAME = re.compile(r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?")


class Reader:
    """What can be read of the instances in a scope, through core's ``call`` (or its ``call.once`` within a step)."""

    def __init__(self, session: Session, call: Callable[..., Any], scope: Scope) -> None:
        self._session = session
        self._call = call
        self._scope = scope

    def machines(self) -> Iterator[Vm]:
        """All instances. Only disks know their image, so that a second list runs beside the first.

        Raises, after the rows, UNAVAILABLE for zones that did not answer, and what kept the disks from being read.
        """
        images = SideBySide(1).begin(self._images())
        for native in self.natives():
            yield self._vm(native, images()[0])
        if refusal := images()[1]:
            raise refusal

    def find(self, name: str) -> Iterator[Vm]:
        """The instances with this name or numeric id; a text that can be neither is not looked for."""
        if name.isdecimal() or NAME.fullmatch(name):
            for native in self.natives(f"id = {name}" if name.isdecimal() else f'name = "{name}"'):
                yield self._vm(native, self._image(native))

    def natives(self, condition: str | None = None) -> Iterator[Native]:
        """The instances of the scope that meet a filter; raises UNAVAILABLE, after them, for zones not reached."""
        missing: list[str] = []
        for page in self.pages(self._session.instances.aggregated_list, condition):
            missing += [zone for zone in _unreachable(page) if self._covers(zone) and zone not in missing]
            yield from (one for one in _listed(page, "instances") if self._covers(record.zone_of(one) or ""))
        if missing:
            raise not_reached(missing)

    def show(self, vm: Vm) -> Vm:
        """The instance again, with what other resources tell. Raises NotFound."""
        names = {"zone": vm.zone, "instance": vm.name or vm.id}
        native = self._call(self._session.present, self._session.instances.get, **names)
        if native is None:
            raise NotFound(f"no instance {vm.name or vm.id} in {vm.zone}")
        disks = dict(self._attached(native))
        return replace(
            self._vm(native, {name: image for name, disk in disks.items() if (image := record.image_of(disk))}),
            interfaces=record.interfaces(native),
            disks=record.disks(native, disks),
            ports=self._ports(native),
            identity=record.identity(native),
            key=record.key(native),
            login_user=record.login_user(native),
        )

    def firewalls(self, **place: str) -> list[Native]:
        """The firewall rules of the scope's project, or of the ``project`` in ``place``."""
        return [rule for page in self.pages(self._session.firewalls.list, **place) for rule in items(page, "items")]

    def in_scope(self, method: Callable[..., Any], collection: str, condition: str) -> list[Native]:
        """The resources of an aggregated list that meet a filter."""
        return [one for page in self.pages(method, condition) for one in _listed(page, collection)]

    def pages(self, method: Callable[..., Any], condition: str | None = None, **place: str) -> Iterator[Json]:
        """The pages of a list, each fetched by its token."""
        request: dict[str, Any] = dict(PARTIAL_SUCCESS) | ({"filter": condition} if condition else {}) | place
        page = self._call(self._session.send, method, **request)
        yield page
        while token := page.get("nextPageToken"):
            page = self._call(self._session.send, method, **request, page_token=token)
            yield page

    def _vm(self, native: Native, images: dict[str, str]) -> Vm:
        return record.vm(native, self._scope.context.name, images)

    def _covers(self, zone: str) -> bool:
        """Whether the scope names neither region nor zone, or this zone."""
        wanted = self._scope.zone
        return wanted == zone if wanted else self._scope.region in (None, record.region_of(zone))

    def _images(self) -> Callable[[], tuple[dict[str, str], CloudError | None]]:
        """A look for the image of every disk that was made from one, and the error that ended it early."""
        method = self._session.disks.aggregated_list
        images: dict[str, str] = {}

        def look() -> tuple[dict[str, str], CloudError | None]:
            try:
                for page in self.pages(method):
                    images.update(_image_by_disk(_listed(page, "disks")))
            except CloudError as error:
                return images, error
            return images, None

        return look

    def _image(self, native: Native) -> dict[str, str]:
        boot = record.boot_disk(native)
        return dict(_image_by_disk(disk for disk in [self._disk(boot)] if disk))

    def _ports(self, native: Native) -> tuple[Port, ...] | Absent:
        """What is open, ABSENT where the rules may not be read: those of a shared network are its host project's.

        https://cloud.google.com/vpc/docs/shared-vpc
        """
        networks = (path(text(one, "network")) or "" for one in items(native, "networkInterfaces"))
        projects = dict.fromkeys(parts[1] for network in networks if len(parts := network.split("/")) == 5)
        try:
            rules = [rule for project in projects for rule in self.firewalls(project=project)]
        except CloudError as error:
            if error.kind not in (Kind.DENIED, Kind.NOT_FOUND):
                raise
            return ABSENT
        return ports_of(rules, native)

    def _attached(self, native: Native) -> Iterator[tuple[str, Native]]:
        for attached in items(native, "disks"):
            if disk := self._disk(attached):
                yield path(text(attached, "source")) or "", disk

    def _disk(self, attached: Native) -> Native | None:
        """A zonal or regional disk; None when it may not be read: its image is not worth hiding an instance for."""
        parts = (path(text(attached, "source")) or "").split("/")
        if len(parts) != 6 or parts[2] not in ("zones", "regions"):
            return None
        names = {"project": parts[1], parts[2].removesuffix("s"): parts[3], "disk": parts[5]}
        disks: Any = self._session.disks if "zone" in names else self._session.region_disks
        try:
            disk: Native | None = self._call(self._session.present, disks.get, **names)
            return disk
        except CloudError as error:
            if error.kind is not Kind.DENIED:
                raise
            return None


def _listed(page: Json, collection: str) -> Iterator[Native]:
    for scoped in (page.get("items") or {}).values():
        yield from items(scoped, collection)


def _image_by_disk(disks: Iterator[Native]) -> Iterator[tuple[str, str]]:
    for disk in disks:
        if (image := record.image_of(disk)) and (name := path(text(disk, "selfLink"))):
            yield name, image


def _unreachable(page: Json) -> Iterator[str]:
    """The zones that a partial success leaves out."""
    yield from (record.tail(place) or "" for place in texts(page, "unreachables"))
    for place, scoped in (page.get("items") or {}).items():
        if dig(scoped, "warning", "code") == "UNREACHABLE":
            yield record.tail(place) or ""
