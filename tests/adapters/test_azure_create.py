"""What a create sends to Azure."""

from __future__ import annotations

import base64
from dataclasses import replace
from pathlib import Path

import pytest
from azure_plans import GROUP, KEY, MARK, NSG, SPEC, URN, VM, azure, body, holding, steps
from azure_proxy import Answer, serving

from cloudctl.diagnostics import Report
from cloudctl.errors import CloudError, Conflict, Kind, NotFound
from cloudctl.mapping import AzureImage, ImageChoice
from cloudctl.marks import Mark
from cloudctl.plan import Found, Secret
from cloudctl.runner import Runner
from cloudctl.services.vm import OpenPort


def test_a_create_makes_what_is_shared_first_and_the_machine_last() -> None:
    planned = steps(SPEC)
    assert list(planned) == [
        "provider-network",
        "provider-compute",
        "resource-group",
        "network",
        "subnet",
        "group",
        "address",
        "interface",
        "machine",
    ]
    assert [key for key, step in planned.items() if step.shared] == list(planned)[:5]
    assert [key for key, step in planned.items() if step.claim] == ["group"]
    assert [key for key, step in planned.items() if step.detach] == ["machine"]


def test_everything_of_its_own_is_made_only_where_nothing_is() -> None:
    for step in steps(SPEC).values():
        if not step.shared:
            assert step.arguments["headers"] == {"If-None-Match": "*"}


def test_everything_of_its_own_carries_the_mark_and_the_tags() -> None:
    for step in steps(SPEC).values():
        tags = {} if step.shared else step.arguments["parameters"]["tags"]
        mark = Mark.from_tags(tags)
        assert step.shared or (tags["env"] == "test" and mark and mark.owner == "vm.web")
        assert step.shared or bool(mark and mark.claim) == step.claim
    assert body(SPEC)["tags"]["cloudctl-image"] == "p:o:s:1"


def test_the_machine_has_key_image_size_and_goes_with_its_disk_and_interface() -> None:
    properties = body(SPEC)["properties"]
    profile = properties["osProfile"]
    assert properties["hardwareProfile"] == {"vmSize": "Standard_D2s_v5"}
    assert properties["storageProfile"] == {
        "imageReference": {"publisher": "p", "offer": "o", "sku": "s", "version": "1"},
        "osDisk": {"name": "web-osdisk", "createOption": "FromImage", "deleteOption": "Delete"},
    }
    assert properties["networkProfile"]["networkInterfaces"] == [
        {"id": "<interface.id>", "properties": {"primary": True, "deleteOption": "Delete"}}
    ]
    assert (profile["computerName"], profile["adminUsername"]) == ("web", "azureuser")
    assert profile["linuxConfiguration"]["disablePasswordAuthentication"] is True
    assert profile["linuxConfiguration"]["ssh"]["publicKeys"] == [
        {"path": "/home/azureuser/.ssh/authorized_keys", "keyData": KEY}
    ]


def test_user_data_is_sent_as_a_secret() -> None:
    data = body(replace(SPEC, user_data="#!/bin/sh\n"))["properties"]["osProfile"]["customData"]
    assert isinstance(data, Secret)
    assert base64.b64decode(data) == b"#!/bin/sh\n"


def test_user_data_is_no_part_of_the_digest() -> None:
    service = azure()
    without, with_data = (service.plan_create(replace(SPEC, user_data=data)) for data in (None, "secret"))
    assert without.spec == with_data.spec
    assert without.spec != service.plan_create(replace(SPEC, spot=True)).spec


def test_a_spot_machine_is_deallocated_when_evicted() -> None:
    properties = body(replace(SPEC, spot=True))["properties"]
    assert (properties["priority"], properties["evictionPolicy"]) == ("Spot", "Deallocate")
    assert properties["billingProfile"] == {"maxPrice": -1}
    assert "priority" not in body(SPEC)["properties"]


def test_disk_size_and_zone_are_sent_where_they_are_given() -> None:
    machine = body(replace(SPEC, disk_gb=64), service=azure(zone="eastus-2"))
    assert machine["properties"]["storageProfile"]["osDisk"]["diskSizeGB"] == 64
    assert machine["zones"] == ["2"]
    assert "zones" not in body(SPEC)


def test_an_image_sold_under_a_plan_names_the_plan() -> None:
    sold = replace(URN, source=AzureImage("p", "o", "s", plan=True))
    assert body(replace(SPEC, image=sold))["plan"] == {"name": "s", "product": "o", "publisher": "p"}
    assert "plan" not in body(SPEC)


@pytest.mark.parametrize(
    ("image_id", "field"),
    [
        ("/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/images/i", "id"),
        ("/CommunityGalleries/g/Images/i/Versions/latest", "communityGalleryImageId"),
        ("/SharedGalleries/g/Images/i/Versions/1", "sharedGalleryImageId"),
    ],
)
def test_an_image_id_goes_where_its_kind_belongs(image_id: str, field: str) -> None:
    image = ImageChoice("azure", image_id, id=image_id)
    reference = body(replace(SPEC, image=image))["properties"]["storageProfile"]["imageReference"]
    assert reference == {field: image_id}


def test_nothing_is_open_unless_asked() -> None:
    assert body(SPEC, "group")["properties"] == {"securityRules": []}
    ports = (OpenPort(22, "10.0.0.0/8"), OpenPort(443))
    rules = body(replace(SPEC, open_ports=ports), "group")["properties"]["securityRules"]
    assert [
        (
            rule["properties"]["destinationPortRange"],
            rule["properties"]["sourceAddressPrefix"],
            rule["properties"]["access"],
        )
        for rule in rules
    ] == [("22", "10.0.0.0/8", "Allow"), ("443", "0.0.0.0/0", "Allow")]
    assert len({rule["properties"]["priority"] for rule in rules}) == 2


def test_without_a_public_address_none_is_made_or_attached() -> None:
    planned = steps(replace(SPEC, public_ip=False))
    assert "address" not in planned
    configuration = planned["interface"].arguments["parameters"]["properties"]["ipConfigurations"][0]
    assert "publicIPAddress" not in configuration["properties"]


NETWORK = f"{GROUP}/providers/Microsoft.Network/virtualNetworks/corp"
CORP = {NETWORK: {"id": NETWORK, "properties": {"subnets": [{"name": "A", "id": f"{NETWORK}/subnets/A"}]}}}


@pytest.mark.parametrize(
    ("network", "subnet"),
    [("corp", "a"), (NETWORK, "A"), (None, f"{NETWORK}/subnets/A"), ("ignored", f"{NETWORK}/subnets/A")],
)
def test_a_network_may_be_named_by_name_or_id(tmp_path: Path, network: str | None, subnet: str) -> None:
    with holding(tmp_path, CORP) as cloud:
        service = azure(cloud.address)
        plan = service.plan_create(replace(SPEC, network=network, subnet=subnet))
        planned = {step.key: step for step in Runner(service.call, Report()).preview(plan)}
    assert "network" not in planned
    configuration = planned["interface"].arguments["parameters"]["properties"]["ipConfigurations"][0]
    assert configuration["properties"]["subnet"] == {"id": f"{NETWORK}/subnets/A"}


@pytest.mark.parametrize(("network", "subnet", "names"), [("none", None, "none"), ("corp", "b", "a")])
def test_a_network_that_was_named_must_exist(tmp_path: Path, network: str, subnet: str | None, names: str) -> None:
    with holding(tmp_path, CORP) as cloud, pytest.raises(NotFound) as raised:
        service = azure(cloud.address)
        plan = service.plan_create(replace(SPEC, network=network, subnet=subnet))
        list(Runner(service.call, Report()).preview(plan))
    assert names in f"{raised.value.message} {raised.value.fix}"


def test_a_default_network_of_another_region_is_not_used(tmp_path: Path) -> None:
    there = f"{GROUP}/providers/Microsoft.Network/virtualNetworks/cloudctl"
    with holding(tmp_path, {there: {"id": there, "location": "West Europe"}}) as cloud:
        step = steps(SPEC, azure(cloud.address))["network"]
        with pytest.raises(Conflict, match="westeurope"):
            step.find()


def test_who_may_not_read_registrations_creates_all_the_same(tmp_path: Path) -> None:
    def forbidden(method: str, url: str) -> Answer:
        return 403, {}, {"error": {"code": "AuthorizationFailed", "message": "no"}}

    with serving(tmp_path, forbidden) as cloud:
        assert steps(SPEC, azure(cloud.address))["provider-compute"].find() == Found("Microsoft.Compute")


@pytest.mark.parametrize(
    ("state", "ready"), [("Succeeded", True), ("Updating", False), ("Creating", False), ("Deleting", False)]
)
def test_a_resource_is_ready_once_it_is_provisioned(tmp_path: Path, state: str, ready: bool) -> None:
    native = {"id": NSG, "tags": MARK.tags(), "properties": {"provisioningState": state}}
    with holding(tmp_path, {NSG: native}) as cloud:
        assert steps(SPEC, azure(cloud.address))["group"].find() == Found(NSG, MARK, ready)


def test_a_machine_that_azure_gave_up_has_the_reason_of_its_instance_view(tmp_path: Path) -> None:
    status = {"code": "ProvisioningState/failed/AllocationFailed", "message": "no capacity"}
    native = {
        "id": VM,
        "properties": {"provisioningState": "Failed", "instanceView": {"statuses": [status]}},
    }
    with holding(tmp_path, {VM: native}) as cloud:
        found = steps(SPEC, azure(cloud.address))["machine"].find()
    assert found and found.error
    assert (found.error.kind, found.error.code) == (Kind.CAPACITY, "AllocationFailed")


FAILED = {"status": "Failed", "error": {"code": "AllocationFailed", "message": "no capacity"}}


@pytest.mark.parametrize(
    ("status", "reply", "ended"),
    [
        (200, {"status": "InProgress"}, False),
        (200, {"status": "Updating"}, False),
        (202, None, False),
        (200, {"status": "Succeeded"}, True),
        (200, {"id": "/the/resource"}, True),
        (404, {"error": {"code": "NotFound", "message": "gone"}}, True),
    ],
)
def test_a_long_operation_tells_whether_it_has_ended(tmp_path: Path, status: int, reply: object, ended: bool) -> None:
    with serving(tmp_path, lambda method, url: (status, {}, reply)) as cloud:
        assert azure(cloud.address)._session.ended(f"{cloud.address}/operations/1") is ended


@pytest.mark.parametrize("status", ["Failed", "Canceled"])
def test_a_long_operation_that_failed_raises_its_error(tmp_path: Path, status: str) -> None:
    with (
        serving(tmp_path, lambda method, url: (200, {}, {**FAILED, "status": status})) as cloud,
        pytest.raises(CloudError) as raised,
    ):
        azure(cloud.address)._session.ended(f"{cloud.address}/operations/1")
    assert (raised.value.kind, raised.value.code) == (Kind.CAPACITY, "AllocationFailed")
