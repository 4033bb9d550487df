"""What Google's replies tell of a failure, and the CloudError that it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import requests

from cloudctl.errors import CloudError, Kind
from cloudctl_gcp.credentials import LOGIN_FIX
from cloudctl_gcp.error_codes import ENABLE_FIX, Rule, rule_of_code, rule_of_status, rule_of_text

_LONGEST_MESSAGE = 2000
_QUERY = re.compile(r"(https?://[^\s?'\"<>]+)\?[^\s'\"<>]*")
_TOKEN = re.compile(r"ya29\.[\w.-]+|eyJ[\w-]+\.[\w-]+\.[\w-]*")
_NAMED = r"((?:compute|storage|iam)\.[\w.]+)"
_PERMISSION = re.compile(rf"'{_NAMED}' permission|[Pp]ermission '?{_NAMED}'?")
_PROJECT = re.compile(r"project[s/ =]+([a-z0-9][\w.:-]*)")
_SERVICE = re.compile(r"\b(?!www\.)[a-z-]+\.googleapis\.com\b")
_MARKUP = re.compile(r"<[^>]*>")

PROXY_FIX = "check HTTPS_PROXY and NO_PROXY"
ANSWERED_BY_PROXY = f"a proxy may have answered: {PROXY_FIX}"


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


def clean(text: str) -> str:
    """A provider's text in one line, without queries in addresses and without tokens."""
    line = " ".join(text.split())[:_LONGEST_MESSAGE]
    return _TOKEN.sub("***", _QUERY.sub(r"\1", line))


def failure_of(response: requests.Response) -> Failure:
    """The failure in an error reply: https://cloud.google.com/apis/design/errors#http_mapping"""
    status = int(response.status_code)
    with suppress(ValueError):
        if body := error_object(response.json()):
            return failure_in({**body, "code": status})
    text = clean(_MARKUP.sub(" ", response.text or ""))[:200]
    return Failure(status, text or f"HTTP {status} {response.reason or ''}".strip())


def failure_in(body: Mapping[str, Any]) -> Failure:
    """What an ``error`` object tells."""
    status = code if isinstance(code := body.get("code"), int) else 0
    entries, details = objects(body.get("errors")), objects(body.get("details"))
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


def error_object(body: object) -> Mapping[str, Any] | None:
    """The ``error`` object of a reply; None for anything else (a proxy's page)."""
    body = body[0] if isinstance(body, list) and body else body
    error = body.get("error") if isinstance(body, Mapping) else None
    return error if isinstance(error, Mapping) else None


def objects(value: object) -> list[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def _named(info: list[Mapping[str, Any]], name: str) -> Iterator[str]:
    """What the details of a failure call by this name."""
    for detail in info:
        metadata = detail.get("metadata")
        if isinstance(metadata, Mapping) and metadata.get(name):
            yield str(metadata[name])


def cloud_error(failure: Failure) -> CloudError:
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
    return rule.fix or (None if failure.codes else ANSWERED_BY_PROXY)


def _enable(failure: Failure) -> str:
    project, service = _PROJECT.search(failure.message), _SERVICE.search(failure.message)
    words = {
        "PROJECT": failure.project or (project[1].rstrip(".") if project else None),
        "SERVICE": failure.service or (service[0] if service else "compute.googleapis.com"),
    }
    return " ".join(words.get(word) or word for word in ENABLE_FIX.split())


def not_an_answer(status: int, body: bytes) -> CloudError:
    """What came in the place of a token service's document: the page of a proxy or portal, or nothing."""
    text = clean(_MARKUP.sub(" ", body.decode(errors="replace")))[:200]
    return CloudError(
        Kind.UNAVAILABLE,
        "the token service was not reached",
        why=f"HTTP {status} without a document: {text}" if text else f"HTTP {status} without a document",
        fix=ANSWERED_BY_PROXY,
        retryable=status >= 500,
    )
