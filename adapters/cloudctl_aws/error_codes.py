"""AWS's error codes and what they mean to a user.

Sources: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html (EC2),
https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html (S3), and the common errors of all services.
"""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase

from cloudctl.errors import Kind

LOGIN = "aws configure, aws sso login, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
_REGION_OFF = "enable the region for the account"
_QUOTA = "ask for more under Service Quotas, or use a smaller size"

# Exact codes first, then patterns, in this order.
_CODES: Mapping[str, Kind] = {
    "AuthFailure": Kind.UNAUTHENTICATED,
    "ExpiredToken": Kind.UNAUTHENTICATED,
    "ExpiredTokenException": Kind.UNAUTHENTICATED,
    "RequestExpired": Kind.UNAUTHENTICATED,
    "InvalidClientTokenId": Kind.UNAUTHENTICATED,
    "UnrecognizedClientException": Kind.UNAUTHENTICATED,
    "SignatureDoesNotMatch": Kind.UNAUTHENTICATED,
    "IncompleteSignature": Kind.UNAUTHENTICATED,
    "MissingAuthenticationToken": Kind.UNAUTHENTICATED,
    "InvalidAccessKeyId": Kind.UNAUTHENTICATED,
    "InvalidToken": Kind.UNAUTHENTICATED,
    "TokenRefreshRequired": Kind.UNAUTHENTICATED,
    "RequestTimeTooSkewed": Kind.UNAUTHENTICATED,
    "InvalidSecurity": Kind.UNAUTHENTICATED,
    "InvalidSecurity.RequestHasExpired": Kind.UNAUTHENTICATED,
    "InvalidIdentityToken": Kind.UNAUTHENTICATED,
    "IDPRejectedClaim": Kind.UNAUTHENTICATED,
    "OptInRequired": Kind.DENIED,
    "Blocked": Kind.DENIED,
    "PendingVerification": Kind.DENIED,
    "UnauthorizedOperation": Kind.DENIED,
    "AccessDenied": Kind.DENIED,
    "AccessDeniedException": Kind.DENIED,
    "UnauthorizedAccess": Kind.DENIED,
    "TagPolicyViolation": Kind.DENIED,
    "AccountProblem": Kind.DENIED,
    "AllAccessDisabled": Kind.DENIED,
    "NotSignedUp": Kind.DENIED,
    # A bucket of another region, which is not told to everybody; the reply to a HEAD has the status for a code.
    "PermanentRedirect": Kind.DENIED,
    "301": Kind.DENIED,
    "BucketAlreadyOwnedByYou": Kind.EXISTS,
    "IdempotentParameterMismatch": Kind.EXISTS,
    "RequestLimitExceeded": Kind.THROTTLED,
    "Throttling": Kind.THROTTLED,
    "ThrottlingException": Kind.THROTTLED,
    "ThrottledException": Kind.THROTTLED,
    "TooManyRequestsException": Kind.THROTTLED,
    "RequestThrottled": Kind.THROTTLED,
    "EC2ThrottledException": Kind.THROTTLED,
    "SlowDown": Kind.THROTTLED,
    "InternalError": Kind.UNAVAILABLE,
    "InternalFailure": Kind.UNAVAILABLE,
    "Unavailable": Kind.UNAVAILABLE,
    "ServiceUnavailable": Kind.UNAVAILABLE,
    "RequestTimeout": Kind.UNAVAILABLE,
    "IDPCommunicationError": Kind.UNAVAILABLE,
    # What was sent did not arrive as it was.
    "BadDigest": Kind.UNAVAILABLE,
    "IncompleteBody": Kind.UNAVAILABLE,
    "NotImplemented": Kind.UNSUPPORTED,
    "UnsupportedOperation": Kind.UNSUPPORTED,
    "MethodNotAllowed": Kind.UNSUPPORTED,
    "InvalidID": Kind.NOT_FOUND,
    "InsufficientFreeAddressesInSubnet": Kind.CAPACITY,
    "ReservationCapacityExceeded": Kind.CAPACITY,
    "UnavailableHostRequirements": Kind.CAPACITY,
    "UnfulfillableCapacity": Kind.CAPACITY,
    "VolumeTypeNotAvailableInZone": Kind.CAPACITY,
    "SpotMaxPriceTooLow": Kind.CAPACITY,
    "SpotInstanceShutdown": Kind.CAPACITY,
    "SpotInstanceTermination": Kind.CAPACITY,
    "MaxSpotInstanceCountExceeded": Kind.QUOTA,
    "ResourceCountExceeded": Kind.QUOTA,
    "TooManyBuckets": Kind.QUOTA,
    "MaxIOPSLimitExceeded": Kind.QUOTA,
    "VolumeIOPSLimit": Kind.QUOTA,
    "Unsupported": Kind.CAPACITY,
    "DependencyViolation": Kind.CONFLICT,
    "InvalidState": Kind.CONFLICT,
    "OperationNotPermitted": Kind.CONFLICT,
    "ConcurrentCreateError": Kind.CONFLICT,
    "ConcurrentTagAccess": Kind.CONFLICT,
    "CustomerKeyHasBeenRevoked": Kind.CONFLICT,
    "IdempotentInstanceTerminated": Kind.CONFLICT,
    "OperationAborted": Kind.CONFLICT,
    "BucketNotEmpty": Kind.CONFLICT,
    "InvalidBucketState": Kind.CONFLICT,
    "InvalidObjectState": Kind.CONFLICT,
    "PreconditionFailed": Kind.CONFLICT,
    "ConditionalRequestConflict": Kind.CONFLICT,
    "IllegalLocationConstraintException": Kind.USAGE,
    "MalformedXML": Kind.USAGE,
    "EntityTooLarge": Kind.USAGE,
    "KeyTooLongError": Kind.USAGE,
    "MetadataTooLarge": Kind.USAGE,
    "UnknownParameter": Kind.USAGE,
    "ValidationError": Kind.USAGE,
    "VPCIdNotSpecified": Kind.USAGE,
}
_PATTERNS: tuple[tuple[str, Kind], ...] = (
    # A key that is disabled, going or gone: what it encrypts is there all the same.
    ("KMS.*", Kind.CONFLICT),
    ("Insufficient*Capacity*", Kind.CAPACITY),
    ("Incorrect*", Kind.CONFLICT),
    ("NoSuch*", Kind.NOT_FOUND),
    ("*.NotFound", Kind.NOT_FOUND),
    ("*.Unavailable", Kind.CONFLICT),
    ("*.Unknown", Kind.NOT_FOUND),
    ("*.Duplicate", Kind.EXISTS),
    ("*.InUse", Kind.CONFLICT),
    ("*AlreadyExists", Kind.EXISTS),
    ("*LimitExceeded", Kind.QUOTA),
    ("*.Malformed", Kind.USAGE),
    ("Invalid*", Kind.USAGE),
    ("Missing*", Kind.USAGE),
)
# Waiting helps: an instance that is going still holds its security group, a deleted bucket for a while its name.
WAITING_HELPS = frozenset(
    {"DependencyViolation", "InvalidGroup.InUse", "ConcurrentCreateError", "ConcurrentTagAccess", "OperationAborted"}
)
FIXES: Mapping[Kind, str] = {
    Kind.UNAUTHENTICATED: LOGIN,
    Kind.QUOTA: _QUOTA,
    Kind.CAPACITY: "try another zone (--zone), another size, or later",
}
FIXES_BY_CODE: Mapping[str, str] = {
    "DependencyViolation": "detach it from what still uses it, then run the same command again",
    "IncorrectInstanceState": "wait until the machine is running or stopped, then run the same command again",
    "OperationNotPermitted": "switch its termination or stop protection off with aws ec2 modify-instance-attribute",
    "OptInRequired": "enable the region for the account, or subscribe to the image's product in AWS Marketplace",
    "AuthFailure": f"{LOGIN}; set the clock of this machine right; {_REGION_OFF}",
    "InvalidAccessKeyId": f"{LOGIN}; {_REGION_OFF}",
    "InvalidToken": f"{LOGIN}; {_REGION_OFF}, and take the session from the STS endpoint of a region",
    # The one for sessions that are over as well.
    "RequestExpired": f"{LOGIN}; set the clock of this machine right",
    "TagPolicyViolation": "give it the tags that the tag policy of the organization asks for, with --tag",
    "InvalidSecurity.RequestHasExpired": "set the clock of this machine right",
    "RequestTimeTooSkewed": "set the clock of this machine right",
    "PermanentRedirect": "name its region with --region",
    "301": "name its region with --region",
    "BucketAlreadyExists": "choose another name: bucket names are unique over all accounts",
    "BucketNotEmpty": "something was written meanwhile: run the same command again, with --recursive --confirm NAME",
    "InvalidObjectState": "restore it first with aws s3api restore-object, and wait until that is done",
    "UnauthorizedAccess": "ask its owner to share it with this account",
    "SignatureDoesNotMatch": "check AWS_SECRET_ACCESS_KEY, and the clock of this machine",
}


def kind_of(code: str, status: int = 0) -> Kind:
    """The kind of an error code, else of the HTTP status."""
    known = _CODES.get(code)
    known = known or next((kind for pattern, kind in _PATTERNS if fnmatchcase(code, pattern)), None)
    by_status = {401: Kind.UNAUTHENTICATED, 403: Kind.DENIED, 404: Kind.NOT_FOUND, 429: Kind.THROTTLED}
    # A redirection leads to a sign-in page, or to where a new bucket will be known in a while.
    elsewhere = status >= 500 or 300 <= status < 400
    return known or by_status.get(status) or (Kind.UNAVAILABLE if elsewhere else Kind.UNEXPECTED)
