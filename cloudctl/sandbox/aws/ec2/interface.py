"""A network interface with its own security groups and the association that EC2 shows."""

from __future__ import annotations

from typing import Any

from moto.ec2.models.elastic_network_interfaces import NetworkInterface


class Interface(NetworkInterface):
    """moto's interface, which mixes in the instance's groups and calls a public address's name internal."""

    @property
    def network_interface_id(self) -> str:
        """The id by its name in the reply (moto's serializer finds it by the class name otherwise)."""
        return str(self.id)

    @property
    def group_set(self) -> list[Any]:
        """The interface's own groups."""
        return list(self._group_set)

    @property
    def association(self) -> dict[str, Any]:
        """The public address: owned by ``amazon`` unless it is an Elastic IP address."""
        if not self.public_ip:
            return {}
        elastic = self.elastic_addresses()
        shared = {"publicIp": self.public_ip, "publicDnsName": self._public_name()}
        if not elastic:
            return {**shared, "ipOwnerId": "amazon"}
        address = elastic[0]
        return {
            **shared,
            "ipOwnerId": self.ec2_backend.account_id,
            "allocationId": address.allocation_id,
            "associationId": address.association_id,
        }

    def elastic_addresses(self) -> list[Any]:
        """The Elastic IP addresses that are associated with the interface."""
        return [address for address in self.ec2_backend.addresses if address.eni is self]

    def start(self) -> None:
        """Take an automatic public address, unless there is an Elastic IP address."""
        if not self.elastic_addresses():
            super().start()

    def stop(self) -> None:
        """Give the automatic public address back; an Elastic IP address stays."""
        if not self.elastic_addresses():
            super().stop()

    def _public_name(self) -> str:
        region = self.ec2_backend.region_name
        domain = "compute-1" if region == "us-east-1" else f"{region}.compute"
        return f"ec2-{str(self.public_ip).replace('.', '-')}.{domain}.amazonaws.com"
