"""Lifecycle rules of Azure, which belong to a storage account and name the containers that they are for.

https://learn.microsoft.com/azure/storage/blobs/lifecycle-management-policy-structure
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from cloudctl.errors import CloudError, Kind, NotFound, UsageError
from cloudctl.plan import Found, Run, Step
from cloudctl.services.lifecycle import Dialect, LifecycleRule, Native, RuleChange, RuleSpec, Transition, digest
from cloudctl_azure.bucket.account import ACCOUNTS, Account
from cloudctl_azure.documents import dig
from cloudctl_azure.reading import present

_NAME = re.compile(r"[A-Za-z0-9_-]{1,256}")
_TIERS = {"tierToCool": "Cool", "tierToCold": "Cold", "tierToArchive": "Archive"}
_MODIFIED, _CREATED = "daysAfterModificationGreaterThan", "daysAfterCreationGreaterThan"
_DEFAULT = "default"


class AzureRules(Dialect):
    """The rules of one container among those of its account."""

    def __init__(self, bucket: str) -> None:
        self._bucket, self._container = bucket, bucket.partition("/")[2]

    def mine(self, native: Native) -> bool:
        """Whether a rule is for this container, perhaps among others."""
        prefixes = _prefixes(native)
        return not prefixes or any(self._within(prefix) or self._above(prefix) for prefix in prefixes)

    def foreign(self, native: Native) -> bool:
        prefixes = _prefixes(native)
        return not prefixes or not all(self._within(prefix) for prefix in prefixes)

    def neutral(self, native: Native) -> LifecycleRule:
        base = dig(native, "definition", "actions", "baseBlob") or {}
        moves = [(tier, (base.get(action) or {}).get(_MODIFIED)) for action, tier in _TIERS.items()]
        within = [prefix.partition("/")[2] for prefix in _prefixes(native) if self._within(prefix)]
        return LifecycleRule(
            bucket=self._bucket,
            id=str(native.get("name") or ""),
            enabled=native.get("enabled") is not False,
            prefix=within[0] if within else "",
            transitions=tuple(Transition(int(days), tier) for tier, days in moves if days is not None),
            expire_days=_days(dig(base, "delete", _MODIFIED)),
            noncurrent_expire_days=_days(dig(native, "definition", "actions", "version", "delete", _CREATED)),
            abort_multipart_days=None,
            exact=not self.foreign(native) and _exact(native),
            native=native,
        )

    def natives(self, spec: RuleSpec) -> Sequence[Native]:
        actions = {tier: action for action, tier in _TIERS.items()}
        base: dict[str, Any] = {actions[move.storage_class]: {_MODIFIED: move.days} for move in spec.transitions}
        if spec.expire_days is not None:
            base["delete"] = {_MODIFIED: spec.expire_days}
        version = spec.noncurrent_expire_days
        wanted = {
            **({"baseBlob": base} if base else {}),
            **({"version": {"delete": {_CREATED: version}}} if version is not None else {}),
        }
        filters = {"blobTypes": ["blockBlob"], "prefixMatch": [f"{self._container}/{spec.prefix}"]}
        definition = {"actions": wanted, "filters": filters}
        # The names of an account's rules are those of all its containers.
        name = spec.id or f"cloudctl{digest((self._container, spec.name))}"
        return [{"name": name, "enabled": spec.enabled, "type": "Lifecycle", "definition": definition}]

    def _above(self, prefix: str) -> bool:
        """Whether a prefix is of this container as a whole, and perhaps of others whose names begin like it."""
        return f"{self._container}/".startswith(prefix)

    def _within(self, prefix: str) -> bool:
        return prefix.startswith(f"{self._container}/")


def check(spec: RuleSpec) -> None:
    """Raise UsageError or Unsupported for what Azure does not have."""
    if not _NAME.fullmatch(spec.name):
        raise UsageError(f"Azure does not allow {spec.name!r} for a rule", fix="letters, digits, - and _, at most 256")
    if spec.abort_multipart_days is not None:
        why = "blocks that no blob was made of are dropped after a week"
        raise CloudError(Kind.UNSUPPORTED, "Azure has no rule for unfinished uploads", why=why)
    for move in spec.transitions:
        if move.storage_class not in _TIERS.values():
            raise UsageError(
                f"Azure moves no blobs to {move.storage_class}", fix=f"one of {', '.join(_TIERS.values())}"
            )
    if len({move.storage_class for move in spec.transitions}) < len(spec.transitions):
        raise UsageError("a rule has one transition to a tier")


def read(account: Account, call: Any) -> list[Native]:
    """https://learn.microsoft.com/rest/api/storagerp/management-policies/get"""
    get = account.session.storage.management_policies.get
    found = present(call, get, **account.names, management_policy_name=_DEFAULT)
    return list(dig(found or {}, "properties", "policy", "rules") or ())


def step(account: Account, bucket: str, run: Run, change: RuleChange) -> Step:
    """https://learn.microsoft.com/rest/api/storagerp/management-policies/create-or-update sends the policy as a whole.

    Rules of other containers, and of all, are sent as they were read. A policy without rules is deleted.
    """
    dialect, policies = AzureRules(bucket), account.session.storage.management_policies
    names = {**account.names, "management_policy_name": _DEFAULT}

    def wanted(there: Sequence[Native]) -> dict[str, Any]:
        rules = dialect.changed(there, change)
        return {**names, **({"properties": {"properties": {"policy": {"rules": rules}}}} if rules else {})}

    sent = wanted(run.read(lambda: read(account, account.call.once), preview=[]))

    def find() -> Found | None:
        nonlocal sent
        if account.look() is None:
            raise NotFound(f"the storage account {account.name} is gone")
        there = read(account, account.call.once)
        sent = wanted(there)  # what is sent is what was read last
        return Found(account.name) if dialect.settled(there, change) else None

    def apply() -> None:
        (policies.create_or_update if "properties" in sent else policies.delete)(**sent)

    verb = "managementPolicies/write" if "properties" in sent else "managementPolicies/delete"
    title = f"lifecycle of storage account {account.name}"
    return Step("lifecycle", title, f"{ACCOUNTS}/{verb}", sent, find=find, apply=apply)


def _prefixes(native: Native) -> list[str]:
    return list(dig(native, "definition", "filters", "prefixMatch") or ())


def _days(value: Any) -> int | None:
    return None if value is None else int(value)


def _exact(native: Native) -> bool:
    """Whether the neutral fields tell all that the rule does."""
    filters, actions = dig(native, "definition", "filters") or {}, dig(native, "definition", "actions") or {}
    base, version = actions.get("baseBlob") or {}, actions.get("version") or {}
    said = [
        filters.keys() <= {"blobTypes", "prefixMatch"},
        list(filters.get("blobTypes") or ()) == ["blockBlob"],
        len(filters.get("prefixMatch") or ()) == 1,
        actions.keys() <= {"baseBlob", "version"},
        base.keys() <= {*_TIERS, "delete"},
        # Not all that is there has days: enableAutoTierToHotFromCool is true or false.
        all(isinstance(action, Mapping) and action.keys() == {_MODIFIED} for action in base.values()),
        version.keys() <= {"delete"},
        (version.get("delete") or {}).keys() <= {_CREATED},
    ]
    return all(said)
