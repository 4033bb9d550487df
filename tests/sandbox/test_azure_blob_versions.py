"""Versions of blobs, and blobs that are kept after their deletion."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from azure.core.exceptions import HttpResponseError
from azure.storage.blob import BlobBlock, ContainerClient
from azure_service import Azure
from azure_storage import ACCOUNT, account, blob_service, container_path, storage_service

BLOCK = b64encode(b"0001").decode()


@pytest.fixture
def azure(tmp_path: Path) -> Iterator[Azure]:
    with storage_service(tmp_path) as azure:
        account(azure)
        azure.request("PUT", container_path("data"), {})
        yield azure


@pytest.fixture
def container(azure: Azure) -> ContainerClient:
    return blob_service(azure).get_container_client("data")


def service(azure: Azure, **properties: object) -> None:
    azure.storage.blob_services.set_service_properties("group", ACCOUNT, {"properties": properties})


def versions(container: ContainerClient) -> list[tuple[str, str | None, bool | None]]:
    return [(b.name, b.version_id, b.is_current_version) for b in container.list_blobs(include=["versions"])]


def test_without_versions_a_blob_is_overwritten_and_deleted(container: ContainerClient) -> None:
    blob = container.get_blob_client("a")
    for text in (b"1", b"2"):
        assert blob.upload_blob(text, overwrite=True).get("version_id") is None
    assert versions(container) == [("a", None, None)]
    blob.delete_blob()
    assert versions(container) == []


def test_each_write_makes_a_version_oldest_first(azure: Azure, container: ContainerClient) -> None:
    service(azure, isVersioningEnabled=True)
    blob = container.get_blob_client("a")
    ids = [blob.upload_blob(text, overwrite=True)["version_id"] for text in (b"1", b"2")]
    ids.append(blob.set_blob_metadata({"a": "1"})["version_id"])
    assert versions(container) == [("a", ids[0], None), ("a", ids[1], None), ("a", ids[2], True)]
    assert [blob.download_blob(version_id=each).readall() for each in ids] == [b"1", b"2", b"2"]
    pages = container.list_blobs(include=["versions"], results_per_page=1).by_page()
    assert [b.version_id for page in pages for b in page] == ids


def test_deleting_makes_the_blob_a_version_that_can_be_deleted_by_its_id(
    azure: Azure, container: ContainerClient
) -> None:
    service(azure, isVersioningEnabled=True)
    blob = container.get_blob_client("a")
    identity = blob.upload_blob(b"1")["version_id"]
    with pytest.raises(HttpResponseError) as raised:
        blob.delete_blob(version_id=identity)
    assert (raised.value.status_code, raised.value.error_code) == (403, "OperationNotAllowedOnRootBlob")  # type: ignore[attr-defined]
    blob.delete_blob()
    assert list(container.list_blobs()) == []
    assert not blob.exists()
    assert versions(container) == [("a", identity, None)]
    blob.delete_blob(version_id=identity)
    assert versions(container) == []


def test_a_blob_from_before_versioning_becomes_a_version(azure: Azure, container: ContainerClient) -> None:
    blob = container.get_blob_client("a")
    blob.upload_blob(b"1")
    service(azure, isVersioningEnabled=True)
    assert versions(container) == [("a", None, None)]
    blob.upload_blob(b"2", overwrite=True)
    (old, new) = versions(container)
    assert blob.download_blob(version_id=old[1]).readall() == b"1"
    assert new[2] is True


def test_versions_stay_when_versioning_is_turned_off(azure: Azure, container: ContainerClient) -> None:
    service(azure, isVersioningEnabled=True)
    blob = container.get_blob_client("a")
    first = blob.upload_blob(b"1")["version_id"]
    service(azure, isVersioningEnabled=False)
    for text in (b"2", b"3"):
        blob.upload_blob(text, overwrite=True)
    assert [each[1] for each in versions(container)] == [first, None]
    blob.delete_blob()
    assert [each[1] for each in versions(container)] == [first]


def test_a_deleted_blob_is_kept_and_comes_back(azure: Azure, container: ContainerClient) -> None:
    service(azure, deleteRetentionPolicy={"enabled": True, "days": 7})
    blob = container.get_blob_client("a")
    blob.upload_blob(b"1")
    blob.delete_blob()
    assert list(container.list_blobs()) == []
    (kept,) = container.list_blobs(include=["deleted"])
    assert (kept.name, kept.deleted, kept.remaining_retention_days) == ("a", True, 7)
    blob.undelete_blob()
    assert blob.download_blob().readall() == b"1"
    assert [each.deleted for each in container.list_blobs(include=["deleted"])] == [None]


def test_a_deleted_version_is_kept_and_comes_back(azure: Azure, container: ContainerClient) -> None:
    service(azure, isVersioningEnabled=True, deleteRetentionPolicy={"enabled": True, "days": 7})
    blob = container.get_blob_client("a")
    first = blob.upload_blob(b"1")["version_id"]
    blob.upload_blob(b"2", overwrite=True)
    blob.delete_blob(version_id=first)
    assert [each[1] for each in versions(container)] != [first]
    assert len(list(container.list_blobs(include=["versions", "deleted"]))) == 2
    blob.undelete_blob()
    assert blob.download_blob(version_id=first).readall() == b"1"
    assert blob.download_blob().readall() == b"2"


@pytest.mark.parametrize("deleted", [False, True], ids=["there", "deleted"])
def test_what_would_have_to_be_kept_as_a_snapshot_is_not_overwritten(
    azure: Azure, container: ContainerClient, tmp_path: Path, deleted: bool
) -> None:
    blob, source = container.get_blob_client("a"), container.get_blob_client("b")
    blob.upload_blob(b"1")
    source.upload_blob(b"2")
    service(azure, deleteRetentionPolicy={"enabled": True, "days": 7})
    if deleted:
        blob.delete_blob()
    blob.stage_block(BLOCK, b"2")
    before = sorted(tmp_path.glob("azure-objects/*"))
    ways: list[Callable[[], object]] = [
        lambda: blob.upload_blob(b"2", overwrite=True),
        lambda: blob.commit_block_list([BlobBlock(BLOCK)]),
        lambda: blob.start_copy_from_url(source.url),
        lambda: blob.upload_blob_from_url(source.url, overwrite=True),
    ]
    for overwrite in ways:
        with pytest.raises(HttpResponseError, match="soft delete") as raised:
            overwrite()
        assert raised.value.status_code == 501
    assert sorted(tmp_path.glob("azure-objects/*")) == before
    blob.undelete_blob()
    blob.set_blob_metadata({"a": "1"})
    assert blob.download_blob().readall() == b"1"


def test_versions_are_overwritten_under_soft_delete(azure: Azure, container: ContainerClient) -> None:
    service(azure, isVersioningEnabled=True, deleteRetentionPolicy={"enabled": True, "days": 7})
    blob = container.get_blob_client("a")
    ids = [blob.upload_blob(text, overwrite=True)["version_id"] for text in (b"1", b"2")]
    assert versions(container) == [("a", ids[0], None), ("a", ids[1], True)]


def test_a_blob_is_kept_for_as_long_as_was_said_when_it_was_deleted(azure: Azure, container: ContainerClient) -> None:
    service(azure, deleteRetentionPolicy={"enabled": True, "days": 7})
    container.upload_blob("a", b"1")
    container.delete_blob("a")
    service(azure, deleteRetentionPolicy={"enabled": False})
    (kept,) = container.list_blobs(include=["deleted"])
    assert (kept.name, kept.remaining_retention_days) == ("a", 7)


def test_soft_delete_of_containers_is_not_served(azure: Azure) -> None:
    service(azure, containerDeleteRetentionPolicy={"enabled": False})
    with pytest.raises(HttpResponseError, match="containerDeleteRetentionPolicy") as raised:
        service(azure, containerDeleteRetentionPolicy={"enabled": True, "days": 7})
    assert raised.value.status_code == 501
