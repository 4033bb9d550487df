"""Identifiers of resources, compared without case as Azure Resource Manager does."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ResourceId:
    """A resource (or, without types, a resource group); ``str()`` gives the canonical spelling."""

    subscription: str
    group: str
    namespace: str = ""
    types: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    def __str__(self) -> str:
        base = f"/subscriptions/{self.subscription}/resourceGroups/{self.group}"
        if not self.types:
            return base
        pairs = "/".join(f"{kind}/{name}" for kind, name in zip(self.types, self.names, strict=True))
        return f"{base}/providers/{self.namespace}/{pairs}"

    @property
    def name(self) -> str:
        return self.names[-1] if self.names else self.group

    @property
    def type(self) -> str:
        """``Microsoft.Network/virtualNetworks/subnets``."""
        return "/".join((self.namespace, *self.types)) if self.types else "Microsoft.Resources/resourceGroups"

    @property
    def key(self) -> str:
        """What the resource is stored under."""
        return str(self).lower()

    @property
    def path(self) -> str:
        """Names from the top: ``network/subnet``."""
        return "/".join(self.names)

    @property
    def parent(self) -> ResourceId:
        """The resource that a child belongs to, or the resource group of a top-level one."""
        if len(self.types) < 2:
            return ResourceId(self.subscription, self.group)
        return ResourceId(self.subscription, self.group, self.namespace, self.types[:-1], self.names[:-1])

    def child(self, kind: str, name: str) -> ResourceId:
        return ResourceId(self.subscription, self.group, self.namespace, (*self.types, kind), (*self.names, name))

    def resource(self, other: ResourceId) -> ResourceId:
        """A resource with another's name, in this group."""
        return ResourceId(self.subscription, self.group, other.namespace, other.types, other.names)

    def sibling(self, kind: str, name: str) -> ResourceId:
        """A top-level resource of the same provider and group."""
        return ResourceId(self.subscription, self.group, self.namespace, (kind,), (name,))


def parse(text: str) -> ResourceId | None:
    """The identifier in a text, or None when it is none."""
    parts = text.strip("/").split("/")
    if len(parts) < 4 or parts[0].lower() != "subscriptions" or parts[2].lower() != "resourcegroups":
        return None
    if len(parts) == 4:
        return ResourceId(parts[1], parts[3])
    if len(parts) < 8 or len(parts) % 2 or parts[4].lower() != "providers":
        return None
    return ResourceId(parts[1], parts[3], parts[5], tuple(parts[6::2]), tuple(parts[7::2]))
