"""From what Azure says of a container and its storage account to the neutral record. No calls.

https://learn.microsoft.com/rest/api/storagerp/blob-containers/get, .../storage-accounts/list and
.../blob-services/get-service-properties. Versioning, encryption, storage class and region are the account's.
"""

from __future__ import annotations

from collections.abc import Mapping

from cloudctl.services.bucket import SCHEMES, Bucket
from cloudctl_azure.documents import Native, dig, location, text

PROVIDER_KEY = "provider"
_OWN_KEY = "Microsoft.Keyvault"
_ACCOUNTS_SCOPE = "$account-encryption-key"


def bucket(container: Native, account: Native, services: Native | None, context: str) -> Bucket:
    """The record; ``services`` None where the account's blob service may not be read.

    A container has no time of creation in Azure Resource Manager, so ``created`` is None.
    """
    name = f"{account.get('name')}/{container.get('name')}"
    return Bucket(
        provider="azure",
        context=context,
        id=str(container.get("id") or ""),
        name=name,
        url=f"{SCHEMES['azure']}://{name}",
        region=location(account),
        created=None,
        versioning=versioning(services),
        public=public(container, account),
        encryption=encryption(container, account),
        storage_class=tier(account),
        tags=metadata(container),
        native={**container, "storageAccount": account, "blobService": services},
    )


def endpoint(account: Native) -> str | None:
    """The address of an account's blob service; None for a kind of account that has none (FileStorage)."""
    return text(account, "properties", "primaryEndpoints", "blob")


def tier(account: Native) -> str | None:
    return text(account, "properties", "accessTier")


def versioning(services: Native | None) -> bool | None:
    """Whether the account keeps versions; the setting is missing where it was never made."""
    return None if services is None else bool(dig(services, "properties", "isVersioningEnabled"))


def metadata(container: Native) -> dict[str, str] | None:
    """A container's metadata; None where it was not asked for, empty where there is none."""
    found = dig(container, "properties", "metadata")
    return {str(key): str(value or "") for key, value in found.items()} if isinstance(found, Mapping) else None


def public(container: Native, account: Native) -> bool:
    """Whether anybody may read: https://learn.microsoft.com/azure/storage/blobs/anonymous-read-access-configure

    Accounts from before ``allowBlobPublicAccess`` do not have it, and allow what their containers say.
    """
    return not shut(account) and (text(container, "properties", "publicAccess") or "None") != "None"


def shut(account: Native) -> bool:
    """Whether an account keeps the public out whatever its containers say."""
    return dig(account, "properties", "allowBlobPublicAccess") is False


def encryption(container: Native, account: Native) -> str | None:
    """The customer's key of the account, else the provider's; None where an encryption scope decides.

    https://learn.microsoft.com/azure/storage/common/customer-managed-keys-overview
    """
    if (text(container, "properties", "defaultEncryptionScope") or _ACCOUNTS_SCOPE) != _ACCOUNTS_SCOPE:
        return None
    found = dig(account, "properties", "encryption")
    if (text(found, "keySource") or "").casefold() != _OWN_KEY.casefold():
        return PROVIDER_KEY
    return text(found, "keyvaultproperties", "currentVersionedKeyIdentifier") or _key(found)


def _key(found: object) -> str | None:
    """A key's address from its parts; the version is missing where the newest is taken."""
    vault, *names = (text(found, "keyvaultproperties", part) for part in ("keyvaulturi", "keyname", "keyversion"))
    return "/".join([vault.rstrip("/"), "keys", *(name for name in names if name)]) if vault else None
