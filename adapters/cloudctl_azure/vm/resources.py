"""The resources that make up a machine on Azure, each read and deleted by its name in the resource group."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cloudctl.errors import CloudError
from cloudctl.marks import Mark
from cloudctl.plan import Found, Step
from cloudctl.retry import Call
from cloudctl_azure.documents import Native, dig, items, tags, text
from cloudctl_azure.errors import operation_error
from cloudctl_azure.reading import present
from cloudctl_azure.session import Session


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource: the SDK's functions for it, and their arguments that name it."""

    key: str
    title: str
    type: str
    names: Mapping[str, str]
    get: Callable[..., Any]
    create: Callable[..., Any]
    delete: Callable[..., Any]

    @property
    def name(self) -> str:
        return list(self.names.values())[-1]


class Resources:
    """The resources of the machine ``name`` in the resource group ``group``, and how to look at any resource."""

    def __init__(self, session: Session, call: Call, group: str, name: str) -> None:
        self.session = session
        self.call = call
        self.group = group
        self.name = name

    @property
    def machine(self) -> Resource:
        machines = self.session.compute.virtual_machines
        return Resource(
            "machine",
            f"instance {self.name}",
            "Microsoft.Compute/virtualMachines",
            {"resource_group_name": self.group, "vm_name": self.name},
            lambda **names: machines.get(expand="instanceView", **names),
            machines.begin_create_or_update,
            machines.begin_delete,
        )

    @property
    def interface(self) -> Resource:
        return self._network("interface", "network interface", "networkInterfaces", "network_interface_name", "nic")

    @property
    def address(self) -> Resource:
        return self._network("address", "public address", "publicIPAddresses", "public_ip_address_name", "ip")

    @property
    def security_group(self) -> Resource:
        """The claim: the first uniquely named resource that a create makes, the last that a delete takes away."""
        return self._network("group", "security group", "networkSecurityGroups", "network_security_group_name", "nsg")

    @property
    def disk(self) -> Resource:
        """The root disk, which Azure makes with the machine and gives the machine's tags."""
        disks = self.session.compute.disks
        return Resource(
            "disk",
            f"disk {self.name}",
            "Microsoft.Compute/disks",
            {"resource_group_name": self.group, "disk_name": f"{self.name}-osdisk"},
            disks.get,
            disks.begin_create_or_update,
            disks.begin_delete,
        )

    def _network(self, key: str, title: str, kind: str, argument: str, ending: str) -> Resource:
        network = self.session.network
        operations: Any = {
            "networkInterfaces": network.network_interfaces,
            "publicIPAddresses": network.public_ip_addresses,
            "networkSecurityGroups": network.network_security_groups,
        }[kind]
        return Resource(
            key,
            f"{title} {self.name}",
            f"Microsoft.Network/{kind}",
            {"resource_group_name": self.group, argument: f"{self.name}-{ending}"},
            operations.get,
            operations.begin_create_or_update,
            operations.begin_delete,
        )

    def look(self, resource: Resource) -> Found | None:
        """The resource as a step's ``find`` returns it; one attempt, because the runner repeats."""
        return found(present(self.call.once, resource.get, **resource.names))

    def creation(self, resource: Resource, body: Mapping[str, Any], **options: bool) -> Step:
        """The step that makes a resource unless one with its name is there (``If-None-Match: *``)."""
        sent = {**resource.names, "parameters": body, "headers": {"If-None-Match": "*"}}
        return Step(
            resource.key,
            resource.title,
            f"{resource.type}/write",
            sent,
            find=lambda: self.look(resource),
            apply=lambda: self.session.start(resource.create, **sent),
            poll=lambda address: self.follow(address, resource),
            result=("--query", "id", "--output", "tsv"),
            **options,
        )

    def follow(self, address: str, resource: Resource) -> Found | None:
        """The resource once the operation that makes it has ended; raises the operation's error."""
        if not self.call.once(self.session.ended, address):
            return Found(resource.name, ready=False)
        return self.look(resource)


def found(native: Native | None) -> Found | None:
    """What a look found: ready once provisioning has succeeded, with the reason when Azure gave up.

    https://learn.microsoft.com/azure/networking/troubleshoot-failed-state,
    https://learn.microsoft.com/azure/virtual-machines/states-billing#provisioning-states
    """
    if native is None:
        return None
    state = (text(native, "properties", "provisioningState") or "Succeeded").casefold()
    return Found(
        ref=str(native.get("id") or ""),
        mark=Mark.from_tags(tags(native)),
        ready=state == "succeeded",
        error=_reason(native) if state == "failed" else None,
    )


def _reason(native: Native) -> CloudError:
    """Why provisioning failed: a machine's instance view says it (``ProvisioningState/failed/AllocationFailed``)."""
    for status in items(native, "properties", "instanceView", "statuses"):
        head, _, code = (text(status, "code") or "").partition("/failed/")
        if head == "ProvisioningState" and code:
            return operation_error({"code": code, "message": text(status, "message") or text(status, "displayStatus")})
    return operation_error({"code": "ProvisioningFailed", "message": f"{dig(native, 'name')} failed to be provisioned"})
