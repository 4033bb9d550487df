"""The operations that are served: what answers each, and which parameters it minds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cloudctl.sandbox.aws.s3 import (
    buckets,
    configuration,
    copying,
    deleting,
    lifecycle,
    listing,
    listing_versions,
    parts,
    policy,
    reading,
    tags,
    uploads,
    writing,
)
from cloudctl.sandbox.aws.s3.call import Call
from cloudctl.sandbox.cloud import Reply

Handler = Callable[[Call], Mapping[str, Any] | Reply]


@dataclass(frozen=True, slots=True)
class Operation:
    """``parameters`` are those that the handler minds, besides bucket, key and owner; any other is answered with 501.

    ``upload`` says that the body is bytes to be stored.
    """

    handler: Handler
    parameters: frozenset[str]
    upload: bool = False


def _operation(handler: Handler, parameters: str = "", *, upload: bool = False) -> Operation:
    return Operation(handler, frozenset(parameters.split()), upload)


_PAGE = "Delimiter EncodingType Prefix "
_CHECKSUMS = "ChecksumCRC32 ChecksumCRC32C ChecksumCRC64NVME ChecksumSHA1 ChecksumSHA256 "
_KEPT = (
    "ACL CacheControl ContentDisposition ContentEncoding ContentLanguage ContentType Expires Metadata StorageClass "
    "ServerSideEncryption SSEKMSKeyId "
)
_BODY = "ContentLength ContentMD5 " + _CHECKSUMS
_READ = "IfMatch IfModifiedSince IfNoneMatch IfUnmodifiedSince Range VersionId PartNumber ChecksumMode " + " ".join(
    f"Response{name}" for name in writing.HEADERS
)
_SOURCE = (
    "CopySource CopySourceIfMatch CopySourceIfModifiedSince CopySourceIfNoneMatch CopySourceIfUnmodifiedSince "
    "ExpectedSourceBucketOwner "
)

SERVED: Mapping[str, Operation] = {
    "ListBuckets": _operation(buckets.list_all, "MaxBuckets ContinuationToken Prefix BucketRegion"),
    "CreateBucket": _operation(buckets.create, "ACL ObjectOwnership ObjectLockEnabledForBucket BucketNamespace"),
    "HeadBucket": _operation(buckets.head),
    "GetBucketLocation": _operation(buckets.location),
    "DeleteBucket": _operation(buckets.delete),
    "GetBucketTagging": _operation(tags.get),
    "PutBucketTagging": _operation(tags.put, "ContentMD5"),
    "DeleteBucketTagging": _operation(tags.delete),
    "GetBucketVersioning": _operation(configuration.get_versioning),
    "PutBucketVersioning": _operation(configuration.put_versioning, "ContentMD5"),
    "GetBucketEncryption": _operation(configuration.get_encryption),
    "PutBucketEncryption": _operation(configuration.put_encryption, "ContentMD5"),
    "DeleteBucketEncryption": _operation(configuration.delete_encryption),
    "GetPublicAccessBlock": _operation(configuration.get_public_block),
    "PutPublicAccessBlock": _operation(configuration.put_public_block, "ContentMD5"),
    "DeletePublicAccessBlock": _operation(configuration.delete_public_block),
    "GetBucketAcl": _operation(configuration.get_acl),
    "GetBucketPolicy": _operation(policy.get),
    "GetBucketPolicyStatus": _operation(policy.status),
    "PutBucketPolicy": _operation(policy.put, "ContentMD5 ConfirmRemoveSelfBucketAccess"),
    "DeleteBucketPolicy": _operation(policy.delete),
    "GetBucketLifecycleConfiguration": _operation(lifecycle.get),
    "PutBucketLifecycleConfiguration": _operation(lifecycle.put, "TransitionDefaultMinimumObjectSize"),
    "DeleteBucketLifecycle": _operation(lifecycle.delete),
    "ListObjectsV2": _operation(listing.list_v2, _PAGE + "MaxKeys ContinuationToken FetchOwner StartAfter"),
    "ListObjects": _operation(listing.list_v1, _PAGE + "MaxKeys Marker"),
    "ListObjectVersions": _operation(listing_versions.list_versions, _PAGE + "KeyMarker MaxKeys VersionIdMarker"),
    "ListMultipartUploads": _operation(uploads.list_uploads, _PAGE + "KeyMarker MaxUploads UploadIdMarker"),
    "DeleteObject": _operation(deleting.delete_object, "VersionId"),
    "DeleteObjects": _operation(deleting.delete_objects),
    "PutObject": _operation(writing.put_object, _KEPT + _BODY + "IfMatch IfNoneMatch", upload=True),
    "GetObject": _operation(reading.get_object, _READ),
    "HeadObject": _operation(reading.head_object, _READ),
    "GetObjectAttributes": _operation(reading.get_attributes, "ObjectAttributes VersionId"),
    "CopyObject": _operation(copying.copy_object, _KEPT + _SOURCE + "MetadataDirective IfMatch IfNoneMatch"),
    "CreateMultipartUpload": _operation(uploads.begin, _KEPT + "ChecksumType"),
    "UploadPart": _operation(parts.upload_part, "PartNumber UploadId " + _BODY, upload=True),
    "UploadPartCopy": _operation(copying.copy_part, "PartNumber UploadId CopySourceRange " + _SOURCE),
    "ListParts": _operation(parts.list_parts, "MaxParts PartNumberMarker UploadId"),
    "CompleteMultipartUpload": _operation(
        parts.complete, "UploadId IfMatch IfNoneMatch MpuObjectSize ChecksumType " + _CHECKSUMS
    ),
    "AbortMultipartUpload": _operation(uploads.abort, "UploadId"),
}
