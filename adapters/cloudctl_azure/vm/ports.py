"""The inbound ports that network security groups let in.

https://learn.microsoft.com/azure/virtual-network/network-security-group-how-it-works: what comes in passes the group of
the subnet and then that of the network interface, so that both have to allow it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import reduce
from ipaddress import IPv4Network, IPv6Network, ip_network

from cloudctl.services.vm import Port
from cloudctl_azure.documents import Native, dig, items, text

_ANYWHERE = "0.0.0.0/0"
_EVERYONE = ("*", "internet", "any")
_ALL = "all"
_LAST = 65535


def opened(groups: Iterable[Native]) -> list[Port]:
    """What the own rules of all these groups allow; rules that deny are not subtracted."""
    allowed = [list(_allowed(group)) for group in groups]
    return reduce(_by_both, allowed) if allowed else []


def _allowed(group: Native) -> Iterator[Port]:
    for rule in items(group, "properties", "securityRules"):
        if text(rule, "properties", "direction") == "Inbound" and text(rule, "properties", "access") == "Allow":
            yield from _ports(rule)


def _ports(rule: Native) -> Iterator[Port]:
    protocol = (text(rule, "properties", "protocol") or "*").lower()
    for source in _one_or_more(rule, "sourceAddressPrefix", "sourceAddressPrefixes"):
        for port in _one_or_more(rule, "destinationPortRange", "destinationPortRanges"):
            yield Port(
                _ALL if port == "*" else port,
                _ALL if protocol == "*" else protocol,
                _ANYWHERE if source.lower() in _EVERYONE else source,
            )


def _one_or_more(rule: Native, one: str, more: str) -> list[str]:
    """A security rule has a value either alone or in an array."""
    single, several = text(rule, "properties", one), dig(rule, "properties", more)
    return [single] if single else [str(value) for value in several if value] if isinstance(several, list) else []


def _by_both(ones: list[Port], others: list[Port]) -> list[Port]:
    return [both for one in ones for other in others if (both := _both(one, other))]


def _both(one: Port, other: Port) -> Port | None:
    port = _common_port(one.port, other.port)
    protocol = _common_protocol(one.protocol, other.protocol)
    source = _common_source(one.source, other.source)
    return Port(port, protocol, source) if port and protocol and source else None


def _common_port(one: str, other: str) -> str | None:
    (first, last), (begin, end) = _range(one), _range(other)
    low, high = max(first, begin), min(last, end)
    if low > high:
        return None
    if (low, high) == (0, _LAST):
        return _ALL
    return str(low) if low == high else f"{low}-{high}"


def _range(port: str) -> tuple[int, int]:
    low, _, high = port.partition("-")
    return (0, _LAST) if port == _ALL else (int(low), int(high or low))


def _common_protocol(one: str, other: str) -> str | None:
    return other if one == _ALL else one if other in (_ALL, one) else None


def _common_source(one: str, other: str) -> str | None:
    """The narrower one. What a service tag stands for is not known here: then the first, so that nothing is hidden."""
    if one == _ANYWHERE or other == _ANYWHERE:
        return other if one == _ANYWHERE else one
    first, second = _network(one), _network(other)
    if first is None or second is None:
        return one
    if not first.overlaps(second):
        return None
    return one if first.prefixlen >= second.prefixlen else other


def _network(source: str) -> IPv4Network | IPv6Network | None:
    with suppress(ValueError):
        return ip_network(source, strict=False)
    return None
