"""Everything that the emulated Cloud Storage refuses: one member for each condition.

Wording and reasons come from the named pages and from published error bodies.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

from cloudctl.sandbox.gcp.storage.errors import GcsError

_DOCS = "https://cloud.google.com/storage/docs"
_API = f"{_DOCS}/json_api/v1"
_STATUS = f"{_API}/status-codes"
_UNIFORM = f"{_DOCS}/uniform-bucket-level-access"
_INVALID = "Invalid argument."
_PRECONDITION = "At least one of the pre-conditions you specified did not hold."


@dataclass(frozen=True, slots=True)
class Row:
    """One refusal: who refuses, when, with which HTTP status, reason and message, and where that is written.

    ``location`` is the parameter or header that the error names.
    """

    operation: str
    condition: str
    status: int
    reason: str
    page: str
    message: str
    location: str = ""


class Refusal(Enum):
    """The conditions; ``reason`` is ``error.errors[0].reason`` of the reply."""

    AUTHORIZATION = Row(
        "storage.*",
        "an Authorization header that is not `Bearer sandbox`",
        401,
        "authError",
        f"{_DOCS}/authentication",
        "Invalid Credentials",
        "Authorization",
    )
    NO_SUCH_METHOD = Row("storage.*", "a path that is no method of the API", 404, "notFound", _API, "Not Found")
    NOT_SERVED = Row(
        "storage.*",
        "a method, parameter or field that the sandbox does not serve, and of the XML API all but single objects",
        501,
        "notImplemented",
        _STATUS,
        "The sandbox does not serve {what}.",
    )
    CRASHED = Row("storage.*", "the sandbox fails", 500, "internalError", _STATUS, "Internal Error")
    URI = Row("storage.*", "a path that is not UTF-8", 400, "invalid", f"{_DOCS}/request-endpoints", _INVALID)
    PARAMETER = Row(
        "storage.*",
        "a query parameter that is not of its type or none of its values",
        400,
        "invalidParameter",
        _STATUS,
        "Invalid value '{value}'.",
        "{name}",
    )
    PARAMETER_MISSING = Row(
        "storage.*",
        "a required query parameter is absent",
        400,
        "required",
        _STATUS,
        "Required parameter: {name}",
        "{name}",
    )
    PARSE = Row("storage.*", "the body is not a JSON object", 400, "parseError", _STATUS, "Parse Error")
    FIELD = Row("storage.*", "a field of the wrong type", 400, "invalid", _STATUS, "Invalid value for {at}.")
    PROJECT = Row(
        "storage.buckets.insert, list",
        "the project does not exist",
        400,
        "invalid",
        f"{_API}/buckets/insert",
        "Unknown project id: {project}",
    )
    DENIED = Row(
        "storage.*",
        "a bucket of somebody else (here: its name starts with `taken-`)",
        403,
        "forbidden",
        f"{_DOCS}/access-control/iam-permissions",
        "sandbox does not have {permission} access to the Google Cloud Storage bucket. Permission '{permission}' "
        "denied on resource (or it may not exist).",
    )
    NO_BUCKET = Row(
        "storage.*", "the bucket does not exist", 404, "notFound", _STATUS, "The specified bucket does not exist."
    )
    NO_OBJECT = Row(
        "storage.objects.*", "the object does not exist", 404, "notFound", _STATUS, "No such object: {bucket}/{name}"
    )
    PRECONDITION = Row(
        "storage.*", "an `if...Match` that does not hold", 412, "conditionNotMet",
        f"{_DOCS}/request-preconditions", _PRECONDITION, "If-Match",
    )  # fmt: skip
    NOT_MODIFIED = Row(
        "storage.*.get", "an `if...NotMatch` that does not hold", 304, "notModified",
        f"{_DOCS}/request-preconditions", "Not Modified",
    )  # fmt: skip
    PAGE_TOKEN = Row(
        "storage.*.list", "a pageToken that no list gave", 400, "invalid", f"{_API}/objects/list", _INVALID
    )
    BUCKET_NAME = Row(
        "storage.buckets.insert",
        "a name against the rules, with `goog` at its start or `google` in it",
        400,
        "invalid",
        f"{_DOCS}/buckets#naming",
        "Invalid bucket name: '{name}'",
    )
    BUCKET_TAKEN = Row(
        "storage.buckets.insert",
        "a name that somebody else has (here: one that starts with `taken-`)",
        409,
        "conflict",
        _STATUS,
        "The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please "
        "select a different name and try again.",
    )
    BUCKET_OWNED = Row(
        "storage.buckets.insert",
        "a bucket of one's own that exists",
        409,
        "conflict",
        _STATUS,
        "Your previous request to create the named bucket succeeded and you already own it.",
    )
    LOCATION = Row(
        "storage.buckets.insert",
        "no location of Cloud Storage",
        400,
        "invalid",
        f"{_DOCS}/locations",
        "The specified location constraint is not valid.",
    )
    LOCATION_FIXED = Row(
        "storage.buckets.patch, update", "another location", 400, "invalid", f"{_DOCS}/locations", _INVALID
    )
    STORAGE_CLASS = Row(
        "storage.*", "no storage class", 400, "invalid", f"{_DOCS}/storage-classes",
        "The storage class you specified is not valid.",
    )  # fmt: skip
    LABELS = Row(
        "storage.buckets.insert, patch, update",
        "a label against the rules, or more than 64",
        400,
        "invalid",
        f"{_DOCS}/tags-and-labels#bucket-labels",
        _INVALID,
    )
    PUBLIC_ACCESS = Row(
        "storage.buckets.insert, patch, update",
        "publicAccessPrevention is neither enforced nor inherited",
        400,
        "invalid",
        f"{_DOCS}/public-access-prevention",
        _INVALID,
    )
    KEY = Row(
        "storage.buckets.insert, patch, update",
        "defaultKmsKeyName is not of the form of a key",
        400,
        "invalid",
        f"{_DOCS}/encryption/using-customer-managed-keys",
        _INVALID,
    )
    RETENTION = Row(
        "storage.buckets.insert, patch, update",
        "a soft delete duration that is neither 0 nor 7 to 90 days",
        400,
        "invalid",
        f"{_DOCS}/soft-delete",
        _INVALID,
    )
    LIFECYCLE = Row(
        "storage.buckets.insert, patch, update",
        "a lifecycle rule without an action or a condition, or with one that cannot be",
        400,
        "invalid",
        f"{_DOCS}/lifecycle",
        _INVALID,
    )
    UNIFORM_ACL = Row(
        "storage.buckets.insert, patch, update",
        "an ACL while uniform bucket-level access is enabled",
        400,
        "invalid",
        _UNIFORM,
        "Cannot use ACL API to update bucket policy when uniform bucket-level access is enabled. Read more at "
        f"{_UNIFORM}",
    )
    UNIFORM_OBJECT_ACL = Row(
        "storage.objects.insert, patch, update, copy, rewrite",
        "an ACL while uniform bucket-level access is enabled",
        400,
        "invalid",
        _UNIFORM,
        f"Cannot insert legacy ACL for an object when uniform bucket-level access is enabled. Read more at {_UNIFORM}",
    )
    NOT_EMPTY = Row(
        "storage.buckets.delete",
        "the bucket holds objects or versions of them",
        409,
        "conflict",
        _STATUS,
        "The bucket you tried to delete is not empty.",
    )
    PUBLIC_MEMBERS = Row(
        "storage.buckets.setIamPolicy",
        "allUsers or allAuthenticatedUsers while public access prevention is enforced",
        412,
        "conditionNotMet",
        f"{_DOCS}/public-access-prevention",
        "The member bindings allUsers and allAuthenticatedUsers are not allowed since public access prevention is "
        "enforced.",
        "If-Match",
    )
    POLICY = Row(
        "storage.buckets.setIamPolicy", "a binding without a role, or a member of no known kind", 400, "invalid",
        f"{_API}/buckets/setIamPolicy", _INVALID,
    )  # fmt: skip
    POLICY_ETAG = Row(
        "storage.buckets.setIamPolicy", "the etag of a policy that has changed since", 412, "conditionNotMet",
        f"{_API}/buckets/setIamPolicy", _PRECONDITION, "If-Match",
    )  # fmt: skip
    PERMISSION = Row(
        "storage.buckets.testIamPermissions", "a permission that is none of Cloud Storage", 400, "invalid",
        f"{_API}/buckets/testIamPermissions", _INVALID,
    )  # fmt: skip
    OBJECT_NAME = Row(
        "storage.objects.insert, copy, rewrite",
        "no name, `.`, `..`, over 1024 bytes, with a line end, or below .well-known/acme-challenge/",
        400,
        "invalid",
        f"{_DOCS}/objects#naming",
        "Invalid object name: '{name}'",
    )
    NAME_MISSING = Row(
        "storage.objects.insert", "no name of the object", 400, "required", f"{_API}/objects/insert",
        "Required parameter: name", "name",
    )  # fmt: skip
    UPLOAD_TYPE = Row(
        "storage.objects.insert", "uploadType is not media, multipart or resumable", 400, "badContent",
        f"{_API}/objects/insert", "Unsupported upload type.",
    )  # fmt: skip
    MULTIPART = Row(
        "storage.objects.insert", "a multipart body that is not two parts", 400, "badContent",
        f"{_DOCS}/uploading-objects", "Malformed multipart body.",
    )  # fmt: skip
    MD5 = Row(
        "storage.objects.insert", "the MD5 hash that was given is not that of the bytes", 400, "invalid",
        f"{_DOCS}/data-validation", "Provided MD5 hash \"{given}\" doesn't match calculated MD5 hash \"{actual}\".",
    )  # fmt: skip
    CRC32C = Row(
        "storage.objects.insert", "the CRC32C that was given is not that of the bytes", 400, "invalid",
        f"{_DOCS}/data-validation", "Provided CRC32C \"{given}\" doesn't match calculated CRC32C \"{actual}\".",
    )  # fmt: skip
    NO_UPLOAD = Row(
        "storage.objects.insert", "the upload does not exist, or was cancelled", 404, "notFound",
        f"{_DOCS}/performing-resumable-uploads", "No such upload session.",
    )  # fmt: skip
    CHUNK_RANGE = Row(
        "storage.objects.insert",
        "a Content-Range that cannot be read, leaves a gap, or is not what is sent",
        400,
        "badRequest",
        f"{_DOCS}/performing-resumable-uploads",
        "Failed to parse Content-Range header.",
    )
    CHUNK_SIZE = Row(
        "storage.objects.insert",
        "less than 256 KiB in a request that is not the last one",
        400,
        "badRequest",
        f"{_DOCS}/performing-resumable-uploads",
        "Invalid request.  The number of bytes uploaded is required to be equal or greater than 262144, except for the "
        "final request (it's recommended to be the exact multiple of 262144).  The received request contained {size} "
        "bytes, which does not meet this requirement.",
    )
    RANGE = Row(
        "storage.objects.get",
        "a Range that begins after the last byte",
        416,
        "requestedRangeNotSatisfiable",
        f"{_STATUS}#416_Requested_Range_Not_Satisfiable",
        "Request range not satisfiable",
        "Range",
    )
    CUSTOM_TIME = Row(
        "storage.objects.*", "customTime is no time, or would be taken back or removed", 400, "invalid",
        f"{_DOCS}/metadata#custom-time", _INVALID,
    )  # fmt: skip
    METADATA = Row(
        "storage.objects.*", "custom metadata over 8 KiB", 400, "invalid", f"{_DOCS}/metadata#custom-metadata", _INVALID
    )
    SIGNED_FORM = Row(
        "signed addresses",
        "an algorithm, account, date or scope that is not of a signature, or more than a week",
        400,
        "AuthorizationQueryParametersError",
        f"{_DOCS}/xml-api/reference-status",
        "The query parameters of the signature are not valid.",
    )
    SIGNATURE = Row(
        "signed addresses",
        "a signature that is not of this request",
        403,
        "SignatureDoesNotMatch",
        f"{_DOCS}/xml-api/reference-status",
        "Access denied. The request signature we calculated does not match the signature you provided. Check your "
        "Google secret key and signing method.",
    )
    SIGNATURE_EXPIRED = Row(
        "signed addresses",
        "its time is over",
        400,
        "ExpiredToken",
        f"{_DOCS}/xml-api/reference-status",
        "The provided token has expired.",
    )
    BATCH = Row(
        "batch",
        "a body that is no batch of requests",
        400,
        "badRequest",
        f"{_DOCS}/batch",
        "Failed to parse batch request.",
    )
    BATCH_SIZE = Row(
        "batch", "more than 100 requests", 400, "badRequest", f"{_DOCS}/batch",
        "The batch request contains too many calls. The maximum is 100.",
    )  # fmt: skip

    def error(self, **words: Any) -> GcsError:
        """The refusal, to be raised; ``words`` fill its message and location."""
        row: Row = self.value
        return GcsError(row.status, row.reason, row.message.format(**words), row.location.format(**words))
