"""What belongs to a machine on EC2, and how each is found: by its name, or by the mark that we left on it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cloudctl.marks import Mark
from cloudctl.plan import Found, Step
from cloudctl.services.vm import Vm
from cloudctl_aws import tags
from cloudctl_aws.ec2 import Ec2, Native
from cloudctl_aws.vm.read import THERE

PREFIX = "cloudctl-vm-"
LIVE = tuple(state for state in THERE if state != "shutting-down")


class Resources:
    """The instance, key pair and security group of the machine ``name``. A look finds nothing where nothing is."""

    def __init__(self, ec2: Ec2, name: str) -> None:
        self.ec2 = ec2
        self.name = name
        self.owner = f"vm.{name}"
        self.own_name = f"{PREFIX}{name}"

    @property
    def once(self) -> Resources:
        """The same without repeating, for what the runner repeats."""
        return Resources(self.ec2.once, self.name)

    # by name, whoever made it

    def machine(self) -> Found | None:
        """The instance of this name; ours where there are several."""
        named = self.ec2.instances({f"tag:{tags.NAME}": self.name, "instance-state-name": LIVE})
        found = sorted((seen(native, "InstanceId") for native in named), key=lambda one: (one.mark is None, one.ref))
        return next(iter(found), None)

    def key(self) -> Found | None:
        named = self.ec2.key_pairs({"key-name": self.own_name})
        return next((seen(native, "KeyPairId") for native in named), None)

    def group(self, vpc: str) -> Found | None:
        named = self.ec2.groups({"group-name": self.own_name, "vpc-id": vpc})
        return next((seen(native, "GroupId") for native in named), None)

    # by our mark

    def instances(self, run: str | None = None) -> Iterator[Native]:
        """The instances with our mark, also those that have ended."""
        return self.ec2.instances(tags.by_mark(self.owner, run))

    def keys(self, run: str | None = None) -> list[Native]:
        return self.ec2.key_pairs({"key-name": self.own_name, **tags.by_mark(self.owner, run)})

    def groups(self, run: str | None = None) -> list[Native]:
        """The security groups with our mark, in any VPC."""
        return list(self.ec2.groups({"group-name": self.own_name, **tags.by_mark(self.owner, run)}))

    def run_of(self, vm: Vm | None) -> str | None:
        """The run that made a machine; None when cloudctl did not make it under this name."""
        mark = Mark.from_tags(vm.tags) if vm else None
        return mark.run if mark and mark.owner == self.owner else None

    # the claim

    def claim(self, run: str | None = None) -> Found | None:
        """The claim of a machine whose VPC is not known."""
        return next((seen(native, "GroupId") for native in self.groups(run)), None)

    def write(self, claim: Found, mark: Mark) -> None:
        """Every tag of the mark, in one call."""
        self.ec2.send("CreateTags", Resources=[claim.ref], Tags=tags.listed(mark.tags()))

    def step(self, key: str, title: str, operation: str, arguments: dict[str, Any], **more: Any) -> Step:
        """A step that sends one operation with its arguments; ``more`` are further fields of the step."""

        def apply() -> None:
            self.ec2.send(operation, **arguments)

        fields: dict[str, Any] = {"apply": apply, **more}
        return Step(key, title, f"ec2:{operation}", arguments, **fields)


def seen(native: Native, key: str) -> Found:
    """A record as a look reports it; ``key`` holds its id."""
    return Found(str(native.get(key)), Mark.from_tags(tags.mapping(native)))
