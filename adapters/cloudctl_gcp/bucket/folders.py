"""Folders of a bucket, which stay when the objects in them go, and without which the bucket cannot be deleted.

https://cloud.google.com/storage/docs/folders-overview: folders of a hierarchical namespace, which take the managed
folders of their names with them; https://cloud.google.com/storage/docs/managed-folders: those of any bucket with
uniform bucket-level access.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from cloudctl.errors import CloudError, Kind
from cloudctl.plan import Found, Run, Step, Steps
from cloudctl_gcp.bucket.resource import Resource
from cloudctl_gcp.http import Json
from cloudctl_gcp.storage import Storage

# Who may not list them, or an emulator that has none: the deletion of the bucket tells whether there are any.
_NONE = (Kind.DENIED, Kind.NOT_FOUND, Kind.UNSUPPORTED)


def emptied(bucket: Resource, run: Run) -> Steps:
    """A step for each folder, those that are in others first: only an empty folder can be deleted."""
    none: tuple[str, ...] = ()
    for collection in run.read(lambda: _collections(bucket), preview=none):
        for number, name in enumerate(sorted(_names(bucket, collection), reverse=True), 1):
            yield _deletion(bucket, collection, number, name)


def _collections(bucket: Resource) -> tuple[str, ...]:
    """The kinds of folders that the bucket can have."""
    document = bucket.storage.bucket(bucket.name) or {}
    if _enabled(document, "hierarchicalNamespace"):
        return ("folders", "managedFolders")
    return ("managedFolders",) if _enabled(document.get("iamConfiguration"), "uniformBucketLevelAccess") else ()


def _enabled(document: Json | None, feature: str) -> bool:
    return bool(((document or {}).get(feature) or {}).get("enabled"))


def _names(bucket: Resource, collection: str) -> Iterator[str]:
    try:
        for page in bucket.storage.folders(bucket.name, collection):
            yield from (str(one["name"]) for one in page)
    except CloudError as error:
        if error.kind not in _NONE:
            raise


def _deletion(bucket: Resource, collection: str, number: int, name: str) -> Step:
    """https://cloud.google.com/storage/docs/json_api/v1/folders/delete, .../managedFolder/delete"""
    path = f"{bucket.path}/{collection}/{quote(name, safe='')}"
    return bucket.step(
        f"delete-{collection}-{number}",
        f"delete folder {name} in bucket {bucket.name}",
        f"{collection}.delete",
        {"bucket": bucket.name, "folder": name},
        find=lambda: None if _is_there(bucket.storage.once, path) else Found(name),
        apply=lambda: _sent(bucket.storage, path),
    )


def _sent(storage: Storage, path: str) -> None:
    storage.send("DELETE", path)


def _is_there(storage: Storage, path: str) -> bool:
    try:
        storage.read(path)
    except CloudError as error:
        if error.kind is Kind.NOT_FOUND:
            return False
        raise
    return True
