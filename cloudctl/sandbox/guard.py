"""Sandbox mode's promise: this process talks to loopback and to nothing else."""

from __future__ import annotations

import ipaddress
import socket
import sys
from typing import Any

from cloudctl.errors import CloudError, Kind

_LOCAL_NAMES = frozenset({"", "localhost", "localhost.localdomain", "ip6-localhost", "ip6-loopback"})
_LOOKUPS = frozenset({"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"})
_SENDS = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})
_installed = False


class OutsideConnectionError(CloudError):
    """A connection, datagram or name look-up that would have left this machine.

    Not an OSError on purpose: SDKs take those for a passing fault of the network and try again.
    """

    def __init__(self, address: str) -> None:
        super().__init__(
            Kind.UNEXPECTED,
            f"sandbox mode refused to connect to {address}",
            why="with --sandbox only loopback addresses are allowed",
            fix="check endpoints and proxies in the environment and the configuration, or drop --sandbox",
        )
        self.address = address


def install() -> None:
    """From now on a connection of this process to anything but loopback raises OutsideConnectionError.

    Covers everything that goes through Python's ``socket`` module, look-ups of names included; C
    extensions with sockets of their own (gRPC) are out of its reach. An audit hook cannot be removed, so
    this holds until the process ends; child processes are not covered. Installing twice is the same as
    once.
    """
    global _installed
    if not _installed:
        _installed = True
        sys.addaudithook(_audit)


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if event in _LOOKUPS:
        _check(arguments[0])
    elif event in _SENDS:
        _check_address(*arguments)


def _check_address(sock: socket.socket, address: Any) -> None:
    if address is None or sock.family == socket.AF_UNIX:
        return
    if sock.family not in (socket.AF_INET, socket.AF_INET6):
        raise OutsideConnectionError(f"{address!r}")
    _check(address[0], f":{address[1]}")


def _check(host: str | bytes | None, port: str = "") -> None:
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else host or ""
    if not _is_loopback(name):
        raise OutsideConnectionError(f"{name}{port}")


def _is_loopback(host: str) -> bool:
    if host.lower().rstrip(".") in _LOCAL_NAMES:
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback
