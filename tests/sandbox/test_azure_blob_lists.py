"""Lists of blobs and containers, and who may ask."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError
from azure.storage.blob import BlobBlock, BlobPrefix, ContainerClient
from azure_service import Azure
from azure_storage import ACCOUNT, account, blob_service, container_path, storage_service

ODD = [
    "//",
    "a//b",
    "a/../b",
    "a%2Fb",
    "a+b",
    "dir",
    "dir/",
    "sp ace",
    "ä/ö",
    "😀",
    "￿",
]


@pytest.fixture(scope="module")
def azure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Azure]:
    with storage_service(tmp_path_factory.mktemp("azure")) as azure:
        account(azure)
        account(azure, "openaccount", allowBlobPublicAccess=True)
        yield azure


def filled(azure: Azure, name: str, *blobs: str) -> ContainerClient:
    """A new container with blobs of one byte."""
    client = blob_service(azure).get_container_client(name)
    azure.request("PUT", container_path(name), {})
    for blob in blobs:
        client.upload_blob(blob, b"1")
    return client


def send(azure: Azure, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, dict[str, str], bytes]:
    connection = HTTPConnection("127.0.0.1", azure.port, timeout=10)
    connection.request(method, path, body, {"x-ms-version": "2026-04-06", **headers})
    reply = connection.getresponse()
    data = reply.read()
    connection.close()
    return reply.status, dict(reply.getheaders()), data


def test_a_list_is_ordered_by_name_and_goes_by_pages(azure: Azure) -> None:
    client = filled(azure, "pages", "b", "a", "c", "a0")
    pages: Any = client.list_blobs(results_per_page=3).by_page()
    first = next(pages)
    assert [blob.name for blob in first] == ["a", "a0", "b"]
    rest = client.list_blobs(results_per_page=3).by_page(pages.continuation_token)
    assert [blob.name for page in rest for blob in page] == ["c"]


def test_a_prefix_means_that_prefix(azure: Azure) -> None:
    client = filled(azure, "prefixes", "logs", "logs-a", "logs-b/c", "logs/d", "other")
    assert [blob.name for blob in client.list_blobs(name_starts_with="logs-")] == ["logs-a", "logs-b/c"]


def test_a_delimiter_gathers_what_has_a_prefix_in_common(azure: Azure) -> None:
    client = filled(azure, "folders", "a/1", "a/2", "b", "c/1", "c//2", "d")
    found = list(client.walk_blobs(delimiter="/", results_per_page=2))
    assert [(each.name, isinstance(each, BlobPrefix)) for each in found] == [
        ("a/", True),
        ("b", False),
        ("c/", True),
        ("d", False),
    ]


def test_every_odd_name_survives(azure: Azure) -> None:
    client = filled(azure, "odd")
    for name in ODD:
        # The transport tidies dots between slashes away; a slash that is encoded keeps them.
        path = f"/{ACCOUNT}/odd/" + "".join(f"%{byte:02X}" for byte in name.encode())
        status, _, body = send(
            azure, "PUT", path, b"1", Authorization="Bearer sandbox", **{"x-ms-blob-type": "BlockBlob"}
        )
        assert status == 201, body
    assert [blob.name for blob in client.list_blobs()] == sorted(ODD)


def test_uncommitted_blobs_are_listed_when_asked_for(azure: Azure) -> None:
    client = filled(azure, "uncommitted", "a", "z")
    client.get_blob_client("m").stage_block(BlobBlock(b64encode(b"0001").decode()).id, b"4")
    assert [blob.name for blob in client.list_blobs()] == ["a", "z"]
    found = {blob.name: blob.size for blob in client.list_blobs(include=["uncommittedblobs"])}
    assert found == {"a": 1, "m": 0, "z": 1}


def test_metadata_is_listed_when_asked_for(azure: Azure) -> None:
    client = filled(azure, "metadata")
    client.upload_blob("a", b"1", metadata={"Some_Name": "value"})
    assert [blob.metadata for blob in client.list_blobs()] == [{}]
    assert [blob.metadata for blob in client.list_blobs(include=["metadata"])] == [{"Some_Name": "value"}]


def test_the_properties_of_a_blob_are_listed(azure: Azure) -> None:
    client = filled(azure, "properties", "a")
    (blob,) = client.list_blobs()
    assert (blob.blob_type, blob.size, blob.blob_tier, blob.blob_tier_inferred) == ("BlockBlob", 1, "Hot", True)
    assert blob.content_settings.content_type == "application/octet-stream"
    assert blob.content_settings.content_md5 is not None


def test_containers_are_listed_and_show_their_properties(azure: Azure) -> None:
    for name in ("seen-a", "seen-b"):
        azure.request("PUT", container_path(name), {"properties": {"metadata": {"a": "1"}}})
    service = blob_service(azure)
    found = list(service.list_containers(name_starts_with="seen-", include_metadata=True, results_per_page=1))
    assert [(each.name, each.metadata) for each in found] == [("seen-a", {"a": "1"}), ("seen-b", {"a": "1"})]
    assert service.get_container_client("seen-a").get_container_properties().metadata == {"a": "1"}
    assert not service.get_container_client("missing").exists()


def test_both_keys_of_the_account_sign_and_no_other_does(azure: Azure) -> None:
    filled(azure, "signed", "a")
    for key in azure.storage.storage_accounts.list_keys("group", ACCOUNT).keys_property:
        client = blob_service(azure, key=key.value).get_container_client("signed")
        assert list(client.list_blob_names()) == ["a"]
    wrong = blob_service(azure, key=b64encode(b"wrong").decode()).get_container_client("signed")
    with pytest.raises(HttpResponseError) as raised:
        list(wrong.list_blob_names())
    assert (raised.value.status_code, raised.value.error_code) == (403, "AuthenticationFailed")  # type: ignore[attr-defined]


def test_a_token_is_taken_as_the_resource_manager_takes_it(azure: Azure) -> None:
    filled(azure, "token", "a")
    path = f"/{ACCOUNT}/token?restype=container&comp=list"
    assert send(azure, "GET", path, Authorization="Bearer sandbox")[0] == 200
    status, headers, body = send(azure, "GET", path, Authorization="Bearer other")
    assert (status, headers["x-ms-error-code"]) == (401, "InvalidAuthenticationInfo")
    assert headers["WWW-Authenticate"].startswith("Bearer authorization_uri=")
    assert b"<Code>InvalidAuthenticationInfo</Code>" in body


def test_anybody_may_read_what_is_public_and_nothing_else(azure: Azure) -> None:
    for name, access in (("blobs", "Blob"), ("whole", "Container"), ("closed", "None")):
        azure.request("PUT", container_path(name, "openaccount"), {"properties": {"publicAccess": access}})
    seen = [send(azure, "GET", f"/openaccount/{name}?restype=container&comp=list")[0] for name in ("blobs", "whole")]
    assert seen == [401, 200]
    status, headers, _ = send(azure, "GET", "/openaccount/closed?restype=container&comp=list")
    assert (status, headers["x-ms-error-code"]) == (401, "NoAuthenticationInformation")
    status, headers, _ = send(azure, "GET", f"/{ACCOUNT}/any?restype=container&comp=list")
    assert (status, headers["x-ms-error-code"]) == (409, "PublicAccessNotPermitted")


def test_accounts_named_like_the_resource_managers_paths_are_told_from_them(azure: Azure) -> None:
    account(azure, "subscriptions")
    guid = "00000000-0000-4000-8000-000000000001"
    azure.request("PUT", container_path(guid, "subscriptions"), {})
    client = blob_service(azure, "subscriptions").get_container_client(guid)
    client.upload_blob("resourcegroups/group", b"1")
    assert list(client.list_blob_names()) == ["resourcegroups/group"]
    assert azure.request("GET", f"/subscriptions/{guid}").body["displayName"] == "Sandbox"
