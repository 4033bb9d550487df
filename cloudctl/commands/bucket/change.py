"""bucket delete: one plan per bucket."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cloudctl.commands.bucket.address import named
from cloudctl.commands.changing import Change, carry_out, checked, question, wants_plan
from cloudctl.commands.invocation import Invocation
from cloudctl.commands.reading import ambiguous, matches, not_found
from cloudctl.dispatch import service
from cloudctl.retry import Deadline
from cloudctl.scope import Scope
from cloudctl.services.bucket import KIND, Bucket, BucketService


def delete_buckets(go: Invocation, names: Sequence[str], *, recursive: bool, if_exists: bool) -> None:
    deadline = checked(go, KIND)
    places = [named(go, name) for name in names]
    if not wants_plan(go):
        go.confirmed(names, typed=recursive)  # off a terminal an answer that is missing is an error before any call
    found = [_deletion(there, name, deadline, recursive=recursive) for there, name in places]
    changes = [change for change in found if change]
    for (there, name), change in zip(places, found, strict=True):
        if change is None and not if_exists:
            raise not_found(there, "bucket", name)
    if not changes:
        return go.report.note("nothing to delete")
    if not wants_plan(go):
        what = "Delete all objects, and" if recursive else "Delete"
        go.confirm(question(changes, what), names, typed=recursive)
    carry_out(go, changes, KIND, _deleted, many=len(names) > 1, silent=("table", "wide"))
    return None


def _deletion(go: Invocation, name: str, deadline: Deadline, *, recursive: bool) -> Change | None:
    found = matches(go, "bucket", "delete", name, deadline)
    if len(found) > 1:
        raise ambiguous("bucket", name, found)
    return deletion(found[0].scope, found[0].record, deadline, recursive=recursive) if found else None


def deletion(scope: Scope, bucket: Bucket, deadline: Deadline, *, recursive: bool) -> Change:
    """The change that deletes a bucket."""
    buckets: BucketService = service("bucket", Scope(scope.context, bucket.region), deadline)
    plan = buckets.plan_delete(bucket, recursive=recursive)
    known = {field: getattr(bucket, field) for field in ("id", "name", "url", "region")}
    return Change(buckets, replace(plan, arguments={"bucket": known, "recursive": recursive}), bucket)


def _deleted(change: Change) -> Bucket:
    """The record of the bucket that is gone."""
    bucket: Bucket = change.record
    return bucket
