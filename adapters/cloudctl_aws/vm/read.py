"""Reading instances: one call a page, however many there are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from fnmatch import fnmatchcase

from cloudctl import mapping
from cloudctl.errors import CloudError, Kind, NotFound
from cloudctl.output import ABSENT, Absent
from cloudctl.scope import Scope
from cloudctl.services.vm import Port, Vm
from cloudctl_aws import tags
from cloudctl_aws.ec2 import Ec2, Native
from cloudctl_aws.session import Session
from cloudctl_aws.vm import record

INSTANCE_ID = re.compile(r"i-[0-9a-f]{8,17}")
# shutting-down counts as there: it still has its addresses and volumes.
THERE = ("pending", "running", "stopping", "stopped", "shutting-down")


class Reader:
    """Instances of one account in one region, and in the zone of the scope where it is set."""

    def __init__(self, session: Session, ec2: Ec2, scope: Scope) -> None:
        self._session, self._ec2, self._scope = session, ec2, scope

    def list(self) -> Iterator[Vm]:
        return self._records({})

    def find(self, name: str) -> Iterator[Vm]:
        """The instances with this id or tag Name. A filter by id finds nothing where InstanceIds is an error."""
        key = "instance-id" if INSTANCE_ID.fullmatch(name) else f"tag:{tags.NAME}"
        return self._records({key: name, "instance-state-name": THERE})

    def show(self, vm: Vm) -> Vm:
        """The machine with what a list leaves out. Parts that may not be read stay unknown."""
        native = next(self._ec2.instances({"instance-id": vm.id}), None)
        if native is None:
            raise NotFound(f"instance {vm.id} is gone")
        return replace(
            self._record(native),
            interfaces=tuple(record.interfaces(native)),
            disks=tuple(record.disks(native, self._volumes(vm.id) or ())),
            ports=self._ports(native),
            identity=record.text(native, "IamInstanceProfile", "Arn"),
            key=record.text(native, "KeyName"),
            login_user=self._login_user(native),
        )

    def _records(self, wanted: Mapping[str, str | tuple[str, ...]]) -> Iterator[Vm]:
        zone = self._scope.zone
        wanted = {**wanted, **({"availability-zone": zone} if zone else {})}
        return (self._record(native) for native in self._ec2.instances(wanted))

    def _record(self, native: Native) -> Vm:
        return record.vm(native, self._scope.context.name, self._session.region)

    def _readable(self, operation: str, key: str, name: str, values: tuple[str, ...]) -> tuple[Native, ...] | None:
        """The items, None when we may not read them."""
        try:
            return tuple(self._ec2.each(operation, key, {name: values}))
        except CloudError as error:
            if error.kind is Kind.DENIED:
                return None
            raise

    def _volumes(self, instance: str) -> tuple[Native, ...] | None:
        return self._readable("DescribeVolumes", "Volumes", "attachment.instance-id", (instance,))

    def _ports(self, native: Native) -> tuple[Port, ...] | Absent:
        ids = tuple(record.all_group_ids(native))
        if not ids:
            return ()
        groups = self._readable("DescribeSecurityGroups", "SecurityGroups", "group-id", ids)
        return ABSENT if groups is None else tuple(record.ports(groups))

    def _login_user(self, native: Native) -> str | None:
        """By the image that cloudctl made it from, else by the owner and name of its AMI, if that still exists."""
        made_from = mapping.image(tags.mapping(native).get(tags.IMAGE, ""))
        if made_from:
            on_aws = made_from.clouds.get("aws")
            return on_aws.user if on_aws else None
        image_id = record.text(native, "ImageId")
        images = self._image(image_id) if image_id else ()
        return next((user for image in images for user in _users(image)), None)

    def _image(self, image_id: str) -> tuple[Native, ...]:
        """The image; none where it is deregistered, which EC2 says in two ways, or no longer shared with us."""
        try:
            answer = self._ec2.read("DescribeImages", ImageIds=[image_id], IncludeDeprecated=True)
            return tuple(answer.get("Images") or ())
        except CloudError as error:
            if error.kind in (Kind.DENIED, Kind.NOT_FOUND, Kind.CONFLICT):
                return ()
            raise


def _users(image: Native) -> Iterator[str]:
    """The login users of the known images that have this owner and name."""
    name, owner = record.text(image, "Name") or "", record.text(image, "OwnerId")
    for known in mapping.images():
        on_aws = known.clouds.get("aws")
        patterns = (on_aws.x86_64, on_aws.arm64) if on_aws and on_aws.owner == owner else ()
        if on_aws and on_aws.user and any(pattern and fnmatchcase(name, pattern) for pattern in patterns):
            yield on_aws.user
