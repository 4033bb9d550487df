"""Buckets themselves: made, listed, looked at, changed, deleted."""

from __future__ import annotations

import base64
import binascii

from cloudctl.sandbox.gcp.projects import PROJECTS
from cloudctl.sandbox.gcp.storage import access, conditions, names, policies, settings
from cloudctl.sandbox.gcp.storage.call import Call, foreign, merged
from cloudctl.sandbox.gcp.storage.documents import Json
from cloudctl.sandbox.gcp.storage.refusals import Refusal
from cloudctl.sandbox.gcp.storage.values import etag, timestamp
from cloudctl.sandbox.objects.store import Bucket

_TOKEN = b"gcs:"


def insert(call: Call) -> Json:
    """storage.buckets.insert"""
    call.refuse("enableObjectRetention")
    project, name = _project(call), str(call.body.get("name") or "")
    names.check_bucket(name)
    place = names.location(call.body.get("location"))
    kept = settings.checked(call.body, place, call.now)
    access.refuse_acl(call.query, call.body, kept)
    if foreign(name):
        raise Refusal.BUCKET_TAKEN.error()
    if name in call.store.buckets:
        owned = call.store.buckets[name].place == project
        raise (Refusal.BUCKET_OWNED if owned else Refusal.BUCKET_TAKEN).error()
    return view(call, _made(call, name, project, place, kept), full=call.full())


def _made(call: Call, name: str, project: str, place: str, kept: Json) -> Bucket:
    properties = {"location": place, "settings": kept, "metageneration": 1, "updated": call.now}
    bucket = call.store.make(name, project, properties)
    properties |= {"generation": int(bucket.created * 1e6), "updated": bucket.created}
    policies.begin(bucket)
    return bucket


def get(call: Call) -> Json:
    """storage.buckets.get"""
    call.refuse("softDeleted", "generation")
    bucket = call.bucket
    conditions.check_bucket(call.query, bucket, reading=True)
    return view(call, bucket, full=call.full())


def managed_folders(call: Call) -> Json:
    """storage.managedFolders.list: none, for none can be made here."""
    return {"kind": "storage#managedFolders"} if call.bucket else {}


def patch(call: Call) -> Json:
    """storage.buckets.patch: fields that are not named stay."""
    wanted = merged(call.bucket.properties["settings"], _levelled(call.body))
    return _changed(call, wanted)


def _levelled(body: Json) -> Json:
    """A patch where one name of uniform access speaks for both, so that the old value of the other does not."""
    level = body.get("iamConfiguration") or {}
    pair = ("uniformBucketLevelAccess", "bucketPolicyOnly")
    named = [name for name in pair if level.get(name)]
    if len(named) != 1:
        return body
    return {**body, "iamConfiguration": {**level, **dict.fromkeys(pair, level[named[0]])}}


def update(call: Call) -> Json:
    """storage.buckets.update: fields that are not named are set back."""
    return _changed(call, call.body)


def _changed(call: Call, wanted: Json) -> Json:
    bucket = call.bucket
    old = bucket.properties["settings"]
    conditions.check_bucket(call.query, bucket)
    if names.location(call.body.get("location") or bucket.properties["location"]) != bucket.properties["location"]:
        raise Refusal.LOCATION_FIXED.error()
    # What is not kept is checked too: a patch may name what the bucket has not got.
    kept = settings.checked({**call.body, **wanted}, bucket.properties["location"], call.now, old)
    access.refuse_acl(call.query, call.body, kept)
    bucket.properties["settings"] = kept
    bucket.properties["metageneration"] += 1
    bucket.properties["updated"] = call.now
    return view(call, bucket, full=call.full(default=True))


def delete(call: Call) -> None:
    """storage.buckets.delete: unfinished uploads go with it, objects and versions must have gone."""
    bucket = call.bucket
    conditions.check_bucket(call.query, bucket)
    if not bucket.empty:
        raise Refusal.NOT_EMPTY.error()
    call.store.drop(bucket)


def list_all(call: Call) -> Json:
    """storage.buckets.list: those of a project in the order of their names."""
    call.refuse("softDeleted")
    project, prefix = _project(call), call.query.get("prefix", "")
    start = read_token(call.query.get("pageToken"))
    mine = sorted(name for name, bucket in call.store.buckets.items() if bucket.place == project)
    found = [call.store.buckets[name] for name in mine if name.startswith(prefix) and name > start]
    shown = found[: call.page]
    page: Json = {"kind": "storage#buckets", "items": [view(call, bucket, full=call.full()) for bucket in shown]}
    return {**page, "nextPageToken": token(shown[-1].name)} if len(found) > len(shown) else page


def _project(call: Call) -> str:
    project = str(call.query["project"])
    if project not in PROJECTS:
        raise Refusal.PROJECT.error(project=project)
    return project


def view(call: Call, bucket: Bucket, *, full: bool) -> Json:
    """The bucket as replies show it; ``full`` with ACLs and owner, where those count.

    https://cloud.google.com/storage/docs/json_api/v1/buckets#resource
    """
    kept = bucket.properties
    shown: Json = {
        "kind": "storage#bucket",
        "selfLink": f"{call.request.origin}/storage/v1/b/{bucket.name}",
        "id": bucket.name,
        "name": bucket.name,
        "projectNumber": access.project_number(bucket.place),
        "generation": str(kept["generation"]),
        "metageneration": str(kept["metageneration"]),
        "location": kept["location"],
        "locationType": names.location_type(kept["location"]),
        "timeCreated": timestamp(bucket.created),
        "updated": timestamp(kept["updated"]),
        "etag": etag(kept["metageneration"]),
        **kept["settings"],
    }
    if shown["locationType"] != "region":
        shown["rpo"] = "DEFAULT"
    if full and not settings.uniform(kept["settings"]):
        shown |= {"acl": access.entries(bucket, "storage#bucketAccessControl"), "owner": access.owner(bucket)}
        shown["defaultObjectAcl"] = access.entries(bucket, "storage#objectAccessControl")
    return shown


def token(item: str) -> str:
    """The page token that goes on after an item."""
    return base64.urlsafe_b64encode(_TOKEN + item.encode("utf-8", "surrogatepass")).decode()


def read_token(text: str | None) -> str:
    """The item that a token goes on after; empty for none. Raises GcsError invalid for one that no list gave."""
    if not text:
        return ""
    try:
        raw = base64.urlsafe_b64decode(text.encode())
        if raw.startswith(_TOKEN):
            return raw[len(_TOKEN) :].decode("utf-8", "surrogatepass")
    except (binascii.Error, ValueError):
        pass
    raise Refusal.PAGE_TOKEN.error()
