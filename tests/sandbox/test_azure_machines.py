"""The life of a virtual machine, through the real SDK over real HTTP."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator

import pytest
from azure.core import MatchConditions
from azure.core.exceptions import HttpResponseError, ResourceExistsError, ResourceModifiedError
from azure_service import (
    BASE,
    COMPUTE,
    GROUP,
    NETWORK,
    Azure,
    address_body,
    interface_body,
    machine_body,
    network_body,
    serving,
    until,
)

VM = f"{COMPUTE}/virtualMachines"
NICS = f"{NETWORK}/networkInterfaces"
ADDRESSES = f"{NETWORK}/publicIPAddresses"


@pytest.fixture
def azure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Azure]:
    """A resource group with a network, two interfaces and a public address that ``nic`` has."""
    with serving(tmp_path_factory.mktemp("azure"), transition=0.1) as azure:
        azure.register()
        azure.request("PUT", GROUP, {"location": "westeurope"})
        azure.made(f"{NETWORK}/virtualNetworks/net", network_body(default="10.0.0.0/24"))
        address = azure.made(f"{ADDRESSES}/ip", address_body(deleteOption="Delete"))
        azure.made(f"{NICS}/nic", interface_body(publicIPAddress={"id": address["id"]}))
        azure.made(f"{NICS}/spare", interface_body())
        yield azure


def power(azure: Azure) -> str:
    """The code of the machine's power state."""
    view = azure.compute.virtual_machines.get("group", "web", expand="instanceView").instance_view
    return str(view.statuses[-1].code)


def test_a_machine_is_created_and_runs(azure: Azure) -> None:
    machine = azure.compute.virtual_machines.begin_create_or_update("group", "web", machine_body("nic")).result()
    assert machine.provisioning_state == "Succeeded"
    assert machine.vm_id and machine.time_created
    assert machine.storage_profile.image_reference.exact_version == "24.04.202610150"
    assert power(azure) == "PowerState/running"


def test_a_new_machine_is_creating_and_starting_at_first(azure: Azure) -> None:
    reply = azure.request("PUT", f"{VM}/web", machine_body("nic"))
    assert (reply.status, reply.body["properties"]["provisioningState"]) == (201, "Creating")
    view = azure.request("GET", f"{VM}/web/instanceView").body
    assert [status["code"] for status in view["statuses"]] == ["ProvisioningState/creating", "PowerState/starting"]


def test_a_plain_read_does_not_tell_the_power_state(azure: Azure) -> None:
    azure.made(f"{VM}/web", machine_body("nic"))
    assert "instanceView" not in azure.request("GET", f"{VM}/web").body["properties"]


@pytest.mark.parametrize(
    ("action", "via", "to"),
    [
        ("deallocate", "deallocating", "deallocated"),
        ("powerOff", "stopping", "stopped"),
        ("start", "starting", "running"),
        ("restart", "starting", "running"),
    ],
)
def test_a_power_action_takes_its_time(azure: Azure, action: str, via: str, to: str) -> None:
    azure.made(f"{VM}/web", machine_body("nic"))
    reply = azure.request("POST", f"{VM}/web/{action}")
    assert reply.status == 202
    assert power(azure) == f"PowerState/{via}"
    until(lambda: power(azure), lambda state: state == f"PowerState/{to}")
    assert azure.settled(f"{VM}/web")


def test_a_stopped_machine_can_be_started(azure: Azure) -> None:
    azure.made(f"{VM}/web", machine_body("nic"))
    azure.compute.virtual_machines.begin_deallocate("group", "web").result()
    assert power(azure) == "PowerState/deallocated"
    azure.compute.virtual_machines.begin_start("group", "web").result()
    assert power(azure) == "PowerState/running"


def test_the_operation_tells_when_a_deletion_is_complete(azure: Azure) -> None:
    azure.made(f"{VM}/web", machine_body("nic"))
    azure.compute.virtual_machines.begin_delete("group", "web").result()
    assert azure.request("GET", f"{VM}/web").status == 404


def test_what_a_machine_used_stays_by_default(azure: Azure) -> None:
    machine = azure.made(f"{VM}/web", machine_body("nic"))
    azure.request("DELETE", f"{VM}/web")
    azure.gone(f"{VM}/web")
    disk = machine["properties"]["storageProfile"]["osDisk"]["managedDisk"]["id"]
    assert azure.request("GET", disk).body["properties"]["diskState"] == "Unattached"
    assert "virtualMachine" not in azure.request("GET", f"{NICS}/nic").body["properties"]


def test_what_is_marked_goes_with_the_machine(azure: Azure) -> None:
    body = machine_body("nic")
    body["properties"]["networkProfile"]["networkInterfaces"][0]["properties"] = {"deleteOption": "Delete"}
    body["properties"]["storageProfile"]["osDisk"] = {"createOption": "FromImage", "deleteOption": "Delete"}
    machine = azure.made(f"{VM}/web", body)
    azure.request("DELETE", f"{VM}/web")
    azure.gone(f"{VM}/web")
    disk = machine["properties"]["storageProfile"]["osDisk"]["managedDisk"]["id"]
    assert [azure.request("GET", path).status for path in (disk, f"{NICS}/nic", f"{ADDRESSES}/ip")] == [404] * 3


def test_an_attached_disk_names_its_machine(azure: Azure) -> None:
    machine = azure.made(f"{VM}/web", machine_body("nic"))
    disk = azure.compute.disks.get("group", machine["properties"]["storageProfile"]["osDisk"]["name"])
    assert (disk.managed_by, disk.disk_state, disk.os_type) == (machine["id"], "Attached", "Linux")
    assert (disk.sku.name, disk.sku.tier, disk.encryption.type) == (
        "Standard_LRS",
        "Standard",
        "EncryptionAtRestWithPlatformKey",
    )


def test_the_interface_and_the_address_know_who_has_them(azure: Azure) -> None:
    machine = azure.made(f"{VM}/web", machine_body("nic"))
    nic = azure.network.network_interfaces.get("group", "nic")
    assert (nic.virtual_machine.id, nic.primary) == (machine["id"], True)
    address = azure.network.public_ip_addresses.get("group", "ip")
    assert address.ip_configuration.id == nic.ip_configurations[0].id


def test_a_dynamic_address_exists_while_the_machine_runs(azure: Azure) -> None:
    basic = {"location": "westeurope", "properties": {"publicIPAllocationMethod": "Dynamic"}}
    path = f"{ADDRESSES}/dynamic"
    address = azure.made(path, basic)
    azure.made(f"{NICS}/dynamic", interface_body(publicIPAddress={"id": address["id"]}))
    assert "ipAddress" not in address["properties"]
    azure.made(f"{VM}/web", machine_body("dynamic"))
    assert azure.request("GET", path).body["properties"]["ipAddress"]
    azure.compute.virtual_machines.begin_deallocate("group", "web").result()
    assert "ipAddress" not in azure.request("GET", path).body["properties"]


def test_the_same_body_again_changes_nothing(azure: Azure) -> None:
    body = machine_body("nic")
    body["properties"]["osProfile"]["customData"] = b64encode(b"#cloud-config\n").decode()
    first = azure.made(f"{VM}/web", body)
    reply = azure.request("PUT", f"{VM}/web", body)
    assert reply.status == 200
    again = azure.settled(f"{VM}/web")
    assert again["properties"] == first["properties"]


def test_a_machine_that_was_read_can_be_written_back(azure: Azure) -> None:
    azure.made(f"{VM}/web", machine_body("nic"))
    machine = azure.compute.virtual_machines.get("group", "web")
    machine.tags = {"role": "web"}
    changed = azure.compute.virtual_machines.begin_create_or_update("group", "web", machine).result()
    assert changed.tags == {"role": "web"}


def test_a_running_machine_can_be_resized(azure: Azure) -> None:
    azure.made(f"{VM}/web", machine_body("nic"))
    body = {"properties": {"hardwareProfile": {"vmSize": "Standard_D2s_v5"}}}
    changed = azure.compute.virtual_machines.begin_update("group", "web", body).result()
    assert changed.hardware_profile.vm_size == "Standard_D2s_v5"


def test_tags_are_replaced_as_a_whole(azure: Azure) -> None:
    azure.made(f"{VM}/web", {**machine_body("nic"), "tags": {"a": "1", "b": "2"}})
    azure.compute.virtual_machines.begin_update("group", "web", {"tags": {"a": "3"}}).result()
    assert azure.compute.virtual_machines.get("group", "web").tags == {"a": "3"}


def test_a_machine_is_made_once_only_on_condition(azure: Azure) -> None:
    options = {"etag": "*", "match_condition": MatchConditions.IfMissing}
    machines = azure.compute.virtual_machines
    machines.begin_create_or_update("group", "web", machine_body("nic"), **options).result()
    with pytest.raises((ResourceExistsError, ResourceModifiedError, HttpResponseError)) as caught:
        machines.begin_create_or_update("group", "web", machine_body("nic"), **options)
    assert caught.value.status_code == 412


def test_an_outdated_etag_is_refused(azure: Azure) -> None:
    machine = azure.made(f"{VM}/web", machine_body("nic"))
    assert azure.request("PATCH", f"{VM}/web", {"tags": {}}, headers={"If-Match": machine["etag"]}).status == 200
    assert azure.request("PATCH", f"{VM}/web", {"tags": {}}, headers={"If-Match": machine["etag"]}).status == 412


def test_ids_are_compared_without_case(azure: Azure) -> None:
    made = azure.made(f"{VM}/web", machine_body("nic"))
    shouted = f"{BASE}/RESOURCEGROUPS/GROUP/providers/microsoft.compute/VIRTUALMACHINES/WEB"
    assert azure.request("GET", shouted).body["id"] == made["id"]


def test_a_spot_machine_is_deallocated_when_evicted_unless_told_otherwise(azure: Azure) -> None:
    machine = azure.made(f"{VM}/web", machine_body("nic", priority="Spot"))
    assert machine["properties"]["evictionPolicy"] == "Deallocate"


def test_secrets_are_never_shown(azure: Azure) -> None:
    body = machine_body("nic", windows=True)
    body["properties"]["osProfile"]["customData"] = b64encode(b"secret").decode()
    profile = azure.made(f"{VM}/web", body)["properties"]["osProfile"]
    assert not {"adminPassword", "customData"} & set(profile)


def test_a_system_assigned_identity_has_a_principal(azure: Azure) -> None:
    body = {**machine_body("nic"), "identity": {"type": "SystemAssigned"}}
    assert azure.made(f"{VM}/web", body)["identity"]["principalId"]


def test_interfaces_change_while_the_machine_is_deallocated(azure: Azure) -> None:
    azure.made(f"{VM}/web", machine_body("nic"))
    azure.compute.virtual_machines.begin_deallocate("group", "web").result()
    changed = azure.made(f"{VM}/web", machine_body("spare"))
    assert changed["properties"]["networkProfile"]["networkInterfaces"][0]["id"].endswith("/spare")
