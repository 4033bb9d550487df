"""Virtual machines: the neutral record, what a create takes, and what an adapter must offer."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from cloudctl.mapping import Choice, ImageChoice
from cloudctl.output import ABSENT, Absent, Kind
from cloudctl.plan import Plan, digest
from cloudctl.services.base import Service


class VmState(StrEnum):
    PENDING = "pending"
    RUNNING = "running"
    STOPPING = "stopping"
    STOPPED = "stopped"
    SUSPENDED = "suspended"
    DELETING = "deleting"
    DELETED = "deleted"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Interface:
    """A network interface: the provider's id, addresses, network and subnet as the provider names them."""

    id: str | None
    private_ip: str | None
    public_ip: str | None
    network: str | None = None
    subnet: str | None = None
    security_groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Disk:
    """An attached disk; ``size_gb`` in GiB, None when it was not returned."""

    id: str | None
    name: str | None
    size_gb: int | None
    type: str | None
    boot: bool
    encrypted: bool | None


@dataclass(frozen=True, slots=True)
class Port:
    """An opened inbound port range: ``22``, ``8000-8010`` or ``all``, protocol, and the source in CIDR form.

    Of ICMP it is the type, with the code where only one is let in: ``8``, ``3/4``.
    """

    port: str
    protocol: str
    source: str


@dataclass(frozen=True, slots=True)
class Vm:
    """A virtual machine as the output contract has it (``cloudctl schema vm``).

    ``memory_gib`` in GiB; ``created`` is when the machine was made. What is not known is None. The fields of ``show``
    are `ABSENT` in a list, and so is ``native`` unless ``--native`` asks for the provider's own record.
    """

    provider: str
    context: str
    id: str
    name: str | None
    state: VmState
    native_state: str | None
    size: str | None
    vcpus: int | None
    memory_gib: float | None
    region: str | None
    zone: str | None
    private_ip: str | None
    public_ip: str | None
    image: str | None
    os: str | None
    lifecycle: str
    created: datetime | None
    tags: Mapping[str, str]
    interfaces: tuple[Interface, ...] | Absent = ABSENT
    disks: tuple[Disk, ...] | Absent = ABSENT
    ports: tuple[Port, ...] | Absent = ABSENT
    identity: str | Absent | None = ABSENT
    key: str | Absent | None = ABSENT
    login_user: str | Absent | None = ABSENT
    native: Mapping[str, Any] | Absent = ABSENT


KIND = Kind(
    name="vm",
    columns=("context", "name", "state", "size", "zone", "private_ip", "public_ip", "id"),
    wide=(
        "context", "name", "state", "size", "vcpus", "memory_gib", "zone", "private_ip", "public_ip",
        "image", "os", "lifecycle", "created", "id", "tags",
    ),
    fields=(
        "provider", "context", "id", "name", "state", "native_state", "size", "vcpus", "memory_gib", "region", "zone",
        "private_ip", "public_ip", "image", "os", "lifecycle", "created", "tags",
        "interfaces", "disks", "ports", "identity", "key", "login_user",
    ),
    show_only=("interfaces", "disks", "ports", "identity", "key", "login_user"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class OpenPort:
    """``--open PORT[:CIDR]``: an inbound TCP port, from an address range."""

    port: int
    source: str = "0.0.0.0/0"


@dataclass(frozen=True, slots=True)
class VmSpec:
    """What ``vm create`` was asked for, names already resolved by the mapping.

    ``ssh_key`` is the text of an OpenSSH public key. ``user_data`` is the raw text (None: none) and never part of
    digests or journals. ``disk_gb`` is the root disk in GiB (None: as the image has it). ``network``, ``subnet``
    and ``group`` are the provider's own names or ids (None: the defaults of the design).
    """

    name: str
    size: Choice
    image: ImageChoice
    ssh_key: str
    user_data: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    disk_gb: int | None = None
    public_ip: bool = True
    open_ports: tuple[OpenPort, ...] = ()
    spot: bool = False
    network: str | None = None
    subnet: str | None = None
    group: str | None = None

    def fingerprint(self, **place: str | None) -> str:
        """The digest of what was asked for, without the user data; ``place`` is where (region, zone ...)."""
        return digest(
            {
                "name": self.name,
                "size": self.size.size.name,
                "image": self.image.wanted,
                "key": self.ssh_key.strip(),
                "tags": sorted(self.tags.items()),
                "disk": self.disk_gb,
                "public_ip": self.public_ip,
                "ports": sorted((port.port, port.source) for port in self.open_ports),
                "spot": self.spot,
                "network": self.network,
                "subnet": self.subnet,
                **place,
            }
        )


class VmService(Service):
    """Virtual machines of one cloud. Each method names the operations it uses in mappings/vm.toml."""

    @abstractmethod
    def list(self) -> Iterator[Vm]:
        """All machines in the scope (`scope.region`, `scope.zone` filter where set), deleted ones included.

        The number of calls depends on the number of pages only. Pages are fetched by token.
        """

    @abstractmethod
    def find(self, name: str) -> Iterator[Vm]:
        """The machines, not deleted, with this name or provider id, filtered by the provider where it can."""

    @abstractmethod
    def show(self, vm: Vm) -> Vm:
        """The machine again, with interfaces, disks, ports, identity, key and login user."""

    @abstractmethod
    def check(self, spec: VmSpec) -> None:
        """Raise UsageError when the cloud's rules refuse the name, tags or options. Makes no call."""

    @abstractmethod
    def differences(self, spec: VmSpec, vm: Vm) -> tuple[str, ...]:
        """How an existing machine differs from what is asked (``size: t3.micro, not t3.large``); makes no call.

        Compares size, image (the alias it was made from, by the ``cloudctl-image`` tag), lifecycle and region or zone.
        """

    @abstractmethod
    def plan_create(self, spec: VmSpec) -> Plan: ...

    @abstractmethod
    def plan_delete(self, name: str, vm: Vm | None) -> Plan:
        """Delete a machine and what was made for it; ``vm`` is None for a half-made one that has no record.

        Everything that carries the owner mark ``vm.NAME`` goes, the claim last, and nothing else.
        """

    @abstractmethod
    def plan_start(self, vm: Vm) -> Plan: ...

    @abstractmethod
    def plan_stop(self, vm: Vm) -> Plan: ...

    @abstractmethod
    def plan_restart(self, vm: Vm) -> Plan: ...
