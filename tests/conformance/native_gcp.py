"""Machines made with Google's own client, beside cloudctl, and everything that is in the project."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from google.auth.credentials import AnonymousCredentials
from google.cloud import compute_v1
from polling import until

PROJECT = "sandbox-project"
REGION = "us-central1"
ZONE = f"{REGION}-a"
OTHER_ZONE = f"{REGION}-b"
_UBUNTU = "projects/ubuntu-os-cloud/global/images/family/ubuntu-2404-lts-amd64"
_WINDOWS = "projects/windows-cloud/global/images/family/windows-2022"
_PUBLIC = {"access_configs": [{"name": "External NAT", "type_": "ONE_TO_ONE_NAT"}]}
_DEFAULT = {"network": "global/networks/default"}
_SECOND = {"network": "global/networks/second"}
_AGGREGATED = ("Instances", "Disks")
_GLOBAL = ("Firewalls", "Networks")
# Default projects have these; everything that a network brings with it goes with the network.
_ALWAYS = {"default"}


class GcpNative:
    """Compute Engine in the project that the tests work in."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint
        self._clients: dict[str, Any] = {}

    def fleet(self) -> dict[str, str]:
        """One machine of each kind, by kind."""
        self._client("Networks").insert_unary(
            project=PROJECT, network_resource={"name": "second", "auto_create_subnetworks": True}
        )
        until(lambda: "second" in {network.name for network in self._client("Networks").list(project=PROJECT)})
        made = {
            "running": self._insert("m-running"),
            "stopped": self._insert("m-stopped"),
            "spot": self._insert("m-spot", scheduling=_spot()),
            "no-address": self._insert("m-no-address", network_interfaces=[_DEFAULT]),
            "two-interfaces": self._insert("m-two-interfaces", network_interfaces=[_DEFAULT | _PUBLIC, _SECOND]),
            "windows": self._insert("m-windows", disks=[_disk(_WINDOWS)]),
            "untagged": self._insert("m-untagged", labels={}),
        }
        for kind in made:
            self._reach(f"m-{kind}", "RUNNING")
        self._client("Instances").stop_unary(project=PROJECT, zone=ZONE, instance="m-stopped")
        self._reach("m-stopped", "TERMINATED")
        return {kind: self._id(f"m-{kind}") for kind in made}

    def bulk(self, count: int) -> set[str]:
        """The ids of ``count`` new machines."""
        names = [self._insert(f"b-{number}") for number in range(count)]
        return {str(machine.id) for machine in self._each("Instances") if machine.name in set(names)}

    def machine(self, name: str, zone: str = ZONE) -> str:
        """A running machine with this name that cloudctl did not make."""
        self._insert(name, zone)
        self._reach(name, "RUNNING", zone)
        return self._id(name, zone)

    def twins(self, name: str) -> list[str]:
        """Two machines with one name."""
        return [self.machine(name, zone) for zone in (ZONE, OTHER_ZONE)]

    def network(self) -> str:
        """A network that a create can be told to use."""
        return "default"

    def things(self) -> set[str]:
        """Everything there is but the default network and what belongs to it."""
        local = {f"{kind}/{thing.id}" for kind in _AGGREGATED for thing in self._each(kind)}
        everywhere = {
            f"{kind}/{thing.name}"
            for kind in _GLOBAL
            for thing in self._client(kind).list(project=PROJECT)
            if thing.name not in _ALWAYS
        }
        return local | everywhere

    def _each(self, kind: str) -> Iterator[Any]:
        for _, scoped in self._client(kind).aggregated_list(project=PROJECT):
            yield from getattr(scoped, kind.lower())

    def _insert(self, name: str, zone: str = ZONE, **changes: Any) -> str:
        body = {
            "name": name,
            "machine_type": f"zones/{zone}/machineTypes/e2-small",
            "disks": [_disk(_UBUNTU)],
            "network_interfaces": [_DEFAULT | _PUBLIC],
            "labels": {"made-by": "native"},
        }
        self._client("Instances").insert_unary(project=PROJECT, zone=zone, instance_resource=body | changes)
        return name

    def _reach(self, name: str, status: str, zone: str = ZONE) -> None:
        until(lambda: self._get(name, zone).status == status)

    def _id(self, name: str, zone: str = ZONE) -> str:
        return str(self._get(name, zone).id)

    def _get(self, name: str, zone: str) -> Any:
        return self._client("Instances").get(project=PROJECT, zone=zone, instance=name)

    def _client(self, kind: str) -> Any:
        if kind not in self._clients:
            self._clients[kind] = getattr(compute_v1, f"{kind}Client")(
                credentials=AnonymousCredentials(),  # type: ignore[no-untyped-call]
                client_options={"api_endpoint": self._endpoint},
                transport="rest",
            )
        return self._clients[kind]


def _disk(image: str) -> dict[str, Any]:
    return {"boot": True, "auto_delete": True, "initialize_params": {"source_image": image}}


def _spot() -> dict[str, Any]:
    return {"provisioning_model": "SPOT", "instance_termination_action": "STOP", "automatic_restart": False}
