"""What machines share: provider registration, resource group, network and subnet. Found or made, never taken away."""

from __future__ import annotations

from dataclasses import dataclass

from cloudctl.errors import Conflict, NotFound
from cloudctl.plan import Found, Step
from cloudctl_azure import shared
from cloudctl_azure.arm_id import ArmId, fold
from cloudctl_azure.documents import items, location
from cloudctl_azure.reading import present
from cloudctl_azure.vm.resources import Resources, found

NETWORK = "cloudctl"
SUBNET = "default"

_NETWORK_RANGE = "10.0.0.0/16"
_SUBNET_RANGE = "10.0.0.0/20"
# Without the condition a racer's PUT would replace a network by one without its subnets.
_IF_ABSENT = {"If-None-Match": "*"}


@dataclass(frozen=True, slots=True)
class Shared:
    """The steps that make what is shared in one resource group and region."""

    resources: Resources
    region: str

    def registration(self, namespace: str) -> Step:
        return shared.registration(self.resources.session, self.resources.call, namespace)

    def group(self) -> Step:
        return shared.resource_group(self.resources.session, self.resources.call, self.resources.group, self.region)

    def network(self) -> Step:
        networks = self.resources.session.network.virtual_networks
        names = {"resource_group_name": self.resources.group, "virtual_network_name": NETWORK}
        parameters = {
            "location": self.region,
            "tags": shared.TAGS,
            "properties": {"addressSpace": {"addressPrefixes": [_NETWORK_RANGE]}},
        }
        sent = {**names, "parameters": parameters, "headers": _IF_ABSENT}
        return Step(
            "network",
            f"network {NETWORK}",
            "Microsoft.Network/virtualNetworks/write",
            sent,
            find=self._network,
            apply=lambda: self.resources.session.start(networks.begin_create_or_update, **sent),
            shared=True,
        )

    def _network(self) -> Found | None:
        get, group = self.resources.session.network.virtual_networks.get, self.resources.group
        native = present(self.resources.call.once, get, resource_group_name=group, virtual_network_name=NETWORK)
        if native and location(native) != self.region:
            raise Conflict(
                f"the network {NETWORK} of resource group {group} is in {location(native)}, not {self.region}",
                fix="name a network of that region with --network",
            )
        return found(native)

    def subnet(self) -> Step:
        subnets = self.resources.session.network.subnets
        names = {
            "resource_group_name": self.resources.group,
            "virtual_network_name": NETWORK,
            "subnet_name": SUBNET,
        }
        parameters = {"properties": {"addressPrefix": _SUBNET_RANGE}}
        sent = {**names, "subnet_parameters": parameters, "headers": _IF_ABSENT}
        return Step(
            "subnet",
            f"subnet {SUBNET}",
            "Microsoft.Network/virtualNetworks/subnets/write",
            sent,
            find=lambda: found(present(self.resources.call.once, subnets.get, **names)),
            apply=lambda: self.resources.session.start(subnets.begin_create_or_update, **sent),
            result=("--query", "id", "--output", "tsv"),
            shared=True,
        )

    def given_subnet(self, network: str | None, subnet: str | None) -> str:
        """The id of the subnet that was named, by name or id. Raises NotFound when it or its network is not there."""
        if subnet and ArmId.parse(subnet):
            return subnet
        wanted, place = subnet or SUBNET, ArmId.parse(network or "")
        group, name = (place.group, place.name) if place else (self.resources.group, network or NETWORK)
        get = self.resources.session.network.virtual_networks.get
        native = present(self.resources.call, get, resource_group_name=group, virtual_network_name=name)
        if native is None:
            raise NotFound(f"no network {name} in resource group {group}", fix="name another with --network")
        subnets = {fold(one.get("name")): str(one.get("id")) for one in items(native, "properties", "subnets")}
        if fold(wanted) not in subnets:
            names = ", ".join(subnets) or "none"
            raise NotFound(f"network {name} has no subnet {wanted}", fix=f"choose one with --subnet: {names}")
        return subnets[fold(wanted)]
