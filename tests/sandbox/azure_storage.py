"""A storage account over real HTTP, as azure-mgmt-storage and azure-storage-blob reach it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from azure.storage.blob import BlobServiceClient
from azure_service import BASE, GROUP, STORAGE, Azure, serving, until

ACCOUNT = "sandboxtests"
BODY = {"location": "westeurope", "kind": "StorageV2", "sku": {"name": "Standard_LRS"}}


@contextmanager
def storage_service(state: Path, **settings: Any) -> Iterator[Azure]:
    """A cloud with Microsoft.Storage registered and a resource group."""
    with serving(state, **{"transition": 0.05, **settings}) as azure:
        azure.request("POST", f"{BASE}/providers/Microsoft.Storage/register")
        azure.request("PUT", GROUP, {"location": "westeurope"})
        yield azure


def account(azure: Azure, name: str = ACCOUNT, **properties: Any) -> dict[str, Any]:
    """Make an account, or change it, and return it once it is there."""
    azure.request("PUT", f"{STORAGE}/{name}", {**BODY, "properties": properties})
    made: dict[str, Any] = until(
        lambda: azure.request("GET", f"{STORAGE}/{name}").body,
        lambda body: body["properties"]["provisioningState"] == "Succeeded",
    )
    return made


def container_path(name: str, account: str = ACCOUNT) -> str:
    return f"{STORAGE}/{account}/blobServices/default/containers/{name}"


def blob_service(azure: Azure, account: str = ACCOUNT, key: str | None = None, **options: Any) -> BlobServiceClient:
    """The SDK's client with a key of the account."""
    chosen = key or azure.storage.storage_accounts.list_keys("group", account).keys_property[0].value
    credential: Any = {"account_name": account, "account_key": chosen}
    return BlobServiceClient(f"http://127.0.0.1:{azure.port}/{account}", credential, retry_total=0, **options)
