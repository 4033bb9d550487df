"""What the blob service's data plane refuses."""

from __future__ import annotations

from cloudctl.sandbox.azure.refusals.table import Row, Table

_LEARN = "https://learn.microsoft.com/en-us/"
_API = _LEARN + "rest/api/storageservices/"
_CODES = _API + "blob-service-error-codes"
_COMMON = _API + "common-rest-api-error-codes"
_NAMES = _API + "naming-and-referencing-containers--blobs--and-metadata"
_CONDITIONS = _API + "specifying-conditional-headers-for-blob-service-operations"
_CONTAINERS = "Microsoft.Storage/storageAccounts/blobServices/containers"
_BLOBS = f"{_CONTAINERS}/blobs"
_ANY = "Microsoft.Storage/storageAccounts/blobServices/*"


class BlobRefusal(Table):
    """The rows."""

    # fmt: off

    NOT_SERVED = Row(
        _ANY, "the sandbox does not serve the operation, the header or the parameter", 501, "NotImplemented", _API,
        "The sandbox does not serve {what}.")
    ACCOUNT = Row(
        _ANY, "the account does not exist, or the container is private and the account allows public ones", 404,
        "ResourceNotFound", _COMMON, "The specified resource does not exist.")
    SIGNATURE = Row(
        _ANY, "a Shared Key or shared access signature that is wrong, expired or without a date", 403,
        "AuthenticationFailed", _API + "authorize-with-shared-key",
        "Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly "
        "including the signature.")
    TOKEN = Row(
        _ANY, "the bearer token is not `sandbox`", 401, "InvalidAuthenticationInfo",
        _API + "authorize-with-azure-active-directory",
        "Server failed to authenticate the request. Please refer to the information in the www-authenticate header.")
    ANONYMOUS = Row(
        _ANY, "no Authorization header, and the container is not public", 401, "NoAuthenticationInformation", _COMMON,
        "Server failed to authenticate the request. Please refer to the information in the www-authenticate header.")
    PUBLIC = Row(
        _ANY, "public access, asked for or used, where the account does not allow it", 409, "PublicAccessNotPermitted",
        _LEARN + "azure/storage/blobs/anonymous-read-access-prevent",
        "Public access is not permitted on this storage account.")
    KEYS = Row(
        _ANY, "a Shared Key where the account does not allow it", 403, "KeyBasedAuthenticationNotPermitted",
        _LEARN + "azure/storage/common/shared-key-authorization-prevent",
        "Key based authentication is not permitted on this storage account.")
    CONTAINER = Row(
        f"{_CONTAINERS}/*", "the container does not exist", 404, "ContainerNotFound", _CODES,
        "The specified container does not exist.")
    CONTAINER_NAME = Row(
        f"{_CONTAINERS}/*", "a container name outside the rules", 400, "InvalidResourceName", _NAMES,
        "The specifed resource name contains invalid characters.")
    LENGTH = Row(
        f"{_BLOBS}/*", "a blob name of more than 1,024 characters", 400, "OutOfRangeInput", _NAMES,
        "The specified resource name length is not within the permissible limits.")
    CONTROL = Row(
        f"{_BLOBS}/*", "a blob name with a control character", 400, "InvalidUri", _NAMES,
        "The requested URI does not represent any resource on the server.")
    BLOB = Row(
        f"{_BLOBS}/*", "the blob or the version does not exist", 404, "BlobNotFound", _CODES,
        "The specified blob does not exist.")
    VERB = Row(
        _ANY, "a method that the resource does not have", 405, "UnsupportedHttpVerb", _COMMON,
        "The resource doesn't support specified Http Verb.")
    QUERY = Row(
        _ANY, "a query parameter with a value that is not allowed", 400, "InvalidQueryParameterValue", _COMMON,
        "Value for one of the query parameters specified in the request URI is invalid.")
    QUERY_RANGE = Row(
        _ANY, "maxresults that is not positive", 400, "OutOfRangeQueryParameterValue", _COMMON,
        "One of the query parameters specified in the request URI is outside the permissible range.")
    HEADER = Row(
        _ANY, "a header with a value that is not allowed", 400, "InvalidHeaderValue", _COMMON,
        "The value for one of the HTTP headers is not in the correct format.")
    HEADER_MISSING = Row(
        _ANY, "a required header is missing", 400, "MissingRequiredHeader", _COMMON,
        "An HTTP header that's mandatory for this request is not specified.")
    METADATA = Row(
        f"{_CONTAINERS}/*", "a metadata name that is not a C# identifier", 400, "InvalidMetadata", _CODES,
        "The metadata specified is invalid. It has characters that are not permitted.")
    MD5 = Row(
        f"{_BLOBS}/write", "the body is not that of its Content-MD5", 400, "Md5Mismatch", _CODES,
        "The MD5 value specified in the request did not match with the MD5 value calculated by the server.")
    MD5_FORM = Row(
        f"{_BLOBS}/write", "a Content-MD5 that is not base64 of 16 bytes", 400, "InvalidMd5", _CODES,
        "The MD5 value specified in the request is invalid. MD5 value must be 128 bits and base64 encoded.")
    CRC64 = Row(
        f"{_BLOBS}/write", "the body of a block is not that of its x-ms-content-crc64", 400, "Crc64Mismatch",
        _API + "put-block",
        "The CRC64 value specified in the request did not match with the CRC64 value calculated by the server.")
    BLOCK_ID = Row(
        f"{_BLOBS}/write", "a block id that is not base64 of at most 64 bytes, or longer or shorter than the others",
        400, "InvalidBlobOrBlock", _API + "put-block", "The specified blob or block content is invalid.")
    CONDITION = Row(
        f"{_BLOBS}/*", "a condition on ETag or time is not met", 412,
        "ConditionNotMet", _CONDITIONS,
        "The condition specified using HTTP conditional header(s) is not met.")
    UNCHANGED = Row(
        f"{_BLOBS}/read", "If-None-Match or If-Modified-Since when nothing has changed", 304, "ConditionNotMet",
        _CONDITIONS, "The condition specified using HTTP conditional header(s) is not met.")
    EXISTS = Row(
        f"{_BLOBS}/write", "If-None-Match is `*` and the blob exists", 409, "BlobAlreadyExists", _CONDITIONS,
        "The specified blob already exists.")
    PERMISSION = Row(
        _ANY, "a shared access signature without the permission for the operation", 403,
        "AuthorizationPermissionMismatch", _API + "create-service-sas",
        "This request is not authorized to perform this operation using this permission.")
    PROTOCOL = Row(
        _ANY, "a shared access signature for HTTPS only, since the sandbox speaks HTTP", 403,
        "AuthorizationProtocolMismatch", _API + "create-service-sas",
        "This request is not authorized to perform this operation using this protocol.")
    SOURCE_IP = Row(
        _ANY, "a shared access signature for other addresses than 127.0.0.1", 403, "AuthorizationSourceIPMismatch",
        _API + "create-service-sas",
        "This request is not authorized to perform this operation using this source IP {address}.")
    CONTAINER_EXISTS = Row(
        f"{_CONTAINERS}/write", "the container exists", 409, "ContainerAlreadyExists", _API + "create-container",
        "The specified container already exists.")
    BLOCK_LIST = Row(
        f"{_BLOBS}/write", "a block list with a block that is not there", 400, "InvalidBlockList",
        _API + "put-block-list", "The specified block list is invalid.")
    XML = Row(
        _ANY, "a body that is not the XML that was expected", 400, "InvalidXmlDocument", _COMMON,
        "XML specified is not syntactically valid.")
    RANGE = Row(
        f"{_BLOBS}/read", "a range that begins behind the end of the blob", 416, "InvalidRange", _CODES,
        "The range specified is invalid for the current size of the resource.")
    ARCHIVED = Row(
        f"{_BLOBS}/*", "reading or copying a blob in the archive tier", 409, "BlobArchived",
        _LEARN + "azure/storage/blobs/archive-rehydrate-overview",
        "This operation is not permitted on an archived blob.")
    REHYDRATING = Row(
        f"{_BLOBS}/write", "another tier for a blob that is coming back from the archive", 409,
        "BlobBeingRehydrated", _API + "set-blob-tier",
        "This operation is not permitted because the blob is being rehydrated.")
    ROOT = Row(
        f"{_BLOBS}/delete", "deleting the current version by its version id", 403, "OperationNotAllowedOnRootBlob",
        _LEARN + "azure/storage/blobs/versioning-overview",
        "The specified operation is not allowed on root blob.")
    COPY_SOURCE = Row(
        f"{_BLOBS}/write", "a copy source that does not exist or may not be read", 404, "CannotVerifyCopySource",
        _API + "copy-blob", "The specified resource does not exist.")
    COPY_CONDITION = Row(
        f"{_BLOBS}/write", "a condition on the copy source is not met", 412, "SourceConditionNotMet", _CONDITIONS,
        "The source condition specified using HTTP conditional header(s) is not met.")
    LEASE = Row(
        f"{_BLOBS}/*", "a lease id, since there are no leases", 412, "LeaseNotPresentWithBlobOperation", _CODES,
        "There is currently no lease on the blob.")
    CONTAINER_LEASE = Row(
        f"{_CONTAINERS}/*", "a lease id, since there are no leases", 412, "LeaseNotPresentWithContainerOperation",
        _CODES, "There is currently no lease on the container.")

    # fmt: on
