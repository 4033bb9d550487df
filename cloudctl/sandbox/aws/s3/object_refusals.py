"""What the emulated S3 refuses about objects, their bytes and their uploads.

Code raises ``ObjectRefusal.X.error(...)``; each row has its documentation page, and the tests provoke it.
"""

from __future__ import annotations

from cloudctl.sandbox.aws.s3.refusal_table import Row, Table

_API = "https://docs.aws.amazon.com/AmazonS3/latest/API/"
_GUIDE = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/"
_ERRORS = _API + "ErrorResponses.html"
_CHECKSUMS = _GUIDE + "checking-object-integrity.html"
_MULTIPART = _GUIDE + "mpuoverview.html"


class ObjectRefusal(Table):
    """The table."""

    # fmt: off

    NO_KEY = Row(
        "s3:GetObject, HeadObject, CopyObject", "a key that does not exist", 404, "NoSuchKey", _ERRORS,
        "The specified key does not exist.")
    DELETED = Row(
        "s3:GetObject, HeadObject", "a key whose current version is a delete marker", 404, "NoSuchKey",
        _GUIDE + "DeleteMarker.html", "The specified key does not exist.")
    MARKER_READ = Row(
        "s3:GetObject, HeadObject", "the version id of a delete marker", 405, "MethodNotAllowed",
        _GUIDE + "DeleteMarker.html", "The specified method is not allowed against this resource.")
    NO_VERSION = Row(
        "s3:GetObject, HeadObject, CopyObject", "a version that does not exist", 404, "NoSuchVersion", _ERRORS,
        "The specified version does not exist.")
    KEY_LENGTH = Row(
        "s3:*Object", "a key over 1,024 bytes", 400, "KeyTooLongError", _GUIDE + "object-keys.html",
        "Your key is too long")
    KEY_PATH = Row(
        "s3:PutObject, CopyObject, CreateMultipartUpload", "a key with more '..' segments than others before them", 400,
        "InvalidURI", _GUIDE + "object-keys.html", "Couldn't parse the specified URI.")
    METADATA_LENGTH = Row(
        "s3:PutObject, CopyObject, CreateMultipartUpload", "metadata over 2 KB", 400, "MetadataTooLarge",
        _GUIDE + "UsingMetadata.html", "Your metadata headers exceed the maximum allowed metadata size")
    STORAGE_CLASS = Row(
        "s3:PutObject, CopyObject, CreateMultipartUpload", "a storage class that general purpose buckets do not have",
        400, "InvalidStorageClass", _ERRORS, "The storage class you specified is not valid")
    OBJECT_ACL = Row(
        "s3:PutObject, CopyObject, CreateMultipartUpload", "an ACL other than bucket-owner-full-control", 400,
        "AccessControlListNotSupported", _GUIDE + "about-object-ownership.html", "The bucket does not allow ACLs")
    PRECONDITION = Row(
        "s3:GetObject, HeadObject, PutObject, CopyObject, CompleteMultipartUpload, UploadPartCopy",
        "a condition on the object that does not hold", 412, "PreconditionFailed", _GUIDE + "conditional-requests.html",
        "At least one of the pre-conditions you specified did not hold")
    NOT_MODIFIED = Row(
        "s3:GetObject, HeadObject", "If-None-Match or If-Modified-Since, and the object is as before", 304,
        "NotModified", _API + "API_GetObject.html", "Not Modified")
    RANGE = Row(
        "s3:GetObject, HeadObject", "a range outside the object", 416, "InvalidRange", _ERRORS,
        "The requested range is not satisfiable")
    COPY_SOURCE = Row(
        "s3:CopyObject, UploadPartCopy", "a copy source that is no bucket and key", 400, "InvalidArgument",
        _API + "API_CopyObject.html", "Copy Source must mention the source bucket and key: sourcebucket/sourcekey")
    COPY_MARKER = Row(
        "s3:CopyObject, UploadPartCopy", "a copy source that is a delete marker", 400, "InvalidRequest",
        _API + "API_CopyObject.html",
        "The source of a copy request may not specifically refer to a delete marker by version id.")
    COPY_SELF = Row(
        "s3:CopyObject", "a copy onto itself that changes nothing", 400, "InvalidRequest",
        _API + "API_CopyObject.html",
        "This copy request is illegal because it is trying to copy an object to itself without changing the object's "
        "metadata, storage class, website redirect location or encryption attributes.")
    COPY_SIZE = Row(
        "s3:CopyObject", "a source over 5 GB", 400, "InvalidRequest", _API + "API_CopyObject.html",
        "The specified copy source is larger than the maximum allowable size for a copy source: 5368709120")
    COPY_RANGE = Row(
        "s3:UploadPartCopy", "a range that is not `bytes=first-last` inside the source", 400, "InvalidArgument",
        _API + "API_UploadPartCopy.html",
        "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the "
        "zero-based offsets of the first and last bytes to copy")

    DIGEST_FORM = Row(
        "s3:PutObject, UploadPart", "a Content-MD5 that is no base64 of 16 bytes", 400, "InvalidDigest", _ERRORS,
        "The Content-MD5 you specified was invalid.")
    DIGEST = Row(
        "s3:PutObject, UploadPart", "a Content-MD5 that is not the body's", 400, "BadDigest", _ERRORS,
        "The Content-MD5 you specified did not match what we received.")
    CHECKSUM_FORM = Row(
        "s3:PutObject, UploadPart", "a checksum that is no base64 of the algorithm's length", 400, "InvalidRequest",
        _CHECKSUMS, "Value for x-amz-checksum-{algorithm} header is invalid.")
    CHECKSUM = Row(
        "s3:PutObject, UploadPart", "a checksum that is not the body's", 400, "BadDigest", _CHECKSUMS,
        "The {algorithm} you specified did not match the calculated checksum.")
    CHECKSUM_ABSENT = Row(
        "s3:PutObject, UploadPart", "x-amz-sdk-checksum-algorithm without a checksum", 400, "InvalidRequest",
        _CHECKSUMS,
        "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were "
        "found.")
    CONTENT_SHA = Row(
        "s3:*", "x-amz-content-sha256 is not the body's", 400, "XAmzContentSHA256Mismatch", _ERRORS,
        "The provided 'x-amz-content-sha256' header does not match what was computed.")
    CONTENT_SHA_FORM = Row(
        "s3:*", "x-amz-content-sha256 is neither a digest nor one of the documented words", 400, "InvalidArgument",
        _API + "sig-v4-header-based-auth.html",
        "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, "
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER or a valid sha256 value.")
    INCOMPLETE = Row(
        "s3:PutObject, UploadPart", "an aws-chunked body that is not framed as it says", 400, "IncompleteBody",
        _API + "sigv4-streaming.html",
        "The request body terminated unexpectedly")
    TRAILER = Row(
        "s3:PutObject, UploadPart", "an announced trailer that does not come", 400, "MalformedTrailerError",
        _API + "sigv4-streaming-trailers.html",
        "The request contained trailing data that was not well-formed or did not conform to our published schema.")

    NO_UPLOAD = Row(
        "s3:UploadPart, ListParts, CompleteMultipartUpload, AbortMultipartUpload", "an upload that does not exist", 404,
        "NoSuchUpload", _ERRORS,
        "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or "
        "completed.")
    PART_NUMBER = Row(
        "s3:UploadPart, UploadPartCopy", "a part number outside 1 to 10,000", 400, "InvalidArgument", _MULTIPART,
        "Part number must be an integer between 1 and 10000, inclusive")
    PART_ORDER = Row(
        "s3:CompleteMultipartUpload", "parts that do not ascend", 400, "InvalidPartOrder", _ERRORS,
        "The list of parts was not in ascending order. Parts must be ordered by part number.")
    PART = Row(
        "s3:CompleteMultipartUpload", "a part that was not uploaded, or with another ETag or checksum", 400,
        "InvalidPart", _ERRORS,
        "One or more of the specified parts could not be found.  The part may not have been uploaded, or the "
        "specified entity tag may not match the part's entity tag.")
    PART_SMALL = Row(
        "s3:CompleteMultipartUpload", "a part under 5 MiB that is not the last", 400, "EntityTooSmall", _ERRORS,
        "Your proposed upload is smaller than the minimum allowed size")
    PART_TOTAL = Row(
        "s3:CompleteMultipartUpload", "x-amz-mp-object-size is not the sum of the parts", 400, "InvalidRequest",
        _API + "API_CompleteMultipartUpload.html",
        "The provided 'x-amz-mp-object-size' header does not match what was computed: {expected}, {actual}")
    PART_RANGE = Row(
        "s3:GetObject, HeadObject", "a part number that the object does not have", 416, "InvalidPartNumber", _ERRORS,
        "The requested partnumber is not satisfiable")
    PART_CHECKSUM = Row(
        "s3:UploadPart", "a checksum of another algorithm than the upload's", 400, "InvalidRequest", _CHECKSUMS,
        "Checksum Type mismatch occurred, expected checksum Type: {expected}, actual checksum Type: {actual}")
    CHECKSUM_TYPE = Row(
        "s3:CreateMultipartUpload", "a checksum type that the algorithm does not have", 400, "InvalidRequest",
        _CHECKSUMS, "The {type} checksum type cannot be used with the {algorithm} checksum algorithm.")
    # fmt: on
