"""Deleting a bucket, and before it what it holds: versions, delete markers and unfinished uploads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from cloudctl.errors import CloudError, Kind
from cloudctl.marks import Mark
from cloudctl.plan import Found, Run, Step, Steps
from cloudctl.services.bucket_deletion import BucketDeletion, after_listing, not_empty, once_accepted
from cloudctl_aws.bucket.resource import Resource
from cloudctl_aws.s3 import NOT_IN_XML, Native, not_deleted

Version = dict[str, str]


class Deletion(BucketDeletion[Resource]):
    """Everything that is in the bucket goes page by page, as it is listed."""

    def __init__(self, bucket: Resource, tags: Mapping[str, str] | None, *, recursive: bool) -> None:
        super().__init__(bucket, Mark.from_tags(tags or {}), known=tags is not None, recursive=recursive)

    def _refuse_content(self) -> None:
        if what := self._content():
            raise not_empty(self._bucket.name, what)

    def _last(self, gone: Callable[[], Found | None]) -> Step:
        return bucket_step(self._bucket, gone)

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
        writable = [version for version in found if not NOT_IN_XML.search(version["Key"])]
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
            find=after_listing(lambda: self._still(page, wanted), self._bucket.name),
            apply=apply,
        )

    def _one(self, key: str, page: Native, version: Version) -> Step:
        """https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html"""
        return self._bucket.step(
            key,
            f"delete a version of {version['Key']!r} in bucket {self._bucket.name}",
            "DeleteObject",
            {"Bucket": self._bucket.name, **version},
            find=after_listing(lambda: self._still(page, [version]), self._bucket.name),
        )

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
    apply, look = once_accepted(lambda: bucket.s3.send("DeleteBucket", **arguments), find, bucket.name)
    title = f"delete bucket {bucket.name}"
    return bucket.step("delete", title, "DeleteBucket", arguments, find=look, apply=apply)


def versions(page: Native) -> list[Version]:
    """The versions and delete markers of a page of ListObjectVersions, as DeleteObjects takes them."""
    listed = [*(page.get("Versions") or ()), *(page.get("DeleteMarkers") or ())]
    return [{"Key": one["Key"], "VersionId": one["VersionId"]} for one in listed]


def raise_first(errors: Iterable[Native]) -> None:
    """Raise for the first key that DeleteObjects, which itself succeeds, could not delete."""
    for error in errors:
        refused = not_deleted(error)
        refused.message = f"{error.get('Key')!r}: {refused.message}"
        raise refused


def _while_there(found: Iterator[Native]) -> Iterator[Native]:
    """What is found in a bucket: nothing more once the bucket has gone."""
    try:
        yield from found
    except CloudError as error:
        if error.kind is not Kind.NOT_FOUND:
            raise
