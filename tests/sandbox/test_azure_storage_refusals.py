"""Every row of the table of what Microsoft.Storage refuses in the resource manager, provoked by a request."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from azure_service import BASE, STORAGE, Azure, Reply
from azure_storage import ACCOUNT, BODY, account, container_path, storage_service

from cloudctl.sandbox.azure.refusals import TABLE, StorageRefusal

Provoke = Callable[[Azure], Reply]
SERVICE = f"{STORAGE}/{ACCOUNT}/blobServices/default"


@pytest.fixture(scope="module")
def azure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Azure]:
    with storage_service(tmp_path_factory.mktemp("azure"), transition=1.0) as azure:
        account(azure)
        azure.request("PUT", f"{BASE}/resourceGroups/other", {"location": "westeurope"})
        yield azure


def send(method: str, path: str, body: Any = None) -> Provoke:
    return lambda azure: azure.request(method, path, body)


def container(name: str = "data", **properties: Any) -> Provoke:
    return send("PUT", container_path(name), {"properties": properties})


def still_being_made(azure: Azure) -> Reply:
    azure.request("PUT", f"{STORAGE}/fresh", BODY)
    return azure.request("PUT", container_path("data", "fresh"), {})


CASES: dict[StorageRefusal, Provoke] = {
    StorageRefusal.NAME: send("PUT", f"{STORAGE}/No_Name", BODY),
    StorageRefusal.TAKEN: send("PUT", f"{STORAGE}/takenbyothers", BODY),
    StorageRefusal.ELSEWHERE: send("PUT", f"{STORAGE.replace('/group/', '/other/')}/{ACCOUNT}", BODY),
    StorageRefusal.PROVISIONING: still_being_made,
    StorageRefusal.VALUES: send("PUT", f"{STORAGE}/tierless", {**BODY, "kind": "BlobStorage"}),
    StorageRefusal.PROPERTY: send(
        "PUT", SERVICE, {"properties": {"deleteRetentionPolicy": {"enabled": True, "days": 366}}}
    ),
    StorageRefusal.CONTAINER_NAME: container("a--b"),
    StorageRefusal.CONTAINER: send("GET", container_path("missing")),
    StorageRefusal.PUBLIC: container(publicAccess="Blob"),
    StorageRefusal.METADATA: container(metadata={"1st": "x"}),
    StorageRefusal.POLICY: send("GET", f"{STORAGE}/{ACCOUNT}/managementPolicies/default"),
}


@pytest.mark.parametrize("refusal", StorageRefusal, ids=str)
def test_storage_refuses_as_the_table_says(azure: Azure, refusal: StorageRefusal) -> None:
    row = refusal.value
    reply = CASES[refusal](azure)
    error = reply.body["error"]
    assert (reply.status, error["code"]) == (row.status, row.code)
    assert re.fullmatch(re.sub(r"\\{\w+\\}", ".+", re.escape(row.message)), error["message"]), error["message"]
    assert bool(row.target) == ("target" in error)


def test_the_rows_of_storage_are_rows_of_azure_and_each_is_one_of_its_own() -> None:
    assert set(StorageRefusal) <= set(TABLE)
    assert len(StorageRefusal.__members__) == len(list(StorageRefusal))
