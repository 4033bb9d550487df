"""Errors of Azure Resource Manager, Microsoft Entra ID and the transport as CloudErrors."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import requests
from azure.core.exceptions import (
    AzureError,
    ClientAuthenticationError,
    DecodeError,
    HttpResponseError,
    IncompleteReadError,
    ServiceRequestError,
)
from urllib3.exceptions import NameResolutionError

from cloudctl.errors import CloudError, Kind
from cloudctl.retry import retry_after
from cloudctl_azure.error_codes import Rule, rule_of_code, rule_of_status

_LONGEST_MESSAGE = 2000
_QUERY = re.compile(r"(https?://[^\s?'\"<>]+)\?[^\s'\"<>]*")
_TOKEN = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]*")
_ENTRA_CODE = re.compile(r"AADSTS\d+")
# MSAL answers a repetition by itself, without the status.
_ENTRA_BUSY = frozenset({"AADSTS90006", "AADSTS90033", "AADSTS90055"})
_ENTRA_STATUS = re.compile(r"HTTP Error: (\d{3})")
_ENTRA_TRACE = re.compile(r"Trace ID: ([0-9a-fA-F-]+)")
_ENTRA_TRAILER = re.compile(r"\s*(?:Trace ID:|To mitigate this issue,).*")
# Only what is missing: of a linked resource Azure says first which permission there is.
_ACTION = re.compile(r"not have (?:authorization|permission) to perform action(?:\(s\))? '([^']+)'")
_NAMESPACE = re.compile(r"namespace '([^']+)'")

# What storage adds to its messages, and the Blob client to what it reads from the XML.
_STORAGE_TRAILER = re.compile(r"\s*\bRequestId:\S+\s+Time:\S+")
_STORAGE_MESSAGE = re.compile(r"\A(.+?)\s*(?:RequestId:|Time:|ErrorCode:|\Z)", re.DOTALL)

_PROXY_FIX = "check HTTPS_PROXY and NO_PROXY"
_ANSWERED_BY_PROXY = f"a proxy may have answered: {_PROXY_FIX}"
_CERTIFICATE_FIX = "name the certificate bundle of your network in REQUESTS_CA_BUNDLE or SSL_CERT_FILE"


@dataclass(frozen=True, slots=True)
class Failure:
    """An error as Azure's envelope has it: https://learn.microsoft.com/rest/api/azure/#error-response."""

    code: str | None
    message: str
    details: tuple[Failure, ...] = ()

    def all(self) -> Iterator[Failure]:
        yield self
        for detail in self.details:
            yield from detail.all()


def translate(error: Exception) -> CloudError | None:
    """The CloudError for an exception of the Azure SDK; None for any other exception."""
    match error:
        case ClientAuthenticationError(__cause__=AzureError() as cause) if not _is_refused(cause):
            # azure.identity reports a token service that it could not reach as refused credentials.
            return translate(cause)
        case ClientAuthenticationError() if _is_page(error):
            return CloudError(
                Kind.UNAVAILABLE,
                "Microsoft Entra ID was not reached",
                why=clean(error.message)[:300],
                fix=_ANSWERED_BY_PROXY,
            )
        case ClientAuthenticationError() if error.response is None or _ENTRA_CODE.search(error.message):
            return _from_entra(error)
        case IncompleteReadError():
            return _from_transport(error)
        case HttpResponseError() if error.response is not None and _status(error) >= 300:
            return _from_response(error)
        case DecodeError() | json.JSONDecodeError():
            why = clean(str(error))[:300]
            return CloudError(
                Kind.UNAVAILABLE, "the reply is not JSON", why=why, fix=_ANSWERED_BY_PROXY, retryable=True
            )
        case AzureError():
            return _from_transport(error)
        case _:
            return None


def is_refusal(error: ClientAuthenticationError) -> bool:
    """Whether credentials were refused, rather than not looked at because nobody answered."""
    translated = translate(error)
    return translated is not None and translated.kind is Kind.UNAUTHENTICATED


def _status(error: HttpResponseError) -> int:
    return (error.status_code if error.response is not None else None) or 0


def _is_refused(error: AzureError) -> bool:
    return isinstance(error, ClientAuthenticationError)


def _is_page(error: BaseException | None) -> bool:
    """Whether MSAL was given something else than the document of a token or authority: a proxy's page, or nothing."""
    while error is not None and not isinstance(error, json.JSONDecodeError):
        error = error.__cause__ or error.__context__
    return error is not None


def failure(body: object) -> Failure | None:
    """The failure in an error reply or a long operation's status; None when there is none."""
    if not isinstance(body, Mapping):
        return None
    inner = body.get("error")
    if isinstance(inner, Mapping):
        body = inner
    code, message = body.get("code"), body.get("message")
    if not code and not message:
        return None
    details = body.get("details")
    found = (failure(detail) for detail in details) if isinstance(details, list) else ()
    return Failure(str(code) if code else None, clean(str(message or code)), tuple(f for f in found if f))


def operation_error(body: object, request_id: str | None = None) -> CloudError:
    """The error of a long operation that failed or was cancelled. It has ended: the same look never succeeds later."""
    found = failure(body) or Failure("OperationFailed", "the operation failed and Azure gave no reason")
    error = _cloud_error(found, _rule(found, status=409), request_id)
    error.retryable, error.retry_after = False, 0.0
    return error


def clean(text: str) -> str:
    """A provider's text in one line, without signatures in addresses and without tokens."""
    line = " ".join(_STORAGE_TRAILER.sub("", text).split())[:_LONGEST_MESSAGE]
    return _TOKEN.sub("***", _QUERY.sub(r"\1", line))


def _from_response(error: HttpResponseError) -> CloudError:
    response: Any = error.response
    status, headers = response.status_code, response.headers
    found = (
        failure(_body(response))
        or _storage_failure(error)
        or Failure(None, f"HTTP {status} {response.reason or ''}".strip())
    )
    rule = _rule(found, status)
    if status == 429 and not rule.retryable:
        rule = rule_of_status(status)  # compute says OperationNotAllowed for too many requests, too
    if status == 412 and response.request.headers.get("If-None-Match"):
        rule = Rule(Kind.EXISTS)
    request_id = headers.get("x-ms-request-id") or headers.get("x-ms-correlation-request-id")
    translated = _cloud_error(found, rule, request_id)
    if translated.retryable:
        translated.retry_after = max(translated.retry_after, retry_after(headers.get("Retry-After")))
    return translated


def _body(response: Any) -> object:
    try:
        return json.loads(response.text())
    except ValueError:
        return None


def _storage_failure(error: HttpResponseError) -> Failure | None:
    """The failure as the Blob service has it, in XML and headers.

    https://learn.microsoft.com/rest/api/storageservices/status-and-error-codes2; ``HEAD`` has no body. The request id
    and time that its messages end with are left out.
    """
    response: Any = error.response
    code = response.headers.get("x-ms-error-code")
    told = _STORAGE_MESSAGE.search(error.message or "")
    return Failure(code, clean(told[1] if told else code)) if code else None


def _rule(found: Failure, status: int) -> Rule:
    """The rule of the first code that is known, from the outside in; else that of the status."""
    for one in found.all():
        if rule := rule_of_code(one.code, one.message):
            return rule
    return rule_of_status(status)


def _cloud_error(found: Failure, rule: Rule, request_id: str | None) -> CloudError:
    details = "; ".join(detail.message for detail in found.all() if detail is not found)
    return CloudError(
        rule.kind,
        found.message,
        why=details or None,
        fix=_fix(rule, found),
        code=found.code,
        request_id=request_id,
        retryable=rule.retryable,
        retry_after=rule.retry_after,
    )


def _fix(rule: Rule, found: Failure) -> str | None:
    text = " ".join(one.message for one in found.all())
    if action := _ACTION.search(text):
        return f"ask for a role that has {action[1]}"
    if rule.fix and "NAMESPACE" in rule.fix and (namespace := _NAMESPACE.search(text)):
        return rule.fix.replace("NAMESPACE", namespace[1])
    if rule.kind is Kind.UNAUTHENTICATED:
        return _login_fix()
    return rule.fix or (None if found.code else _ANSWERED_BY_PROXY)


def _from_entra(error: ClientAuthenticationError) -> CloudError:
    """Microsoft Entra ID refused a credential, or was too busy to look at it; or there was none."""
    told = _ENTRA_STATUS.search(error.message)
    status = _status(error) or (int(told[1]) if told else 0)
    refusal = _unauthenticated(error.message)
    if status != 429 and status < 500 and refusal.code not in _ENTRA_BUSY:
        return refusal
    kind = Kind.UNAVAILABLE if status >= 500 else Kind.THROTTLED
    message = "Microsoft Entra ID is too busy"
    return CloudError(kind, message, why=refusal.why, code=refusal.code, request_id=refusal.request_id, retryable=True)


def _unauthenticated(message: str) -> CloudError:
    """No credential, or Microsoft Entra ID refused it: https://learn.microsoft.com/entra/identity-platform/reference-error-codes."""
    code, trace = _ENTRA_CODE.search(message), _ENTRA_TRACE.search(message)
    return CloudError(
        Kind.UNAUTHENTICATED,
        "not authenticated with Azure" if code is None else "Microsoft Entra ID refused the credentials",
        why=_ENTRA_TRAILER.sub("", clean(message)),
        fix=_login_fix(),
        code=code[0] if code else None,
        request_id=trace[1] if trace else None,
    )


def _login_fix() -> str:
    if os.environ.get("AZURE_CLIENT_ID"):
        return "check AZURE_TENANT_ID, AZURE_CLIENT_ID and the secret or certificate that goes with them"
    return "run az login, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET"


def _from_transport(error: AzureError) -> CloudError:
    """No reply: see azure.core.exceptions (ServiceRequestError: not sent; ServiceResponseError: no whole reply)."""
    problem = Rule(Kind.UNAVAILABLE, retryable=True)
    message = "Azure did not answer"
    match _cause(error):
        case requests.exceptions.ProxyError() as refused if not _was_cut_off(refused):
            message, problem = "the proxy refused the connection", replace(problem, retryable=False, fix=_PROXY_FIX)
        case requests.exceptions.SSLError():
            message = "the certificate of the server or proxy is not trusted"
            problem = replace(problem, retryable=False, fix=_CERTIFICATE_FIX)
        case NameResolutionError():
            message = "the name of the server could not be resolved"
            problem = replace(problem, retryable=False, fix=f"check the network; behind a proxy {_PROXY_FIX}")
        case _ if isinstance(error, ServiceRequestError):
            message = "could not connect to Azure"
    return CloudError(problem.kind, message, why=clean(error.message), fix=problem.fix, retryable=problem.retryable)


def _was_cut_off(error: BaseException | None) -> bool:
    """Whether a connection ended early: behind a proxy urllib3 takes that for a proxy that could not be reached."""
    while error is not None and not isinstance(error, ConnectionResetError):
        error = error.__cause__ or error.__context__
    return error is not None


def _cause(error: AzureError) -> BaseException | None:
    """What the transport reported: requests' exception, or the reason that urllib3 gives inside it."""
    inner = error.inner_exception
    if isinstance(inner, requests.exceptions.ConnectionError) and inner.args:
        reason = getattr(inner.args[0], "reason", None)
        if isinstance(reason, NameResolutionError):
            return reason
    return inner
