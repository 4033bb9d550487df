"""Firewall rules: https://cloud.google.com/compute/docs/reference/rest/v1/firewalls"""

from __future__ import annotations

import re
from ipaddress import ip_network

from cloudctl.sandbox.gcp.attributes import refuse_taken
from cloudctl.sandbox.gcp.call import Call
from cloudctl.sandbox.gcp.errors import Json, invalid
from cloudctl.sandbox.gcp.links import Reference
from cloudctl.sandbox.gcp.networks import DEFAULT
from cloudctl.sandbox.gcp.operations import begin
from cloudctl.sandbox.gcp.refusals import Refusal
from cloudctl.sandbox.gcp.store import Resource, Store

_WITH_PORTS = ("tcp", "udp", "sctp", "6", "17", "132")
_PROTOCOLS = (*_WITH_PORTS, "icmp", "esp", "ah", "ipip", "all")
_ANYWHERE = ["0.0.0.0/0"]
_INGRESS_ONLY = ("sourceRanges", "sourceTags", "sourceServiceAccounts")
_LOWEST_PRIORITY = 65534

_DEFAULT_RULES: dict[str, tuple[str, list[str], list[Json]]] = {
    "default-allow-internal": (
        "Allow internal traffic on the default network", ["10.128.0.0/9"],
        [*({"IPProtocol": name, "ports": ["0-65535"]} for name in ("tcp", "udp")), {"IPProtocol": "icmp"}],
    ),
    "default-allow-ssh": ("Allow SSH from anywhere", _ANYWHERE, [{"IPProtocol": "tcp", "ports": ["22"]}]),
    "default-allow-rdp": ("Allow RDP from anywhere", _ANYWHERE, [{"IPProtocol": "tcp", "ports": ["3389"]}]),
    "default-allow-icmp": ("Allow ICMP from anywhere", _ANYWHERE, [{"IPProtocol": "icmp"}]),
}  # fmt: skip


def add_default_rules(store: Store, project: str, now: float) -> None:
    """The rules of the network ``default`` (https://cloud.google.com/firewall/docs/firewalls#more_rules_default_vpc)."""
    network = Reference(project, "global", "networks", DEFAULT).url
    for name, (description, sources, allowed) in _DEFAULT_RULES.items():
        rule = {"description": description, "sourceRanges": sources, "allowed": allowed, "priority": _LOWEST_PRIORITY}
        store.add(Reference(project, "global", "firewalls", name), _completed({"network": network, **rule}), now)


def _completed(rule: Json) -> Json:
    ingress = rule.get("direction", "INGRESS") == "INGRESS"
    defaults = {"direction": "INGRESS", "priority": 1000, "disabled": False, "logConfig": {"enable": False}}
    if ingress and not any(rule.get(field) for field in _INGRESS_ONLY):
        defaults["sourceRanges"] = _ANYWHERE
    return defaults | {key: value for key, value in rule.items() if value != []}


def view(call: Call, rule: Resource) -> Json:
    return rule.common_fields("compute#firewall") | rule.body


def insert(call: Call) -> Json:
    at = call.at(call.body["name"])
    refuse_taken(call, at)
    return begin(call, call.store.add(at, _checked(call, call.body), call.now))


def patch(call: Call) -> Json:
    rule = call.change()
    rule.body = _checked(call, rule.body | call.body)
    return begin(call, rule)


def update(call: Call) -> Json:
    rule = call.change()
    rule.body = _checked(call, {"network": rule.body["network"]} | call.body)
    return begin(call, rule)


def delete(call: Call) -> Json:
    rule = call.change()
    rule.gone = call.now + call.settings.transition
    return begin(call, rule)


def _checked(call: Call, given: Json) -> Json:
    rule = {key: value for key, value in given.items() if key != "name"}
    network = call.referred(rule.get("network", f"global/networks/{DEFAULT}"), "resource.network", "networks")
    rule["network"] = call.find(network).at.url
    _refuse_actions(rule)
    _refuse_direction(rule)
    for field in ("sourceRanges", "destinationRanges"):
        _refuse_ranges(field, rule.get(field, ()))
    return _completed(rule)


def _refuse_actions(rule: Json) -> None:
    if bool(rule.get("allowed")) == bool(rule.get("denied")):
        why = "Exactly one of allowed and denied must be specified."
        raise invalid(Refusal.FIREWALL_ACTION, "resource.allowed", "", why)
    if not 0 <= rule.get("priority", 0) <= 65535:
        raise invalid(Refusal.FIREWALL_PRIORITY, "resource.priority", rule["priority"], "Must be between 0 and 65535.")
    action = "allowed" if rule.get("allowed") else "denied"
    for index, entry in enumerate(rule[action]):
        _refuse_entry(f"resource.{action}[{index}]", entry)


def _refuse_entry(field: str, entry: Json) -> None:
    protocol = str(entry.get("IPProtocol", "")).lower()
    if protocol not in _PROTOCOLS and not (protocol.isdigit() and int(protocol) < 256):
        raise invalid(Refusal.FIREWALL_PROTOCOL, f"{field}.IPProtocol", protocol, "Invalid IP protocol specification.")
    for index, ports in enumerate(entry.get("ports", ())):
        if protocol not in _WITH_PORTS or not _are_ports(ports):
            why = "Ports must be an integer or a range, for a protocol that has ports."
            raise invalid(Refusal.FIREWALL_PORTS, f"{field}.ports[{index}]", ports, why)


def _are_ports(text: str) -> bool:
    if not re.fullmatch(r"\d{1,5}(-\d{1,5})?", text):
        return False
    first, _, last = text.partition("-")
    return int(first) <= int(last or first) <= 65535


def _refuse_direction(rule: Json) -> None:
    egress = rule.get("direction") == "EGRESS"
    misplaced = [field for field in _INGRESS_ONLY if egress and rule.get(field) and field != "sourceRanges"]
    if misplaced:
        why = "Source tags and service accounts cannot be specified for an EGRESS rule."
        raise invalid(Refusal.FIREWALL_DIRECTION, f"resource.{misplaced[0]}", rule[misplaced[0]], why)


def _refuse_ranges(field: str, ranges: list[str]) -> None:
    for index, text in enumerate(ranges):
        try:
            ip_network(text)
        except ValueError:
            why = "Must be a valid CIDR address range."
            raise invalid(Refusal.FIREWALL_RANGE, f"resource.{field}[{index}]", text, why) from None
