"""Deleting a bucket: a container goes in one call, with all its blobs and versions; its storage account stays."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cloudctl.errors import CloudError, Conflict, Kind
from cloudctl.plan import ClaimAccess, Found, Run, Step, Steps
from cloudctl_azure.bucket.metadata import mark_of
from cloudctl_azure.bucket.resource import Resource, run_of


class Deletion:
    """The steps of one deletion; without ``recursive`` only of a container that holds nothing.

    ``tags`` are the metadata of the container that is to go: names are used again, so what carries another run's mark
    is another container, which stays (None: whichever is there at the first look).
    """

    def __init__(self, bucket: Resource, tags: Mapping[str, str] | None, *, recursive: bool) -> None:
        self._bucket, self._recursive = bucket, recursive
        self._looked = recursive
        self._runs = [] if tags is None else [run_of(mark_of(tags))]

    @property
    def claim(self) -> ClaimAccess:
        return ClaimAccess(self._claim, self._bucket.write)

    def steps(self, run: Run) -> Steps:
        """Raises Conflict for a container that holds anything, if that is not to go, too."""
        run.read(self._refuse_what_holds_something, preview=None)
        yield bucket_step(self._bucket, self._gone, everything=self._recursive)

    def _claim(self) -> Found | None:
        """The container, to be marked, after the look that may refuse; what may not be read has no mark."""
        self._refuse_what_holds_something()
        try:
            return self._found()
        except CloudError as error:
            if error.kind is Kind.DENIED:
                return None
            raise

    def _gone(self) -> Found | None:
        """Found once the container is not there. One that may not be looked at is."""
        try:
            there = self._found()
        except CloudError as error:
            if error.kind is not Kind.DENIED:
                raise
            return None
        return None if there else Found(self._bucket.name)

    def _found(self) -> Found | None:
        """The container that is to go, while it is there."""
        found = self._bucket.look()
        if found and not self._runs:
            self._runs.append(run_of(found.mark))
        return found if found and run_of(found.mark) in self._runs else None

    def _refuse_what_holds_something(self) -> None:
        if not self._looked:
            refuse_content(self._bucket)
        self._looked = True


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
            fix=_fix(bucket),
        ) from error
    if blob is not None:
        raise not_empty(bucket, blob)


def not_empty(bucket: Resource, blob: str) -> Conflict:
    why = f"there is a blob or a version of one: {blob!r}"
    return Conflict(f"bucket {bucket.name} is not empty", why=why, fix=_fix(bucket))


def _fix(bucket: Resource) -> str:
    return f"cloudctl bucket delete {bucket.name} --recursive --confirm {bucket.name} deletes everything in it, too"


def bucket_step(bucket: Resource, find: Callable[[], Found | None], *, everything: bool = False) -> Step:
    """https://learn.microsoft.com/rest/api/storagerp/blob-containers/delete, which succeeds where there is none."""
    deleted: list[Found] = []

    def apply() -> None:
        bucket.calls.delete(**bucket.names)
        deleted.append(Found(bucket.name))

    def look() -> Found | None:
        # Once the call is accepted the container is gone; what another look would find is a new one.
        return deleted[0] if deleted else find()

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
        raise not_empty(bucket, blob)
