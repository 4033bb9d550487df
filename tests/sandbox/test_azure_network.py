"""Networks, subnets, security groups, addresses and interfaces, through the real SDK over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from azure_service import (
    BASE,
    GROUP,
    NETWORK,
    Azure,
    address_body,
    interface_body,
    network_body,
    rule_body,
    serving,
)

NET = f"{NETWORK}/virtualNetworks/net"
NSG = f"{NETWORK}/networkSecurityGroups/nsg"
NIC = f"{NETWORK}/networkInterfaces/nic"


@pytest.fixture
def azure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Azure]:
    with serving(tmp_path_factory.mktemp("azure"), transition=0.05) as azure:
        azure.register()
        azure.request("PUT", GROUP, {"location": "westeurope"})
        yield azure


def test_a_resource_is_updating_until_it_is_provisioned(azure: Azure) -> None:
    reply = azure.request("PUT", NET, network_body())
    assert (reply.status, reply.body["properties"]["provisioningState"]) == (201, "Updating")
    assert azure.settled(NET)


def test_the_poller_of_the_sdk_waits_for_the_operation(azure: Azure) -> None:
    networks = azure.network.virtual_networks
    network = networks.begin_create_or_update("group", "net", network_body(default="10.0.0.0/24")).result()
    assert network.provisioning_state == "Succeeded"
    networks.begin_delete("group", "net").result()
    assert azure.request("GET", NET).status == 404


def test_subnets_come_with_the_network_or_alone(azure: Azure) -> None:
    azure.made(NET, network_body(default="10.0.0.0/24"))
    azure.made(f"{NET}/subnets/more", {"properties": {"addressPrefix": "10.0.1.0/24"}})
    network = azure.network.virtual_networks.get("group", "net")
    assert [subnet.name for subnet in network.subnets] == ["default", "more"]
    assert [subnet.name for subnet in azure.network.subnets.list("group", "net")] == ["default", "more"]


def test_a_network_written_without_subnets_keeps_them(azure: Azure) -> None:
    azure.made(NET, network_body(default="10.0.0.0/24"))
    body = network_body()
    del body["properties"]["subnets"]
    assert len(azure.made(NET, body)["properties"]["subnets"]) == 1


def test_a_list_of_subnets_is_the_list_there_will_be(azure: Azure) -> None:
    azure.made(NET, network_body(default="10.0.0.0/24"))
    network = azure.made(NET, network_body(other="10.0.1.0/24"))
    assert [subnet["name"] for subnet in network["properties"]["subnets"]] == ["other"]


def test_a_group_has_its_own_rules_and_the_default_ones(azure: Azure) -> None:
    body = {"location": "westeurope", "properties": {"securityRules": [rule_body()]}}
    azure.network.network_security_groups.begin_create_or_update("group", "nsg", body).result()
    azure.made(f"{NSG}/securityRules/web", rule_body("web", priority=1001, destinationPortRange="443"))
    group = azure.network.network_security_groups.get("group", "nsg")
    assert [rule.name for rule in group.security_rules] == ["ssh", "web"]
    assert [rule.priority for rule in group.default_security_rules] == [65000, 65001, 65500] * 2


def test_changing_the_tags_of_a_group_keeps_its_rules(azure: Azure) -> None:
    azure.made(NSG, {"location": "westeurope", "properties": {"securityRules": [rule_body()]}})
    group = azure.network.network_security_groups.update_tags("group", "nsg", {"tags": {"a": "b"}})
    assert (group.tags, len(group.security_rules)) == ({"a": "b"}, 1)


def test_an_interface_gets_the_next_free_address(azure: Azure) -> None:
    azure.made(NET, network_body(default="10.0.0.0/24"))
    found = [
        azure.made(f"{NETWORK}/networkInterfaces/{name}", interface_body())["properties"]["ipConfigurations"][0]
        for name in ("a", "b")
    ]
    assert [each["properties"]["privateIPAddress"] for each in found] == ["10.0.0.4", "10.0.0.5"]


def test_an_interface_can_ask_for_an_address(azure: Azure) -> None:
    azure.made(NET, network_body(default="10.0.0.0/24"))
    nic = azure.made(NIC, interface_body(privateIPAllocationMethod="Static", privateIPAddress="10.0.0.77"))
    assert nic["properties"]["ipConfigurations"][0]["properties"]["privateIPAddress"] == "10.0.0.77"


def test_an_interface_keeps_its_address_when_it_is_written_again(azure: Azure) -> None:
    azure.made(NET, network_body(default="10.0.0.0/24"))
    azure.made(f"{NETWORK}/networkInterfaces/first", interface_body())
    before = azure.made(NIC, interface_body())
    azure.request("DELETE", f"{NETWORK}/networkInterfaces/first")
    azure.gone(f"{NETWORK}/networkInterfaces/first")
    after = azure.made(NIC, {**interface_body(), "tags": {"a": "b"}})
    address = [each["properties"]["ipConfigurations"][0]["properties"]["privateIPAddress"] for each in (before, after)]
    assert address == ["10.0.0.5", "10.0.0.5"]


def test_users_are_seen_from_the_other_side(azure: Azure) -> None:
    group = azure.made(NSG, {"location": "westeurope"})
    azure.made(NET, network_body(default="10.0.0.0/24"))
    body = interface_body()
    body["properties"]["networkSecurityGroup"] = {"id": group["id"]}
    nic = azure.made(NIC, body)
    assert azure.request("GET", NSG).body["properties"]["networkInterfaces"] == [{"id": nic["id"]}]
    used = azure.request("GET", f"{NET}/subnets/default").body["properties"]["ipConfigurations"]
    assert used == [{"id": f"{nic['id']}/ipConfigurations/main"}]


def test_a_static_address_exists_from_the_start_and_stays(azure: Azure) -> None:
    path = f"{NETWORK}/publicIPAddresses/ip"
    first = azure.made(path, address_body())["properties"]["ipAddress"]
    assert first.startswith("198.1")
    assert azure.made(path, address_body())["properties"]["ipAddress"] == first


def test_if_none_match_makes_a_resource_once(azure: Azure) -> None:
    condition = {"If-None-Match": "*"}
    assert azure.request("PUT", NSG, {"location": "westeurope"}, headers=condition).status == 201
    assert azure.request("PUT", NSG, {"location": "westeurope"}, headers=condition).status == 412
    assert azure.request("PUT", NSG, {"location": "westeurope"}).status == 200


def test_a_write_changes_the_etag(azure: Azure) -> None:
    first = azure.made(NSG, {"location": "westeurope"})["etag"]
    assert azure.request("PUT", NSG, {"location": "westeurope"}, headers={"If-Match": first}).status == 200
    assert azure.request("PUT", NSG, {"location": "westeurope"}, headers={"If-Match": first}).status == 412


def test_what_is_free_can_be_deleted(azure: Azure) -> None:
    azure.made(NET, network_body(default="10.0.0.0/24"))
    address = azure.made(f"{NETWORK}/publicIPAddresses/ip", address_body())
    azure.made(NIC, interface_body(publicIPAddress={"id": address["id"]}))
    for path in (NIC, address["id"], NET):
        assert azure.request("DELETE", path).status == 202
        azure.gone(path)


def test_deleting_what_does_not_exist_is_no_error(azure: Azure) -> None:
    assert azure.request("DELETE", NIC).status == 204


def test_lists_show_one_group_or_the_whole_subscription(azure: Azure) -> None:
    azure.request("PUT", f"{BASE}/resourceGroups/other", {"location": "eastus"})
    azure.made(NSG, {"location": "westeurope"})
    azure.made(NSG.replace("/group/", "/other/"), {"location": "eastus"})
    groups = azure.network.network_security_groups
    assert [each.location for each in groups.list("group")] == ["westeurope"]
    assert [each.location for each in groups.list_all()] == ["westeurope", "eastus"]
