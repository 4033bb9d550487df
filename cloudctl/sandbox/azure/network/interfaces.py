"""Network interfaces."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from itertools import islice

from cloudctl.sandbox.azure.call import Json
from cloudctl.sandbox.azure.network import public_addresses, virtual_networks
from cloudctl.sandbox.azure.network.provider import MODELS, NAME, VERSIONS
from cloudctl.sandbox.azure.refusals import NetworkRefusal, Refusal
from cloudctl.sandbox.azure.resource_types import Behaviour, Change, ETag, ResourceType
from cloudctl.sandbox.azure.store import Record, Store

MACHINE = "Microsoft.Compute/virtualMachines"
_RESERVED = 4  # The network's address and the first three; the last one too.


class Interfaces(Behaviour):
    """An address from the subnet for each configuration, and at most one machine."""

    def prepare(self, change: Change) -> None:
        configurations = change.properties.get("ipConfigurations") or []
        if not configurations:
            raise Refusal.REQUIRED.error(name="ipConfigurations")
        old = change.old.properties if change.old else {}
        for index, configuration in enumerate(configurations):
            _prepare_configuration(change, configuration, primary=index == 0, earlier=configurations[:index])
        if group := change.properties.get("networkSecurityGroup"):
            change.properties["networkSecurityGroup"] = {"id": _provisioned(change, group["id"]).id}
        change.properties["resourceGuid"] = old.get("resourceGuid") or str(uuid.uuid4())
        change.properties.setdefault("dnsSettings", {"dnsServers": [], "appliedDnsServers": []})
        change.properties.setdefault("enableAcceleratedNetworking", False)
        change.properties.setdefault("enableIPForwarding", False)
        change.properties["nicType"] = "Standard"

    def written(self, change: Change, record: Record) -> None:
        record.hidden.setdefault("mac", _mac())

    def view(self, store: Store, record: Record) -> Json:
        shown = {**record.properties, "hostedWorkloads": [], "tapConfigurations": []}
        shown["ipConfigurations"] = [_show(record, each) for each in record.properties["ipConfigurations"]]
        machine = next(iter(store.referrers(record.id, MACHINE)), None)
        if machine:
            references = machine.properties["networkProfile"]["networkInterfaces"]
            own = next(each for each in references if each["id"].lower() == record.key)
            shown["virtualMachine"] = {"id": machine.id}
            shown["primary"] = own.get("properties", {}).get("primary", len(references) == 1)
            shown["macAddress"] = record.hidden["mac"]
        return shown

    def check_delete(self, store: Store, record: Record) -> None:
        for user in store.referrers(record.id, MACHINE):
            raise NetworkRefusal.NIC_IN_USE.error(id=record.id, user=user.id)


def addresses_of(store: Store, record: Record) -> Iterator[Record]:
    """The public addresses of an interface."""
    for each in record.properties["ipConfigurations"]:
        found = store.get(each["properties"].get("publicIPAddress", {}).get("id", ""))
        if found is not None:
            yield found


def _prepare_configuration(change: Change, configuration: Json, *, primary: bool, earlier: list[Json]) -> None:
    if not configuration.get("name"):
        raise Refusal.REQUIRED.error(name="name")
    configuration.pop("id", None)
    properties = configuration.setdefault("properties", {})
    if not (properties.get("subnet") or {}).get("id"):
        raise Refusal.REQUIRED.error(name="subnet")
    subnet = _provisioned(change, properties["subnet"]["id"])
    properties["subnet"] = {"id": subnet.id}
    properties.setdefault("primary", primary)
    properties.setdefault("privateIPAddressVersion", "IPv4")
    properties.setdefault("privateIPAllocationMethod", "Dynamic")
    _assign(change, configuration, subnet, earlier)
    if address := properties.get("publicIPAddress"):
        _take(change, configuration["name"], properties, address)


def _assign(change: Change, configuration: Json, subnet: Record, earlier: list[Json]) -> None:
    """Keep, check or choose the private address."""
    properties = configuration["properties"]
    taken = _taken(change, subnet) | {each["properties"]["privateIPAddress"] for each in earlier}
    wanted = properties.get("privateIPAddress")
    if properties["privateIPAllocationMethod"] == "Dynamic":
        wanted = _current(change, configuration["name"], subnet)
    if wanted is None:
        wanted = next((str(a) for a in _usable(subnet, properties) if str(a) not in taken), None)
    elif wanted in taken:
        raise NetworkRefusal.IP_IN_USE.error(address=wanted)
    elif not _contains(subnet, wanted):
        text = ",".join(virtual_networks.prefixes(subnet.properties))
        raise NetworkRefusal.IP_OUTSIDE.error(address=wanted, prefix=text)
    if wanted is None:
        text = ",".join(virtual_networks.prefixes(subnet.properties))
        raise NetworkRefusal.SUBNET_FULL.error(name=subnet.address.name, prefix=text)
    properties["privateIPAddress"] = wanted


def _current(change: Change, name: str, subnet: Record) -> str | None:
    """The address that the configuration has already."""
    for each in change.old.properties["ipConfigurations"] if change.old else ():
        properties = each["properties"]
        if each["name"] == name and properties["subnet"]["id"] == subnet.id:
            return str(properties["privateIPAddress"])
    return None


def _taken(change: Change, subnet: Record) -> set[str]:
    return {
        each["properties"]["privateIPAddress"]
        for nic in change.store.referrers(subnet.id, TYPE.name)
        if nic.key != change.id.key
        for each in nic.properties["ipConfigurations"]
        if each["properties"]["subnet"]["id"] == subnet.id
    }


def _usable(subnet: Record, properties: Json) -> Iterator[IPv4Address | IPv6Address]:
    version = 6 if properties["privateIPAddressVersion"] == "IPv6" else 4
    for text in virtual_networks.prefixes(subnet.properties):
        network = ip_network(text)
        if network.version == version:
            first = int(network.network_address)
            numbers = range(first + _RESERVED, first + network.num_addresses - 1)
            yield from (ip_address(number) for number in islice(numbers, 1 << 20))


def _contains(subnet: Record, wanted: str) -> bool:
    try:
        address = ip_address(wanted)
    except ValueError:
        return False
    for network in map(ip_network, virtual_networks.prefixes(subnet.properties)):
        offset = int(address) - int(network.network_address)
        if address.version == network.version and _RESERVED <= offset < network.num_addresses - 1:
            return True
    return False


def _take(change: Change, name: str, properties: Json, reference: Json) -> None:
    """Refer to a public address, which no other configuration may have."""
    address = _provisioned(change, reference.get("id", ""))
    own = f"{change.id}/ipConfigurations/{name}"
    user = public_addresses.configuration(change.store, address)
    if user and user.lower() != own.lower():
        raise NetworkRefusal.ADDRESS_TAKEN.error(id=own, address=address.id, user=user)
    option = (reference.get("properties") or {}).get("deleteOption")
    properties["publicIPAddress"] = {"id": address.id, **({"properties": {"deleteOption": option}} if option else {})}


def _provisioned(change: Change, reference: str) -> Record:
    from cloudctl.sandbox.azure.registry import TYPES

    found = change.referenced(reference)
    state = TYPES[found.type.lower()].state(found)
    if state != "Succeeded":
        raise NetworkRefusal.REFERENCE_STATE.error(reference=found.id, id=change.id, state=state)
    return found


def _show(record: Record, configuration: Json) -> Json:
    return {
        "name": configuration["name"],
        "id": f"{record.id}/ipConfigurations/{configuration['name']}",
        "etag": TYPE.tag(record),
        "type": f"{TYPE.name}/ipConfigurations",
        "properties": {"provisioningState": TYPE.state(record), **configuration["properties"]},
    }


def _mac() -> str:
    return "-".join(["00", "0D", "3A", *(f"{random.randrange(256):02X}" for _ in range(3))])


TYPE = ResourceType(
    name="Microsoft.Network/networkInterfaces",
    versions=VERSIONS,
    model=f"{MODELS}:NetworkInterface",
    patch=f"{MODELS}:TagsObject",
    rule=NAME,
    limit=80,
    behaviour=Interfaces(),
    etag=ETag.WEAK,
    creating="Updating",
)
