"""An instance whose addresses, interfaces and volumes go when it is terminated, as on EC2."""

from __future__ import annotations

from typing import Any

from moto.ec2.models.instance_types import INSTANCE_TYPES
from moto.ec2.models.instances import Instance as MotoInstance
from moto.ec2.models.instances import InstanceState, StateReason

STATE_CODES = {
    "pending": 0,
    "running": 16,
    "shutting-down": 32,
    "terminated": 48,
    "stopping": 64,
    "stopped": 80,
}


class Instance(MotoInstance):
    """moto's instance with the fields that it leaves out.

    Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Instance.html.
    """

    def __init__(self, region: Any, image: Any, **spec: Any):
        super().__init__(region, image.id, spec.pop("user_data"), spec.pop("security_groups"), **spec)
        facts = INSTANCE_TYPES[self.instance_type]["VCpuInfo"]
        self.cpu_options = {
            "CoreCount": facts["DefaultCores"],
            "ThreadsPerCore": facts.get("DefaultThreadsPerCore", 1),
        }
        self.platform_details = getattr(image, "platform_details", "Linux/UNIX")
        self.usage_operation = getattr(image, "usage_operation", "RunInstances")
        self.ena_support = True
        self.capacity_reservation_specification = {"CapacityReservationPreference": "open"}
        self.enclave_options = {"Enabled": False}
        self.maintenance_options = {"AutoRecovery": "default"}
        self.spot_instance_request_id: str | None = None
        self.spot_persistent = False

    def prep_nics(self, nic_spec: list[dict[str, Any]], *_: Any, **__: Any) -> None:
        """Make and attach the interfaces of a launch; every value of the specifications is already decided."""
        self.nics = {}
        for spec in nic_spec:
            self.attach_eni(self._interface(spec), spec["DeviceIndex"])

    def _interface(self, spec: dict[str, Any]) -> Any:
        region = self.ec2_backend
        if "NetworkInterfaceId" in spec:
            return region.get_network_interface(spec["NetworkInterfaceId"])
        subnet = region.get_subnet(spec["SubnetId"])
        address = spec.get("PrivateIpAddress")
        if address:
            subnet.request_ip(address, instance=self)
        interface = region.create_network_interface(
            subnet,
            address or subnet.get_available_subnet_ip(instance=self),
            public_ip_auto_assign=spec["AssociatePublicIpAddress"],
            group_ids=spec["Groups"],
            description=spec.get("Description"),
            delete_on_termination=spec["DeleteOnTermination"],
        )
        self._private_ips.add(interface.private_ip_address)
        return interface

    def enter(self, state: str) -> None:
        """Take on a state by name."""
        self._state = InstanceState(state, STATE_CODES[state])

    def explain(self, transition: str, code: str = "", message: str = "") -> None:
        """Set StateTransitionReason and StateReason (no StateReason without a code)."""
        self._reason = transition
        self.state_reason: StateReason | None = StateReason(message, code) if code else None  # type: ignore[assignment]

    def let_go(self) -> None:
        """Part with interfaces, groups and network, as a terminated instance does."""
        self.nics = {}
        self._subnet_id = None
        self.security_groups = []

    @property
    def private_ip(self) -> str | None:
        """The primary interface's private address."""
        return self.nics[0].private_ip_address if 0 in self.nics else None

    @property
    def private_ip_address(self) -> str | None:
        """The same by the name in the reply."""
        return self.private_ip

    @property
    def public_ip(self) -> str | None:
        """The primary interface's public address."""
        return self.nics[0].public_ip if 0 in self.nics else None

    @property
    def public_ip_address(self) -> str | None:
        """The same by the name in the reply."""
        return self.public_ip

    @property
    def private_dns_name(self) -> str:
        """The private name, empty once terminated."""
        return str(super().private_dns_name) if self.private_ip else ""

    @property
    def public_dns_name(self) -> str:
        """The public name, empty without a public address."""
        return str(super().public_dns_name or "")
