"""One bucket of S3, as the objects in it are reached."""

from __future__ import annotations

import threading
from functools import cached_property
from itertools import accumulate
from typing import Any

from cloudctl.errors import CloudError, Kind, UsageError
from cloudctl.objects.lane import Lane
from cloudctl.services.objects import NoBucket
from cloudctl_aws.lane import Road
from cloudctl_aws.s3 import S3, Native

_KEY_BYTES = 1024


class Place:
    """A bucket with its region, which is asked for once: S3 serves a bucket in its own region only."""

    def __init__(self, s3: S3, bucket: str) -> None:
        self._s3, self.bucket = s3, bucket
        self._found: S3 | None = None
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"s3://{self.bucket}/"

    @property
    def s3(self) -> S3:
        """S3 where the bucket is. Raises NoBucket where there is none."""
        with self._lock:
            if self._found is None:
                self._found = self._s3.at(self._region())
        return self._found

    @cached_property
    def lane(self) -> Lane | None:
        """The fast way to small objects, where there is one."""
        return self.s3.lane(self.bucket)

    @cached_property
    def road(self) -> Road | None:
        """The courier's way to the bucket, where there is one."""
        return self.s3.road(self.bucket)

    def _region(self) -> str | None:
        head = self._s3.head(self.bucket)
        if head is None:
            raise NoBucket(self.bucket)
        if head.refused and head.region is None and head.refused.kind is not Kind.DENIED:
            raise head.refused
        return head.region

    def read(self, operation: str, **arguments: Any) -> Native:
        """An operation on the bucket, repeated where that is worth it."""
        return self.s3.read(operation, Bucket=self.bucket, **arguments)

    def check(self, key: str) -> None:
        """https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html"""
        if not key:
            raise UsageError("the key is missing", fix=f"write {self.url}KEY")
        try:
            size = len(key.encode())
        except UnicodeEncodeError as error:
            raise UsageError(f"{key!r} is not valid text: keys are UTF-8") from error
        if size > _KEY_BYTES:
            raise UsageError(f"the key has {size} bytes, and S3 allows {_KEY_BYTES}: {key[:60]}...")
        depths = accumulate(-1 if part == ".." else 1 for part in key.split("/"))
        if any(depth < 0 for depth in depths):
            raise UsageError(f"{key!r} has more '..' parts than others before them, which S3 does not allow")


def exists(key: str, error: CloudError) -> CloudError:
    """What a conditional write was refused for, as EXISTS; any other error as it is.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
    """
    if error.code != "PreconditionFailed":
        return error
    return CloudError(Kind.EXISTS, f"{key} is there already", code=error.code, request_id=error.request_id)
