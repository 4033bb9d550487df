"""Network security groups and their rules."""

from __future__ import annotations

import re
import uuid
from ipaddress import ip_network

from cloudctl.sandbox.azure.call import Json
from cloudctl.sandbox.azure.network import children
from cloudctl.sandbox.azure.network.children import Child
from cloudctl.sandbox.azure.network.provider import MODELS, NAME, VERSIONS
from cloudctl.sandbox.azure.refusals import NetworkRefusal, Refusal
from cloudctl.sandbox.azure.resource_types import Behaviour, Change, ETag, ResourceType
from cloudctl.sandbox.azure.store import Record, Store

_TAG = re.compile(r"\*|[A-Za-z]\w*(\.\w+)*")
_ANY = ("*", "*")
# name, description, access, priority, direction, (source, destination)
_DEFAULTS = (
    (
        "AllowVnetInBound",
        "Allow inbound traffic from all VMs in VNET",
        "Allow",
        65000,
        "Inbound",
        ("VirtualNetwork",) * 2,
    ),
    (
        "AllowAzureLoadBalancerInBound",
        "Allow inbound traffic from azure load balancer",
        "Allow",
        65001,
        "Inbound",
        ("AzureLoadBalancer", "*"),
    ),
    ("DenyAllInBound", "Deny all inbound traffic", "Deny", 65500, "Inbound", _ANY),
    (
        "AllowVnetOutBound",
        "Allow outbound traffic from all VMs to all VMs in VNET",
        "Allow",
        65000,
        "Outbound",
        ("VirtualNetwork",) * 2,
    ),
    (
        "AllowInternetOutBound",
        "Allow outbound traffic from all VMs to Internet",
        "Allow",
        65001,
        "Outbound",
        ("*", "Internet"),
    ),
    ("DenyAllOutBound", "Deny all outbound traffic", "Deny", 65500, "Outbound", _ANY),
)


class SecurityRules(Child):
    """A priority of its own in its direction, ports and prefixes that exist."""

    def check(self, change: Change, parent: Json, siblings: list[Json]) -> None:
        rule = change.body.get("properties")
        if not rule:
            raise Refusal.REQUIRED.error(name="properties")
        if not 100 <= rule["priority"] <= 4096:
            raise NetworkRefusal.RULE_PRIORITY.error(value=rule["priority"])
        for other in siblings:
            same = other["properties"]
            if (same["priority"], same["direction"]) == (rule["priority"], rule["direction"]):
                raise NetworkRefusal.RULE_CONFLICT.error(name=change.id.name, other=other["name"])
        for side in ("source", "destination"):
            _check_ports(rule, side)
            _check_prefixes(rule, side)


class SecurityGroups(Behaviour):
    """Rules may be given inside the group's body; a PUT without a list of rules leaves none."""

    def prepare(self, change: Change) -> None:
        if not change.patch:
            change.properties.setdefault("securityRules", [])
        children.prepare(change, RULE_TYPE, "securityRules", RULES)
        old = change.old.properties if change.old else {}
        change.properties["resourceGuid"] = old.get("resourceGuid") or str(uuid.uuid4())

    def written(self, change: Change, record: Record) -> None:
        children.write(change, RULE_TYPE)

    def view(self, store: Store, record: Record) -> Json:
        rules = [RULE_TYPE.view(store, rule) for rule in store.children(record.id, RULE_TYPE.name)]
        shown = {**record.properties, "securityRules": rules, "defaultSecurityRules": _defaults(record)}
        for member, kind in (
            ("networkInterfaces", "Microsoft.Network/networkInterfaces"),
            ("subnets", "Microsoft.Network/virtualNetworks/subnets"),
        ):
            if users := store.referrers(record.id, kind):
                shown[member] = [{"id": user.id} for user in users]
        return shown

    def check_delete(self, store: Store, record: Record) -> None:
        users = [
            *store.referrers(record.id, "Microsoft.Network/networkInterfaces"),
            *store.referrers(record.id, "Microsoft.Network/virtualNetworks/subnets"),
        ]
        if users:
            raise NetworkRefusal.NSG_IN_USE.error(id=record.id, users=", ".join(user.id for user in users))

    def deleted(self, store: Store, record: Record) -> None:
        children.remove(store, record, RULE_TYPE)


def _values(rule: Json, name: str) -> list[str]:
    """A value given as one or as a list: ``sourcePortRange`` or ``sourcePortRanges``."""
    plural = f"{name}es" if name.endswith("Prefix") else f"{name}s"
    return [value for value in (rule.get(name), *(rule.get(plural) or ())) if value]


def _check_ports(rule: Json, side: str) -> None:
    for value in _values(rule, f"{side}PortRange"):
        found = re.fullmatch(r"\*|(\d+)(?:-(\d+))?", value)
        ports = [int(port) for port in found.groups() if port] if found else [65536]
        if max(ports, default=0) > 65535 or ports != sorted(ports):
            raise NetworkRefusal.RULE_PORT.error(value=value)


def _check_prefixes(rule: Json, side: str) -> None:
    for value in _values(rule, f"{side}AddressPrefix"):
        if _TAG.fullmatch(value):
            continue
        try:
            ip_network(value, strict=False)
        except ValueError:
            raise NetworkRefusal.RULE_PREFIX.error(value=value) from None


def _defaults(record: Record) -> list[Json]:
    return [
        {
            "name": name,
            "id": f"{record.id}/defaultSecurityRules/{name}",
            "type": "Microsoft.Network/networkSecurityGroups/defaultSecurityRules",
            "properties": {
                "provisioningState": "Succeeded",
                "description": description,
                "protocol": "*",
                "sourcePortRange": "*",
                "destinationPortRange": "*",
                "sourceAddressPrefix": source,
                "destinationAddressPrefix": destination,
                "access": access,
                "priority": priority,
                "direction": direction,
            },
        }
        for name, description, access, priority, direction, (source, destination) in _DEFAULTS
    ]


RULES = SecurityRules()
RULE_TYPE = ResourceType(
    name="Microsoft.Network/networkSecurityGroups/securityRules",
    versions=VERSIONS,
    model=f"{MODELS}:SecurityRule",
    patch=f"{MODELS}:SecurityRule",
    rule=NAME,
    limit=80,
    behaviour=RULES,
    etag=ETag.WEAK,
    tracked=False,
    creating="Updating",
)
TYPE = ResourceType(
    name="Microsoft.Network/networkSecurityGroups",
    versions=VERSIONS,
    model=f"{MODELS}:NetworkSecurityGroup",
    patch=f"{MODELS}:TagsObject",
    rule=NAME,
    limit=80,
    behaviour=SecurityGroups(),
    etag=ETag.WEAK,
    creating="Updating",
)
