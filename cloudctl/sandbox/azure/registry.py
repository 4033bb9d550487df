"""The table of resource types: a new type is one more row and the file that it comes from."""

from __future__ import annotations

from cloudctl.sandbox.azure.compute import disks, machines
from cloudctl.sandbox.azure.network import interfaces, public_addresses, security_groups, virtual_networks
from cloudctl.sandbox.azure.resource_types import ResourceType
from cloudctl.sandbox.azure.resources import groups
from cloudctl.sandbox.azure.storage import accounts

_ROWS: tuple[ResourceType, ...] = (
    groups.TYPE,
    virtual_networks.TYPE,
    virtual_networks.SUBNET_TYPE,
    security_groups.TYPE,
    security_groups.RULE_TYPE,
    public_addresses.TYPE,
    interfaces.TYPE,
    machines.TYPE,
    disks.TYPE,
    accounts.TYPE,
)
TYPES = {row.name.lower(): row for row in _ROWS}
