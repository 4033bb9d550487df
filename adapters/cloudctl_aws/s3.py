"""Amazon S3 of one account, as the adapters call it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

from botocore.exceptions import ClientError

from cloudctl.errors import CloudError, Kind
from cloudctl.objects.lane import Lane
from cloudctl.retry import Call
from cloudctl_aws.error_codes import kind_of
from cloudctl_aws.lane import Road
from cloudctl_aws.session import REGION_HEADER, Session

Native = Mapping[str, Any]

NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""What XML 1.0 cannot hold, not even as a reference; a key with it is deleted by its URL."""

FIRST_REGION = "us-east-1"
"""Where S3 began: it answers there without a region, and calls it by no name."""

_PAGE = 1000
# What says that nothing is set: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
_NONE_SET = {
    "GetBucketEncryption": "ServerSideEncryptionConfigurationNotFoundError",
    "GetPublicAccessBlock": "NoSuchPublicAccessBlockConfiguration",
    "GetBucketPolicyStatus": "NoSuchBucketPolicy",
    "GetBucketTagging": "NoSuchTagSet",
    "GetBucketLifecycleConfiguration": "NoSuchLifecycleConfiguration",
}
# The names that GetBucketLocation has for the oldest regions.
_OLD_NAMES = {"": FIRST_REGION, "EU": "eu-west-1"}
_RETRYABLE = (Kind.THROTTLED, Kind.UNAVAILABLE)


@dataclass(frozen=True, slots=True)
class Head:
    """What HeadBucket says of a bucket that exists: its region, where that is told, and the refusal, if it was one."""

    region: str | None
    refused: CloudError | None = None


class S3:
    """Operations by S3's own names: reads go through ``call``, which translates and repeats; ``send`` goes as it is.

    ``region`` is that of the buckets that are asked for (None: the scope's).
    """

    def __init__(self, session: Session, call: Call, region: str | None = None, *, repeats: bool = True) -> None:
        self._session, self._call, self._region, self._repeats = session, call, region, repeats

    @property
    def once(self) -> S3:
        """The same, reading without repeating: inside steps, which the runner repeats itself."""
        return S3(self._session, self._call, self._region, repeats=False)

    def at(self, region: str | None) -> S3:
        """The same for buckets of a region."""
        return S3(self._session, self._call, region or self._region, repeats=self._repeats)

    @property
    def region(self) -> str:
        return self._region or self._session.region

    def send(self, operation: str, **arguments: Any) -> Native:
        """One call. Raises botocore's exceptions."""
        may_fail = operation in _NONE_SET
        return self._session.send("s3", operation, arguments, region=self._region, may_fail=may_fail)

    def read(self, operation: str, **arguments: Any) -> Native:
        """The answer of one call, without botocore's ResponseMetadata."""
        read = self._call if self._repeats else self._call.once
        answer = read(self.send, operation, **arguments)
        return {key: value for key, value in answer.items() if key != "ResponseMetadata"}

    def setting(self, operation: str, bucket: str) -> Native:
        """What a bucket's GetBucket... operation says; empty where nothing is set."""
        try:
            return self.read(operation, Bucket=bucket)
        except CloudError as error:
            if error.code is not None and error.code == _NONE_SET.get(operation):
                return {}
            raise

    def buckets(self, prefix: str | None = None) -> Iterator[list[Native]]:
        """Pages of the account's buckets: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html"""
        arguments = {"MaxBuckets": _PAGE, **({"Prefix": prefix} if prefix else {})}
        for page in self._pages("ListBuckets", {"ContinuationToken": "ContinuationToken"}, arguments):
            yield list(page.get("Buckets") or ())

    def versions(self, bucket: str, **arguments: Any) -> Iterator[Native]:
        """Pages of at most 1,000 versions and delete markers.

        https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html
        """
        following = {"KeyMarker": "NextKeyMarker", "VersionIdMarker": "NextVersionIdMarker"}
        return self._pages("ListObjectVersions", following, {"Bucket": bucket, **arguments})

    def objects(self, bucket: str, **arguments: Any) -> Iterator[Native]:
        """Pages of at most 1,000 objects and common prefixes.

        https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
        """
        following = {"ContinuationToken": "NextContinuationToken"}
        return self._pages("ListObjectsV2", following, {"Bucket": bucket, **arguments})

    def presigned(self, operation: str, seconds: int, **arguments: Any) -> str:
        """A URL for one call of an operation: it is signed here, and nothing is sent."""
        return self._session.presigned(operation, arguments, seconds, region=self.region)

    def lane(self, bucket: str) -> Lane | None:
        """The fast way to the small objects of a bucket, where there is one."""
        return self._session.lane(bucket, region=self.region)

    def road(self, bucket: str) -> Road | None:
        """The courier's way to a bucket, where there is one."""
        return self._session.road(bucket, region=self.region)

    def uploads(self, bucket: str, **arguments: Any) -> Iterator[Native]:
        """The unfinished uploads: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html"""
        following = {"KeyMarker": "NextKeyMarker", "UploadIdMarker": "NextUploadIdMarker"}
        # Keys may hold what an XML document cannot. botocore asks for this by itself in the other lists only.
        arguments = {"Bucket": bucket, "EncodingType": "url", **arguments}
        for page in self._pages("ListMultipartUploads", following, arguments):
            yield from page.get("Uploads") or ()

    def _pages(self, operation: str, following: Native, arguments: Native) -> Iterator[Native]:
        """The pages of a list; ``following`` are the parameters that continue it -> where a page says them."""
        position: Native = {}
        while True:
            page = self.read(operation, **arguments, **position)
            page = _decoded(page) if "EncodingType" in arguments else page
            yield page
            position = {key: page[name] for key, name in following.items() if page.get(name)}
            if not position:
                return

    def head(self, bucket: str) -> Head | None:
        """Whether a bucket of anybody exists, and where; None where it does not.

        https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html
        """
        try:
            answer = self.read("HeadBucket", Bucket=bucket)
        except CloudError as error:
            if error.kind is Kind.NOT_FOUND:
                return None
            # A reply to HEAD has no body, so bad credentials (400, 403) look like a refusal here.
            if error.code not in ("301", "400", "403") and error.kind is not Kind.DENIED:
                raise
            told = _region_told(error)
            # Asked for its region, S3 says what is wrong with the credentials.
            return Head(told or (self._location(bucket) if error.code == "400" else None), error)
        return Head(answer.get("BucketRegion") or self._location(bucket))

    def _location(self, bucket: str) -> str | None:
        """https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html"""
        try:
            named = self.read("GetBucketLocation", Bucket=bucket).get("LocationConstraint") or ""
        except CloudError as error:
            if error.kind is Kind.DENIED:
                return None
            raise
        return _OLD_NAMES.get(named, str(named))


def not_deleted(error: Native) -> CloudError:
    """Why DeleteObjects, which itself succeeds, could not delete a key."""
    code = str(error.get("Code", ""))
    kind = kind_of(code)
    return CloudError(kind, str(error.get("Message") or code), code=code, retryable=kind in _RETRYABLE)


def _decoded(page: Native) -> Native:
    """A page of uploads with its keys as they are."""
    if page.get("EncodingType") != "url":
        return page
    plain = {"NextKeyMarker": unquote_plus(page["NextKeyMarker"])} if page.get("NextKeyMarker") else {}
    uploads = [{**upload, "Key": unquote_plus(upload["Key"])} for upload in page.get("Uploads") or ()]
    return {**page, **plain, "Uploads": uploads}


def _region_told(error: CloudError) -> str | None:
    cause = error.__cause__
    if not isinstance(cause, ClientError):
        return None
    headers = cause.response.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    return headers.get(REGION_HEADER) or None
