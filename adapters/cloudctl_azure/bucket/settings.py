"""What can be changed of a storage account, and so of all its containers: each setting is one step."""

from __future__ import annotations

from typing import Any

from cloudctl.errors import NotFound
from cloudctl.plan import Found, Run, Step
from cloudctl_azure.bucket import record
from cloudctl_azure.bucket.account import ACCOUNTS, Account
from cloudctl_azure.documents import Native, dig


def versioning(account: Account, run: Run, *, on: bool) -> Step:
    """https://learn.microsoft.com/rest/api/storagerp/blob-services/set-service-properties

    The whole of the properties is sent: rules for CORS that are not sent are deleted. Raises NotFound.
    """
    services: Any = account.session.storage.blob_services
    there: dict[str, Any] = run.read(lambda: dict(dig(_services(account), "properties") or {}), preview={})
    sent = {**account.names, "parameters": {"properties": {**there, "isVersioningEnabled": on}}}

    def find() -> Found | None:
        return Found(account.name) if record.versioning(_services(account)) is on else None

    def apply() -> None:
        services.set_service_properties(**sent)

    return _step("versioning", f"versioning of storage account {account.name}", "blobServices/write", sent, find, apply)


def block(account: Account, *, shut: bool) -> Step:
    """https://learn.microsoft.com/rest/api/storagerp/storage-accounts/update

    https://learn.microsoft.com/azure/storage/blobs/anonymous-read-access-prevent: an account that does not say lets
    its containers decide.
    """
    accounts = account.session.storage.storage_accounts
    sent: dict[str, Any] = {**account.names, "parameters": {"properties": {"allowBlobPublicAccess": not shut}}}

    def find() -> Found | None:
        native = account.look()
        if native is None:
            raise NotFound(f"the storage account {account.name} is gone")
        return Found(account.name) if record.shut(native) is shut else None

    def apply() -> None:
        accounts.update(**sent)

    return _step("public-access", f"public access block of storage account {account.name}", "write", sent, find, apply)


def _services(account: Account) -> Native:
    services = account.services()
    if services is None:
        raise NotFound(f"the storage account {account.name} is gone")
    return services


def _step(key: str, title: str, verb: str, sent: dict[str, Any], find: Any, apply: Any) -> Step:
    return Step(key, title, f"{ACCOUNTS}/{verb}", sent, find=find, apply=apply)
