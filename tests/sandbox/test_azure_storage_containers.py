"""Containers in the resource manager."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from azure_service import Azure
from azure_storage import ACCOUNT, account, container_path, storage_service


@pytest.fixture(scope="module")
def azure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Azure]:
    with storage_service(tmp_path_factory.mktemp("azure"), page_size=2) as azure:
        account(azure)
        account(azure, "openaccount", allowBlobPublicAccess=True)
        yield azure


def test_a_container_is_private_and_without_a_lease(azure: Azure) -> None:
    made = azure.storage.blob_containers.create("group", ACCOUNT, "data", {"properties": {"metadata": {"a": "1"}}})
    assert (made.name, made.public_access, made.lease_state, made.metadata) == ("data", "None", "Available", {"a": "1"})
    assert azure.storage.blob_containers.get("group", ACCOUNT, "data").etag == made.etag


def test_putting_a_container_again_gives_it_the_new_values(azure: Azure) -> None:
    path = container_path("again")
    first = azure.request("PUT", path, {"properties": {"metadata": {"a": "1"}}})
    second = azure.request("PUT", path, {"properties": {"metadata": {"b": "2"}}})
    assert (first.status, second.status) == (201, 200)
    assert azure.request("GET", path).body["properties"]["metadata"] == {"b": "2"}
    assert first.body["etag"] != second.body["etag"]


def test_patching_leaves_what_it_does_not_name(azure: Azure) -> None:
    path = container_path("patched", "openaccount")
    azure.request("PUT", path, {"properties": {"metadata": {"a": "1"}}})
    reply = azure.request("PATCH", path, {"properties": {"publicAccess": "Blob"}})
    properties = reply.body["properties"]
    assert (reply.status, properties["publicAccess"], properties["metadata"]) == (200, "Blob", {"a": "1"})


def test_a_list_goes_by_pages_and_prefix_and_has_no_metadata(azure: Azure) -> None:
    for name in ("list-a", "list-b", "list-c", "other"):
        azure.request("PUT", container_path(name), {"properties": {"metadata": {"a": "1"}}})
    listed = list(azure.storage.blob_containers.list("group", ACCOUNT, filter="list-"))
    assert [each.name for each in listed] == ["list-a", "list-b", "list-c"]
    assert {each.metadata for each in listed} == {None}
    first = azure.request("GET", container_path("x").rpartition("/")[0], query="$maxpagesize=1")
    assert len(first.body["value"]) == 1
    assert "nextLink" in first.body


def test_a_container_is_gone_at_once_and_its_name_free(azure: Azure) -> None:
    path = container_path("short")
    azure.request("PUT", path, {})
    assert [azure.request("DELETE", path).status for _ in range(2)] == [200, 204]
    assert azure.request("GET", path).body["error"]["code"] == "ContainerNotFound"
    assert azure.request("PUT", path, {}).status == 201


@pytest.mark.parametrize("name", ["$root", "$web", "$logs", "a1b", "a" * 63, "a-b-c"])
def test_names_within_the_rules_are_taken(azure: Azure, name: str) -> None:
    assert azure.request("PUT", container_path(name), {}).status == 201


@pytest.mark.parametrize("name", ["ab", "a" * 64, "A-b", "-ab", "ab-", "a--b", "a_b", "$other"])
def test_names_outside_the_rules_are_refused(azure: Azure, name: str) -> None:
    reply = azure.request("PUT", container_path(name), {})
    assert (reply.status, reply.body["error"]["code"]) == (400, "InvalidResourceName")
