"""Lifecycle rules: checked and kept. Time does not pass here, so they do nothing.

https://cloud.google.com/storage/docs/lifecycle
"""

from __future__ import annotations

from datetime import date
from typing import Any

from cloudctl.sandbox.gcp.storage.documents import Json
from cloudctl.sandbox.gcp.storage.names import CLASSES
from cloudctl.sandbox.gcp.storage.refusals import Refusal

_MOST = 100
_ABORT = "AbortIncompleteMultipartUpload"
_ACTIONS = ("Delete", "SetStorageClass", _ABORT)
_ABORT_CONDITIONS = {"age", "matchesPrefix", "matchesSuffix"}
_DATES = ("createdBefore", "customTimeBefore", "noncurrentTimeBefore")
_NUMBERS = ("age", "daysSinceCustomTime", "daysSinceNoncurrentTime", "numNewerVersions")


def check(lifecycle: Json) -> None:
    """Raise GcsError invalid for a rule that cannot be."""
    rules = lifecycle.get("rule") or []
    if len(rules) > _MOST or not all(_possible(rule) for rule in rules):
        raise Refusal.LIFECYCLE.error()


def _possible(rule: Json) -> bool:
    action, condition = rule.get("action") or {}, rule.get("condition") or {}
    if action.get("type") == _ABORT and not condition.keys() <= _ABORT_CONDITIONS:
        return False
    return bool(condition) and _possible_action(action) and _possible_condition(condition)


def _possible_action(action: Json) -> bool:
    wanted = action.get("storageClass")
    changes = action.get("type") == "SetStorageClass"
    return action.get("type") in _ACTIONS and (wanted in CLASSES if changes else wanted is None)


def _possible_condition(condition: Json) -> bool:
    numbers = all(condition.get(name, 0) >= 0 for name in _NUMBERS)
    classes = all(one in CLASSES for one in condition.get("matchesStorageClass", ()))
    return numbers and classes and all(_is_date(condition[name]) for name in _DATES if name in condition)


def _is_date(text: Any) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
