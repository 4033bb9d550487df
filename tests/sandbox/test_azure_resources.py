"""Subscriptions, providers, resource groups, lists, catalogues and what the host asks of the cloud."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
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

LOCATION = f"{BASE}/providers/Microsoft.Compute/locations/westeurope"


@pytest.fixture
def azure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Azure]:
    with serving(tmp_path_factory.mktemp("azure"), transition=0.1) as azure:
        azure.register()
        azure.request("PUT", GROUP, {"location": "West Europe", "tags": {"team": "a"}})
        yield azure


def environ(method: str, path: str, body: object = None) -> dict[str, Any]:
    content = b"" if body is None else json.dumps(body).encode()
    return {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(content),
        "CONTENT_LENGTH": str(len(content)),
    }


def test_there_are_two_subscriptions_in_one_tenant(azure: Azure) -> None:
    listed = azure.request("GET", "/subscriptions").body["value"]
    assert [each["state"] for each in listed] == ["Enabled", "Enabled"]
    (tenant,) = azure.request("GET", "/tenants").body["value"]
    assert {each["tenantId"] for each in listed} == {tenant["tenantId"]}


def test_locations_tell_their_zones(azure: Azure) -> None:
    listed = {each["name"]: each for each in azure.request("GET", f"{BASE}/locations").body["value"]}
    assert len(listed["westeurope"]["availabilityZoneMappings"]) == 3
    assert "availabilityZoneMappings" not in listed["westus"]


def test_a_provider_registers_in_its_own_time(azure: Azure) -> None:
    providers = azure.resource.providers
    assert providers.get("Microsoft.Storage").registration_state == "NotRegistered"
    assert providers.register("Microsoft.Storage").registration_state == "Registering"
    until(lambda: providers.get("microsoft.storage").registration_state, lambda state: state == "Registered")


def test_a_group_is_made_once_and_then_updated(azure: Azure) -> None:
    path = f"{BASE}/resourcegroups/new"
    assert [azure.request("PUT", path, {"location": "eastus"}).status for _ in range(2)] == [201, 200]
    assert azure.request("GET", f"{BASE}/resourceGroups/NEW").body["name"] == "new"


def test_the_existence_of_a_group_can_be_checked(azure: Azure) -> None:
    assert azure.resource.resource_groups.check_existence("group")
    assert not azure.resource.resource_groups.check_existence("missing")


def test_groups_are_found_by_tag(azure: Azure) -> None:
    azure.request("PUT", f"{BASE}/resourceGroups/plain", {"location": "eastus"})
    groups = azure.resource.resource_groups
    assert [group.name for group in groups.list(filter="tagName eq 'team' and tagValue eq 'a'")] == ["group"]


def test_a_group_goes_with_everything_in_it(azure: Azure) -> None:
    azure.made(f"{NETWORK}/virtualNetworks/net", network_body(default="10.0.0.0/24"))
    azure.made(f"{NETWORK}/networkInterfaces/nic", interface_body())
    azure.made(f"{COMPUTE}/virtualMachines/web", machine_body("nic"))
    poller = azure.resource.resource_groups.begin_delete("group")
    assert azure.request("GET", GROUP).body["properties"]["provisioningState"] == "Deleting"
    poller.result()
    assert azure.request("GET", f"{BASE}/resources").body["value"] == []


def test_resources_are_listed_by_type(azure: Azure) -> None:
    azure.made(f"{NETWORK}/publicIPAddresses/ip", address_body())
    azure.made(f"{NETWORK}/networkSecurityGroups/nsg", {"location": "westeurope"})
    listed = azure.resource.resources.list_by_resource_group(
        "group", filter="resourceType eq 'Microsoft.Network/publicIPAddresses'"
    )
    assert [each.name for each in listed] == ["ip"]


def test_lists_come_in_pages(tmp_path: Path) -> None:
    with serving(tmp_path, transition=0, page_size=3) as azure:
        azure.register()
        azure.request("PUT", GROUP, {"location": "westeurope"})
        for number in range(7):
            azure.request("PUT", f"{NETWORK}/publicIPAddresses/ip{number}", address_body())
        pages = [[each.name for each in page] for page in azure.network.public_ip_addresses.list_all().by_page()]
        assert pages == [["ip0", "ip1", "ip2"], ["ip3", "ip4", "ip5"], ["ip6"]]
        first = azure.request("GET", f"{BASE}/resources", query="$top=2").body
        assert len(first["value"]) == 2 and first["nextLink"]


def test_a_status_list_tells_the_power_of_every_machine(azure: Azure) -> None:
    azure.made(f"{NETWORK}/virtualNetworks/net", network_body(default="10.0.0.0/24"))
    for name in ("a", "b"):
        azure.made(f"{NETWORK}/networkInterfaces/{name}", interface_body())
        azure.made(f"{COMPUTE}/virtualMachines/{name}", machine_body(name))
    azure.compute.virtual_machines.begin_deallocate("group", "b").result()
    listed = azure.compute.virtual_machines.list_all(status_only="true")
    states = {each.name: each.instance_view.statuses[-1].code for each in listed}
    assert states == {"a": "PowerState/running", "b": "PowerState/deallocated"}
    assert [each.name for each in azure.compute.virtual_machines.list("group")] == ["a", "b"]
    assert [each.name for each in azure.compute.virtual_machines.list_by_location("westeurope")] == ["a", "b"]


def test_sizes_have_the_documented_capabilities(azure: Azure) -> None:
    listed = {each.name: each for each in azure.compute.resource_skus.list(filter="location eq 'westeurope'")}
    known = {each.name: each.value for each in listed["Standard_D4ps_v5"].capabilities}
    assert (known["vCPUs"], known["MemoryGB"], known["CpuArchitectureType"]) == ("4", "16", "Arm64")
    assert listed["Standard_D2s_v5"].location_info[0].zones == ["1", "2", "3"]


def test_a_restricted_size_says_why(azure: Azure) -> None:
    listed = {each.name: each for each in azure.compute.resource_skus.list(filter="location eq 'westus'")}
    assert listed["Standard_NC4as_T4_v3"].restrictions[0].reason_code == "NotAvailableForSubscription"
    offered = {each.name for each in azure.compute.virtual_machine_sizes.list("westus")}
    assert "Standard_D2s_v5" in offered and "Standard_NC4as_T4_v3" not in offered


def test_the_newest_version_of_an_image_can_be_asked_for(azure: Azure) -> None:
    key = ("westeurope", "Canonical", "ubuntu-24_04-lts", "server-arm64")
    images = azure.compute.virtual_machine_images
    newest = images.list(*key, orderby="name desc", top=1)[0].name
    latest = images.get(*key, "latest")
    assert (latest.name, latest.architecture, latest.hyper_v_generation) == (newest, "Arm64", "V2")


def test_images_are_found_from_the_publisher_down(azure: Azure) -> None:
    images = azure.compute.virtual_machine_images
    assert "Debian" in [each.name for each in images.list_publishers("westeurope")]
    assert "debian-13" in [each.name for each in images.list_offers("westeurope", "Debian")]
    assert "13-arm64" in [each.name for each in images.list_skus("westeurope", "Debian", "debian-13")]


def test_ten_creators_of_one_name_see_one_success(azure: Azure) -> None:
    def create(number: int) -> int:
        body = {"location": "westeurope", "tags": {"run": str(number)}}
        path = f"{NETWORK}/networkSecurityGroups/nsg"
        return azure.request("PUT", path, body, headers={"If-None-Match": "*"}).status

    with ThreadPoolExecutor(10) as pool:
        statuses = list(pool.map(create, range(10)))
    assert sorted(statuses) == [201] + [412] * 9


def test_reads_lag_behind_writes_on_request(tmp_path: Path) -> None:
    with serving(tmp_path, transition=0, read_lag=1.0) as azure:
        azure.register()
        azure.request("PUT", GROUP, {"location": "westeurope"})
        path = f"{NETWORK}/networkSecurityGroups/nsg"
        condition = {"If-None-Match": "*"}
        assert azure.request("PUT", path, {"location": "westeurope"}, headers=condition).status == 201
        assert azure.request("GET", path).status == 404
        assert azure.request("PUT", path, {"location": "westeurope"}, headers=condition).status == 412
        until(lambda: azure.request("GET", path).status, lambda status: status == 200)


def test_the_state_survives_a_restart(tmp_path: Path) -> None:
    with serving(tmp_path) as azure:
        azure.register()
        azure.request("PUT", GROUP, {"location": "westeurope"})
        azure.made(f"{NETWORK}/virtualNetworks/net", network_body(default="10.0.0.0/24"))
        before = azure.made(f"{NETWORK}/networkInterfaces/nic", interface_body())
        azure.cloud.save()
    assert (tmp_path / "azure.json").stat().st_mode & 0o777 == 0o600
    with serving(tmp_path) as azure:
        assert azure.request("GET", f"{NETWORK}/networkInterfaces/nic").body == before
        assert azure.request("DELETE", f"{NETWORK}/virtualNetworks/net").status == 400


def test_a_reset_forgets_everything(azure: Azure) -> None:
    azure.cloud.reset()
    assert azure.request("GET", f"{BASE}/resourcegroups").body["value"] == []
    assert azure.resource.providers.get("Microsoft.Compute").registration_state == "NotRegistered"


@pytest.mark.parametrize(
    ("method", "path", "operation"),
    [
        ("PUT", f"{COMPUTE}/virtualMachines/web", "Microsoft.Compute/virtualMachines/write"),
        ("PATCH", f"{COMPUTE}/virtualMachines/web", "Microsoft.Compute/virtualMachines/write"),
        ("GET", f"{COMPUTE}/virtualmachines", "Microsoft.Compute/virtualMachines/read"),
        ("DELETE", f"{COMPUTE}/virtualMachines/web", "Microsoft.Compute/virtualMachines/delete"),
        ("POST", f"{COMPUTE}/virtualMachines/web/deallocate", "Microsoft.Compute/virtualMachines/deallocate/action"),
        ("GET", f"{NETWORK}/virtualNetworks/net/subnets", "Microsoft.Network/virtualNetworks/subnets/read"),
        ("PUT", GROUP, "Microsoft.Resources/subscriptions/resourceGroups/write"),
        ("POST", f"{BASE}/providers/microsoft.compute/register", "Microsoft.Compute/register/action"),
        ("GET", f"{LOCATION}/operations/1", "Microsoft.Compute/locations/operations/read"),
        ("GET", "/favicon.ico", ""),
    ],
)
def test_operations_have_the_names_of_azure_access_control(
    azure: Azure, method: str, path: str, operation: str
) -> None:
    assert azure.cloud.operation(environ(method, path)) == operation


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("throttle", 429, "OperationNotAllowed"),
        ("error", 500, "InternalServerError"),
        ("denied", 403, "AuthorizationFailed"),
        ("unauthenticated", 401, "InvalidAuthenticationToken"),
        ("expired", 401, "ExpiredAuthenticationToken"),
        ("quota", 409, "OperationNotAllowed"),
        ("capacity", 409, "SkuNotAvailable"),
    ],
)
def test_a_fault_answers_in_the_envelope_of_azure(azure: Azure, kind: str, status: int, code: str) -> None:
    reply = azure.cloud.failure(environ("PUT", f"{COMPUTE}/virtualMachines/web", machine_body("nic")), kind)
    error = json.loads(reply.body)["error"]
    assert (reply.status, error["code"]) == (status, code)
    assert error["message"] and reply.headers["x-ms-request-id"]


def test_a_throttled_client_is_told_how_long_to_wait(azure: Azure) -> None:
    reply = azure.cloud.failure(environ("GET", GROUP), "throttle")
    assert (json.loads(reply.body)["error"]["code"], reply.headers["Retry-After"]) == ("TooManyRequests", "1")


def test_a_start_without_capacity_fails_to_allocate(azure: Azure) -> None:
    reply = azure.cloud.failure(environ("POST", f"{COMPUTE}/virtualMachines/web/start"), "capacity")
    assert json.loads(reply.body)["error"]["code"] == "AllocationFailed"


def test_a_denial_names_the_action_and_the_scope(azure: Azure) -> None:
    reply = azure.cloud.failure(environ("DELETE", f"{COMPUTE}/virtualMachines/web"), "denied")
    message = json.loads(reply.body)["error"]["message"]
    assert "'Microsoft.Compute/virtualMachines/delete'" in message and f"'{COMPUTE}/virtualMachines/web'" in message


def test_an_unknown_fault_is_a_key_error(azure: Azure) -> None:
    with pytest.raises(KeyError):
        azure.cloud.failure(environ("GET", GROUP), "weather")
