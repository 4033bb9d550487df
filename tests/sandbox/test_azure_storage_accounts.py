"""Storage accounts, their keys, blob services and lifecycle policies."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path

import pytest
from azure_service import BASE, GROUP, STORAGE, Azure, until
from azure_storage import ACCOUNT, BODY, account, blob_service, container_path, storage_service

RULE = {
    "name": "old",
    "type": "Lifecycle",
    "definition": {
        "filters": {"blobTypes": ["blockBlob"], "prefixMatch": ["data/logs"]},
        "actions": {"baseBlob": {"tierToCool": {"daysAfterModificationGreaterThan": 30}}},
    },
}


@pytest.fixture
def azure(tmp_path: Path) -> Iterator[Azure]:
    with storage_service(tmp_path) as azure:
        yield azure


def test_an_account_is_made_in_a_while_and_its_location_ends_with_it(azure: Azure) -> None:
    reply = azure.request("PUT", f"{STORAGE}/{ACCOUNT}", BODY)
    assert (reply.status, reply.body) == (202, None)
    assert azure.request("GET", f"{STORAGE}/{ACCOUNT}").body["properties"]["provisioningState"] == "Creating"
    made = azure.storage.storage_accounts.begin_create("group", "second", BODY).result()
    assert (made.name, made.kind, made.sku.tier, made.provisioning_state) == (
        "second",
        "StorageV2",
        "Standard",
        "Succeeded",
    )


@pytest.mark.parametrize("version", ["2026-09-01", "2025-06-01"])
def test_an_account_has_the_documented_defaults(azure: Azure, version: str) -> None:
    account(azure)
    properties = azure.request("GET", f"{STORAGE}/{ACCOUNT}", version=version).body["properties"]
    assert properties["allowBlobPublicAccess"] is False
    assert properties["minimumTlsVersion"] == "TLS1_0"
    assert properties["accessTier"] == "Hot"
    assert properties["encryption"]["keySource"] == "Microsoft.Storage"
    assert properties["encryption"]["services"]["blob"]["enabled"] is True
    assert properties["primaryEndpoints"]["blob"] == f"http://127.0.0.1:{azure.port}/{ACCOUNT}/"


def test_a_second_put_and_a_patch_change_an_account_at_once(azure: Azure) -> None:
    account(azure, minimumTlsVersion="TLS1_2")
    again = azure.request("PUT", f"{STORAGE}/{ACCOUNT}", {**BODY, "tags": {"team": "a"}})
    assert (again.status, again.body["properties"]["minimumTlsVersion"]) == (200, "TLS1_2")
    changed = azure.storage.storage_accounts.update("group", ACCOUNT, {"properties": {"accessTier": "Cool"}})
    assert (changed.access_tier, changed.tags, changed.provisioning_state) == ("Cool", {"team": "a"}, "Succeeded")


def test_accounts_are_listed_with_their_subscription_and_group(azure: Azure) -> None:
    account(azure)
    assert [each.name for each in azure.storage.storage_accounts.list()] == [ACCOUNT]
    assert [each.name for each in azure.storage.storage_accounts.list_by_resource_group("group")] == [ACCOUNT]
    listed = azure.request("GET", f"{BASE}/resources").body["value"]
    assert [each["type"] for each in listed] == ["Microsoft.Storage/storageAccounts"]


def test_names_are_unique_everywhere(azure: Azure) -> None:
    account(azure)
    azure.request("PUT", f"{BASE}/resourceGroups/other", {"location": "westeurope"})
    other = STORAGE.replace("/group/", "/other/")
    assert (
        azure.request("PUT", f"{other}/{ACCOUNT}", BODY).body["error"]["code"] == "StorageAccountInAnotherResourceGroup"
    )
    second = BASE.replace("000001", "000002")
    azure.request("POST", f"{second}/providers/Microsoft.Storage/register")
    azure.request("PUT", f"{second}/resourceGroups/group", {"location": "westeurope"})
    reply = azure.request("PUT", f"{STORAGE.replace(BASE, second)}/{ACCOUNT}", BODY)
    assert (reply.status, reply.body["error"]["code"]) == (409, "StorageAccountAlreadyTaken")


def test_a_name_can_be_checked_before_it_is_used(azure: Azure) -> None:
    account(azure)
    names = {"free": None, ACCOUNT: "AlreadyExists", "takenbyothers": "AlreadyExists", "No_Name": "AccountNameInvalid"}
    for name, reason in names.items():
        found = azure.storage.storage_accounts.check_name_availability(
            {"name": name, "type": "Microsoft.Storage/storageAccounts"}
        )
        assert (found.name_available, found.reason) == (reason is None, reason)


def test_an_account_has_two_keys_that_stay_the_same(azure: Azure) -> None:
    account(azure)
    first, second = (azure.storage.storage_accounts.list_keys("group", ACCOUNT).keys_property for _ in range(2))
    assert [key.key_name for key in first] == ["key1", "key2"]
    assert {len(b64decode(key.value)) for key in first} == {64}
    assert [key.value for key in first] == [key.value for key in second]


def test_deleting_an_account_deletes_what_is_in_it(azure: Azure) -> None:
    account(azure)
    azure.request("PUT", container_path("data"), {})
    assert [azure.request("DELETE", f"{STORAGE}/{ACCOUNT}").status for _ in range(2)] == [200, 204]
    account(azure)
    assert azure.request("GET", container_path("data")).body["error"]["code"] == "ContainerNotFound"


def test_deleting_a_group_deletes_the_blobs_of_its_accounts(azure: Azure) -> None:
    account(azure)
    azure.request("PUT", container_path("data"), {})
    blob_service(azure).get_blob_client("data", "a").upload_blob(b"1")
    azure.request("DELETE", GROUP)
    azure.gone(GROUP)
    azure.request("PUT", GROUP, {"location": "westeurope"})
    account(azure)
    assert azure.request("GET", container_path("data")).status == 404


def test_nothing_can_be_put_into_an_account_that_is_being_made(azure: Azure) -> None:
    azure.request("PUT", f"{STORAGE}/{ACCOUNT}", BODY)
    reply = azure.request("PUT", container_path("data"), {})
    assert (reply.status, reply.body["error"]["code"]) == (409, "StorageAccountIsNotProvisioned")
    until(lambda: azure.request("PUT", container_path("data"), {}).status, lambda status: status == 201)


def test_a_blob_service_is_changed_property_by_property(azure: Azure) -> None:
    account(azure)
    assert azure.storage.blob_services.get_service_properties("group", ACCOUNT).is_versioning_enabled is None
    azure.storage.blob_services.set_service_properties("group", ACCOUNT, {"properties": {"isVersioningEnabled": True}})
    retention = {"properties": {"deleteRetentionPolicy": {"enabled": True, "days": 7}}}
    azure.storage.blob_services.set_service_properties("group", ACCOUNT, retention)
    (found,) = azure.storage.blob_services.list("group", ACCOUNT)
    assert (found.is_versioning_enabled, found.delete_retention_policy.days, found.name) == (True, 7, "default")


def test_a_lifecycle_policy_is_put_read_and_deleted_as_a_whole(azure: Azure) -> None:
    account(azure)
    policies = azure.storage.management_policies
    policies.create_or_update("group", ACCOUNT, "default", {"properties": {"policy": {"rules": [RULE]}}})
    (rule,) = policies.get("group", ACCOUNT, "default").policy.rules
    assert (rule.name, rule.enabled, rule.definition.filters.prefix_match) == ("old", True, ["data/logs"])
    policies.delete("group", ACCOUNT, "default")
    path = f"{STORAGE}/{ACCOUNT}/managementPolicies/default"
    assert azure.request("GET", path).body["error"]["code"] == "ManagementPolicyNotFound"
    assert azure.request("DELETE", path).status == 204


def test_what_storage_has_and_the_sandbox_has_not_is_said_so(azure: Azure) -> None:
    account(azure)
    assert azure.request("GET", f"{STORAGE}/{ACCOUNT}/encryptionScopes").status == 501
    assert azure.request("POST", f"{STORAGE}/{ACCOUNT}/regenerateKey", {"keyName": "key1"}).status == 501
    reply = azure.request("PUT", f"{STORAGE}/lake", {**BODY, "properties": {"isHnsEnabled": True}})
    assert (reply.status, reply.body["error"]["code"]) == (501, "NotImplemented")


def test_accounts_and_blobs_outlive_the_sandbox(tmp_path: Path) -> None:
    with storage_service(tmp_path / "one") as azure:
        account(azure)
        azure.request("PUT", container_path("data"), {"properties": {"metadata": {"team": "a"}}})
        blob_service(azure).get_blob_client("data", "a//b").upload_blob(b"1")
        azure.cloud.save()
    with storage_service(tmp_path / "one") as azure:
        assert azure.request("GET", container_path("data")).body["properties"]["metadata"] == {"team": "a"}
        names = blob_service(azure).get_container_client("data").list_blob_names()
        assert list(names) == ["a//b"]
        azure.cloud.reset()
    assert not list((tmp_path / "one").glob("azure-objects/*"))
