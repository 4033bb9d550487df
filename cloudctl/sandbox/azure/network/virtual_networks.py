"""Virtual networks and their subnets."""

from __future__ import annotations

import uuid
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any

from cloudctl.sandbox.azure.call import Json
from cloudctl.sandbox.azure.network import children
from cloudctl.sandbox.azure.network.children import Child
from cloudctl.sandbox.azure.network.provider import MODELS, NAME, VERSIONS
from cloudctl.sandbox.azure.refusals import NetworkRefusal, Refusal
from cloudctl.sandbox.azure.resource_types import Behaviour, Change, ETag, ResourceType
from cloudctl.sandbox.azure.store import Record, Store

Network = IPv4Network | IPv6Network
INTERFACE = "Microsoft.Network/networkInterfaces"


class Subnets(Child):
    """Inside the address space, apart from each other, and not deleted while an interface is in one."""

    def check(self, change: Change, parent: Json, siblings: list[Json]) -> None:
        name, owner = change.id.name, str(change.id)
        spaces = [prefix(text, str(change.id.parent)) for text in parent["addressSpace"]["addressPrefixes"]]
        own = [prefix(text, owner) for text in prefixes(change.properties)]
        if not own:
            raise Refusal.REQUIRED.error(name="addressPrefix")
        if not all(any(_inside(net, space) for space in spaces) for net in own):
            raise NetworkRefusal.SUBNET_OUTSIDE.error(name=name, network=change.id.parent.name)
        taken = [prefix(text, owner) for other in siblings for text in prefixes(other["properties"])]
        if any(a.overlaps(b) for a in own for b in taken):
            raise NetworkRefusal.SUBNET_OVERLAP.error(name=name, network=change.id.parent.name)
        if group := change.properties.get("networkSecurityGroup"):
            change.properties["networkSecurityGroup"] = {"id": change.referenced(group["id"]).id}
        change.properties.setdefault("privateEndpointNetworkPolicies", "Disabled")
        change.properties.setdefault("privateLinkServiceNetworkPolicies", "Enabled")

    def view(self, store: Store, record: Record) -> Json:
        used = [{"id": use} for use in users(store, record)]
        return {"delegations": [], **record.properties, **({"ipConfigurations": used} if used else {})}

    def check_delete(self, store: Store, record: Record) -> None:
        if found := users(store, record):
            raise NetworkRefusal.SUBNET_IN_USE.error(name=record.address.name, users=" and ".join(found))


class VirtualNetworks(Behaviour):
    """Subnets may be given inside the network's body: the list is then what there will be."""

    def prepare(self, change: Change) -> None:
        spaces = (change.properties.get("addressSpace") or {}).get("addressPrefixes") or []
        if not spaces:
            raise Refusal.REQUIRED.error(name="addressSpace")
        for text in spaces:
            prefix(text, str(change.id))
        children.prepare(change, SUBNET_TYPE, "subnets", SUBNETS)
        old = change.old.properties if change.old else {}
        change.properties["resourceGuid"] = old.get("resourceGuid") or str(uuid.uuid4())
        change.properties.setdefault("enableDdosProtection", False)

    def written(self, change: Change, record: Record) -> None:
        children.write(change, SUBNET_TYPE)

    def view(self, store: Store, record: Record) -> Json:
        subnets = [SUBNET_TYPE.view(store, subnet) for subnet in store.children(record.id, SUBNET_TYPE.name)]
        return {"virtualNetworkPeerings": [], **record.properties, "subnets": subnets}

    def check_delete(self, store: Store, record: Record) -> None:
        for subnet in store.children(record.id, SUBNET_TYPE.name):
            SUBNETS.check_delete(store, subnet)

    def deleted(self, store: Store, record: Record) -> None:
        children.remove(store, record, SUBNET_TYPE)


def prefix(text: str, owner: str) -> Network:
    """An address range in CIDR notation; refused when it is malformed."""
    if "/" not in text:
        raise NetworkRefusal.PREFIX.error(prefix=text, id=owner)
    try:
        network = ip_network(text, strict=False)
    except ValueError:
        raise NetworkRefusal.PREFIX.error(prefix=text, id=owner) from None
    if str(network.network_address) != text.partition("/")[0].lower():
        raise NetworkRefusal.PREFIX_BITS.error(prefix=text, id=owner, right=network)
    return network


def prefixes(properties: Json) -> list[str]:
    """The address ranges of a subnet, given as one or as a list."""
    single = properties.get("addressPrefix")
    return [single] if single else list(properties.get("addressPrefixes") or [])


def users(store: Store, subnet: Record) -> list[str]:
    """The ids of the IP configurations in a subnet."""
    configurations = (
        (nic, configuration)
        for nic in store.referrers(subnet.id, INTERFACE)
        for configuration in nic.properties["ipConfigurations"]
    )
    return [
        f"{nic.id}/ipConfigurations/{configuration['name']}"
        for nic, configuration in configurations
        if configuration["properties"]["subnet"]["id"].lower() == subnet.key
    ]


def _inside(network: Any, space: Any) -> bool:
    return network.version == space.version and bool(network.subnet_of(space))


SUBNETS = Subnets()
SUBNET_TYPE = ResourceType(
    name="Microsoft.Network/virtualNetworks/subnets",
    versions=VERSIONS,
    model=f"{MODELS}:Subnet",
    patch=f"{MODELS}:Subnet",
    rule=NAME,
    limit=80,
    behaviour=SUBNETS,
    etag=ETag.WEAK,
    tracked=False,
    creating="Updating",
)
TYPE = ResourceType(
    name="Microsoft.Network/virtualNetworks",
    versions=VERSIONS,
    model=f"{MODELS}:VirtualNetwork",
    patch=f"{MODELS}:TagsObject",
    rule=r"\w([\w.\-]*\w)",
    limit=64,
    behaviour=VirtualNetworks(),
    etag=ETag.WEAK,
    creating="Updating",
)
