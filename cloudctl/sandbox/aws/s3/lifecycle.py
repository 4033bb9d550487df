"""Lifecycle rules: checked and kept. Time does not pass here, so they do nothing.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
"""

from __future__ import annotations

import secrets
from typing import Any

from cloudctl.sandbox.aws.s3.call import Call
from cloudctl.sandbox.aws.s3.refusals import Refusal

Rule = dict[str, Any]

_MOST_RULES = 1000
_ID_LENGTH = 255
_ACTIONS = (
    "Expiration", "Transitions", "NoncurrentVersionTransitions", "NoncurrentVersionExpiration",
    "AbortIncompleteMultipartUpload",
)  # fmt: skip
_INFREQUENT = ("STANDARD_IA", "ONEZONE_IA")
_CLASSES = ("GLACIER", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "DEEP_ARCHIVE", "GLACIER_IR")
_DEFAULT_SIZE = "all_storage_classes_128K"


def get(call: Call) -> dict[str, Any]:
    """GetBucketLifecycleConfiguration."""
    kept = call.bucket.properties.get("lifecycle")
    if kept is None:
        raise Refusal.NO_LIFECYCLE.error(BucketName=call.request.bucket)
    return {"Rules": kept["rules"], "TransitionDefaultMinimumObjectSize": kept["size"]}


def put(call: Call) -> dict[str, Any]:
    """PutBucketLifecycleConfiguration: replaces all rules; one without an id is given one."""
    bucket = call.bucket
    rules: list[Rule] = call.params.get("LifecycleConfiguration", {}).get("Rules") or _bad_shape()
    _check_together(rules)
    for rule in rules:
        _check(rule)
    size = call.params.get("TransitionDefaultMinimumObjectSize", _DEFAULT_SIZE)
    named = [{"ID": secrets.token_urlsafe(36), **rule} for rule in rules]
    bucket.properties["lifecycle"] = {"rules": named, "size": size}
    return {"TransitionDefaultMinimumObjectSize": size}


def delete(call: Call) -> dict[str, Any]:
    """DeleteBucketLifecycle."""
    call.bucket.properties.pop("lifecycle", None)
    return {}


def _check_together(rules: list[Rule]) -> None:
    ids = [rule["ID"] for rule in rules if rule.get("ID")]
    _require(len(rules) <= _MOST_RULES, "The number of lifecycle rules must not exceed the allowed limit of 1000 rules")
    _require(len(set(ids)) == len(ids), "Rule ID must be unique. Found same ID for more than one rule")
    _require(all(len(each) <= _ID_LENGTH for each in ids), "ID length should not exceed allowed limit of 255")
    if any("Prefix" in rule for rule in rules) and any("Filter" in rule for rule in rules):
        raise _excluded("Filter element can only be used in Lifecycle V2.")


def _check(rule: Rule) -> None:
    if ("Filter" in rule) == ("Prefix" in rule):
        _bad_shape()
    if not any(name in rule for name in _ACTIONS):
        raise _excluded("At least one action needs to be specified in a rule")
    _check_filter(rule.get("Filter", {}))
    _check_expiration(rule.get("Expiration"))
    _check_transitions(rule)
    _check_noncurrent(rule)
    _check_abort(rule)


def _check_filter(wanted: dict[str, Any]) -> None:
    together = wanted.get("And")
    conditions = len(together or ()) + len((together or {}).get("Tags", [])[1:])
    if len(wanted) > 1 or (together is not None and conditions < 2):
        _bad_shape()


def _check_expiration(wanted: dict[str, Any] | None) -> None:
    if wanted is None:
        return
    if len(wanted) != 1:
        _bad_shape()
    _require(wanted.get("Days", 1) > 0, "'Days' for Expiration action must be a positive integer")
    _check_date(wanted)


def _check_date(wanted: dict[str, Any]) -> None:
    _require("T00:00:00" in wanted.get("Date", "T00:00:00"), "'Date' must be at midnight GMT")


def _check_transitions(rule: Rule) -> None:
    moves = rule.get("Transitions", [])
    for move in moves:
        _check_move(move, "Days")
    if len({move["StorageClass"] for move in moves}) < len(moves):
        raise _excluded("'StorageClass' must be different for 'Transition' actions in same 'Rule'")
    timed = [*moves, *([rule["Expiration"]] if "Expiration" in rule else [])]
    if any("Date" in each for each in timed) and any("Days" in each for each in timed):
        raise _excluded("Found mixed 'Date' and 'Days' based Expiration and Transition actions in lifecycle rule")
    last, end = max((move.get("Days", 0) for move in moves), default=0), rule.get("Expiration", {}).get("Days")
    _require(
        end is None or not moves or end > last,
        "'Days' in the Expiration action for filter must be greater than 'Days' in the Transition action",
    )


def _check_move(move: dict[str, Any], days: str) -> None:
    kind = move.get("StorageClass")
    if kind not in _CLASSES or (days in move) == ("Date" in move):
        _bad_shape()
    least = 30 if kind in _INFREQUENT else 0
    _require(
        move.get(days, least) >= least,
        f"'{days}' in Transition action must be greater than or equal to {least} for storageClass '{kind}'",
    )
    _check_date(move)


def _check_noncurrent(rule: Rule) -> None:
    moves, expiration = rule.get("NoncurrentVersionTransitions", []), rule.get("NoncurrentVersionExpiration")
    for move in moves:
        _check_move(move, "NoncurrentDays")
    for each in [*moves, *([expiration] if expiration is not None else [])]:
        kept = each.get("NewerNoncurrentVersions", 1)
        _require(1 <= kept <= 100, "'NewerNoncurrentVersions' must be between 1 and 100")
        _require(kept == 1 or "Filter" in rule, "'NewerNoncurrentVersions' needs a Filter")
    if expiration is not None:
        _require(
            expiration.get("NoncurrentDays", 0) > 0,
            "'NoncurrentDays' for NoncurrentVersionExpiration action must be a positive integer",
        )


def _check_abort(rule: Rule) -> None:
    abort, wanted = rule.get("AbortIncompleteMultipartUpload"), rule.get("Filter", {})
    narrowed = wanted.keys() - {"Prefix"} and wanted.get("And", {"Tags": []}).keys() - {"Prefix"}
    if abort is not None:
        _require(
            abort.get("DaysAfterInitiation", 0) > 0,
            "'DaysAfterInitiation' for AbortIncompleteMultipartUpload action must be a positive integer",
        )
        if narrowed:
            raise _excluded("AbortIncompleteMultipartUpload cannot be specified with Tags or object sizes.")
    if "ExpiredObjectDeleteMarker" in rule.get("Expiration", {}) and narrowed:
        raise _excluded("ExpiredObjectDeleteMarker cannot be specified with Tags or object sizes.")


def _require(holds: bool, reason: str) -> None:
    if not holds:
        raise Refusal.LIFECYCLE_ARGUMENT.error(reason=reason)


def _excluded(reason: str) -> Exception:
    return Refusal.LIFECYCLE_REQUEST.error(reason=reason)


def _bad_shape() -> Any:
    raise Refusal.LIFECYCLE_SHAPE.error()
