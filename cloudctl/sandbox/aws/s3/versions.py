"""Versions as S3 has them over the store's entries: ids, the null version, delete markers."""

from __future__ import annotations

from typing import Any

from cloudctl.sandbox.aws.s3.identity import generation_of, version_id
from cloudctl.sandbox.aws.s3.refusals import Refusal
from cloudctl.sandbox.objects.content import Content
from cloudctl.sandbox.objects.store import Bucket, Entry, ObjectStore

NULL = "null"
"""The version id of what was written while versioning was not enabled."""


def id_of(entry: Entry) -> str:
    return NULL if entry.attributes.get("null") else version_id(entry.generation)


def shown_id(bucket: Bucket, entry: Entry) -> str | None:
    """The version id that replies about the entry carry: none while versioning has never been set."""
    return id_of(entry) if bucket.properties.get("versioning") else None


def add(store: ObjectStore, bucket: Bucket, key: str, content: Content | None, attributes: dict[str, Any]) -> Entry:
    """Write a new current version (a delete marker without content); the null version gives way to another."""
    if bucket.properties.get("versioning") == "Enabled":
        return store.put(bucket, key, content, attributes, keep=True)
    if old := _null(bucket, key):
        store.remove(bucket, old)
    return store.put(bucket, key, content, {**attributes, "null": True}, keep=True)


def find(bucket: Bucket, key: str, version: str) -> Entry | None:
    """The version with this id. Raises S3Error InvalidArgument for an id that S3 never gave."""
    number = generation(bucket, key, version)
    entry = bucket.version(key, number) if number is not None else None
    return entry if entry and id_of(entry) == version else None


def generation(bucket: Bucket, key: str, version: str) -> int | None:
    """The generation of a version id, None for ``null`` where no such version is. Raises S3Error InvalidArgument."""
    if version == NULL:
        entry = _null(bucket, key)
        return entry.generation if entry else None
    number = generation_of(version)
    if number is None:
        raise Refusal.VERSION_INVALID.error(ArgumentName="versionId", ArgumentValue=version)
    return number


def delete(store: ObjectStore, bucket: Bucket, key: str, version: str | None) -> Entry | None:
    """Delete as S3 does: one version for good, or behind a marker. What was removed, or the marker that was made."""
    if version is not None:
        return _delete_version(store, bucket, find(bucket, key, version))
    if bucket.properties.get("versioning"):
        return add(store, bucket, key, None, {})
    return _delete_version(store, bucket, bucket.current(key))


def _delete_version(store: ObjectStore, bucket: Bucket, entry: Entry | None) -> Entry | None:
    if entry:
        store.remove(bucket, entry)
        store.promote(bucket, entry.key)
    return entry


def _null(bucket: Bucket, key: str) -> Entry | None:
    return next((entry for entry in bucket.entries.get(key, ()) if entry.attributes.get("null")), None)
