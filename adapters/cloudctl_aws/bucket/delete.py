"""Deleting a bucket, and before it what it holds: versions, delete markers and unfinished uploads."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from cloudctl.errors import CloudError, Conflict, Kind
from cloudctl.marks import Mark
from cloudctl.plan import ClaimAccess, Found, Run, Step, Steps
from cloudctl_aws.bucket.resource import Resource, run_of
from cloudctl_aws.errors import kind_of
from cloudctl_aws.s3 import Native

Version = dict[str, str]

# What XML 1.0 cannot hold, not even as a reference; such a key is deleted by its URL.
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_RETRYABLE = (Kind.THROTTLED, Kind.UNAVAILABLE)


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
        if not self._looked and (what := self._content()):
            name = self._bucket.name
            fix = f"cloudctl bucket delete {name} --recursive --confirm {name} deletes everything in it, too"
            raise Conflict(f"bucket {name} is not empty", why=f"there is {what}", fix=fix)
        self._looked = True

    def _content(self) -> str | None:
        """One thing that is in the bucket."""
        page = next(self._pages(MaxKeys=1), {})
        for version in versions(page):
            return f"an object or a version of one: {version['Key']!r}"
        for upload in self._uploads(MaxUploads=1):
            return f"an unfinished upload: {upload['Key']!r}"
        return None

    # what is in it

    def _pages(self, **arguments: Any) -> Iterator[Native]:
        return _while_there(self._bucket.s3.versions(self._bucket.name, **arguments))

    def _uploads(self, **arguments: Any) -> Iterator[Native]:
        return _while_there(self._bucket.s3.uploads(self._bucket.name, **arguments))

    def _emptied(self, run: Run) -> Steps:
        """The next page begins after the one before, whether that was deleted or, in a dry run, was not."""
        nothing: Iterator[Native] = iter(())
        for number, page in enumerate(run.read(self._pages, preview=nothing), 1):
            yield from self._versions(number, page)
        for number, upload in enumerate(run.read(self._uploads, preview=nothing), 1):
            yield self._upload(number, upload)

    def _versions(self, number: int, page: Native) -> Steps:
        found = versions(page)
        writable = [version for version in found if not _NOT_IN_XML.search(version["Key"])]
        if writable:
            yield self._many(number, page, writable)
        for at, version in enumerate(one for one in found if one not in writable):
            yield self._one(f"delete-version-{number}-{at}", page, version)

    def _many(self, number: int, page: Native, wanted: list[Version]) -> Step:
        """https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html, which takes a page at once."""
        arguments = {"Bucket": self._bucket.name, "Delete": {"Objects": wanted, "Quiet": True}}

        def apply() -> None:
            raise_first(self._bucket.s3.send("DeleteObjects", **arguments).get("Errors") or ())

        return self._bucket.step(
            f"delete-versions-{number}",
            f"delete {len(wanted)} versions of objects in bucket {self._bucket.name}",
            "DeleteObjects",
            arguments,
            find=self._after_listing(page, wanted),
            apply=apply,
        )

    def _one(self, key: str, page: Native, version: Version) -> Step:
        """https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html"""
        return self._bucket.step(
            key,
            f"delete a version of {version['Key']!r} in bucket {self._bucket.name}",
            "DeleteObject",
            {"Bucket": self._bucket.name, **version},
            find=self._after_listing(page, [version]),
        )

    def _after_listing(self, page: Native, wanted: list[Version]) -> Callable[[], Found | None]:
        """A look whether the versions of a page are gone; the first look is the list that they were found in."""
        again = False

        def find() -> Found | None:
            nonlocal again
            first, again = not again, True
            return None if first or self._still(page, wanted) else Found(self._bucket.name)

        return find

    def _still(self, page: Native, wanted: list[Version]) -> bool:
        """Whether any of the versions of a page is still there."""
        position = {name: page[name] for name in ("KeyMarker", "VersionIdMarker") if page.get(name)}
        now = next(self._pages(**position), {})
        return any(version in wanted for version in versions(now))

    def _upload(self, number: int, upload: Native) -> Step:
        """https://docs.aws.amazon.com/AmazonS3/latest/API/API_AbortMultipartUpload.html"""
        key, unfinished = upload["Key"], upload["UploadId"]
        arguments = {"Bucket": self._bucket.name, "Key": key, "UploadId": unfinished}

        def find() -> Found | None:
            there = any(one["UploadId"] == unfinished for one in self._uploads(Prefix=key))
            return None if there else Found(unfinished)

        title = f"abort an unfinished upload of {key!r} in bucket {self._bucket.name}"
        return self._bucket.step(f"abort-upload-{number}", title, "AbortMultipartUpload", arguments, find=find)


def bucket_step(bucket: Resource, find: Callable[[], Found | None]) -> Step:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucket.html"""
    arguments = {"Bucket": bucket.name}
    deleted: list[Found] = []

    def apply() -> None:
        bucket.s3.send("DeleteBucket", **arguments)
        deleted.append(Found(bucket.name))

    def look() -> Found | None:
        # Once the call is accepted the bucket is gone; what another look would find is a new one.
        return deleted[0] if deleted else find()

    title = f"delete bucket {bucket.name}"
    return bucket.step("delete", title, "DeleteBucket", arguments, find=look, apply=apply)


def versions(page: Native) -> list[Version]:
    """The versions and delete markers of a page of ListObjectVersions, as DeleteObjects takes them."""
    listed = [*(page.get("Versions") or ()), *(page.get("DeleteMarkers") or ())]
    return [{"Key": one["Key"], "VersionId": one["VersionId"]} for one in listed]


def raise_first(errors: Iterable[Mapping[str, Any]]) -> None:
    """Raise for the first key that DeleteObjects, which itself succeeds, could not delete."""
    for error in errors:
        code = str(error.get("Code", ""))
        kind = kind_of(code)
        message = f"DeleteObjects: {error.get('Key')!r}: {error.get('Message') or code}"
        raise CloudError(kind, message, code=code, retryable=kind in _RETRYABLE)


def _while_there(found: Iterator[Native]) -> Iterator[Native]:
    """What is found in a bucket: nothing more once the bucket has gone."""
    try:
        yield from found
    except CloudError as error:
        if error.kind is not Kind.NOT_FOUND:
            raise
