"""Azure's answers of a subscription that has everything: old records, odd states, four lists of pages."""

from __future__ import annotations

from typing import Any

import pytest
import replay_documents as documents
from replay_accounts import SUBSCRIPTION
from replay_command import cloudctl
from replay_script import Reply, Script

ARM = f"management.azure.com/subscriptions/{SUBSCRIPTION}"
MACHINES = f"GET {ARM}/providers/Microsoft.Compute/virtualMachines"
INTERFACES = f"GET {ARM}/providers/Microsoft.Network/networkInterfaces"
ADDRESSES = f"GET {ARM}/providers/Microsoft.Network/publicIPAddresses"
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/PROD-RG/providers/Microsoft.Compute"
MACHINE_TOKEN = f"1!/Subscriptions/{SUBSCRIPTION.upper()}/ResourceGroups/PROD-RG/VMs/FLEX_7F3A9C21"


def row(name: str, state: str, native_state: str, size: str | None, **more: Any) -> dict[str, Any]:
    usual = {
        "provider": "azure", "context": "azure", "id": f"{GROUP}/virtualMachines/{name}", "name": name, "state": state,
        "native_state": native_state, "size": size, "vcpus": None, "memory_gib": None, "region": "westeurope",
        "zone": None, "private_ip": None, "public_ip": None, "image": None, "os": None, "lifecycle": "on-demand",
        "created": None, "tags": {},
    }  # fmt: skip
    return usual | more


EXPECTED = [
    row(
        "web", "running", "PowerState/running", "Standard_D2s_v5", vcpus=2, memory_gib=8.0, zone="1", os="linux",
        private_ip="10.1.0.4", public_ip="20.50.60.70", image="Canonical:ubuntu-24_04-lts:server:24.04.202511010",
        created="2025-11-20T10:11:12Z", tags={"env": "prod", "empty": "", "Größe": "klein"},
    ),
    row(
        "LEGACY01", "stopped", "PowerState/deallocated", "Basic_A1", region="northeurope", os="windows",
        id=f"/subscriptions/{SUBSCRIPTION}/resourceGroups/legacy/providers/Microsoft.Compute/virtualMachines/LEGACY01",
        private_ip="10.2.0.4",
    ),
    row(
        "flex_7f3a9c21", "running", "PowerState/Running", "Standard_E4-2ads_v5", zone="3", os="linux",
        lifecycle="spot", private_ip="10.1.0.5", created="2026-02-03T04:05:06Z",
        image=f"/subscriptions/{SUBSCRIPTION}/resourceGroups/images/providers/Microsoft.Compute/galleries/acme/images/"
        "base/versions/1.2.3",
    ),
    row(
        "failed", "running", "PowerState/running", "Standard_NC24ads_A100_v4", vcpus=24, memory_gib=220.0, os="linux",
        image="RedHat:RHEL:9_4:9.4.2025010101", created="2026-06-01T00:00:00Z",
    ),
    row(
        "asleep", "suspended", "HibernationState/Hibernated", "standard_b2ms", vcpus=2, memory_gib=8.0, os="linux",
        private_ip="10.1.0.6", created="2026-06-02T00:00:00Z",
    ),
    row("halted", "stopped", "PowerState/stopped", "Standard_A0", os="linux"),
    row("mystery", "unknown", "PowerState/meditating", "Standard_Z99_v9"),
    row("unseen", "unknown", "ProvisioningState/succeeded", "Standard_A1"),
    row("going", "deleting", "ProvisioningState/deleting", None),
    row("coming", "pending", "ProvisioningState/creating", "Standard_DS1_v2"),
]  # fmt: skip


@pytest.fixture
def account(replay: Script, login: Any) -> Script:
    login("azure")
    lists = (
        (MACHINES, "machines", MACHINE_TOKEN, {"statusOnly": ""}),
        (MACHINES, "statuses", "status-2", {"statusOnly": "true"}),
        (INTERFACES, "interfaces", "nic-2", {}),
        (ADDRESSES, "addresses", "pip-2", {}),
    )
    for name, page, token, where in lists:
        replay.on(name, documents.document("azure", f"{page}_page_1"), **where, **{"$skiptoken": ""})
        replay.on(name, documents.document("azure", f"{page}_page_2"), **where, **{"$skiptoken": token})
    return replay


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda row: str(row["name"]))
def test_every_record_is_read_as_the_contract_says(account: Script, expected: dict[str, Any]) -> None:
    ended = cloudctl("vm", "list", "-o", "json")
    assert (ended.exit, ended.err) == (0, "")
    assert ended.named(expected["name"]) == expected


def test_four_lists_of_two_pages_are_eight_calls(account: Script) -> None:
    ended = cloudctl("vm", "list", "-o", "json")
    assert [found["name"] for found in ended.rows] == [one["name"] for one in EXPECTED]
    assert len(account.names("management.azure.com")) == 8


@pytest.mark.parametrize("form", ["table", "wide", "yaml", "csv", "tsv", "ndjson", "name"])
def test_every_format_can_write_them(account: Script, form: str) -> None:
    ended = cloudctl("vm", "list", "-o", form)
    assert (ended.exit, ended.err) == (0, "")
    assert all(one["id"] in ended.out for one in EXPECTED)


THROTTLED = Reply(
    {
        "error": {
            "details": [
                {
                    "code": "TooManyRequests",
                    "target": "HighCostGetSubscriptionMaximum3Min",
                    "message": '{"operationGroup":"HighCostGet3Min","allowedRequestCount":937,'
                    '"measuredRequestCount":2838}',
                }
            ],
            "innererror": {"internalErrorCode": "TooManyRequestsReceived"},
            "code": "OperationNotAllowed",
            "message": "The server rejected the request because too many requests have been received for this "
            "subscription.",
        }
    },
    429,
    {"x-ms-request-id": "5e3fd4b2-0000-4000-8000-00000000429a"},
)
DENIED = Reply(
    {
        "error": {
            "code": "AuthorizationFailed",
            "message": "The client 'x' with object id 'y' does not have authorization to perform action "
            f"'Microsoft.Network/networkInterfaces/read' over scope '/subscriptions/{SUBSCRIPTION}' or the scope is "
            "invalid. If access was recently granted, please refresh your credentials.",
        }
    },
    403,
    {"x-ms-request-id": "5e3fd4b2-0000-4000-8000-00000000403a"},
)


@pytest.mark.usefixtures("impatient")
def test_without_the_status_list_machines_are_listed_with_unknown_state(account: Script) -> None:
    account.on(MACHINES, THROTTLED, statusOnly="true")
    ended = cloudctl("vm", "list", "-o", "json")
    assert ended.exit == 9
    assert ended.named("web")["state"] == "unknown"
    assert ended.named("web")["public_ip"] == "20.50.60.70"
    assert ended.errors[0]["error"] == "throttled"
    assert ended.errors[0]["request_id"] == "5e3fd4b2-0000-4000-8000-00000000429a"


@pytest.mark.parametrize(("refused", "lost"), [(INTERFACES, "private_ip"), (ADDRESSES, "public_ip")])
def test_without_network_rights_machines_are_listed_without_addresses(account: Script, refused: str, lost: str) -> None:
    account.on(refused, DENIED)
    ended = cloudctl("vm", "list", "-o", "json")
    assert ended.exit == 9
    assert ended.named("web")["state"] == "running"
    assert ended.named("web")[lost] is None
    assert (ended.errors[0]["error"], ended.errors[0]["code"]) == ("denied", "AuthorizationFailed")
    assert "Microsoft.Network/networkInterfaces/read" in ended.errors[0]["fix"]


NETWORK = f"GET {ARM}/resourceGroups/network-rg/providers/Microsoft.Network"
SUBNET = f"{NETWORK}/virtualNetworks/hub/subnets/apps"


@pytest.fixture
def web(account: Script) -> Script:
    """A machine whose parts stand in several resource groups."""
    machine = documents.document("azure", "machines_page_1")["value"][0]
    view = documents.document("azure", "statuses_page_1")["value"][0]["properties"]["instanceView"]
    shown = {**machine, "properties": {**machine["properties"], "instanceView": view}}
    account.on(f"GET {ARM}/resourceGroups/PROD-RG/providers/Microsoft.Compute/virtualMachines/web", shown)
    account.on(f"{NETWORK}/networkInterfaces/web-nic", documents.document("azure", "interfaces_page_1")["value"][0])
    account.on(f"{NETWORK}/publicIPAddresses/web-pip", documents.document("azure", "addresses_page_2")["value"][0])
    account.on(f"{NETWORK}/networkSecurityGroups/web-nsg", documents.document("azure", "security_group"))
    account.on(
        f"GET {ARM}/resourceGroups/PROD-RG/providers/Microsoft.Compute/disks/*", documents.document("azure", "disk")
    )
    account.on(SUBNET, {"name": "apps", "properties": {"addressPrefix": "10.0.0.0/24"}})
    return account


@pytest.mark.usefixtures("web")
def test_show_joins_what_stands_in_other_resource_groups() -> None:
    ended = cloudctl("vm", "show", "WEB", "-o", "json")
    assert (ended.exit, ended.err) == (0, "")
    found = ended.record
    assert (found["state"], found["public_ip"], found["login_user"]) == ("running", "20.50.60.70", "azureuser")
    assert [(port["port"], port["protocol"], port["source"]) for port in found["ports"]] == [
        ("22", "tcp", "203.0.113.0/24"),
        ("443", "all", "0.0.0.0/0"),
        ("8000-8010", "all", "0.0.0.0/0"),
    ]
    assert (found["disks"][0]["size_gb"], found["disks"][0]["type"], found["disks"][0]["encrypted"]) == (
        30,
        "Premium_LRS",
        True,
    )
    assert found["identity"] == "aaaaaaaa-1111-2222-3333-444444444444"


def rule(port: str, source: str, protocol: str = "Tcp") -> dict[str, Any]:
    told = {"access": "Allow", "direction": "Inbound", "protocol": protocol}
    return {"properties": {**told, "sourceAddressPrefix": source, "destinationPortRange": port}}


def test_a_port_is_open_where_the_subnet_lets_it_in_too(web: Script) -> None:
    """https://learn.microsoft.com/azure/virtual-network/network-security-group-how-it-works"""
    group = NETWORK.partition(ARM)[2] + "/networkSecurityGroups/apps-nsg"
    subnet = {"networkSecurityGroup": {"id": f"/subscriptions/{SUBSCRIPTION}{group}"}}
    rules = [rule("22", "203.0.113.64/26"), rule("8005-9000", "*"), rule("5432", "10.0.0.0/8")]
    web.on(SUBNET, {"name": "apps", "properties": subnet})
    web.on(f"{NETWORK}/networkSecurityGroups/apps-nsg", {"name": "apps-nsg", "properties": {"securityRules": rules}})
    found = cloudctl("vm", "show", "WEB", "-o", "json").record
    assert [(port["port"], port["protocol"], port["source"]) for port in found["ports"]] == [
        ("22", "tcp", "203.0.113.64/26"),
        ("8005-8010", "tcp", "0.0.0.0/0"),
    ]
    assert [one.rpartition("/")[2] for one in found["interfaces"][0]["security_groups"]] == ["web-nsg", "apps-nsg"]


@pytest.mark.parametrize("status", [403, 404])
def test_a_subnet_that_may_not_be_read_leaves_what_the_interface_lets_in(web: Script, status: int) -> None:
    web.on(SUBNET, Reply({"error": {"code": "AuthorizationFailed", "message": "no"}}, status))
    ended = cloudctl("vm", "show", "WEB", "-o", "json")
    assert (ended.exit, ended.err) == (0, "")
    assert [port["port"] for port in ended.record["ports"]] == ["22", "443", "8000-8010"]


def test_a_machine_with_unmanaged_disks_can_be_shown(account: Script) -> None:
    machine = documents.document("azure", "machines_page_1")["value"][1]
    account.on(f"GET {ARM}/resourceGroups/legacy/providers/Microsoft.Compute/virtualMachines/LEGACY01", machine)
    missing = {"error": {"code": "ResourceNotFound", "message": "The Resource was not found."}}
    account.on(f"GET {ARM}/resourceGroups/LEGACY/providers/Microsoft.Network/networkInterfaces/*", Reply(missing, 404))
    ended = cloudctl("vm", "show", "legacy01", "-o", "json")
    assert (ended.exit, ended.err) == (0, "")
    assert [(disk["id"], disk["size_gb"], disk["encrypted"]) for disk in ended.record["disks"]] == [
        ("https://legacystorage.blob.core.windows.net/vhds/legacyos.vhd", None, None),
        ("https://legacystorage.blob.core.windows.net/vhds/data0.vhd", 1023, None),
    ]
