"""Storage accounts."""

from __future__ import annotations

import re
import time

from cloudctl.sandbox.azure import contract, crud
from cloudctl.sandbox.azure.call import Answer, Call, Json
from cloudctl.sandbox.azure.operations import timestamp
from cloudctl.sandbox.azure.refusals import Refusal, StorageRefusal
from cloudctl.sandbox.azure.resource_id import ResourceId
from cloudctl.sandbox.azure.resource_types import Behaviour, Change, ResourceType
from cloudctl.sandbox.azure.storage.provider import ACCOUNTS, MODELS, VERSIONS
from cloudctl.sandbox.azure.store import Record, Store

_RULE = "[a-z0-9]{3,24}"
_STANDARD = ("Standard_LRS", "Standard_ZRS", "Standard_GRS", "Standard_RAGRS", "Standard_GZRS", "Standard_RAGZRS")
_PREMIUM = ("Premium_LRS", "Premium_ZRS")
_SECOND = ("StandardV2_LRS", "StandardV2_GRS", "StandardV2_ZRS", "StandardV2_GZRS", "PremiumV2_LRS", "PremiumV2_ZRS")
# https://learn.microsoft.com/en-us/azure/storage/common/storage-account-overview#types-of-storage-accounts
_SKUS = {
    "StorageV2": (*_STANDARD, "Premium_LRS"),
    "Storage": (*_STANDARD, "Premium_LRS"),
    "BlobStorage": ("Standard_LRS", "Standard_GRS", "Standard_RAGRS"),
    "BlockBlobStorage": _PREMIUM,
    "FileStorage": (*_PREMIUM, *_SECOND),
}
# The blob service works differently with each of these.
_UNSERVED = ("isHnsEnabled", "isNfsV3Enabled", "isSftpEnabled", "customDomain", "immutableStorageWithVersioning")


class Accounts(Behaviour):
    """An account is made in a while and changed at once."""

    def prepare(self, change: Change) -> None:
        _check_served(change)
        self._check_kind(change)
        properties = change.properties
        old = change.old.properties if change.old else {}
        properties.setdefault("allowBlobPublicAccess", old.get("allowBlobPublicAccess", False))
        properties.setdefault("minimumTlsVersion", old.get("minimumTlsVersion", "TLS1_0"))
        properties.setdefault("supportsHttpsTrafficOnly", old.get("supportsHttpsTrafficOnly", True))
        properties.setdefault("allowCrossTenantReplication", old.get("allowCrossTenantReplication", False))
        default = "Premium" if change.body["kind"] == "BlockBlobStorage" else "Hot"
        properties.setdefault("accessTier", old.get("accessTier", default))
        properties.setdefault("networkAcls", old.get("networkAcls", _open_network()))
        created = change.old.created if change.old else time.time()
        properties["encryption"] = _encryption(properties.get("encryption") or {}, created)
        change.body["sku"]["tier"] = "Premium" if change.body["sku"]["name"].startswith("Premium") else "Standard"
        change.body.setdefault("tags", {})

    def written(self, change: Change, record: Record) -> None:
        record.until = time.time() + (0 if change.old else change.store.settings.transition)

    def view(self, store: Store, record: Record) -> Json:
        created = timestamp(record.created)
        return {
            **record.properties,
            "creationTime": created,
            "keyCreationTime": {"key1": created, "key2": created},
            "primaryEndpoints": {"blob": f"{store.host}/{record.address.name}/"},
            "primaryLocation": record.location,
            "statusOfPrimary": "available",
            "privateEndpointConnections": [],
        }

    def _check_kind(self, change: Change) -> None:
        kind, sku = change.body["kind"], change.body["sku"]["name"]
        if change.old and change.old.body["kind"] != kind:
            raise Refusal.NOT_SERVED.error(what="another kind of an account")
        if sku not in _SKUS[kind]:
            raise StorageRefusal.VALUES.error(name="sku")
        if kind == "BlobStorage" and "accessTier" not in change.properties and not change.old:
            raise StorageRefusal.VALUES.error(name="accessTier")


TYPE = ResourceType(
    name=ACCOUNTS,
    versions=VERSIONS,
    model=f"{MODELS}:StorageAccountCreateParameters",
    patch=f"{MODELS}:StorageAccountUpdateParameters",
    rule=_RULE,
    limit=24,
    behaviour=Accounts(),
    created=202,
    instant=True,
)


def target(subscription: str, group: str, account: str) -> ResourceId:
    """The id of an account."""
    return ResourceId(subscription, group, TYPE.namespace, ("storageAccounts",), (account,))


def put(store: Store, call: Call, subscription: str, group: str, account: str) -> Answer:
    """``StorageAccounts_Create``: 202 with a Location for a new account, 200 for one that is there."""
    if not re.fullmatch(_RULE, account):
        raise StorageRefusal.NAME.error(name=account)
    wanted = target(subscription, group, account)
    if store.get(wanted.key) is None:
        _check_free(store, wanted)
    answer = crud.put(store, call, TYPE, wanted)
    if answer.status != 202:
        return answer
    record = store.records[wanted.key]
    operation = store.begin(target=record.id)
    path = f"/subscriptions/{subscription}/providers/Microsoft.Storage/locations/{record.location}/asyncoperations/"
    location = call.link(f"{path}{operation.id}", monitor="true")
    return Answer(202, None, {"Location": location, "Retry-After": "1"})


def created(store: Store, call: Call, subscription: str, location: str, id: str) -> Answer:
    """What the Location of a creation answers: 202 until the account is there, then the account."""
    operation = store.operations.get(id)
    record = store.get(operation.target) if operation else None
    if operation is None or record is None:
        raise Refusal.CHILD.error(id=call.path)
    if time.time() < operation.until:
        return Answer(202, None, {"Location": call.link(call.path, monitor="true"), "Retry-After": "1"})
    return Answer(200, TYPE.view(store, record))


def delete(store: Store, call: Call, subscription: str, group: str, account: str) -> Answer:
    """``StorageAccounts_Delete``: at once, with everything in it; 204 when there is none."""
    wanted = target(subscription, group, account)
    crud.group(store, wanted)
    record = store.get(wanted.key)
    if record is None:
        return Answer(204)
    store.remove(record)
    store.drop_account(record.address.name)
    return Answer(200)


def check_name(store: Store, call: Call, subscription: str) -> Answer:
    """``StorageAccounts_CheckNameAvailability``."""
    name = contract.check(f"{MODELS}:StorageAccountCheckNameAvailabilityParameters", call.json())["name"]
    if not re.fullmatch(_RULE, name):
        message = StorageRefusal.NAME.error(name=name).body["message"]
        return Answer(200, {"nameAvailable": False, "reason": "AccountNameInvalid", "message": message})
    if name.startswith("taken") or named(store, name):
        message = StorageRefusal.TAKEN.error(name=name).body["message"]
        return Answer(200, {"nameAvailable": False, "reason": "AlreadyExists", "message": message})
    return Answer(200, {"nameAvailable": True})


def named(store: Store, name: str) -> Record | None:
    """The account of a name in any subscription."""
    return next((record for record in store.of_type(ACCOUNTS) if record.address.name == name), None)


def _check_free(store: Store, wanted: ResourceId) -> None:
    other = named(store, wanted.name)
    if other and other.address.subscription.lower() == wanted.subscription.lower():
        raise StorageRefusal.ELSEWHERE.error(name=wanted.name)
    if other or wanted.name.startswith("taken"):
        raise StorageRefusal.TAKEN.error(name=wanted.name)


def _check_served(change: Change) -> None:
    """Refuse what the emulated blob service does not do."""
    properties = change.properties
    unserved = [name for name in _UNSERVED if properties.get(name)]
    unserved += [name for name in ("identity", "extendedLocation", "zones", "placement") if change.body.get(name)]
    if (properties.get("encryption") or {}).get("keySource", "Microsoft.Storage") != "Microsoft.Storage":
        unserved.append("encryption.keySource")
    if (properties.get("networkAcls") or {}).get("defaultAction", "Allow") != "Allow":
        unserved.append("networkAcls.defaultAction")
    if properties.get("publicNetworkAccess", "Enabled") != "Enabled":
        unserved.append("publicNetworkAccess")
    if unserved:
        raise Refusal.NOT_SERVED.error(what=f"storage accounts with {unserved[0]}")


def _encryption(asked: Json, created: float) -> Json:
    """Everything is encrypted with Microsoft's key, whatever was asked."""
    on = {"enabled": True, "keyType": "Account", "lastEnabledTime": timestamp(created)}
    services = {"blob": on, "file": dict(on)}
    return {**asked, "services": services, "keySource": "Microsoft.Storage"}


def _open_network() -> Json:
    return {"bypass": "AzureServices", "virtualNetworkRules": [], "ipRules": [], "defaultAction": "Allow"}
