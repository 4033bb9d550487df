"""Public IP addresses."""

from __future__ import annotations

import random
import uuid
from ipaddress import ip_address, ip_network

from cloudctl.sandbox.azure.call import Json
from cloudctl.sandbox.azure.network.provider import MODELS, NAME, VERSIONS
from cloudctl.sandbox.azure.refusals import NetworkRefusal
from cloudctl.sandbox.azure.resource_types import Behaviour, Change, ETag, ResourceType
from cloudctl.sandbox.azure.store import Record, Store

# Reserved for benchmarks (RFC 2544): no address here is anybody's machine.
_POOL = ip_network("198.18.0.0/15")
_POOL6 = ip_network("2001:2::/48")


class PublicAddresses(Behaviour):
    """A Static address exists from the start, a Dynamic one while a running machine has it."""

    def prepare(self, change: Change) -> None:
        sku = change.body.setdefault("sku", {})
        sku.setdefault("name", "Basic")
        sku.setdefault("tier", "Regional")
        properties = change.properties
        properties.setdefault("publicIPAddressVersion", "IPv4")
        properties.setdefault("publicIPAllocationMethod", "Dynamic")
        properties.setdefault("idleTimeoutInMinutes", 4)
        properties.setdefault("ipTags", [])
        static = properties["publicIPAllocationMethod"] == "Static"
        if sku["name"] != "Basic" and not static:
            raise NetworkRefusal.ADDRESS_STATIC.error(id=change.id)
        old = change.old.properties if change.old else {}
        properties["resourceGuid"] = old.get("resourceGuid") or str(uuid.uuid4())
        properties.pop("ipAddress", None)
        if static:
            properties["ipAddress"] = old.get("ipAddress") or free_address(change.store, properties)
        _complete_name(change)

    def view(self, store: Store, record: Record) -> Json:
        user = configuration(store, record)
        shown = {**record.properties, **({"ipConfiguration": {"id": user}} if user else {})}
        if "ipAddress" in record.hidden:
            shown["ipAddress"] = record.hidden["ipAddress"]
        return shown

    def check_delete(self, store: Store, record: Record) -> None:
        if user := configuration(store, record):
            raise NetworkRefusal.ADDRESS_IN_USE.error(id=record.id, user=user)


def configuration(store: Store, record: Record) -> str | None:
    """The id of the IP configuration that has this address."""
    for nic in store.referrers(record.id, "Microsoft.Network/networkInterfaces"):
        for each in nic.properties["ipConfigurations"]:
            if each["properties"].get("publicIPAddress", {}).get("id", "").lower() == record.key:
                return f"{nic.id}/ipConfigurations/{each['name']}"
    return None


def attach(store: Store, record: Record) -> None:
    """A machine with this address starts: a Dynamic address gets its value."""
    if record.properties["publicIPAllocationMethod"] == "Dynamic":
        record.hidden["ipAddress"] = free_address(store, record.properties)


def release(record: Record) -> None:
    """The machine is deallocated: a Dynamic address loses its value."""
    record.hidden.pop("ipAddress", None)


def free_address(store: Store, properties: Json) -> str:
    """An address that no other has."""
    taken = set()
    for record in store.of_type(TYPE.name):
        taken.add(record.properties.get("ipAddress"))
        taken.add(record.hidden.get("ipAddress"))
    pool = _POOL6 if properties["publicIPAddressVersion"] == "IPv6" else _POOL
    while True:
        address = str(ip_address(int(pool.network_address) + random.randrange(1, min(pool.num_addresses, 1 << 32))))
        if address not in taken:
            return address


def _complete_name(change: Change) -> None:
    dns = change.properties.get("dnsSettings")
    if dns and dns.get("domainNameLabel"):
        dns["fqdn"] = f"{dns['domainNameLabel']}.{change.location}.cloudapp.azure.com"


TYPE = ResourceType(
    name="Microsoft.Network/publicIPAddresses",
    versions=VERSIONS,
    model=f"{MODELS}:PublicIPAddress",
    patch=f"{MODELS}:TagsObject",
    rule=NAME,
    limit=80,
    behaviour=PublicAddresses(),
    etag=ETag.WEAK,
    creating="Updating",
)
