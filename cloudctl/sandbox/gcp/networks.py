"""Networks and subnetworks, and the ones that a new project has.

https://cloud.google.com/vpc/docs/vpc#default-network
"""

from __future__ import annotations

from ipaddress import IPv4Network

from cloudctl.sandbox.gcp.attributes import refuse_taken
from cloudctl.sandbox.gcp.call import Call
from cloudctl.sandbox.gcp.errors import Json, Refused, invalid
from cloudctl.sandbox.gcp.links import Reference
from cloudctl.sandbox.gcp.locations import AUTO_RANGES
from cloudctl.sandbox.gcp.operations import begin
from cloudctl.sandbox.gcp.refusals import Refusal
from cloudctl.sandbox.gcp.store import Resource, Store
from cloudctl.sandbox.gcp.values import fingerprint

DEFAULT = "default"


def add_auto_network(store: Store, at: Reference, body: Json, now: float) -> Resource:
    """A network in auto mode: one subnetwork in each region."""
    network = store.add(at, body | {"autoCreateSubnetworks": True}, now)
    for region, cidr in AUTO_RANGES.items():
        place = Reference(at.project, f"regions/{region}", "subnetworks", at.name)
        _add_subnetwork(store, place, {"network": at.url, "ipCidrRange": cidr}, now)
    return network


def _add_subnetwork(store: Store, at: Reference, body: Json, now: float) -> Resource:
    gateway = str(IPv4Network(body["ipCidrRange"])[1])
    defaults = {
        "gatewayAddress": gateway,
        "privateIpGoogleAccess": False,
        "purpose": "PRIVATE",
        "stackType": "IPV4_ONLY",
    }
    return store.add(at, defaults | body | {"fingerprint": fingerprint(body)}, now)


def view_network(call: Call, network: Resource) -> Json:
    urls = [one.at.url for one in _subnetworks(call, network)]
    defaults = {
        "networkFirewallPolicyEnforcementOrder": "AFTER_CLASSIC_FIREWALL",
        "routingConfig": {"routingMode": "REGIONAL"},
    }
    return (
        network.common_fields("compute#network")
        | defaults
        | network.body
        | ({"subnetworks": sorted(urls)} if urls else {})
    )


def view_subnetwork(call: Call, subnetwork: Resource) -> Json:
    return subnetwork.common_fields("compute#subnetwork") | subnetwork.body


def _subnetworks(call: Call, network: Resource) -> list[Resource]:
    everywhere = call.store.all(call.project, "subnetworks", call.now)
    return [one for one in everywhere if one.body["network"] == network.at.url]


def insert(call: Call) -> Json:
    at = call.at(call.body["name"])
    refuse_taken(call, at)
    body = {name: value for name, value in call.body.items() if name != "name"}
    if body.setdefault("autoCreateSubnetworks", True):
        return begin(call, add_auto_network(call.store, at, body, call.now))
    return begin(call, call.store.add(at, body, call.now))


def delete(call: Call) -> Json:
    network = call.change()
    own = _subnetworks(call, network)
    blocking = [] if network.body["autoCreateSubnetworks"] else own
    blocking += _users(call, network.at.url)
    if blocking:
        raise _in_use(Refusal.NETWORK_IN_USE, network, blocking[0])
    for resource in (network, *own):
        resource.gone = call.now + call.settings.transition
    return begin(call, network)


def _users(call: Call, url: str) -> list[Resource]:
    """Firewall rules of a network, and instances with an interface in a network or subnetwork."""
    rules = [one for one in call.store.all(call.project, "firewalls", call.now) if one.body["network"] == url]
    machines = call.store.all(call.project, "instances", call.now)
    return rules + [one for one in machines if any(url in _places(nic) for nic in one.body["networkInterfaces"])]


def _places(interface: Json) -> tuple[str, str]:
    return interface["network"], interface["subnetwork"]


def _in_use(refusal: Refusal, resource: Resource, user: Resource) -> Refused:
    kind = resource.at.collection.removesuffix("s")
    return Refused(refusal, f"The {kind} resource '{resource.at.path}' is already being used by '{user.at.path}'")


def insert_subnetwork(call: Call) -> Json:
    at = call.at(str(call.body.get("name", "")))
    refuse_taken(call, at)
    network = call.find(call.referred(str(call.body.get("network", "")), "resource.network", "networks"))
    cidr = _free_range(call, network)
    body = {name: value for name, value in call.body.items() if name not in ("name", "region")}
    return begin(
        call, _add_subnetwork(call.store, at, body | {"network": network.at.url, "ipCidrRange": str(cidr)}, call.now)
    )


def _free_range(call: Call, network: Resource) -> IPv4Network:
    given = str(call.body.get("ipCidrRange", ""))
    try:
        cidr = IPv4Network(given)
    except ValueError:
        why = "Must be a valid IPV4 CIDR address range."
        raise invalid(Refusal.SUBNETWORK_RANGE, "resource.ipCidrRange", given, why) from None
    for other in _subnetworks(call, network):
        if cidr.overlaps(IPv4Network(other.body["ipCidrRange"])):
            place = f"'{other.at.name}' in region '{other.at.scope[8:]}'"
            why = f"Invalid IPCidrRange: {given} conflicts with existing subnetwork {place}."
            raise invalid(Refusal.SUBNETWORK_RANGE, "resource.ipCidrRange", given, why)
    return cidr


def delete_subnetwork(call: Call) -> Json:
    subnetwork = call.change()
    if users := _users(call, subnetwork.at.url):
        raise _in_use(Refusal.SUBNETWORK_IN_USE, subnetwork, users[0])
    subnetwork.gone = call.now + call.settings.transition
    return begin(call, subnetwork)
