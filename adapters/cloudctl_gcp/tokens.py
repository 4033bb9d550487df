"""How Google's token services are asked: within the deadline, once, and pages of proxies are no answers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import requests
from google.auth.exceptions import RefreshError
from google.auth.transport import DEFAULT_RETRYABLE_STATUS_CODES
from google.auth.transport.requests import Request

from cloudctl.retry import Deadline
from cloudctl_gcp.credentials import certificates, told, unreadable
from cloudctl_gcp.replies import not_an_answer

_PASSING = frozenset((*DEFAULT_RETRYABLE_STATUS_CODES, 502, 504))


class TokenRequest(Request):
    """The requests that google.auth makes for a token, or to find out what it runs on.

    google.auth repeats what may pass, which core does, too, and waits without regard to the deadline: here such an
    answer is raised at once. It also reads every answer as a document; what is none is UNAVAILABLE.
    Sources: https://www.rfc-editor.org/rfc/rfc6749#section-5,
    https://cloud.google.com/iam/docs/reference/sts/rest/v1/TopLevel/token,
    https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/generateAccessToken.
    """

    def __init__(self, deadline: Deadline) -> None:
        super().__init__(_plain_session())
        self._deadline = deadline

    def __call__(
        self,
        url: str,
        method: str = "GET",
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: Any = None,
        **options: Any,
    ) -> Any:
        self._deadline.check()
        reply = super().__call__(  # type: ignore[no-untyped-call]
            url, method, body, headers, self._bounded(timeout), **options
        )
        # Metadata servers are asked by GET; whether there is one is found out by whatever answers.
        if method == "POST":
            _check(reply)
        return reply

    def _bounded(self, wanted: Any) -> Any:
        """The SDK's time-outs are single numbers for metadata servers; others are ours, of another moment."""
        left = self._deadline.timeouts()
        return min(wanted, left[1]) if isinstance(wanted, int | float) else left


def refresh(credentials: Any, request: TokenRequest) -> None:
    """Gives the credentials a new token. Raises CloudError, and google.auth's exceptions."""
    with told(lambda error: unreadable(f"the token could not be made of them: {error}")):
        credentials.refresh(request)


def _check(reply: Any) -> None:
    try:
        body = json.loads(reply.data)
    except ValueError:
        body = None
    if not isinstance(body, dict) and not (reply.status >= 400 and isinstance(body, list)):
        raise not_an_answer(reply.status, reply.data)
    if reply.status in _PASSING:
        why = body.get("error_description") if isinstance(body, dict) else None
        raise RefreshError(  # type: ignore[no-untyped-call]
            why or f"HTTP {reply.status}", body, retryable=True
        )


def _plain_session() -> requests.Session:
    """Without the three retries of google.auth's own session."""
    session = requests.Session()
    session.verify = certificates()
    return session
