"""Deleting a bucket, and before it what it holds: every version of every object, and folders."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from cloudctl.errors import CloudError, Kind
from cloudctl.marks import Mark
from cloudctl.plan import Found, Run, Step, Steps
from cloudctl.services.bucket_deletion import BucketDeletion, after_listing, not_empty, once_accepted
from cloudctl_gcp.bucket import folders
from cloudctl_gcp.bucket.resource import Resource
from cloudctl_gcp.errors import translate
from cloudctl_gcp.storage import BATCH, Refused, Version


class Deletion(BucketDeletion[Resource]):
    """Everything that is in the bucket goes in batches, as it is listed."""

    def __init__(self, bucket: Resource, tags: Mapping[str, str] | None, *, recursive: bool) -> None:
        super().__init__(bucket, Mark.from_tags(tags or {}), known=tags is not None, recursive=recursive)

    def _refuse_content(self) -> None:
        if first := next(self._pages(maxResults=1), None):
            raise not_empty(self._bucket.name, f"an object or a version of one: {first[0][0]!r}")

    def _last(self, gone: Callable[[], Found | None]) -> Step:
        return bucket_step(self._bucket, gone)

    def _pages(self, **parameters: object) -> Iterator[list[Version]]:
        """Pages of what is in the bucket, none of them empty: nothing more once the bucket has gone."""
        try:
            yield from filter(None, self._bucket.storage.versions(self._bucket.name, **parameters))
        except CloudError as error:
            if error.kind is not Kind.NOT_FOUND:
                raise

    def _emptied(self, run: Run) -> Steps:
        """The next page begins after the one before, whether that was deleted or, in a dry run, was not."""
        nothing: Iterator[list[Version]] = iter(())
        number = 0
        for page in run.read(self._pages, preview=nothing):
            for start in range(0, len(page), BATCH):
                number += 1
                yield self._many(number, page[start : start + BATCH])
        yield from folders.emptied(self._bucket, run)

    def _many(self, number: int, wanted: list[Version]) -> Step:
        """https://cloud.google.com/storage/docs/json_api/v1/objects/delete, many in one batch."""
        name = self._bucket.name

        def apply() -> None:
            raise_first(self._bucket.storage.delete_versions(name, wanted))

        return self._bucket.step(
            f"delete-versions-{number}",
            f"delete {len(wanted)} versions of objects in bucket {name}",
            "objects.delete",
            {"bucket": name, "objects": [{"name": key, "generation": generation} for key, generation in wanted]},
            find=after_listing(lambda: self._still(wanted), name),
            apply=apply,
        )

    def _still(self, wanted: list[Version]) -> bool:
        """Whether any of these versions is still there; nothing that was there before them is."""
        now = next(self._pages(startOffset=wanted[0][0]), [])
        return bool(set(wanted) & set(now))


def bucket_step(bucket: Resource, find: Callable[[], Found | None]) -> Step:
    """https://cloud.google.com/storage/docs/json_api/v1/buckets/delete"""
    apply, look = once_accepted(lambda: bucket.storage.send("DELETE", bucket.path), find, bucket.name)
    title = f"delete bucket {bucket.name}"
    return bucket.step("delete", title, "buckets.delete", {"bucket": bucket.name}, find=look, apply=apply)


def raise_first(refused: list[Refused]) -> None:
    """Raise for the first object of a batch, which itself succeeds, that could not be deleted and is still there."""
    for _, reply in refused:
        error = translate(reply)
        if error is None:
            raise reply
        if error.kind is not Kind.NOT_FOUND:
            raise error
