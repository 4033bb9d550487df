"""Objects: found, shown, written, changed, deleted."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import quote

from cloudctl.sandbox.gcp.storage import access, conditions, names
from cloudctl.sandbox.gcp.storage.call import Call, merged
from cloudctl.sandbox.gcp.storage.documents import Json
from cloudctl.sandbox.gcp.storage.refusals import Refusal
from cloudctl.sandbox.gcp.storage.settings import uniform
from cloudctl.sandbox.gcp.storage.values import crc32c_text, etag, md5_text, timestamp
from cloudctl.sandbox.objects.content import Content
from cloudctl.sandbox.objects.store import Bucket, Entry

_KEPT = (
    "cacheControl", "contentDisposition", "contentEncoding", "contentLanguage", "contentType", "customTime", "metadata",
    "storageClass",
)  # fmt: skip
_NOT_SERVED = ("contexts", "eventBasedHold", "retention", "temporaryHold")
_LARGEST_METADATA = 8192


def find(call: Call, bucket: Bucket, name: str, generation: int | None = None) -> Entry:
    """A version of an object, the live one without a generation. Raises GcsError notFound."""
    entry = bucket.current(name) if generation is None else bucket.version(name, generation)
    if entry is None:
        raise Refusal.NO_OBJECT.error(bucket=bucket.name, name=name)
    return entry


def named(call: Call, *, reading: bool = False) -> tuple[Bucket, Entry]:
    """The version that the path and ``generation`` name, if it is as the conditions say. Raises GcsError."""
    call.refuse("softDeleted", "restoreToken")
    bucket = call.bucket
    name, generation = call.path["object"], call.query.get("generation")
    entry = bucket.current(name) if generation is None else bucket.version(name, generation)
    if entry is None and not reading:
        conditions.check_object(call.query, entry)
    entry = find(call, bucket, name, generation)
    conditions.check_object(call.query, entry, reading=reading)
    return bucket, entry


def get(call: Call) -> Json:
    """storage.objects.get, without its bytes."""
    bucket, entry = named(call, reading=True)
    return view(call, bucket, entry, full=call.full())


def delete(call: Call) -> None:
    """storage.objects.delete: a live version becomes a noncurrent one where versioning is enabled."""
    bucket, entry = named(call)
    if call.query.get("generation") is None and versioned(bucket):
        retire(call, bucket, entry)
    else:
        _erase(call, bucket, entry)


def patch(call: Call) -> Json:
    """storage.objects.patch: fields that are not named stay."""
    bucket, entry = named(call)
    return _changed(call, bucket, entry, merged(entry.attributes["resource"], call.body))


def update(call: Call) -> Json:
    """storage.objects.update: fields that are not named are removed."""
    bucket, entry = named(call)
    return _changed(call, bucket, entry, call.body)


def _changed(call: Call, bucket: Bucket, entry: Entry, wanted: Json) -> Json:
    old = entry.attributes["resource"]
    if call.body.get("storageClass") not in (None, old["storageClass"]):
        # Only a rewrite changes it.
        raise Refusal.STORAGE_CLASS.error()
    kept = resource({**call.body, **wanted, "storageClass": old["storageClass"]}, bucket)
    access.refuse_object_acl(call.query, call.body, bucket.properties["settings"])
    _check_custom_time(old.get("customTime"), kept.get("customTime"))
    entry.attributes |= {"resource": kept, "updated": call.now}
    entry.attributes["metageneration"] += 1
    return view(call, bucket, entry, full=call.full(default=True))


def resource(wanted: Json, bucket: Bucket) -> Json:
    """What is to be kept with an object, checked, with the bucket's storage class. Raises GcsError."""
    for name in _NOT_SERVED:
        if wanted.get(name):
            raise Refusal.NOT_SERVED.error(what=f"{name} of an object")
    kept = {name: wanted[name] for name in _KEPT if wanted.get(name) not in (None, "", {})}
    kept.setdefault("storageClass", bucket.properties["settings"]["storageClass"])
    names.check_class(kept["storageClass"], bucket.properties["location"])
    metadata = {key: value for key, value in kept.get("metadata", {}).items() if value is not None}
    if sum(len(key.encode()) + len(value.encode()) for key, value in metadata.items()) > _LARGEST_METADATA:
        raise Refusal.METADATA.error()
    if "customTime" in kept:
        _moment(kept["customTime"])
    return {**kept, "metadata": metadata} if metadata else {name: kept[name] for name in kept if name != "metadata"}


def _check_custom_time(old: str | None, new: str | None) -> None:
    if old and (new is None or _moment(new) < _moment(old)):
        raise Refusal.CUSTOM_TIME.error()


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo:
            return moment
    except ValueError:
        pass
    raise Refusal.CUSTOM_TIME.error()


def put(call: Call, bucket: Bucket, name: str, content: Content, wanted: Json, components: int | None = None) -> Entry:
    """Make a new live version, from what `resource` gave; the old one stays where versioning is enabled."""
    old = bucket.current(name)
    if old:
        (retire if versioned(bucket) else _erase)(call, bucket, old)
    entry = call.store.put(bucket, name, content, {}, keep=True)
    entry.attributes |= {
        "resource": wanted,
        "metageneration": 1,
        "updated": entry.made,
        "deleted": None,
        "components": components,
    }
    return entry


def retire(call: Call, bucket: Bucket, entry: Entry) -> None:
    """Make the live version a noncurrent one."""
    if bucket.live.get(entry.key) == entry.generation:
        call.store.retire(bucket, entry)
        entry.attributes["deleted"] = call.now


def _erase(call: Call, bucket: Bucket, entry: Entry) -> None:
    """Delete a version, which can come back for as long as the bucket keeps what was deleted.

    https://cloud.google.com/storage/docs/soft-delete
    """
    seconds = int(bucket.properties["settings"]["softDeletePolicy"]["retentionDurationSeconds"])
    call.store.remove(bucket, entry, soft=seconds > 0)
    entry.attributes |= {"softDeleted": call.now, "hardDelete": call.now + seconds}


def versioned(bucket: Bucket) -> bool:
    return bool(bucket.properties["settings"].get("versioning", {}).get("enabled"))


def view(call: Call, bucket: Bucket, entry: Entry, *, full: bool) -> Json:
    """The object as replies show it: https://cloud.google.com/storage/docs/json_api/v1/objects#resource"""
    kept, content = entry.attributes, entry.content
    assert content
    link = f"{call.request.origin}/storage/v1/b/{bucket.name}/o/{quote(entry.key, safe='')}"
    media = link.replace("/storage/v1/", "/download/storage/v1/", 1)
    made = timestamp(entry.made)
    shown: Json = {
        "kind": "storage#object",
        "id": f"{bucket.name}/{entry.key}/{entry.generation}",
        "selfLink": link,
        "mediaLink": f"{media}?generation={entry.generation}&alt=media",
        "name": entry.key,
        "bucket": bucket.name,
        "generation": str(entry.generation),
        "metageneration": str(kept["metageneration"]),
        "size": str(content.size),
        "crc32c": crc32c_text(content.crc32c),
        "etag": etag(kept["metageneration"], entry.generation),
        "timeCreated": made,
        "timeFinalized": made,
        "timeStorageClassUpdated": made,
        "updated": timestamp(kept["updated"]),
        **kept["resource"],
        **_of_parts(kept, content),
    }
    if "softDeleted" in kept:
        shown |= {"softDeleteTime": timestamp(kept["softDeleted"]), "hardDeleteTime": timestamp(kept["hardDelete"])}
    if kept["deleted"]:
        shown["timeDeleted"] = timestamp(kept["deleted"])
    if full and not uniform(bucket.properties["settings"]):
        acl = access.entries(bucket, "storage#objectAccessControl")
        shown |= {"acl": acl, "owner": access.owner(bucket)}
    return shown


def _of_parts(kept: Json, content: Content) -> dict[str, Any]:
    """Composite objects have no MD5 hash."""
    if kept["components"] is None:
        return {"md5Hash": md5_text(content.md5)}
    return {"componentCount": kept["components"]}
