"""The documented error of each kind of fault, per service."""

from __future__ import annotations

from cloudctl.sandbox.aws.envelope import ErrorBody

# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
_EC2 = {
    "throttle": ErrorBody(503, "RequestLimitExceeded", "Request limit exceeded."),
    "error": ErrorBody(500, "InternalError", "An internal error has occurred"),
    "denied": ErrorBody(403, "UnauthorizedOperation", "You are not authorized to perform this operation."),
    "unauthenticated": ErrorBody(401, "AuthFailure", "AWS was not able to validate the provided access credentials"),
    "expired": ErrorBody(400, "RequestExpired", "Request has expired."),
    "quota": ErrorBody(
        400,
        "VcpuLimitExceeded",
        "You have requested more vCPU capacity than your current vCPU limit of 32 allows for the instance "
        "bucket that the specified instance type belongs to. Please visit "
        "http://aws.amazon.com/contact-us/ec2-request to request an adjustment to this limit.",
    ),
    "capacity": ErrorBody(
        500,
        "InsufficientInstanceCapacity",
        "We currently do not have sufficient capacity in the Availability Zone you requested. Our system "
        "will be working on provisioning additional capacity.",
    ),
}

# https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
_QUERY = {
    "throttle": ErrorBody(400, "Throttling", "Rate exceeded"),
    "error": ErrorBody(500, "InternalFailure", "The request processing has failed."),
    "denied": ErrorBody(403, "AccessDenied", "User is not authorized to perform this action"),
    "unauthenticated": ErrorBody(403, "InvalidClientTokenId", "The security token included in the request is invalid."),
    "expired": ErrorBody(403, "ExpiredToken", "The security token included in the request is expired"),
    "quota": ErrorBody(400, "LimitExceeded", "The request exceeds a limit of the account."),
    "capacity": ErrorBody(503, "ServiceUnavailable", "The request has failed due to a temporary failure."),
}


def fault(service: str, kind: str) -> ErrorBody:
    """The error for a kind of fault. Raises KeyError for a kind that does not exist."""
    return (_EC2 if service == "ec2" else _QUERY)[kind]
