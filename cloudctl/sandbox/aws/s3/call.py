"""One request on its way through an operation."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from botocore.model import OperationModel

from cloudctl.sandbox.aws.account import ACCOUNT
from cloudctl.sandbox.aws.s3.refusals import Refusal
from cloudctl.sandbox.aws.s3.request import S3Request
from cloudctl.sandbox.cloud import Settings
from cloudctl.sandbox.objects.content import Content
from cloudctl.sandbox.objects.store import Bucket, ObjectStore

_FOREIGN = "taken-"


@dataclass(slots=True)
class Call:
    """``params`` by the model's names. ``content`` is the stored body of an upload, with its ``checksums``;
    ``status`` is the HTTP status of the reply where it is not the operation's usual one.
    """

    request: S3Request
    model: OperationModel
    params: dict[str, Any]
    region: str
    store: ObjectStore
    settings: Settings
    content: Content | None = None
    checksums: dict[str, str] = field(default_factory=dict)
    status: int | None = None

    @property
    def bucket(self) -> Bucket:
        """The bucket that the path names. Raises S3Error: NoSuchBucket, AccessDenied, PermanentRedirect."""
        if self.params.get("ExpectedBucketOwner", ACCOUNT) != ACCOUNT:
            raise Refusal.OTHER_OWNER.error()
        return self.bucket_named(self.request.bucket, anywhere=self.model.name == "GetBucketLocation")

    def bucket_named(self, name: str, *, anywhere: bool = False) -> Bucket:
        """The same for another bucket; ``anywhere`` for the source of a copy, which may be in another region."""
        if foreign(name):
            raise Refusal.FOREIGN.error()
        bucket = self.store.buckets.get(name)
        if bucket is None:
            raise Refusal.NO_BUCKET.error(BucketName=name)
        if not anywhere:
            self._right_region(bucket)
        return bucket

    def page(self, asked: int | None, most: int = 1000) -> int:
        """How many items this page of a list may have. Raises S3Error InvalidArgument for a negative number."""
        if asked is not None and asked < 0:
            raise Refusal.ARGUMENT.error(ArgumentName="max-keys", ArgumentValue=str(asked))
        cap = min(most, self.settings.page_size or most)
        return cap if asked is None else min(cap, asked)

    def _right_region(self, bucket: Bucket) -> None:
        region = bucket.properties["region"]
        if region != self.region:
            endpoint = f"s3.{region}.amazonaws.com"
            headers = {"x-amz-bucket-region": region}
            raise Refusal.OTHER_REGION.error(headers, Endpoint=endpoint, Bucket=bucket.name)


def foreign(name: str) -> bool:
    """Whether a bucket of this name belongs to another account."""
    return name.startswith(_FOREIGN)
