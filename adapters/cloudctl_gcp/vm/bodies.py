"""What a create sends: the resources as the SDK's messages name their fields."""

from __future__ import annotations

from typing import Any

from cloudctl.plan import Secret
from cloudctl.services.vm import VmSpec
from cloudctl_gcp.vm.firewall import Group


def firewall(name: str, tag: str, network: str, group: Group, description: str) -> dict[str, Any]:
    """An ingress rule: https://cloud.google.com/compute/docs/reference/rest/v1/firewalls"""
    ports, sources = group
    return {
        "name": name,
        "description": description,
        "network": network,
        "direction": "INGRESS",
        "source_ranges": list(sources),
        "target_tags": [tag],
        "allowed": [{"I_p_protocol": "tcp", "ports": list(ports)}],
    }


def instance(
    spec: VmSpec, zone: str, disk: dict[str, Any], interface: dict[str, Any], labels: dict[str, str], tag: str | None
) -> dict[str, Any]:
    """An instance: https://cloud.google.com/compute/docs/reference/rest/v1/instances

    It runs as no service account (least privilege). Left to their documented defaults: the disk's type, which depends
    on the machine series, and vTPM and integrity monitoring, on where image and series support them.
    """
    body: dict[str, Any] = {
        "name": spec.name,
        "machine_type": f"zones/{zone}/machineTypes/{spec.size.size.name}",
        "labels": labels,
        "disks": [disk],
        "network_interfaces": [interface],
        "metadata": {"items": _metadata(spec)},
    }
    if tag:
        body["tags"] = {"items": [tag]}
    if scheduling := _scheduling(spec):
        body["scheduling"] = scheduling
    return body


def interface(spec: VmSpec, network: str | None, subnet: str | None) -> dict[str, Any]:
    """The one interface; a subnetwork implies its network."""
    place = {"subnetwork": subnet} if subnet else {"network": network}
    external = [{"name": "External NAT", "type_": "ONE_TO_ONE_NAT"}]
    return place | ({"access_configs": external} if spec.public_ip else {})


def boot_disk(spec: VmSpec, image: str, labels: dict[str, str]) -> dict[str, Any]:
    """The root disk, which goes with its instance."""
    made: dict[str, Any] = {"source_image": image, "labels": labels}
    if spec.disk_gb:
        made["disk_size_gb"] = spec.disk_gb
    return {"boot": True, "auto_delete": True, "initialize_params": made}


def _metadata(spec: VmSpec) -> list[dict[str, str]]:
    """The login user's key, and user data: cloud-init reads ``user-data``, Google's guest agent ``startup-script``.

    Where it is not known whether the image has cloud-init, only what needs it goes there.
    """
    found = [{"key": "ssh-keys", "value": f"{spec.image.login_user}:{spec.ssh_key}"}]
    if spec.user_data is not None:
        for_cloud_init = spec.image.cloud_init or spec.user_data.startswith("#cloud-config")
        key = "user-data" if for_cloud_init else "startup-script"
        found.append({"key": key, "value": Secret(spec.user_data)})
    return found


def _scheduling(spec: VmSpec) -> dict[str, Any]:
    """Spot instances are stopped, not deleted, when Google takes them back; neither they nor GPUs migrate.

    https://cloud.google.com/compute/docs/instances/create-use-spot, .../docs/gpus/gpu-host-maintenance
    """
    found: dict[str, Any] = {}
    if spec.spot:
        found = {"provisioning_model": "SPOT", "instance_termination_action": "STOP", "automatic_restart": False}
    if spec.spot or spec.size.size.gpu_count:
        found["on_host_maintenance"] = "TERMINATE"
    return found
