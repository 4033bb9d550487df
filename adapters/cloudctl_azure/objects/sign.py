"""Signed addresses of blobs, by a key that Azure gives to who may have one; no key of the account is needed.

https://learn.microsoft.com/rest/api/storageservices/create-user-delegation-sas
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from xml.etree.ElementTree import Element

from azure.storage.blob import UserDelegationKey, generate_blob_sas

from cloudctl_azure.blobs import Blobs

_FORM = "%Y-%m-%dT%H:%M:%SZ"
_PERMISSIONS = {"GET": "r", "PUT": "cw"}
# Clocks differ.
_BEFORE = timedelta(minutes=5)
_FIELDS = {
    "SignedOid": "signed_oid",
    "SignedTid": "signed_tid",
    "SignedStart": "signed_start",
    "SignedExpiry": "signed_expiry",
    "SignedService": "signed_service",
    "SignedVersion": "signed_version",
    "Value": "value",
}


def signed(blobs: Blobs, account: str, key: str, method: str, seconds: int) -> str:
    """The address of a blob with a shared access signature for ``GET`` or ``PUT``."""
    now = datetime.now(UTC)
    expiry = now + timedelta(seconds=seconds)
    found = blobs.delegation_key((now - _BEFORE).strftime(_FORM), expiry.strftime(_FORM))
    signature = generate_blob_sas(
        account, blobs.container, key, user_delegation_key=_key(found), permission=_PERMISSIONS[method], expiry=expiry
    )
    return f"{blobs.url(key)}?{signature}"


def _key(found: Element) -> UserDelegationKey:
    key = UserDelegationKey()  # type: ignore[no-untyped-call]
    for tag, name in _FIELDS.items():
        setattr(key, name, found.findtext(tag))
    return key
