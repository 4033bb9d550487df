"""Errors of Compute Engine, of Google's authentication and of the transport as CloudErrors."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import requests
from google.api_core.exceptions import GoogleAPICallError
from google.auth import exceptions as auth
from google.protobuf.json_format import ParseError
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NameResolutionError, NewConnectionError

from cloudctl.errors import CloudError, Kind
from cloudctl.retry import retry_after
from cloudctl_gcp.credentials import LOGIN_FIX
from cloudctl_gcp.replies import (
    ANSWERED_BY_PROXY,
    PROXY_FIX,
    Failure,
    clean,
    cloud_error,
    error_object,
    failure_in,
    failure_of,
    objects,
)

_OBJECT = re.compile(r"<?[\w.]*Connection(?:Pool)?(?: object at 0x[0-9a-f]+>|\([^)]*\)): ")
_URL_PATH = re.compile(r"Max retries exceeded with url: \S+")
_DOCUMENT = re.compile(r"b?'?\{.*", re.DOTALL)

_CERTIFICATE_FIX = "name the certificate bundle of your network in REQUESTS_CA_BUNDLE or SSL_CERT_FILE"
# What a service account may be refused to a login for, where logging in again would mend nothing.
_NOT_THE_LOGIN = (Kind.DENIED, Kind.THROTTLED, Kind.UNAVAILABLE)
_PROXY_ERRORS = (requests.exceptions.ProxyError, requests.exceptions.InvalidProxyURL)


def translate(error: Exception) -> CloudError | None:
    """The CloudError for an exception of the Google Cloud SDK or of requests; None for any other exception."""
    match error:
        case GoogleAPICallError():
            return _from_reply(error)
        case auth.GoogleAuthError():
            return _from_authentication(error)
        case requests.exceptions.RequestException():
            return _from_transport(error)
        case HTTPError():
            # What breaks off while bytes are read raw is told by urllib3.
            return _from_transport(requests.exceptions.ConnectionError(error))
        case ParseError():
            why = clean(str(error))[:300]
            return CloudError(Kind.UNAVAILABLE, "the reply is not JSON", why=why, fix=ANSWERED_BY_PROXY, retryable=True)
        case _:
            return None


def operation_error(operation: Mapping[str, Any]) -> CloudError | None:
    """The error of an operation that has ended, None when it succeeded. It never becomes a success by waiting.

    https://cloud.google.com/compute/docs/api/how-tos/api-requests-responses: a failed operation is HTTP 200.
    """
    entries = (operation.get("error") or {}).get("errors") or []
    status = int(operation.get("httpErrorStatusCode") or 0)
    if not entries and status < 400:
        return None
    messages = [clean(str(entry.get("message") or "")) for entry in entries]
    failure = Failure(
        status=status,
        message=next(filter(None, messages), None) or str(operation.get("httpErrorMessage") or "the operation failed"),
        codes=tuple(str(entry["code"]) for entry in entries if entry.get("code")),
        more=tuple(messages[1:]),
        request_id=operation.get("name"),
    )
    found = cloud_error(failure)
    found.retryable = False
    return found


def _from_reply(error: GoogleAPICallError) -> CloudError:
    response = error.response
    if response is None:
        return cloud_error(Failure(int(error.code or 0), clean(str(error.message))))
    found = cloud_error(failure_of(response))
    if found.retryable:
        found.retry_after = retry_after(response.headers.get("Retry-After"))
    return found


def _from_authentication(error: auth.GoogleAuthError) -> CloudError:
    """No credentials, or Google's token service refused them, or could not be reached."""
    if cause := _transport_cause(error):
        return _from_transport(cause)
    documents = list(_documents(error))
    answered = next((failure_in(found) for found in map(error_object, documents) if found), None)
    if answered and (refusal := cloud_error(answered)).kind in _NOT_THE_LOGIN:
        return refusal
    why = answered.message if answered else clean(str(error.args[0])) if error.args else type(error).__name__
    if not answered and (isinstance(error, auth.TransportError | auth.TimeoutError) or error.retryable):
        return CloudError(Kind.UNAVAILABLE, "the token service did not answer", why=why, retryable=True)
    refused = answered is not None or isinstance(error, auth.RefreshError | auth.OAuthError)
    return CloudError(
        Kind.UNAUTHENTICATED,
        "Google refused the credentials" if refused else "not authenticated with Google Cloud",
        why=why,
        fix=LOGIN_FIX,
        code=_oauth_code(documents),
    )


def _documents(error: auth.GoogleAuthError) -> Iterator[Mapping[str, Any]]:
    """The bodies of answers that google.auth hands on beside its message, or has written into that."""
    for part in reversed(error.args):
        if isinstance(part, Mapping):
            yield part
        elif written := _DOCUMENT.search(str(part)):
            yield from objects([_parsed(written[0])])


def _parsed(text: str) -> object:
    """A document in JSON, or as Python writes it or its bytes; None for anything else."""
    for read in (json.loads, ast.literal_eval):
        with suppress(ValueError, SyntaxError):
            found = read(text)
            return json.loads(found) if isinstance(found, bytes) else found
    return None


def _oauth_code(documents: list[Mapping[str, Any]]) -> str | None:
    """The error of the token endpoint (RFC 6749, section 5.2), such as ``invalid_grant``."""
    codes = (body.get("error") for body in documents)
    return next((code for code in codes if isinstance(code, str) and code), None)


def _transport_cause(error: BaseException) -> requests.exceptions.RequestException | None:
    """What requests reported, where google.auth has wrapped it."""
    cause = error.__cause__
    if cause is None or isinstance(cause, requests.exceptions.RequestException):
        return cause
    return _transport_cause(cause)


def _from_transport(error: requests.exceptions.RequestException) -> CloudError:
    """No reply. The text of these exceptions holds the URL, so that only its end is used."""
    reason = _reason(error)
    message, fix = "Google Cloud did not answer", None
    if isinstance(error, _PROXY_ERRORS) and not _was_cut_off(error):
        message, fix = "the proxy refused the connection", PROXY_FIX
    elif isinstance(error, requests.exceptions.SSLError):
        message, fix = "the certificate of the server or proxy is not trusted", _CERTIFICATE_FIX
    elif isinstance(reason, NameResolutionError):
        message, fix = "the name of the server could not be resolved", f"check the network; behind a proxy {PROXY_FIX}"
    elif isinstance(reason, NewConnectionError | ConnectTimeoutError):
        message = "could not connect to Google Cloud"
    return CloudError(Kind.UNAVAILABLE, message, why=_why(error), fix=fix, retryable=fix is None)


def _was_cut_off(error: BaseException | None) -> bool:
    """Whether a connection ended early: behind a proxy urllib3 takes that for a proxy that could not be reached."""
    while error is not None and not isinstance(error, ConnectionResetError):
        error = error.__cause__ or error.__context__
    return error is not None


def _reason(error: BaseException) -> BaseException:
    """The reason that urllib3 gives inside an exception of requests, or the exception itself."""
    inner = error.args[0] if error.args else None
    reason = getattr(inner, "reason", None)
    return reason if isinstance(reason, BaseException) else error


def _why(error: requests.exceptions.RequestException) -> str:
    text = _OBJECT.sub("", _URL_PATH.sub("", clean(str(_reason(error)))))
    host = urlsplit(str(error.request.url or "")).hostname if error.request is not None else None
    return f"{host}: {text}" if host else text
