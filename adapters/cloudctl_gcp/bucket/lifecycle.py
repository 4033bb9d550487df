"""Lifecycle rules of Cloud Storage, each with one action: https://cloud.google.com/storage/docs/lifecycle"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from cloudctl.errors import CloudError, Kind, NotFound, UsageError
from cloudctl.plan import Found, Run, Step
from cloudctl.services.lifecycle import (
    Dialect,
    LifecycleRule,
    Native,
    RuleChange,
    RuleSpec,
    Transition,
    comparable,
    digest,
)
from cloudctl_gcp.bucket.resource import Resource

_DELETE, _MOVE, _ABORT = "Delete", "SetStorageClass", "AbortIncompleteMultipartUpload"
_CLASSES = ("NEARLINE", "COLDLINE", "ARCHIVE", "STANDARD")
_PREFIXES = "matchesPrefix"


class GcsRules(Dialect):
    """The rules of one bucket as Cloud Storage writes them."""

    def __init__(self, bucket: str) -> None:
        self._bucket = bucket

    def neutral(self, native: Native) -> LifecycleRule:
        action, condition = native.get("action") or {}, native.get("condition") or {}
        kind, age, prefixes = action.get("type"), condition.get("age"), condition.get(_PREFIXES) or [""]
        noncurrent = condition.get("daysSinceNoncurrentTime")
        moves = (Transition(int(age), str(action.get("storageClass"))),) if kind == _MOVE and age is not None else ()
        rule = LifecycleRule(
            bucket=self._bucket,
            id="",
            enabled=True,
            prefix=str(prefixes[0]),
            transitions=moves,
            expire_days=age if kind == _DELETE else None,
            noncurrent_expire_days=noncurrent if kind == _DELETE else None,
            abort_multipart_days=age if kind == _ABORT else None,
            exact=_exact(native),
            native=native,
        )
        return replace(rule, id=digest(comparable(rule) if rule.exact else native))

    def natives(self, spec: RuleSpec) -> Sequence[Native]:
        prefix = {_PREFIXES: [spec.prefix]} if spec.prefix else {}

        def rule(days: int | None, action: dict[str, str], name: str = "age", **more: Any) -> list[Native]:
            return [{"action": action, "condition": {name: days, **more, **prefix}}] if days is not None else []

        moves = [
            one
            for move in spec.transitions
            for one in rule(move.days, {"type": _MOVE, "storageClass": move.storage_class}, isLive=True)
        ]
        return [
            *moves,
            *rule(spec.expire_days, {"type": _DELETE}, isLive=True),
            *rule(spec.noncurrent_expire_days, {"type": _DELETE}, "daysSinceNoncurrentTime"),
            *rule(spec.abort_multipart_days, {"type": _ABORT}),
        ]


def check(spec: RuleSpec) -> None:
    """Raise UsageError or Unsupported for what Cloud Storage does not have."""
    made = GcsRules("").natives(replace(spec, id=None))
    if spec.id is not None and [spec.id] != [GcsRules("").neutral(rule).id for rule in made]:
        fix = "leave out the id: a digest of the rule stands for it"
        raise CloudError(Kind.UNSUPPORTED, "rules of Cloud Storage have no names", fix=fix)
    if not spec.enabled:
        raise CloudError(Kind.UNSUPPORTED, "rules of Cloud Storage cannot be switched off")
    for move in spec.transitions:
        if move.storage_class not in _CLASSES:
            raise UsageError(f"Cloud Storage moves no objects to {move.storage_class}", fix=f"one of {_CLASSES}")


def read(bucket: Resource) -> tuple[list[Native], str | None]:
    """The rules, and the metageneration of the bucket that has them. Raises NotFound.

    https://cloud.google.com/storage/docs/json_api/v1/buckets/get
    """
    document = bucket.storage.bucket(bucket.name)
    if document is None:
        raise NotFound(f"the bucket {bucket.name} is gone")
    return list((document.get("lifecycle") or {}).get("rule") or ()), document.get("metageneration")


def step(bucket: Resource, run: Run, change: RuleChange) -> Step:
    """https://cloud.google.com/storage/docs/json_api/v1/buckets/patch

    The metageneration lets a write fail that would lose what somebody else has written in between.
    """
    dialect, once = GcsRules(bucket.name), Resource(bucket.storage.once, bucket.name)

    nothing: tuple[list[Native], str | None] = ([], None)
    rules, metageneration = run.read(lambda: read(once), preview=nothing)

    def find() -> Found | None:
        nonlocal rules, metageneration
        rules, metageneration = read(once)  # what is sent is what was read last
        return Found(bucket.name) if dialect.settled(rules, change) else None

    def body() -> dict[str, Any]:
        return {"lifecycle": {"rule": dialect.changed(rules, change)}}

    def apply() -> None:
        bucket.storage.send("PATCH", bucket.path, body(), ifMetagenerationMatch=metageneration, projection="noAcl")

    title, arguments = f"lifecycle of bucket {bucket.name}", {"bucket": bucket.name, **body()}
    return bucket.step("lifecycle", title, "buckets.patch", arguments, find=find, apply=apply)


def _exact(native: Native) -> bool:
    """Whether the neutral fields tell all that the rule does."""
    condition, kind = native.get("condition") or {}, (native.get("action") or {}).get("type")
    said = condition.keys() - {_PREFIXES}
    one_prefix = len(condition.get(_PREFIXES) or ()) <= 1
    forms = {_MOVE: [{"age", "isLive"}], _DELETE: [{"age", "isLive"}, {"daysSinceNoncurrentTime"}], _ABORT: [{"age"}]}
    return one_prefix and said in forms.get(str(kind), ()) and condition.get("isLive", True) is True
