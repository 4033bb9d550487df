"""Copies of objects inside Cloud Storage, and what was deleted coming back."""

from __future__ import annotations

from cloudctl.sandbox.gcp.storage import access, conditions, names, objects
from cloudctl.sandbox.gcp.storage.call import Call
from cloudctl.sandbox.gcp.storage.documents import Json
from cloudctl.sandbox.gcp.storage.refusals import Refusal
from cloudctl.sandbox.objects.store import Bucket, Entry


def copy(call: Call) -> Json:
    """https://cloud.google.com/storage/docs/json_api/v1/objects/copy"""
    bucket, entry = _copied(call)
    return objects.view(call, bucket, entry, full=call.full(default=bool(call.body)))


def rewrite(call: Call) -> Json:
    """https://cloud.google.com/storage/docs/json_api/v1/objects/rewrite, done in one request whatever the size."""
    call.refuse("rewriteToken", "maxBytesRewrittenPerCall")
    bucket, entry = _copied(call)
    assert entry.content
    return {
        "kind": "storage#rewriteResponse",
        "totalBytesRewritten": str(entry.content.size),
        "objectSize": str(entry.content.size),
        "done": True,
        "resource": objects.view(call, bucket, entry, full=call.full(default=bool(call.body))),
    }


def restore(call: Call) -> Json:
    """https://cloud.google.com/storage/docs/json_api/v1/objects/restore: a new live version of a soft-deleted one."""
    call.refuse("restoreToken")
    bucket, name = call.bucket, call.path["object"]
    entry = bucket.lost(name, call.query["generation"])
    if entry is None:
        raise Refusal.NO_OBJECT.error(bucket=bucket.name, name=name)
    conditions.check_object(call.query, bucket.current(name))
    assert entry.content
    content = call.store.contents.copy(entry.content)
    made = objects.put(call, bucket, name, content, entry.attributes["resource"], entry.attributes["components"])
    call.store.forget(bucket, entry)
    return objects.view(call, bucket, made, full=call.full(default=True))


def _copied(call: Call) -> tuple[Bucket, Entry]:
    """A copy with what the body says of it, else with what was said of its source; classes are never copied.

    Raises GcsError for a source that is not as the conditions say.
    """
    call.refuse("destinationKmsKeyName", "dropContextGroups")
    source = _source(call)
    bucket, name = call.bucket_named(call.path["destinationBucket"]), call.path["destinationObject"]
    names.check_object(name)
    conditions.check_object(call.query, bucket.current(name))
    access.refuse_object_acl(call.query, call.body, bucket.properties["settings"])
    said = {key: value for key, value in call.body.items() if value is not None}
    kept = {key: value for key, value in source.attributes["resource"].items() if key != "storageClass"}
    replaced = set(said) - {"storageClass"}
    wanted = said if replaced else {**kept, **said}
    assert source.content
    content = call.store.contents.copy(source.content)
    resource = objects.resource(wanted, bucket)
    return bucket, objects.put(call, bucket, name, content, resource, source.attributes["components"])


def _source(call: Call) -> Entry:
    bucket = call.bucket_named(call.path["sourceBucket"], "storage.objects.get")
    name, generation = call.path["sourceObject"], call.query.get("sourceGeneration")
    entry = objects.find(call, bucket, name, generation)
    conditions.check_object(call.query, entry, source=True)
    return entry
