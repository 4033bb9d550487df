"""Deleting a bucket: a container goes in one call, with all its blobs and versions; its storage account stays."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cloudctl.errors import CloudError, Conflict, Kind
from cloudctl.plan import Found, Run, Step, Steps
from cloudctl.services.bucket_deletion import BucketDeletion, fix, not_empty, once_accepted
from cloudctl_azure.bucket.metadata import mark_of
from cloudctl_azure.bucket.resource import Resource


class Deletion(BucketDeletion[Resource]):
    """What is in a container goes with it."""

    def __init__(self, bucket: Resource, tags: Mapping[str, str] | None, *, recursive: bool) -> None:
        super().__init__(bucket, mark_of(tags or {}), known=tags is not None, recursive=recursive)

    def _refuse_content(self) -> None:
        refuse_content(self._bucket)

    def _emptied(self, run: Run) -> Steps:
        yield from ()

    def _last(self, gone: Callable[[], Found | None]) -> Step:
        return bucket_step(self._bucket, gone, everything=self._recursive)


def refuse_content(bucket: Resource) -> None:
    """Raise Conflict for a container that holds anything, or that may not be looked into."""
    try:
        blob = bucket.holds()
    except CloudError as error:
        if error.kind is not Kind.DENIED:
            raise
        raise Conflict(
            f"it cannot be told whether bucket {bucket.name} is empty",
            why=f"{error.message} (the role Storage Blob Data Reader lets you look)",
            fix=fix(bucket.name),
        ) from error
    if blob is not None:
        raise not_empty(bucket.name, _blob(blob))


def _blob(name: str) -> str:
    return f"a blob or a version of one: {name!r}"


def bucket_step(bucket: Resource, find: Callable[[], Found | None], *, everything: bool = False) -> Step:
    """https://learn.microsoft.com/rest/api/storagerp/blob-containers/delete, which succeeds where there is none."""
    apply, look = once_accepted(lambda: bucket.calls.delete(**bucket.names), find, bucket.name)
    title = f"delete bucket {bucket.name}{' and everything in it' if everything else ''}"
    return bucket.step("delete", title, "delete", bucket.names, find=look, apply=apply)


def undo_step(bucket: Resource, run: str) -> Step:
    """The deletion of what a create made, if it is still that run's and holds nothing.

    Who made it may lack a role on the data: what may not be looked into goes, since nobody was told of it yet.
    """

    def find() -> Found | None:
        found = bucket.look()
        ours = found and found.mark and (found.mark.owner, found.mark.run) == (bucket.owner, run)
        if not ours:
            return Found(bucket.name)
        _refuse_blob(bucket)
        return None

    return bucket_step(bucket, find)


def _refuse_blob(bucket: Resource) -> None:
    try:
        blob = bucket.holds()
    except CloudError as error:
        if error.kind is not Kind.DENIED:
            raise
        return
    if blob is not None:
        raise not_empty(bucket.name, _blob(blob))
