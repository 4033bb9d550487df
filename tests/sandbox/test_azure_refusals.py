"""Every row of the table of refusals, provoked by a request."""

from __future__ import annotations

import html
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from azure_service import (
    BASE,
    COMPUTE,
    GROUP,
    LINUX_PROFILE,
    NETWORK,
    SUBSCRIPTION,
    UBUNTU,
    WINDOWS_PROFILE,
    Azure,
    Reply,
    address_body,
    interface_body,
    machine_body,
    network_body,
    rule_body,
    serving,
)

from cloudctl.sandbox.azure.refusals import TABLE, ComputeRefusal, NetworkRefusal, Refusal, Row, Table

Provoke = Callable[[Azure], Reply]
NET = f"{NETWORK}/virtualNetworks/net"
VM = f"{COMPUTE}/virtualMachines"
NOWHERE = "00000000-0000-4000-8000-0000000000ff"
ROCKY = {"publisher": "resf", "offer": "rockylinux-x86_64", "sku": "9-base", "version": "latest"}
ARM = {**UBUNTU, "sku": "server-arm64"}
GEN1 = {**UBUNTU, "sku": "server-gen1"}


@pytest.fixture(scope="module")
def azure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Azure]:
    """A network, a machine ``web`` with everything it needs, and free interfaces."""
    with serving(tmp_path_factory.mktemp("azure"), transition=0.05) as azure:
        azure.register()
        azure.request("PUT", GROUP, {"location": "westeurope"})
        security = azure.made(f"{NETWORK}/networkSecurityGroups/nsg", {"location": "westeurope"})
        azure.made(NET, network_body(default="10.0.0.0/24", tiny="10.0.1.0/29"))
        azure.made(f"{NETWORK}/virtualNetworks/empty", network_body())
        address = azure.made(f"{NETWORK}/publicIPAddresses/ip", address_body())
        nic = interface_body(publicIPAddress={"id": address["id"]})
        nic["properties"]["networkSecurityGroup"] = {"id": security["id"]}
        azure.made(f"{NETWORK}/networkInterfaces/used", nic)
        for name in ("free", "other"):
            azure.made(f"{NETWORK}/networkInterfaces/{name}", interface_body())
        for name in ("a", "b", "c"):
            azure.made(f"{NETWORK}/networkInterfaces/tiny-{name}", interface_body("tiny"))
        disk = {"location": "westeurope", "properties": {"creationData": {"createOption": "Empty"}, "diskSizeGB": 64}}
        azure.made(f"{COMPUTE}/disks/spare", disk)
        azure.made(f"{VM}/web", machine_body("used"))
        yield azure


def send(method: str, path: str, body: object = None, **options: Any) -> Provoke:
    return lambda azure: azure.request(method, path, body, **options)


def vm(*interfaces: str, name: str = "new", **properties: Any) -> Provoke:
    return send("PUT", f"{VM}/{name}", machine_body(*(interfaces or ("free",)), **properties))


def storage(image: dict[str, str] = UBUNTU, **disk: Any) -> dict[str, Any]:
    return {"imageReference": image, "osDisk": {"createOption": "FromImage", **disk}}


def windows(**profile: Any) -> Provoke:
    return vm(windows=True, osProfile={**WINDOWS_PROFILE, **profile})


def linux(**profile: Any) -> Provoke:
    return vm(osProfile={**LINUX_PROFILE, **profile})


def key(path: str = "/home/azureuser/.ssh/authorized_keys", data: str = "ssh-rsa AAAA") -> dict[str, Any]:
    return {"ssh": {"publicKeys": [{"path": path, "keyData": data}]}, "disablePasswordAuthentication": True}


def rule(**properties: Any) -> Provoke:
    path = f"{NETWORK}/networkSecurityGroups/nsg/securityRules/odd"
    return send("PUT", path, rule_body("odd", **properties))


def two_rules(azure: Azure) -> Reply:
    rules = [rule_body("one"), rule_body("two")]
    body = {"location": "westeurope", "properties": {"securityRules": rules}}
    return azure.request("PUT", f"{NETWORK}/networkSecurityGroups/double", body)


def subnet(prefix: str) -> Provoke:
    return send("PUT", f"{NET}/subnets/odd", {"properties": {"addressPrefix": prefix}})


def interface(**configuration: Any) -> Provoke:
    return send("PUT", f"{NETWORK}/networkInterfaces/new", interface_body(**configuration))


def unprovisioned(azure: Azure) -> Reply:
    azure.request("PUT", f"{NETWORK}/publicIPAddresses/fresh", address_body())
    return interface(publicIPAddress={"id": f"{NETWORK}/publicIPAddresses/fresh"})(azure)


def deleting_machine(azure: Azure) -> Reply:
    azure.made(f"{VM}/leaving", machine_body("other"))
    azure.request("DELETE", f"{VM}/leaving")
    reply = azure.request("POST", f"{VM}/leaving/start")
    azure.gone(f"{VM}/leaving")
    return reply


def deleting_address(azure: Azure) -> Reply:
    path = f"{NETWORK}/publicIPAddresses/leaving"
    azure.made(path, address_body())
    azure.request("DELETE", path)
    reply = azure.request("PUT", path, address_body())
    azure.gone(path)
    return reply


def deleting_group(azure: Azure) -> Reply:
    path = f"{BASE}/resourceGroups/leaving"
    azure.request("PUT", path, {"location": "westeurope"})
    azure.request("DELETE", path)
    return azure.request("PUT", f"{path}/providers/Microsoft.Network/publicIPAddresses/x", address_body())


def attached_disk(azure: Azure) -> Reply:
    machine = azure.request("GET", f"{VM}/web").body
    return azure.request("DELETE", machine["properties"]["storageProfile"]["osDisk"]["managedDisk"]["id"])


def two_interfaces(azure: Azure) -> Reply:
    azure.made(f"{NETWORK}/networkInterfaces/second", interface_body())
    return vm("free", "second")(azure)


def swapped_interface(azure: Azure) -> Reply:
    return azure.request("PUT", f"{VM}/web", machine_body("free"))


SIZE = f"{COMPUTE}/disks/spare"
UNREGISTERED = f"{BASE[:-1]}2/resourceGroups/group"


def unregistered(azure: Azure) -> Reply:
    azure.request("PUT", UNREGISTERED, {"location": "westeurope"})
    return azure.request("PUT", f"{UNREGISTERED}/providers/Microsoft.Network/publicIPAddresses/x", address_body())


CASES: dict[Table, Provoke] = {
    Refusal.NO_TOKEN: send("GET", GROUP, token=None),
    Refusal.BAD_TOKEN: send("GET", GROUP, token="Bearer stolen"),
    Refusal.NO_API_VERSION: send("GET", GROUP, version=None),
    Refusal.API_VERSION: send("GET", GROUP, version="2001-01-01"),
    Refusal.PROVIDER_VERSION: send("GET", VM, version="2001-01-01"),
    Refusal.RESOURCE_TYPE: send("GET", f"{COMPUTE}/toasters/x"),
    Refusal.NAMESPACE: send("GET", f"{GROUP}/providers/Contoso.Kitchen/toasters/x"),
    Refusal.NOT_SERVED: send("POST", f"{VM}/web/capture"),
    Refusal.SUBSCRIPTION_ID: send("GET", "/subscriptions/mine"),
    Refusal.SUBSCRIPTION: send("GET", f"/subscriptions/{NOWHERE}"),
    Refusal.GROUP: send("GET", f"{BASE}/resourceGroups/missing"),
    Refusal.RESOURCE: send("GET", f"{VM}/missing"),
    Refusal.CHILD: send("GET", f"{NET}/subnets/missing"),
    Refusal.PARENT: send("PUT", f"{NETWORK}/virtualNetworks/missing/subnets/a", {}),
    Refusal.UNREGISTERED: unregistered,
    Refusal.GROUP_LOCATION: send("PUT", GROUP, {"location": "eastus"}),
    Refusal.GROUP_DELETING: deleting_group,
    Refusal.LOCATION_CHANGE: send("PUT", f"{NETWORK}/publicIPAddresses/ip", {**address_body(), "location": "eastus"}),
    Refusal.NO_LOCATION: send("PUT", f"{NETWORK}/publicIPAddresses/x", {}),
    Refusal.GROUP_REGION: send("PUT", f"{BASE}/resourceGroups/x", {"location": "atlantis"}),
    Refusal.REGION: send("PUT", f"{NETWORK}/publicIPAddresses/x", {"location": "atlantis"}),
    Refusal.ZONE: send("PUT", f"{NETWORK}/publicIPAddresses/x", {**address_body(), "zones": ["4"]}),
    Refusal.NAME: send("PUT", f"{NETWORK}/publicIPAddresses/-x", address_body()),
    Refusal.ENTITY_NAME: send("PUT", f"{VM}/_x", machine_body("free")),
    Refusal.BODY: send("PUT", GROUP, b"{"),
    Refusal.UNKNOWN_MEMBER: send("PUT", f"{VM}/new", {"location": "westeurope", "colour": "red"}),
    Refusal.MEMBER_TYPE: vm(hardwareProfile={"vmSize": 4}),
    Refusal.MEMBER_VALUE: vm(priority="Lowest"),
    Refusal.REQUIRED: vm(networkProfile={"networkInterfaces": []}),
    Refusal.FILTER: send("GET", f"{BASE}/resourcegroups", query="$filter=size%20gt%205"),
    Refusal.PRECONDITION: send("PUT", f"{VM}/web", machine_body("used"), headers={"If-None-Match": "*"}),
    Refusal.REFERENCE: vm("missing"),
    Refusal.BUSY: deleting_address,
    NetworkRefusal.PREFIX: subnet("10.0.2.0"),
    NetworkRefusal.PREFIX_BITS: subnet("10.0.2.1/24"),
    NetworkRefusal.SUBNET_OUTSIDE: subnet("192.168.0.0/24"),
    NetworkRefusal.SUBNET_OVERLAP: subnet("10.0.0.128/25"),
    NetworkRefusal.SUBNET_IN_USE: send("DELETE", NET),
    NetworkRefusal.SUBNET_FULL: send("PUT", f"{NETWORK}/networkInterfaces/tiny-d", interface_body("tiny")),
    NetworkRefusal.NSG_IN_USE: send("DELETE", f"{NETWORK}/networkSecurityGroups/nsg"),
    NetworkRefusal.RULE_PRIORITY: rule(priority=99),
    NetworkRefusal.RULE_CONFLICT: two_rules,
    NetworkRefusal.RULE_PORT: rule(destinationPortRange="22-21"),
    NetworkRefusal.RULE_PREFIX: rule(sourceAddressPrefix="10.0.0.0/33"),
    NetworkRefusal.ADDRESS_IN_USE: send("DELETE", f"{NETWORK}/publicIPAddresses/ip"),
    NetworkRefusal.ADDRESS_TAKEN: interface(publicIPAddress={"id": f"{NETWORK}/publicIPAddresses/ip"}),
    NetworkRefusal.ADDRESS_STATIC: send(
        "PUT", f"{NETWORK}/publicIPAddresses/x", address_body(publicIPAllocationMethod="Dynamic")
    ),
    NetworkRefusal.REFERENCE_STATE: unprovisioned,
    NetworkRefusal.IP_OUTSIDE: interface(privateIPAllocationMethod="Static", privateIPAddress="10.0.0.3"),
    NetworkRefusal.IP_IN_USE: interface(privateIPAllocationMethod="Static", privateIPAddress="10.0.0.4"),
    NetworkRefusal.NIC_IN_USE: send("DELETE", f"{NETWORK}/networkInterfaces/used"),
    ComputeRefusal.NIC_TAKEN: vm("used"),
    ComputeRefusal.VM_PRIMARY_NIC: two_interfaces,
    ComputeRefusal.VM_NIC_CHANGE: swapped_interface,
    ComputeRefusal.VM_SIZE: vm(size="Standard_Z1"),
    ComputeRefusal.VM_SKU: send(
        "PUT",
        f"{VM}/new",
        {**machine_body("free", size="Standard_NC4as_T4_v3"), "location": "westus"},
    ),
    ComputeRefusal.VM_ARCHITECTURE: vm(storageProfile=storage(ARM)),
    ComputeRefusal.VM_GENERATION: vm(size="Standard_D2s_v6", storageProfile=storage(GEN1)),
    ComputeRefusal.VM_IMAGE: vm(storageProfile=storage({**UBUNTU, "sku": "desktop"})),
    ComputeRefusal.IMAGE: send(
        "GET",
        f"{BASE}/providers/Microsoft.Compute/locations/westeurope/publishers/Canonical/artifacttypes/vmimage"
        "/offers/ubuntu-24_04-lts/skus/server/versions/1.2.3",
    ),
    ComputeRefusal.VM_PLAN: vm(storageProfile=storage(ROCKY)),
    ComputeRefusal.VM_CHANGE: send(
        "PUT", f"{VM}/web", machine_body("used", storageProfile=storage(name="another-disk"))
    ),
    ComputeRefusal.VM_DELETING: deleting_machine,
    ComputeRefusal.VM_CREDENTIALS: linux(linuxConfiguration={"disablePasswordAuthentication": True}),
    ComputeRefusal.UNSUITABLE: windows(linuxConfiguration=LINUX_PROFILE["linuxConfiguration"]),
    ComputeRefusal.VM_USERNAME: linux(adminUsername="root"),
    ComputeRefusal.VM_PASSWORD: windows(adminPassword="secret"),
    ComputeRefusal.VM_KEY: linux(linuxConfiguration=key()),
    ComputeRefusal.VM_KEY_PATH: linux(linuxConfiguration=key(path="/root/.ssh/authorized_keys")),
    ComputeRefusal.VM_HOST_NAME: linux(computerName="a" * 65),
    ComputeRefusal.VM_COMPUTER_NAME: windows(computerName="a" * 16),
    ComputeRefusal.VM_CUSTOM_DATA: linux(customData=b64encode(b"x" * 65537).decode()),
    ComputeRefusal.VM_EVICTION: vm(evictionPolicy="Delete"),
    ComputeRefusal.VM_DISK_NAME: vm(storageProfile=storage(name="spare")),
    ComputeRefusal.VM_DISK_SIZE: vm(storageProfile=storage(diskSizeGB=10)),
    ComputeRefusal.DISK_IN_USE: attached_disk,
    ComputeRefusal.DISK_SHRINK: send("PATCH", SIZE, {"properties": {"diskSizeGB": 32}}),
}


@pytest.mark.parametrize("refusal", [*Refusal, *NetworkRefusal, *ComputeRefusal], ids=str)
def test_the_cloud_refuses_as_the_table_says(azure: Azure, refusal: Table) -> None:
    row: Row = refusal.value
    reply = CASES[refusal](azure)
    error = reply.body["error"]
    constant = max(row.message.replace("{{", "{").replace("{", "}").split("}")[::2], key=len)
    assert (reply.status, error["code"]) == (row.status, row.code)
    assert constant in error["message"]
    assert bool(row.target) == ("target" in error)
    assert reply.headers["x-ms-request-id"]


def test_a_refused_request_changes_nothing(azure: Azure) -> None:
    before = azure.request("GET", f"{BASE}/resources").body
    for refusal in (
        ComputeRefusal.VM_DISK_SIZE,
        ComputeRefusal.VM_KEY,
        NetworkRefusal.IP_IN_USE,
        NetworkRefusal.RULE_CONFLICT,
    ):
        CASES[refusal](azure)
    assert azure.request("GET", f"{BASE}/resources").body == before


def test_a_missing_registration_names_the_namespace_in_its_details(azure: Azure) -> None:
    (detail,) = unregistered(azure).body["error"]["details"]
    assert (detail["code"], detail["target"]) == ("MissingSubscriptionRegistration", "Microsoft.Network")


def test_an_unauthenticated_request_is_told_how_to_authenticate(azure: Azure) -> None:
    assert azure.request("GET", GROUP, token=None).headers["WWW-Authenticate"].startswith("Bearer")


def test_the_documentation_lists_every_refusal() -> None:
    page = (Path(__file__).parents[2] / "docs" / "sandbox-azure.md").read_text()
    lines = html.unescape(page).splitlines()
    for row in (refusal.value for refusal in TABLE):
        assert f"| `{row.operation}` | {row.condition} | {row.status} `{row.code}` | [page]({row.page}) |" in lines


def test_the_subscription_is_the_one_of_the_documentation() -> None:
    page = (Path(__file__).parents[2] / "docs" / "sandbox-azure.md").read_text()
    assert SUBSCRIPTION in page
