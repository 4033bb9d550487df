"""The documented error of each kind of fault."""

from __future__ import annotations

from cloudctl.sandbox.aws.envelope import ErrorBody

# https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList
FAULTS = {
    "throttle": ErrorBody(503, "SlowDown", "Please reduce your request rate."),
    "error": ErrorBody(500, "InternalError", "We encountered an internal error. Please try again."),
    "denied": ErrorBody(403, "AccessDenied", "Access Denied"),
    "unauthenticated": ErrorBody(
        403, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records."
    ),
    "expired": ErrorBody(400, "ExpiredToken", "The provided token has expired."),
    "quota": ErrorBody(400, "TooManyBuckets", "You have attempted to create more buckets than allowed"),
    "capacity": ErrorBody(503, "ServiceUnavailable", "Service is unable to handle request."),
}
