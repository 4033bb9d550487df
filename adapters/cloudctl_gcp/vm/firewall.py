"""Firewall rules: those that a create makes for its instance, and those that apply to an instance.

https://cloud.google.com/firewall/docs/firewalls. Rules have no labels: the mark stands in the description.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from ipaddress import ip_network

from cloudctl.marks import Mark
from cloudctl.plan import Found
from cloudctl.services.vm import OpenPort, Port
from cloudctl_gcp.vm.record import Native, items, path, text, texts

_LONGEST = 63
_ANYWHERE = ("0.0.0.0/0", "::/0")
Group = tuple[tuple[str, ...], tuple[str, ...]]


def base_name(vm: str, region: str) -> str:
    """The name of an instance's first rule and of the network tag that its rules aim at."""
    name, room = f"cloudctl-vm-{vm}-{region}", _LONGEST - len("-99")
    if len(name) <= room:
        return name
    return f"{name[: room - 9].rstrip('-')}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def names(base: str, count: int) -> list[str]:
    return [base, *(f"{base}-{number}" for number in range(2, count + 1))][:count]


def groups(ports: Iterable[OpenPort]) -> list[Group]:
    """Ports and sources of the rules that open these: one for each distinct list of sources.

    A rule holds addresses of one family only.
    """
    sources: dict[tuple[int, int], set[str]] = {}
    for port in ports:
        sources.setdefault((ip_network(port.source).version, port.port), set()).add(port.source)
    rules: dict[tuple[str, ...], list[int]] = {}
    for (_, number), found in sorted(sources.items()):
        rules.setdefault(tuple(sorted(found)), []).append(number)
    return [(tuple(str(number) for number in numbers), ranges) for ranges, numbers in rules.items()]


def found(native: Native) -> Found:
    return Found(f"global/firewalls/{native.get('name')}", mark=Mark.from_line(text(native, "description")))


def opens_ssh_to_all(native: Native, network: str) -> bool:
    """Whether a rule opens port 22 of every instance of the network to the whole internet."""
    everyone = not any(native.get(field) for field in ("targetTags", "targetServiceAccounts"))
    return (
        everyone
        and _opens(native)
        and path(text(native, "network")) == network
        and any(port.source in _ANYWHERE and _includes_ssh(port) for port in _ports(native))
    )


def ports_of(rules: Iterable[Native], instance: Native) -> tuple[Port, ...]:
    """What the rules that apply to an instance open: those aimed at its tags, its service account, or everything."""
    found = (port for rule in rules if _opens(rule) and _applies(rule, instance) for port in _ports(rule))
    return tuple(dict.fromkeys(found))


def _opens(rule: Native) -> bool:
    return rule.get("direction", "INGRESS") == "INGRESS" and not rule.get("disabled") and bool(items(rule, "allowed"))


def _applies(rule: Native, instance: Native) -> bool:
    networks = {path(text(item, "network")) for item in items(instance, "networkInterfaces")}
    if path(text(rule, "network")) not in networks:
        return False
    tags, accounts = texts(rule, "targetTags"), texts(rule, "targetServiceAccounts")
    own = {text(account, "email") for account in items(instance, "serviceAccounts")}
    everyone = not tags and not accounts
    return everyone or not own.isdisjoint(accounts) or not set(tags).isdisjoint(texts(instance, "tags", "items"))


def _ports(rule: Native) -> Iterator[Port]:
    sources = texts(rule, "sourceRanges") or [*texts(rule, "sourceTags"), *texts(rule, "sourceServiceAccounts")]
    for allowed in items(rule, "allowed"):
        protocol = text(allowed, "IPProtocol") or "all"
        for port in texts(allowed, "ports") or ["all"]:
            yield from (Port(port, protocol, source) for source in sources or _ANYWHERE[:1])


def _includes_ssh(port: Port) -> bool:
    if port.protocol not in ("tcp", "6", "all"):
        return False
    first, _, last = port.port.partition("-")
    return port.port == "all" or int(first) <= 22 <= int(last or first)
