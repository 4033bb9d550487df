"""The two keys of an account: always the same ones for a name, since nothing secret is behind them."""

from __future__ import annotations

import hashlib
from base64 import b64encode

from cloudctl.sandbox.azure import crud
from cloudctl.sandbox.azure.call import Answer, Call
from cloudctl.sandbox.azure.operations import timestamp
from cloudctl.sandbox.azure.refusals import Refusal
from cloudctl.sandbox.azure.storage import accounts
from cloudctl.sandbox.azure.store import Store

_NAMES = ("key1", "key2")


def values(account: str) -> list[str]:
    """The keys, base64 of 64 bytes each."""
    return [b64encode(hashlib.sha512(f"{account} {name}".encode()).digest()).decode() for name in _NAMES]


def list_keys(store: Store, call: Call, subscription: str, group: str, account: str) -> Answer:
    """``StorageAccounts_ListKeys``; the Kerberos keys that ``$expand=kerb`` adds are of Azure Files."""
    if call.query.get("$expand", "kerb") != "kerb":
        raise Refusal.FILTER.error(filter=f"$expand={call.query['$expand']}")
    record = crud.require(store, accounts.TYPE, accounts.target(subscription, group, account))
    made = timestamp(record.created)
    keys = zip(_NAMES, values(record.address.name), strict=True)
    listed = [{"keyName": name, "value": value, "permissions": "FULL", "creationTime": made} for name, value in keys]
    return Answer(200, {"keys": listed})
