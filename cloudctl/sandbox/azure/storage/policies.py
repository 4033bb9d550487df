"""The lifecycle policy of an account; it is kept, and nothing is moved or deleted by it.

https://learn.microsoft.com/en-us/azure/storage/blobs/lifecycle-management-policy-structure
"""

from __future__ import annotations

import time

from cloudctl.sandbox.azure import contract
from cloudctl.sandbox.azure.call import Answer, Call, Json
from cloudctl.sandbox.azure.operations import timestamp
from cloudctl.sandbox.azure.refusals import Refusal, StorageRefusal
from cloudctl.sandbox.azure.storage.parents import account_of, shown
from cloudctl.sandbox.azure.storage.provider import MODELS, POLICIES
from cloudctl.sandbox.azure.store import Record, Store

_HIDDEN = "managementPolicy"
_RULES, _PREFIXES, _NAME = 100, 10, 256
_TIERS = ("tierToCool", "tierToCold", "tierToArchive", "tierToHot")
_TARGETS = ("baseBlob", "snapshot", "version")


def get(store: Store, call: Call, subscription: str, group: str, account: str) -> Answer:
    """``ManagementPolicies_Get``."""
    record = account_of(store, call, subscription, group, account, POLICIES)
    if _HIDDEN not in record.hidden:
        raise StorageRefusal.POLICY.error(name=record.address.name)
    return Answer(200, _view(record))


def put(store: Store, call: Call, subscription: str, group: str, account: str) -> Answer:
    """``ManagementPolicies_CreateOrUpdate``: the policy as a whole."""
    record = account_of(store, call, subscription, group, account, POLICIES)
    wanted = contract.check(f"{MODELS}:ManagementPolicy", call.json())
    if not wanted.get("properties"):
        raise Refusal.REQUIRED.error(name="properties")
    policy = wanted["properties"]["policy"]
    _check(policy["rules"])
    record.hidden[_HIDDEN] = {"lastModifiedTime": timestamp(time.time()), "policy": policy}
    return Answer(200, _view(record))


def delete(store: Store, call: Call, subscription: str, group: str, account: str) -> Answer:
    """``ManagementPolicies_Delete``; 204 when there is none."""
    record = account_of(store, call, subscription, group, account, POLICIES)
    return Answer(200 if record.hidden.pop(_HIDDEN, None) else 204)


def _view(record: Record) -> Json:
    return shown(record, POLICIES, "managementPolicies/default", record.hidden[_HIDDEN])


def _check(rules: list[Json]) -> None:
    names = [rule["name"] for rule in rules]
    if not 1 <= len(rules) <= _RULES:
        raise StorageRefusal.PROPERTY.error(value=len(rules), name="policy.rules")
    for number, rule in enumerate(rules):
        if names.index(rule["name"]) != number or not 1 <= len(rule["name"]) <= _NAME:
            raise StorageRefusal.PROPERTY.error(value=rule["name"], name="policy.rules.name")
        rule.setdefault("enabled", True)
        _check_definition(rule["definition"])


def _check_definition(definition: Json) -> None:
    filters, actions = definition.get("filters") or {}, definition["actions"]
    types = filters.get("blobTypes") or []
    if not types or not set(types) <= {"blockBlob", "appendBlob"}:
        raise StorageRefusal.PROPERTY.error(value=",".join(types), name="definition.filters.blobTypes")
    if len(filters.get("prefixMatch") or []) > _PREFIXES:
        raise StorageRefusal.PROPERTY.error(value=len(filters["prefixMatch"]), name="definition.filters.prefixMatch")
    if not any(actions.get(target) for target in _TARGETS):
        raise StorageRefusal.PROPERTY.error(value="", name="definition.actions")
    for target in _TARGETS:
        _check_actions(target, actions.get(target) or {}, types)


def _check_actions(target: str, actions: Json, types: list[str]) -> None:
    for name, condition in actions.items():
        if not isinstance(condition, dict):
            continue
        path = f"definition.actions.{target}.{name}"
        if any("LastAccessTime" in each for each in condition):
            raise Refusal.NOT_SERVED.error(what="lifecycle rules by the time of the last access")
        if not condition or min(condition.values()) < 0:
            raise StorageRefusal.PROPERTY.error(value="", name=path)
        if name in _TIERS and "appendBlob" in types:
            raise StorageRefusal.PROPERTY.error(value="appendBlob", name=path)
