"""AWS errors: what services answer, by the codes of error_codes.py, and botocore's own exceptions
(https://docs.aws.amazon.com/boto3/latest/guide/error-handling.html)."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from botocore import exceptions as sdk
from botocore.parsers import ResponseParserError

from cloudctl.errors import CloudError, Kind
from cloudctl.retry import retry_after
from cloudctl_aws.error_codes import FIXES, FIXES_BY_CODE, LOGIN, WAITING_HELPS, kind_of

_NETWORK = "check the network; behind a proxy HTTPS_PROXY and NO_PROXY"
_PROXY = "check HTTPS_PROXY and NO_PROXY"
_ANSWERED_BY_PROXY = f"a proxy may have answered: {_PROXY}"
_CERTIFICATE = "name the CA bundle of your proxy with AWS_CA_BUNDLE, REQUESTS_CA_BUNDLE or SSL_CERT_FILE"
# A launch that fails so could not use the KMS key of its volumes:
# https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/troubleshooting-launch.html
_KEY_DENIED = "Client.InternalError"
# The reply to a HEAD has the status for a code; AWS itself answers with 301 and 307 only.
_REDIRECTED = ("302", "303", "308")
_ANOTHERS = "UnauthorizedAccess"


def translate(error: Exception) -> CloudError | None:
    """The CloudError for an exception of botocore; None for any other."""
    if isinstance(error, sdk.ClientError):
        return _service_error(error)
    if _is_page(error):
        why = str(error)[:300]
        return CloudError(
            Kind.UNAVAILABLE, "the reply was not from AWS", why=why, fix=_ANSWERED_BY_PROXY, retryable=True
        )
    return _sdk_error(error) if isinstance(error, sdk.BotoCoreError) else None


def _is_page(error: Exception) -> bool:
    """Whether something else than AWS answered, also where credentials were asked for."""
    if isinstance(error, sdk.CredentialRetrievalError):
        return any(isinstance(cause, ResponseParserError) or _lacks_result(cause) for cause in _causes(error))
    return isinstance(error, ResponseParserError)


def _lacks_result(error: BaseException) -> bool:
    """Whether STS's ``AssumeRoleResult`` or the SSO portal's ``roleCredentials`` are missing.

    botocore reads a page as a document of the service without them.
    """
    return isinstance(error, KeyError) and str(error.args[0]).endswith(("Result", "roleCredentials"))


def _service_error(error: sdk.ClientError) -> CloudError:
    details = error.response.get("Error", {})
    metadata = error.response.get("ResponseMetadata", {})
    status = metadata.get("HTTPStatusCode", 0)
    code = str(details.get("Code", ""))
    meant = _ANOTHERS if _is_anothers(code, details) else code
    kind = kind_of(meant, status)
    return CloudError(
        kind,
        f"{error.operation_name}: {_message(code, details) or f'HTTP {status}'}",
        fix=_fix(kind, meant, error.operation_name),
        code=code or None,
        request_id=metadata.get("RequestId"),
        retryable=kind in (Kind.THROTTLED, Kind.UNAVAILABLE) or code in WAITING_HELPS,
        retry_after=retry_after(metadata.get("HTTPHeaders", {}).get("retry-after")),
    )


def _is_anothers(code: str, details: Mapping[str, Any]) -> bool:
    """Whether AuthFailure is about a resource of another account (``Not authorized for images: [...]``).

    Else it is about the credentials, which could not be validated.
    """
    return code == "AuthFailure" and "authorized" in str(details.get("Message")).casefold()


def launch_error(title: str, code: str, message: str | None) -> CloudError:
    """The error of an instance that EC2 ended while it was launched, by its StateReason."""
    if code == _KEY_DENIED:
        fix = "allow the use of the KMS key that encrypts its volumes"
        return CloudError(Kind.DENIED, f"{title} could not be launched", why=message, fix=fix, code=code)
    kind = kind_of(code.partition(".")[2])
    return CloudError(kind, f"{title} could not be launched", why=message, fix=FIXES.get(kind), code=code)


def _message(code: str, details: Mapping[str, Any]) -> str:
    text = str(details.get("Message") or code)
    # An encoded message is 2 KB of base64 that says nothing to a reader.
    return text.partition(" Encoded authorization failure message:")[0]


def _fix(kind: Kind, code: str, operation: str) -> str | None:
    if code in FIXES_BY_CODE:
        return FIXES_BY_CODE[code]
    if not code or code in _REDIRECTED:
        return _ANSWERED_BY_PROXY
    if kind is Kind.DENIED:
        return f"ask for permission to call {operation} (an IAM policy or service control policy denies it)"
    return FIXES.get(kind)


@dataclass(frozen=True, slots=True)
class _Problem:
    kind: Kind
    retryable: bool = False
    fix: str | None = None


# By the exception that is at the bottom of botocore's: an unknown host, a bad certificate, a connection cut off.
_BY_CAUSE: tuple[tuple[type[BaseException], _Problem], ...] = (
    (socket.gaierror, _Problem(Kind.UNAVAILABLE, fix=_NETWORK)),
    (ssl.SSLCertVerificationError, _Problem(Kind.UNAVAILABLE, fix=_CERTIFICATE)),
    (ssl.SSLEOFError, _Problem(Kind.UNAVAILABLE, retryable=True, fix=_NETWORK)),
    # Behind a proxy botocore takes this for a proxy that could not be reached.
    (ConnectionResetError, _Problem(Kind.UNAVAILABLE, retryable=True, fix=_NETWORK)),
)
# By botocore's own exception; the first that fits, so subclasses stand before their bases.
_BY_TYPE: tuple[tuple[tuple[type[Exception], ...], _Problem], ...] = (
    (
        (sdk.NoRegionError, sdk.InvalidRegionError),
        _Problem(Kind.USAGE, fix="give a region with --region, or set AWS_REGION"),
    ),
    ((sdk.ProfileNotFound,), _Problem(Kind.USAGE, fix="aws configure list-profiles shows the known ones")),
    (
        (sdk.MissingDependencyException,),
        _Problem(Kind.USAGE, fix='pip install "botocore[crt]" in the environment of cloudctl'),
    ),
    (
        (
            sdk.ConfigParseError,
            sdk.ParamValidationError,
            sdk.ConfigNotFound,
            sdk.InvalidConfigError,
            # What a profile or a variable sets that botocore does not know, or not together.
            sdk.BaseEndpointResolverError,
            sdk.EndpointProviderError,
            sdk.InvalidChecksumConfigError,
            sdk.InvalidDefaultsMode,
            sdk.InvalidEndpointConfigurationError,
            sdk.InvalidRetryConfigurationError,
            sdk.InvalidS3AddressingStyleError,
            sdk.InvalidS3UsEast1RegionalEndpointConfigError,
            sdk.InvalidSTSRegionalEndpointsConfigError,
            sdk.UnsupportedS3ConfigurationError,
        ),
        _Problem(Kind.USAGE),
    ),
    (
        (
            sdk.NoCredentialsError,
            sdk.PartialCredentialsError,
            sdk.CredentialRetrievalError,
            sdk.TokenRetrievalError,
            sdk.SSOError,
            sdk.LoginError,
            sdk.RefreshWithMFAUnsupportedError,
            sdk.NoAuthTokenError,
        ),
        _Problem(Kind.UNAUTHENTICATED, fix=LOGIN),
    ),
    ((sdk.SSLError,), _Problem(Kind.UNAVAILABLE, fix=_CERTIFICATE)),
    ((sdk.ProxyConnectionError,), _Problem(Kind.UNAVAILABLE, fix=_PROXY)),
    (
        (
            sdk.ConnectionError,
            sdk.ReadTimeoutError,
            sdk.ConnectionClosedError,
            sdk.IncompleteReadError,
            sdk.ResponseStreamingError,
        ),
        _Problem(Kind.UNAVAILABLE, retryable=True, fix=_NETWORK),
    ),
    ((sdk.FlexibleChecksumError,), _Problem(Kind.UNAVAILABLE, retryable=True)),
    # What botocore does not know, such as a CA bundle that is not there.
    ((sdk.HTTPClientError,), _Problem(Kind.UNAVAILABLE, fix=_CERTIFICATE)),
)


def _sdk_error(error: sdk.BotoCoreError) -> CloudError:
    causes = list(_causes(error))
    by_cause = (found for kind, found in _BY_CAUSE if any(isinstance(cause, kind) for cause in causes))
    by_type = (found for kinds, found in _BY_TYPE if isinstance(error, kinds))
    problem = next(by_cause, None) or next(by_type, None)
    if problem is None:
        return CloudError(Kind.UNEXPECTED, f"{type(error).__name__}: {error}")
    why = _root_cause(causes) if isinstance(error, sdk.ProxyConnectionError) else None
    return CloudError(problem.kind, str(error), why=why, fix=problem.fix, retryable=problem.retryable)


def _root_cause(causes: list[BaseException]) -> str | None:
    """What the system or the proxy said (``Tunnel connection failed: 407 ...``): botocore names the proxy only."""
    return next((str(cause) for cause in reversed(causes) if isinstance(cause, OSError)), None)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """What an exception was raised from, or while."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
