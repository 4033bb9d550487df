"""Network interfaces of an instance: where they attach and the addresses that they get."""

from __future__ import annotations

import random
from ipaddress import AddressValueError, IPv4Address, IPv4Network
from itertools import chain

from cloudctl.sandbox.gcp.call import Call
from cloudctl.sandbox.gcp.errors import Json, Refused, invalid
from cloudctl.sandbox.gcp.links import Reference
from cloudctl.sandbox.gcp.locations import region_of
from cloudctl.sandbox.gcp.machine_types import MachineType
from cloudctl.sandbox.gcp.networks import DEFAULT
from cloudctl.sandbox.gcp.refusals import Refusal
from cloudctl.sandbox.gcp.store import Resource
from cloudctl.sandbox.gcp.values import fingerprint

# Reserved for benchmarks (RFC 2544): an address that the sandbox gives away leads nowhere.
_EXTERNAL = IPv4Network("198.18.0.0/15")
# Google keeps the first two and the last two addresses of a range.
_RESERVED = 2


def attach(call: Call, machine: MachineType) -> list[Json]:
    """The interfaces of the instance that the request asks for, with their addresses."""
    given = call.body.get("networkInterfaces", [])
    if not given:
        why = "At least one network interface is required."
        raise invalid(Refusal.NO_INTERFACE, "resource.networkInterfaces", "", why)
    if len(given) > machine.interfaces:
        allowed = f"the maximum of {machine.interfaces} for machine type {machine.name}"
        why = f"Number of network interfaces ({len(given)}) exceeds {allowed}."
        raise Refused(Refusal.INTERFACE_COUNT, f"Invalid resource usage: '{why}'.")
    made: list[Json] = []
    for index, interface in enumerate(given):
        made.append(_interface(call, interface, index))
    _refuse_shared_network(made)
    return made


def _refuse_shared_network(made: list[Json]) -> None:
    networks = [one["network"] for one in made]
    for index, network in enumerate(networks):
        if network in networks[:index]:
            field = f"resource.networkInterfaces[{index}].network"
            raise invalid(
                Refusal.INTERFACE_NETWORK, field, network, "Networks must be distinct for all network interfaces."
            )


def _interface(call: Call, given: Json, index: int) -> Json:
    field = f"resource.networkInterfaces[{index}]"
    subnetwork = _subnetwork(call, given, field)
    place = {
        "network": subnetwork.body["network"],
        "subnetwork": subnetwork.at.url,
        "networkIP": _address(call, subnetwork, given, field),
    }
    made = given | place | {"kind": "compute#networkInterface", "name": f"nic{index}", "stackType": "IPV4_ONLY"}
    if "accessConfigs" in given:
        made["accessConfigs"] = [_access(one) for one in given["accessConfigs"]]
    return made | {"fingerprint": fingerprint(made)}


def _subnetwork(call: Call, given: Json, field: str) -> Resource:
    if "subnetwork" in given:
        return call.find(call.referred(given["subnetwork"], f"{field}.subnetwork", "subnetworks"))
    named = given.get("network", f"global/networks/{DEFAULT}")
    network = call.find(call.referred(named, f"{field}.network", "networks"))
    scope = f"regions/{region_of(str(call.zone))}"
    automatic = call.store.find(Reference(network.at.project, scope, "subnetworks", network.at.name), call.now)
    if automatic is None or not network.body["autoCreateSubnetworks"]:
        why = "Subnetwork should be specified for custom subnetmode network."
        raise invalid(Refusal.SUBNETWORK_REQUIRED, f"{field}.subnetwork", "", why)
    return automatic


def _address(call: Call, subnetwork: Resource, given: Json, field: str) -> str:
    cidr = IPv4Network(subnetwork.body["ipCidrRange"])
    taken = _taken(call, subnetwork.at.url)
    if "networkIP" in given:
        return _asked_address(given["networkIP"], cidr, taken, f"{field}.networkIP")
    if address := _free(cidr, taken):
        return address
    raise invalid(
        Refusal.ADDRESS_UNAVAILABLE, f"{field}.networkIP", "", f"IP space of '{subnetwork.at.path}' is exhausted."
    )


def _free(cidr: IPv4Network, taken: set[str]) -> str | None:
    """A free address; with none given back yet it is the lowest, found at the first look."""
    first, last = _RESERVED, cidr.num_addresses - _RESERVED
    likely = min(first + len(taken), last)
    candidates = (str(cidr[number]) for number in chain(range(likely, last), range(first, likely)))
    return next((one for one in candidates if one not in taken), None)


def _asked_address(text: str, cidr: IPv4Network, taken: set[str], field: str) -> str:
    try:
        inside = IPv4Address(text) in cidr
    except AddressValueError:
        inside = False
    if not inside or text in taken:
        why = "IP address is in use." if inside else f"IP address '{text}' is not in the range {cidr}."
        raise invalid(Refusal.ADDRESS_UNAVAILABLE, field, text, why)
    return text


def _taken(call: Call, subnetwork: str) -> set[str]:
    machines = call.store.all(call.project, "instances", call.now)
    return {
        nic["networkIP"] for one in machines for nic in one.body["networkInterfaces"] if nic["subnetwork"] == subnetwork
    }


def _access(given: Json) -> Json:
    defaults = {
        "kind": "compute#accessConfig",
        "type": "ONE_TO_ONE_NAT",
        "name": "External NAT",
        "networkTier": "PREMIUM",
    }
    return defaults | given | {"natIP": _external()}


def _external() -> str:
    return str(_EXTERNAL[random.randrange(1, _EXTERNAL.num_addresses - 1)])


def renew_external(interfaces: list[Json]) -> None:
    """An ephemeral external address is another one after each start."""
    for interface in interfaces:
        for access in interface.get("accessConfigs", ()):
            access["natIP"] = _external()


def without_external(interfaces: list[Json]) -> list[Json]:
    """The interfaces of a machine that is not running: ephemeral external addresses are released."""
    shown = []
    for interface in interfaces:
        access = [
            {key: value for key, value in one.items() if key != "natIP"} for one in interface.get("accessConfigs", ())
        ]
        shown.append(interface | ({"accessConfigs": access} if access else {}))
    return shown
