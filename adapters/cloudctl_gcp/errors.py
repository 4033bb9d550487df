"""Errors of Compute Engine, of Google's authentication and of the transport as CloudErrors."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import requests
from google.api_core.exceptions import GoogleAPICallError
from google.auth import exceptions as auth
from google.protobuf.json_format import ParseError
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NameResolutionError, NewConnectionError

from cloudctl.errors import CloudError, Kind
from cloudctl_gcp.credentials import LOGIN_FIX
from cloudctl_gcp.error_codes import ENABLE_FIX, Rule, rule_of_code, rule_of_status, rule_of_text

_LONGEST_MESSAGE = 2000
_QUERY = re.compile(r"(https?://[^\s?'\"<>]+)\?[^\s'\"<>]*")
_TOKEN = re.compile(r"ya29\.[\w.-]+|eyJ[\w-]+\.[\w-]+\.[\w-]*")
_OBJECT = re.compile(r"<?[\w.]*Connection(?:Pool)?(?: object at 0x[0-9a-f]+>|\([^)]*\)): ")
_URL_PATH = re.compile(r"Max retries exceeded with url: \S+")
_NAMED = r"((?:compute|storage|iam)\.[\w.]+)"
_PERMISSION = re.compile(rf"'{_NAMED}' permission|[Pp]ermission '?{_NAMED}'?")
_PROJECT = re.compile(r"project[s/ =]+([a-z0-9][\w.:-]*)")
_SERVICE = re.compile(r"\b(?!www\.)[a-z-]+\.googleapis\.com\b")
_MARKUP = re.compile(r"<[^>]*>")
_DOCUMENT = re.compile(r"b?'?\{.*", re.DOTALL)

_PROXY_FIX = "check HTTPS_PROXY and NO_PROXY"
_ANSWERED_BY_PROXY = f"a proxy may have answered: {_PROXY_FIX}"
_CERTIFICATE_FIX = "name the certificate bundle of your network in REQUESTS_CA_BUNDLE or SSL_CERT_FILE"
# What a service account may be refused to a login for, where logging in again would mend nothing.
_NOT_THE_LOGIN = (Kind.DENIED, Kind.THROTTLED, Kind.UNAVAILABLE)
_PROXY_ERRORS = (requests.exceptions.ProxyError, requests.exceptions.InvalidProxyURL)


@dataclass(frozen=True, slots=True)
class Failure:
    """What a reply or operation says of its failure: codes, the most telling first, and messages."""

    status: int
    message: str
    codes: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    project: str | None = None
    request_id: str | None = None
    service: str | None = None


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
            return CloudError(
                Kind.UNAVAILABLE, "the reply is not JSON", why=why, fix=_ANSWERED_BY_PROXY, retryable=True
            )
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
    found = _cloud_error(failure)
    found.retryable = False
    return found


def clean(text: str) -> str:
    """A provider's text in one line, without queries in addresses and without tokens."""
    line = " ".join(text.split())[:_LONGEST_MESSAGE]
    return _TOKEN.sub("***", _QUERY.sub(r"\1", line))


def _from_reply(error: GoogleAPICallError) -> CloudError:
    response = error.response
    if response is None:
        return _cloud_error(Failure(int(error.code or 0), clean(str(error.message))))
    found = _cloud_error(_failure(response))
    if found.retryable:
        found.retry_after = _retry_after(response.headers)
    return found


def _failure(response: requests.Response) -> Failure:
    """The failure in an error reply: https://cloud.google.com/apis/design/errors#http_mapping"""
    status = int(response.status_code)
    with suppress(ValueError):
        if body := _error_object(response.json()):
            return _told({**body, "code": status})
    text = clean(_MARKUP.sub(" ", response.text or ""))[:200]
    return Failure(status, text or f"HTTP {status} {response.reason or ''}".strip())


def _told(body: Mapping[str, Any]) -> Failure:
    """What an ``error`` object tells."""
    status = code if isinstance(code := body.get("code"), int) else 0
    entries, details = _objects(body.get("errors")), _objects(body.get("details"))
    info = [detail for detail in details if str(detail.get("@type")).endswith("google.rpc.ErrorInfo")]
    codes = [entry.get("reason") for entry in entries] + [detail.get("reason") for detail in info]
    more = {clean(str(entry.get("message") or "")): None for entry in entries}
    message = clean(str(body.get("message") or f"HTTP {status}"))
    return Failure(
        status=status,
        message=message,
        codes=tuple(str(code) for code in (*codes, body.get("status")) if code),
        more=tuple(text for text in more if text and text != message),
        project=next(_named(info, "consumer"), "").removeprefix("projects/") or None,
        service=next(_named(info, "service"), None),
        request_id=next((str(found) for detail in details if (found := detail.get("requestId"))), None),
    )


def _error_object(body: object) -> Mapping[str, Any] | None:
    """The ``error`` object of a reply; None for anything else (a proxy's page)."""
    body = body[0] if isinstance(body, list) and body else body
    error = body.get("error") if isinstance(body, Mapping) else None
    return error if isinstance(error, Mapping) else None


def _objects(value: object) -> list[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def _named(info: list[Mapping[str, Any]], name: str) -> Iterator[str]:
    """What the details of a failure call by this name."""
    for detail in info:
        metadata = detail.get("metadata")
        if isinstance(metadata, Mapping) and metadata.get(name):
            yield str(metadata[name])


def _cloud_error(failure: Failure) -> CloudError:
    known = [(code, rule) for code in failure.codes if (rule := rule_of_code(code))]
    code, rule = known[0] if known else (next(iter(failure.codes), None), rule_of_status(failure.status))
    if failure.status == 401:
        rule = Rule(Kind.UNAUTHENTICATED)
    rule = rule_of_text(failure.message) or rule
    return CloudError(
        rule.kind,
        failure.message,
        why="; ".join(failure.more) or None,
        fix=_fix(rule, failure),
        code=code,
        request_id=failure.request_id,
        retryable=rule.retryable,
    )


def _fix(rule: Rule, failure: Failure) -> str | None:
    if rule.kind is Kind.UNAUTHENTICATED:
        return LOGIN_FIX
    if rule.fix == ENABLE_FIX:
        return _enable(failure)
    if rule.kind is Kind.DENIED and (permission := _PERMISSION.search(failure.message)):
        return f"ask for a role that has {permission[1] or permission[2]}"
    return rule.fix or (None if failure.codes else _ANSWERED_BY_PROXY)


def _enable(failure: Failure) -> str:
    project, service = _PROJECT.search(failure.message), _SERVICE.search(failure.message)
    words = {
        "PROJECT": failure.project or (project[1].rstrip(".") if project else None),
        "SERVICE": failure.service or (service[0] if service else "compute.googleapis.com"),
    }
    return " ".join(words.get(word) or word for word in ENABLE_FIX.split())


def _retry_after(headers: Mapping[str, str]) -> float:
    """The wait in seconds that a reply asks for (``Retry-After`` in seconds or as a date); 0 when it does not."""
    text = headers.get("Retry-After") or ""
    if text.isdecimal():
        return float(text)
    try:
        return max(0.0, (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return 0.0


def _from_authentication(error: auth.GoogleAuthError) -> CloudError:
    """No credentials, or Google's token service refused them, or could not be reached."""
    if cause := _transport_cause(error):
        return _from_transport(cause)
    documents = list(_documents(error))
    answered = next((_told(found) for found in map(_error_object, documents) if found), None)
    if answered and (refusal := _cloud_error(answered)).kind in _NOT_THE_LOGIN:
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
            yield from _objects([_parsed(written[0])])


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
        message, fix = "the proxy refused the connection", _PROXY_FIX
    elif isinstance(error, requests.exceptions.SSLError):
        message, fix = "the certificate of the server or proxy is not trusted", _CERTIFICATE_FIX
    elif isinstance(reason, NameResolutionError):
        message, fix = "the name of the server could not be resolved", f"check the network; behind a proxy {_PROXY_FIX}"
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
