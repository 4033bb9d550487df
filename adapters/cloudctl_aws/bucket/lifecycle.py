"""Lifecycle rules of S3: https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cloudctl.errors import UsageError
from cloudctl.plan import Found, Run, Step
from cloudctl.services.lifecycle import Dialect, LifecycleRule, Native, RuleChange, RuleSpec, Transition
from cloudctl_aws.bucket.resource import Resource

# https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html
_CLASSES = ("STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE")
_INFREQUENT, _INFREQUENT_DAYS = ("STANDARD_IA", "ONEZONE_IA"), 30
_LONGEST_ID = 255
# What a rule may say and the neutral fields still tell all of it.
_SAID = {"ID", "Status", "Filter", "Prefix", "Transitions", "Expiration", "NoncurrentVersionExpiration"}
_SAID |= {"AbortIncompleteMultipartUpload"}
_SIZE = "TransitionDefaultMinimumObjectSize"


class S3Rules(Dialect):
    """The rules of one bucket as S3 writes them."""

    def __init__(self, bucket: str) -> None:
        self._bucket = bucket

    def neutral(self, native: Native) -> LifecycleRule:
        moves = [move for move in native.get("Transitions") or () if "Days" in move]
        return LifecycleRule(
            bucket=self._bucket,
            id=str(native.get("ID") or ""),
            enabled=native.get("Status") == "Enabled",
            prefix=_prefix(native),
            transitions=tuple(Transition(int(move["Days"]), str(move["StorageClass"])) for move in moves),
            expire_days=(native.get("Expiration") or {}).get("Days"),
            noncurrent_expire_days=(native.get("NoncurrentVersionExpiration") or {}).get("NoncurrentDays"),
            abort_multipart_days=(native.get("AbortIncompleteMultipartUpload") or {}).get("DaysAfterInitiation"),
            exact=_exact(native),
            native=native,
        )

    def natives(self, spec: RuleSpec) -> Sequence[Native]:
        moves = [{"Days": move.days, "StorageClass": move.storage_class} for move in spec.transitions]
        told: dict[str, Any] = {
            "Transitions": moves,
            "Expiration": spec.expire_days and {"Days": spec.expire_days},
            "NoncurrentVersionExpiration": (
                spec.noncurrent_expire_days and {"NoncurrentDays": spec.noncurrent_expire_days}
            ),
            "AbortIncompleteMultipartUpload": (
                spec.abort_multipart_days and {"DaysAfterInitiation": spec.abort_multipart_days}
            ),
        }
        status = "Enabled" if spec.enabled else "Disabled"
        rule = {"ID": spec.name, "Status": status, "Filter": {"Prefix": spec.prefix}}
        return [{**rule, **{name: value for name, value in told.items() if value}}]


def check(spec: RuleSpec) -> None:
    """Raise UsageError for what S3 refuses of a rule."""
    if len(spec.name) > _LONGEST_ID:
        raise UsageError(f"the id of a rule takes {_LONGEST_ID} characters on AWS")
    for move in spec.transitions:
        if move.storage_class not in _CLASSES:
            raise UsageError(f"S3 moves no objects to {move.storage_class}", fix=f"one of {', '.join(_CLASSES)}")
        if move.storage_class in _INFREQUENT and move.days < _INFREQUENT_DAYS:
            raise UsageError(f"S3 moves objects to {move.storage_class} after {_INFREQUENT_DAYS} days at the earliest")
    last = max((move.days for move in spec.transitions), default=0)
    if spec.expire_days is not None and spec.transitions and spec.expire_days <= last:
        raise UsageError("S3 lets objects expire only after the last transition")
    if len({move.storage_class for move in spec.transitions}) < len(spec.transitions):
        raise UsageError("a rule has one transition to a storage class")


def read(bucket: Resource) -> Native:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLifecycleConfiguration.html"""
    return bucket.s3.setting("GetBucketLifecycleConfiguration", bucket.name)


def step(bucket: Resource, run: Run, change: RuleChange) -> Step:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html replaces all rules.

    Those that stay are sent as they were read, but for the form of their prefix.
    """
    dialect, once = S3Rules(bucket.name), Resource(bucket.s3.once, bucket.name)

    def wanted(there: Native) -> dict[str, Any]:
        rules = [_current(rule) for rule in dialect.changed(there.get("Rules") or (), change)]
        size = {_SIZE: there[_SIZE]} if there.get(_SIZE) else {}
        return {"Bucket": bucket.name, **({"LifecycleConfiguration": {"Rules": rules}, **size} if rules else {})}

    sent = wanted(run.read(lambda: read(once), preview={}))

    def find() -> Found | None:
        nonlocal sent
        there = read(once)
        sent = wanted(there)  # what is sent is what was read last
        return Found(bucket.name) if dialect.settled(there.get("Rules") or (), change) else None

    def apply() -> None:
        bucket.s3.send(_operation(sent), **sent)

    title = f"lifecycle of bucket {bucket.name}"
    return Step("lifecycle", title, f"s3:{_operation(sent)}", sent, find=find, apply=apply)


def _operation(sent: Native) -> str:
    """Rules cannot be replaced by none: https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketLifecycle.html"""
    return "PutBucketLifecycleConfiguration" if "LifecycleConfiguration" in sent else "DeleteBucketLifecycle"


def _current(rule: Native) -> Native:
    """A rule with its prefix in a filter: beside such rules S3 refuses those that have it in the old place.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleRule.html
    """
    if "Prefix" not in rule:
        return rule
    return {**{name: told for name, told in rule.items() if name != "Prefix"}, "Filter": {"Prefix": rule["Prefix"]}}


def _prefix(native: Native) -> str:
    wanted = native.get("Filter") or {}
    return str(native.get("Prefix") or wanted.get("Prefix") or (wanted.get("And") or {}).get("Prefix") or "")


def _exact(native: Native) -> bool:
    moves, expiration = native.get("Transitions") or (), native.get("Expiration") or {}
    return (
        native.keys() <= _SAID
        and (native.get("Filter") or {}).keys() <= {"Prefix"}
        and all("Days" in move for move in moves)
        and expiration.keys() <= {"Days"}
        and (native.get("NoncurrentVersionExpiration") or {}).keys() <= {"NoncurrentDays"}
    )
