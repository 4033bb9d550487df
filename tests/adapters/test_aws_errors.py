"""EC2's documented errors, in its own envelope, as the errors that a user sees.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
"""

from __future__ import annotations

import socket
from xml.sax.saxutils import escape

import pytest
from botocore import exceptions as sdk
from botocore.parsers import ResponseParserError, create_parser
from cloudctl_aws.errors import translate
from urllib3.exceptions import NewConnectionError

from cloudctl.errors import CloudError, Kind

REQUEST = "ea966190-f9aa-478e-9ede-example"


def envelope(code: str, message: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Response><Errors><Error><Code>{code}</Code><Message>{escape(message)}</Message></Error></Errors>"
        f"<RequestID>{REQUEST}</RequestID></Response>"
    ).encode()


def raised(status: int, body: bytes, operation: str = "RunInstances", **headers: str) -> CloudError:
    """The translation of a reply, parsed as botocore does."""
    reply = {"status_code": status, "headers": headers, "body": body}
    error = translate(sdk.ClientError(create_parser("ec2").parse(reply, None), operation))
    assert error is not None
    return error


@pytest.mark.parametrize(
    ("status", "code", "kind", "retryable"),
    [
        (401, "AuthFailure", Kind.UNAUTHENTICATED, False),
        (400, "RequestExpired", Kind.UNAUTHENTICATED, False),
        (403, "InvalidClientTokenId", Kind.UNAUTHENTICATED, False),
        (403, "ExpiredToken", Kind.UNAUTHENTICATED, False),
        (400, "InvalidSecurity.RequestHasExpired", Kind.UNAUTHENTICATED, False),
        (400, "InvalidIdentityToken", Kind.UNAUTHENTICATED, False),
        (403, "IDPRejectedClaim", Kind.UNAUTHENTICATED, False),
        (400, "IDPCommunicationError", Kind.UNAVAILABLE, True),
        (403, "SignatureDoesNotMatch", Kind.UNAUTHENTICATED, False),
        (403, "MissingAuthenticationToken", Kind.UNAUTHENTICATED, False),
        (403, "UnauthorizedOperation", Kind.DENIED, False),
        (401, "OptInRequired", Kind.DENIED, False),
        (403, "Blocked", Kind.DENIED, False),
        (400, "PendingVerification", Kind.DENIED, False),
        (400, "TagPolicyViolation", Kind.DENIED, False),
        (503, "RequestLimitExceeded", Kind.THROTTLED, True),
        (400, "Throttling", Kind.THROTTLED, True),
        (500, "InternalError", Kind.UNAVAILABLE, True),
        (503, "Unavailable", Kind.UNAVAILABLE, True),
        (500, "InsufficientInstanceCapacity", Kind.CAPACITY, False),
        (500, "InsufficientAddressCapacity", Kind.CAPACITY, False),
        (500, "InsufficientVolumeCapacity", Kind.CAPACITY, False),
        (500, "InsufficientCapacity", Kind.CAPACITY, False),
        (400, "InsufficientCapacityOnOutpost", Kind.CAPACITY, False),
        (400, "UnavailableHostRequirements", Kind.CAPACITY, False),
        (400, "ReservationCapacityExceeded", Kind.CAPACITY, False),
        (400, "InsufficientFreeAddressesInSubnet", Kind.CAPACITY, False),
        (400, "Unsupported", Kind.CAPACITY, False),
        (400, "SpotMaxPriceTooLow", Kind.CAPACITY, False),
        (400, "InstanceLimitExceeded", Kind.QUOTA, False),
        (400, "VcpuLimitExceeded", Kind.QUOTA, False),
        (400, "SecurityGroupLimitExceeded", Kind.QUOTA, False),
        (400, "MaxSpotInstanceCountExceeded", Kind.QUOTA, False),
        (400, "InvalidInstanceID.NotFound", Kind.NOT_FOUND, False),
        (400, "InvalidAMIID.NotFound", Kind.NOT_FOUND, False),
        (400, "InvalidGroup.NotFound", Kind.NOT_FOUND, False),
        (400, "InvalidID", Kind.NOT_FOUND, False),
        (400, "InvalidAMIID.Unavailable", Kind.CONFLICT, False),
        (400, "InvalidGroup.Duplicate", Kind.EXISTS, False),
        (400, "InvalidKeyPair.Duplicate", Kind.EXISTS, False),
        (400, "InvalidPermission.Duplicate", Kind.EXISTS, False),
        (400, "IdempotentParameterMismatch", Kind.EXISTS, False),
        (400, "IdempotentInstanceTerminated", Kind.CONFLICT, False),
        (400, "IncorrectInstanceState", Kind.CONFLICT, False),
        (400, "IncorrectSpotRequestState", Kind.CONFLICT, False),
        (400, "InvalidState", Kind.CONFLICT, False),
        (400, "ConcurrentTagAccess", Kind.CONFLICT, True),
        (400, "OperationNotPermitted", Kind.CONFLICT, False),
        (400, "DependencyViolation", Kind.CONFLICT, True),
        (400, "InvalidGroup.InUse", Kind.CONFLICT, True),
        (400, "InvalidParameterValue", Kind.USAGE, False),
        (400, "InvalidBlockDeviceMapping", Kind.USAGE, False),
        (400, "InvalidAMIID.Malformed", Kind.USAGE, False),
        (400, "MissingParameter", Kind.USAGE, False),
        (400, "MissingInput", Kind.USAGE, False),
        (400, "UnsupportedOperation", Kind.UNSUPPORTED, False),
        (400, "SomethingThatIsNewNextYear", Kind.UNEXPECTED, False),
        (403, "SomethingThatIsNewNextYear", Kind.DENIED, False),
        (500, "SomethingThatIsNewNextYear", Kind.UNAVAILABLE, True),
    ],
)
def test_documented_codes(status: int, code: str, kind: Kind, retryable: bool) -> None:
    error = raised(status, envelope(code, "The text of the error."))
    assert (error.kind, error.code, error.request_id, error.retryable) == (kind, code, REQUEST, retryable)
    assert error.message == "RunInstances: The text of the error."


def test_what_a_permission_error_names_is_the_operation_and_not_the_encoded_message() -> None:
    text = "You are not authorized to perform this operation. Encoded authorization failure message: 4OnCUUCOuKtBAo"
    error = raised(403, envelope("UnauthorizedOperation", text), "RunInstances")
    assert error.message == "RunInstances: You are not authorized to perform this operation."
    assert "RunInstances" in (error.fix or "")


def test_an_image_of_another_account_is_denied_and_the_credentials_are_good() -> None:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html: one code for both."""
    error = raised(400, envelope("AuthFailure", "Not authorized for images: [ami-1]"))
    assert (error.kind, error.code) == (Kind.DENIED, "AuthFailure")
    assert "share" in (error.fix or "")


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("AuthFailure", "aws configure"),
        ("RequestExpired", "clock"),
        ("RequestExpired", "aws sso login"),
        ("TagPolicyViolation", "--tag"),
        ("OptInRequired", "Marketplace"),
        ("OperationNotPermitted", "protection"),
        ("InvalidObjectState", "restore-object"),
        ("VcpuLimitExceeded", "Service Quotas"),
        ("InsufficientInstanceCapacity", "--zone"),
    ],
)
def test_the_fix_says_what_to_do(code: str, words: str) -> None:
    assert words in (raised(400, envelope(code, "")).fix or "")


def test_a_wait_that_the_service_asks_for_is_kept() -> None:
    error = raised(503, envelope("RequestLimitExceeded", "Request limit exceeded."), **{"retry-after": "7"})
    assert error.retry_after == 7.0


def test_an_error_page_of_a_load_balancer_is_worth_a_retry() -> None:
    error = raised(502, b"<html><body>Bad Gateway</body></html>")
    assert (error.kind, error.retryable) == (Kind.UNAVAILABLE, True)


@pytest.mark.parametrize(
    ("error", "kind", "retryable", "words"),
    [
        (sdk.NoCredentialsError(), Kind.UNAUTHENTICATED, False, "aws configure"),
        (sdk.PartialCredentialsError(provider="env", cred_var="key"), Kind.UNAUTHENTICATED, False, "aws configure"),
        (sdk.UnauthorizedSSOTokenError(), Kind.UNAUTHENTICATED, False, "aws sso login"),
        (sdk.LoginError(), Kind.UNAUTHENTICATED, False, "aws configure"),
        (sdk.NoRegionError(), Kind.USAGE, False, "AWS_REGION"),
        (sdk.ProfileNotFound(profile="work"), Kind.USAGE, False, "list-profiles"),
        (sdk.ParamValidationError(report="x"), Kind.USAGE, False, ""),
        (sdk.MissingDependencyException(msg="x"), Kind.USAGE, False, "pip install"),
        (sdk.EndpointProviderError(msg="FIPS and custom endpoint are not supported"), Kind.USAGE, False, ""),
        (sdk.SSLError(endpoint_url="https://e", error="x"), Kind.UNAVAILABLE, False, "AWS_CA_BUNDLE"),
        (sdk.ProxyConnectionError(proxy_url="http://p", error="x"), Kind.UNAVAILABLE, False, "HTTPS_PROXY"),
        (sdk.ConnectTimeoutError(endpoint_url="https://e"), Kind.UNAVAILABLE, True, "network"),
        (sdk.ReadTimeoutError(endpoint_url="https://e"), Kind.UNAVAILABLE, True, "network"),
        (sdk.ConnectionClosedError(endpoint_url="https://e"), Kind.UNAVAILABLE, True, "network"),
        (ResponseParserError("<html>"), Kind.UNAVAILABLE, True, ""),
        (sdk.UnknownServiceError(service_name="x", known_service_names="y"), Kind.UNEXPECTED, False, ""),
    ],
)
def test_errors_of_the_sdk_itself(error: Exception, kind: Kind, retryable: bool, words: str) -> None:
    found = translate(error)
    assert found is not None
    assert (found.kind, found.retryable) == (kind, retryable)
    assert words in (found.fix or "")


def no_connection(cause: OSError) -> sdk.EndpointConnectionError:
    """As botocore's HTTP session raises it."""
    try:
        try:
            raise cause
        except OSError as error:
            raise NewConnectionError(None, "no connection") from error  # type: ignore[arg-type]
    except NewConnectionError as error:
        try:
            raise sdk.EndpointConnectionError(endpoint_url="https://ec2.eu-west-1.amazonaws.com/", error=error)
        except sdk.EndpointConnectionError as found:
            return found


def test_a_refused_connection_is_worth_a_retry_and_an_unknown_host_is_not() -> None:
    refused = translate(no_connection(ConnectionRefusedError(111, "Connection refused")))
    unknown = translate(no_connection(socket.gaierror(-2, "Name or service not known")))
    assert refused is not None
    assert unknown is not None
    assert (refused.kind, refused.retryable) == (Kind.UNAVAILABLE, True)
    assert (unknown.kind, unknown.retryable) == (Kind.UNAVAILABLE, False)
    assert "HTTPS_PROXY" in (unknown.fix or "")


def test_what_is_not_the_sdks_is_left_alone() -> None:
    assert translate(ValueError("ours")) is None
