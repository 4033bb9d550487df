"""The account that a request on something below it names."""

from __future__ import annotations

import time

from cloudctl.sandbox.azure import crud
from cloudctl.sandbox.azure.call import Call, Json
from cloudctl.sandbox.azure.refusals import Refusal, StorageRefusal
from cloudctl.sandbox.azure.storage import accounts
from cloudctl.sandbox.azure.store import Record, Store


def account_of(store: Store, call: Call, subscription: str, group: str, account: str, kind: str) -> Record:
    """The account above a resource of type ``kind``; refused when there is none or it is still being made."""
    target = accounts.target(subscription, group, account)
    crud.group(store, target)
    record = store.get(target.key)
    if record is None or not store.visible(record):
        verb = "write" if call.method in ("PUT", "PATCH") else "read"
        raise Refusal.PARENT.error(verb=verb, type=kind, parent=target.path)
    if time.time() < record.until:
        raise StorageRefusal.PROVISIONING.error()
    return record


def shown(record: Record, kind: str, path: str, properties: Json) -> Json:
    """A resource below an account: ``path`` is what follows the account's id."""
    return {"id": f"{record.id}/{path}", "name": path.rpartition("/")[2], "type": kind, "properties": properties}
