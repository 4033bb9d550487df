"""Deleting objects, one and many at a time."""

from __future__ import annotations

from typing import Any

from cloudctl.sandbox.aws.envelope import ErrorBody
from cloudctl.sandbox.aws.s3 import versions
from cloudctl.sandbox.aws.s3.call import Call
from cloudctl.sandbox.aws.s3.refusals import Refusal
from cloudctl.sandbox.objects.store import Bucket

Result = dict[str, Any]

_MOST = 1000


def delete_object(call: Call) -> Result:
    """DeleteObject: 204 whether it was there or not."""
    bucket, version = call.bucket, call.params.get("VersionId")
    entry = versions.delete(call.store, bucket, call.request.key, version)
    if entry is None:
        return {"VersionId": version}
    marker = True if entry.content is None else None
    return {"DeleteMarker": marker, "VersionId": versions.shown_id(bucket, entry)}


def delete_objects(call: Call) -> Result:
    """DeleteObjects: what each key came to; quietly only what failed."""
    bucket, wanted = call.bucket, call.params["Delete"]
    if not 1 <= len(wanted["Objects"]) <= _MOST:
        raise Refusal.DELETE_COUNT.error()
    done = [_delete(call, bucket, each) for each in wanted["Objects"]]
    failed = [each for each in done if "Code" in each]
    succeeded = [] if wanted.get("Quiet") else [each for each in done if "Code" not in each]
    return {"Deleted": succeeded, "Errors": failed}


def _delete(call: Call, bucket: Bucket, wanted: Result) -> Result:
    key, version = wanted["Key"], wanted.get("VersionId")
    named = {"Key": key, "VersionId": version}
    if unserved := wanted.keys() - {"Key", "VersionId"}:
        raise Refusal.NOT_SERVED.error(what=f"{', '.join(sorted(unserved))} in s3:DeleteObjects")
    try:
        entry = versions.delete(call.store, bucket, key, version)
    except ErrorBody as error:
        return {**named, "Code": error.code, "Message": error.message}
    if entry is None or entry.content is not None:
        return named
    return {**named, "DeleteMarker": True, "DeleteMarkerVersionId": versions.id_of(entry)}
