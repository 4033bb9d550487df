"""Deleting a bucket, and before it what it holds: every version of every object."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from cloudctl.errors import CloudError, Conflict, Kind
from cloudctl.marks import Mark
from cloudctl.plan import ClaimAccess, Found, Run, Step, Steps
from cloudctl_gcp.bucket.resource import Resource, run_of
from cloudctl_gcp.errors import translate
from cloudctl_gcp.storage import BATCH, Refused, Version


class Deletion:
    """The steps of one deletion; with ``recursive`` also of what is in the bucket.

    ``tags`` are those of the bucket that is to go: names are used again, so what carries another run's mark is another
    bucket, which stays (None: whichever is there at the first look).
    """

    def __init__(self, bucket: Resource, tags: Mapping[str, str] | None, *, recursive: bool) -> None:
        self._bucket, self._recursive = bucket, recursive
        self._looked = recursive
        self._runs = [] if tags is None else [run_of(Mark.from_tags(tags))]

    @property
    def claim(self) -> ClaimAccess:
        return ClaimAccess(self._claim, self._bucket.write)

    def steps(self, run: Run) -> Steps:
        """Raises Conflict for a bucket that holds anything, if it is not to be emptied."""
        run.read(self._refuse_what_holds_something, preview=None)
        if self._recursive:
            yield from self._emptied(run)
        yield bucket_step(self._bucket, self._gone)

    def _claim(self) -> Found | None:
        """The bucket, to be marked: after the look that may refuse its deletion. What may not be read has no mark."""
        self._refuse_what_holds_something()
        try:
            return self._found()
        except CloudError as error:
            if error.kind in (Kind.DENIED, Kind.EXISTS):
                return None
            raise

    def _gone(self) -> Found | None:
        """Found once the bucket is not there. One that may not be looked at is."""
        try:
            there = self._found()
        except CloudError as error:
            if error.kind not in (Kind.DENIED, Kind.EXISTS):
                raise
            return None
        return None if there else Found(self._bucket.name)

    def _found(self) -> Found | None:
        """The bucket that is to go, while it is there."""
        found = self._bucket.look()
        if found and not self._runs:
            self._runs.append(run_of(found.mark))
        return found if found and run_of(found.mark) in self._runs else None

    def _refuse_what_holds_something(self) -> None:
        if not self._looked and (first := next(self._pages(maxResults=1), None)):
            name = self._bucket.name
            fix = f"cloudctl bucket delete {name} --recursive --confirm {name} deletes everything in it, too"
            why = f"there is an object or a version of one: {first[0][0]!r}"
            raise Conflict(f"bucket {name} is not empty", why=why, fix=fix)
        self._looked = True

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
            find=self._after_listing(wanted),
            apply=apply,
        )

    def _after_listing(self, wanted: list[Version]) -> Callable[[], Found | None]:
        """A look whether these versions are gone; the first look is the list that they were found in."""
        again = False

        def find() -> Found | None:
            nonlocal again
            first, again = not again, True
            return None if first or self._still(wanted) else Found(self._bucket.name)

        return find

    def _still(self, wanted: list[Version]) -> bool:
        """Whether any of these versions is still there; nothing that was there before them is."""
        now = next(self._pages(startOffset=wanted[0][0]), [])
        return bool(set(wanted) & set(now))


def bucket_step(bucket: Resource, find: Callable[[], Found | None]) -> Step:
    """https://cloud.google.com/storage/docs/json_api/v1/buckets/delete"""
    deleted: list[Found] = []

    def apply() -> None:
        bucket.storage.send("DELETE", bucket.path)
        deleted.append(Found(bucket.name))

    def look() -> Found | None:
        # Once the call is accepted the bucket is gone; what another look would find is a new one.
        return deleted[0] if deleted else find()

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
