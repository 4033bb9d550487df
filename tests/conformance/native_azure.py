"""Machines made with Azure's own clients, beside cloudctl, and everything that is in the subscription."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from azure.core.pipeline import PipelineRequest
from azure.core.pipeline.policies import RetryPolicy, SansIOHTTPPolicy
from azure.mgmt.compute import ComputeManagementClient
from azure.mgmt.network import NetworkManagementClient
from azure.mgmt.resource.resources import ResourceManagementClient
from polling import until
from ssh_key import PUBLIC_KEY

SUBSCRIPTION = "00000000-0000-4000-8000-000000000001"
REGION = "eastus"
GROUP = "native"
OTHER_GROUP = "native-2"
_UBUNTU = {"publisher": "Canonical", "offer": "ubuntu-24_04-lts", "sku": "server", "version": "latest"}
_WINDOWS = {
    "publisher": "MicrosoftWindowsServer",
    "offer": "WindowsServer",
    "sku": "2022-datacenter-g2",
    "version": "latest",
}
_SPOT = {"priority": "Spot", "evictionPolicy": "Deallocate", "billingProfile": {"maxPrice": -1}}
_TAGS = {"made-by": "native"}
# Found or made by a create, and shared by all machines: never deleted.
_SHARED_GROUP = f"cloudctl-{REGION}"


class _Token(SansIOHTTPPolicy[Any, Any]):
    def on_request(self, request: PipelineRequest[Any]) -> None:
        request.http_request.headers["Authorization"] = "Bearer sandbox"


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A machine to be made, with its interfaces."""

    name: str
    group: str = GROUP
    public: bool = False
    interfaces: int = 1
    windows: bool = False
    spot: bool = False
    tagged: bool = True

    @property
    def id(self) -> str:
        return f"{_group_id(self.group)}/providers/Microsoft.Compute/virtualMachines/{self.name}"

    def interface_names(self) -> list[str]:
        return [f"{self.name}-{index}" for index in range(self.interfaces)]

    def interface(self, name: str) -> Any:
        network = f"{_group_id(self.group)}/providers/Microsoft.Network"
        subnet = {"id": f"{network}/virtualNetworks/native/subnets/default"}
        address = {"publicIPAddress": {"id": f"{network}/publicIPAddresses/{self.name}"}}
        public = address if self.public and name == self.interface_names()[0] else {}
        configuration = {"name": "primary", "properties": {"primary": True, "subnet": subnet, **public}}
        return {"location": REGION, "properties": {"ipConfigurations": [configuration]}}

    def machine(self) -> Any:
        network = f"{_group_id(self.group)}/providers/Microsoft.Network/networkInterfaces"
        attached = [
            {"id": f"{network}/{name}", "properties": {"primary": index == 0}}
            for index, name in enumerate(self.interface_names())
        ]
        return {
            "location": REGION,
            "tags": _TAGS if self.tagged else {},
            "properties": {
                "hardwareProfile": {"vmSize": "Standard_B2ls_v2"},
                "storageProfile": {
                    "imageReference": _WINDOWS if self.windows else _UBUNTU,
                    "osDisk": {"name": f"{self.name}-os", "createOption": "FromImage"},
                },
                "osProfile": _windows_profile(self.name) if self.windows else _linux_profile(self.name),
                "networkProfile": {"networkInterfaces": attached},
                **(_SPOT if self.spot else {}),
            },
        }


class AzureNative:
    """The subscription that the tests work in."""

    def __init__(self, endpoint: str) -> None:
        client: dict[str, Any] = {
            "credential": object(),
            "subscription_id": SUBSCRIPTION,
            "base_url": endpoint,
            "authentication_policy": _Token(),
            "retry_policy": RetryPolicy.no_retries(),
        }
        self._compute = ComputeManagementClient(**client)
        self._network = NetworkManagementClient(**client)
        self._resources = ResourceManagementClient(**client)

    def fleet(self) -> dict[str, str]:
        """One machine of each kind, by kind."""
        kinds = {
            "running": _Wanted("m-running", public=True),
            "stopped": _Wanted("m-stopped"),
            "spot": _Wanted("m-spot", spot=True),
            "no-address": _Wanted("m-no-address"),
            "two-interfaces": _Wanted("m-two-interfaces", interfaces=2),
            "windows": _Wanted("m-windows", windows=True),
            "untagged": _Wanted("m-untagged", tagged=False),
        }
        self._make(list(kinds.values()))
        self._compute.virtual_machines.begin_deallocate(GROUP, "m-stopped", polling=False)
        until(lambda: "PowerState/deallocated" in self._power("m-stopped"))
        return {kind: wanted.id for kind, wanted in kinds.items()}

    def bulk(self, count: int) -> set[str]:
        """The ids of ``count`` new machines."""
        machines = [_Wanted(f"b-{number}") for number in range(count)]
        self._make(machines)
        return {machine.id for machine in machines}

    def machine(self, name: str, group: str = GROUP) -> str:
        """A running machine with this name that cloudctl did not make."""
        wanted = _Wanted(name, group)
        self._make([wanted])
        return wanted.id

    def twins(self, name: str) -> list[str]:
        """Two machines with one name."""
        return [self.machine(name, group) for group in (GROUP, OTHER_GROUP)]

    def network(self) -> str:
        """A network that a create can be told to use."""
        self._ground(GROUP)
        return f"{_group_id(GROUP)}/providers/Microsoft.Network/virtualNetworks/native"

    def things(self) -> set[str]:
        """Everything there is but the shared resource group and the networks in it."""
        return {thing for thing in self._ids() if not _is_shared(thing.lower())}

    def _ids(self) -> Iterator[str]:
        network = self._network
        lists = (
            self._resources.resource_groups.list,
            self._compute.virtual_machines.list_all,
            self._compute.disks.list,
            network.network_interfaces.list_all,
            network.public_ip_addresses.list_all,
            network.network_security_groups.list_all,
            network.virtual_networks.list_all,
        )
        for every in lists:
            for thing in every():
                yield str(thing.id)

    def _ground(self, group: str) -> None:
        """The resource group and a network in it."""
        for namespace in ("Microsoft.Compute", "Microsoft.Network"):
            self._resources.providers.register(namespace)
        where: Any = {"location": REGION}
        self._resources.resource_groups.create_or_update(group, where)
        space = {"addressSpace": {"addressPrefixes": ["10.8.0.0/16"]}}
        subnets = [{"name": "default", "properties": {"addressPrefix": "10.8.0.0/20"}}]
        body: Any = {"location": REGION, "properties": {**space, "subnets": subnets}}
        self._network.virtual_networks.begin_create_or_update(group, "native", body, polling=False)
        _settled(self._network.virtual_networks.list_all)

    def _make(self, machines: Sequence[_Wanted]) -> None:
        """Make machines kind of resource by kind of resource, many at a time, waiting for each kind."""
        network, compute = self._network, self._compute
        for group in {machine.group for machine in machines}:
            self._ground(group)
        with ThreadPoolExecutor(4) as threads:
            list(threads.map(self._address, [machine for machine in machines if machine.public]))
            _settled(network.public_ip_addresses.list_all)
            list(threads.map(self._interfaces, machines))
            _settled(network.network_interfaces.list_all)
            list(threads.map(self._machine, machines))
            _settled(compute.virtual_machines.list_all)

    def _address(self, wanted: _Wanted) -> None:
        allocation = {"publicIPAllocationMethod": "Static"}
        body: Any = {"location": REGION, "sku": {"name": "Standard"}, "properties": allocation}
        self._network.public_ip_addresses.begin_create_or_update(wanted.group, wanted.name, body, polling=False)

    def _interfaces(self, wanted: _Wanted) -> None:
        begin = self._network.network_interfaces.begin_create_or_update
        for name in wanted.interface_names():
            begin(wanted.group, name, wanted.interface(name), polling=False)

    def _machine(self, wanted: _Wanted) -> None:
        begin = self._compute.virtual_machines.begin_create_or_update
        begin(wanted.group, wanted.name, wanted.machine(), polling=False)

    def _power(self, name: str) -> set[str]:
        view = self._compute.virtual_machines.get(GROUP, name, expand="instanceView").as_dict()
        return {status["code"] for status in view["properties"]["instanceView"]["statuses"]}


def _settled(every: Callable[[], Any]) -> None:
    """Wait until all resources of a list have been provisioned."""
    until(lambda: all(thing.as_dict()["properties"]["provisioningState"] == "Succeeded" for thing in every()))


def _group_id(group: str) -> str:
    return f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{group}"


def _is_shared(arm_id: str) -> bool:
    group = _group_id(_SHARED_GROUP).lower()
    return arm_id == group or arm_id.startswith(f"{group}/providers/microsoft.network/virtualnetworks/")


def _linux_profile(name: str) -> dict[str, Any]:
    key = {"path": "/home/azureuser/.ssh/authorized_keys", "keyData": PUBLIC_KEY}
    return {
        "computerName": name,
        "adminUsername": "azureuser",
        "linuxConfiguration": {"disablePasswordAuthentication": True, "ssh": {"publicKeys": [key]}},
    }


def _windows_profile(name: str) -> dict[str, Any]:
    return {"computerName": name, "adminUsername": "azureuser", "adminPassword": "Correct-Horse-7"}
