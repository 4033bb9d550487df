"""bucket versioning and public: one plan per bucket; what belongs to more than the bucket is confirmed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from cloudctl.commands.bucket.address import named
from cloudctl.commands.changing import Change, carry_out, checked, question, wants_plan
from cloudctl.commands.invocation import Invocation
from cloudctl.commands.reading import one_match
from cloudctl.dispatch import service
from cloudctl.plan import Plan
from cloudctl.retry import Deadline
from cloudctl.scope import Scope
from cloudctl.services.bucket import KIND, Bucket, BucketService


@dataclass(frozen=True, slots=True)
class Setting:
    """What is switched, in words, and by which plan; ``asks`` about what a state does, where it opens something."""

    what: str
    plan: Callable[[BucketService, Bucket, str], Plan]
    asks: Mapping[str, str]


SETTINGS: Mapping[str, Setting] = {
    "versioning": Setting(
        "versioning", lambda buckets, bucket, state: buckets.plan_versioning(bucket, on=state == "on"), asks={}
    ),
    "public": Setting(
        "the public access block",
        lambda buckets, bucket, state: buckets.plan_public(bucket, allowed=state == "allow"),
        asks={"allow": "Let policies open to the public"},
    ),
}
"""The verb -> what it switches."""


def switch(go: Invocation, verb: str, state: str, names: Sequence[str]) -> None:
    """Bring buckets into a state: ``on`` or ``off``, ``block`` or ``allow``."""
    deadline = checked(go, KIND)
    places = [named(go, name) for name in names]
    asks = SETTINGS[verb].asks.get(state)
    if asks and not wants_plan(go):
        go.confirmed(names)  # off a terminal an answer that is missing is an error before any call
    found = [one_match(there, "bucket", verb, name, deadline) for there, name in places]
    changes = [switching(match.scope, match.record, verb, state, deadline) for match in found]
    if not wants_plan(go):
        _ask(go, changes, names, verb, asks)
    carry_out(go, changes, KIND, _again, many=len(names) > 1)


def switching(scope: Scope, bucket: Bucket, verb: str, state: str, deadline: Deadline) -> Change:
    """The change that brings a bucket into a state."""
    buckets: BucketService = service("bucket", Scope(scope.context, bucket.region), deadline)
    plan = SETTINGS[verb].plan(buckets, bucket, state)
    known = {field: getattr(bucket, field) for field in ("id", "name", "url", "region")}
    return Change(buckets, replace(plan, arguments={"bucket": known, "state": state}), bucket)


def _ask(go: Invocation, changes: Sequence[Change], names: Sequence[str], verb: str, asks: str | None) -> None:
    """Say what else changes with these buckets, and ask for it and for what opens them."""
    what = SETTINGS[verb].what
    holders = {change.service.holder(change.record): None for change in changes}
    for holder in filter(None, holders):
        go.report.note(f"{what} is set for the whole {holder}: it changes for every bucket there")
    if asks or any(holders):
        go.confirm(question(changes, asks or f"Change {what} of"), names)


def _again(change: Change) -> Bucket:
    """The bucket as it is after the change."""
    found: Bucket = next(change.service.find(change.record.id))
    return found
