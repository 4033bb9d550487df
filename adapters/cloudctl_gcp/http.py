"""Calls to Google's APIs: one HTTP session for all clients, without retries, bounded by the deadline.

Nothing here imports a client: each of them costs a command that does not use it.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

import requests
from google.api_core import exceptions
from google.auth.credentials import AnonymousCredentials
from google.auth.exceptions import GoogleAuthError
from google.auth.transport.requests import AuthorizedSession

from cloudctl.errors import CloudError, Kind
from cloudctl.explain import Document, Recorder, Shell, Word
from cloudctl.retry import Deadline
from cloudctl.scope import Scope
from cloudctl_gcp import credentials
from cloudctl_gcp.errors import translate
from cloudctl_gcp.tokens import TokenRequest, refresh

Json = Mapping[str, Any]

_CONNECTIONS = 64


class Account:
    """Project, credentials and HTTP session of one scope, made when first used. Making it reads and calls nothing.

    ``service`` is the first part of the API's host name.
    """

    service: str

    def __init__(self, scope: Scope, deadline: Deadline, recorder: Recorder) -> None:
        self._scope = scope
        self._deadline = deadline
        self._recorder = recorder

    @cached_property
    def project(self) -> str:
        """The project's id. Raises UsageError when neither settings, environment nor credentials tell it."""
        project = credentials.named_project(self._scope.context) or self._credentials[1]
        if not project:
            raise credentials.no_project()
        return project

    @property
    def _default_host(self) -> str:
        universe = os.environ.get("GOOGLE_CLOUD_UNIVERSE_DOMAIN") or "googleapis.com"
        return f"{self.service}.{universe}"

    @cached_property
    def _credentials(self) -> tuple[Any, str | None]:
        try:
            return credentials.load(self._scope.context, TokenRequest(self._deadline))
        except GoogleAuthError as error:
            # Clients are made before any call is, so that core's translation does not see this one.
            raise translate(error) or error from error

    @cached_property
    def _http(self) -> BoundedSession:
        found = self._credentials[0]
        if hasattr(found, "with_always_use_jwt_access"):
            # A service account signs its own token: a round trip less. The SDK's own clients do the same.
            found = found.with_always_use_jwt_access(True)
        # The SDK asks another host, beside the first call, for a header that only later calls of a long-lived process
        # carry. There is no public way to leave that out.
        found._is_regional_access_boundary_lookup_required = lambda: False
        return BoundedSession(found, self._deadline, self._recorder, f"{self.service}.googleapis.com")


class BoundedSession(AuthorizedSession):
    """Requests with the time that is left, over the proxies and certificates of the environment, each sent once.

    After a 401 the token is refreshed once and the request sent again. Every refused request raises a
    GoogleAPICallError with the response: the SDK's own reading of error bodies fails on those of proxies.
    """

    def __init__(self, found: Any, deadline: Deadline, recorder: Recorder, host: str) -> None:
        anonymous = isinstance(found, AnonymousCredentials)
        token_request = TokenRequest(deadline)
        super().__init__(  # type: ignore[no-untyped-call]
            found,
            refresh_status_codes=() if anonymous else (401,),
            max_refresh_attempts=1,
            auth_request=token_request,
            default_host=host,
        )
        # As many connections as calls may go on at once. Core repeats, urllib3 does not.
        adapter = requests.adapters.HTTPAdapter(pool_maxsize=_CONNECTIONS, max_retries=0)
        for scheme in ("https://", "http://"):
            self.mount(scheme, adapter)
        self._deadline = deadline
        self._recorder = recorder
        self._token_request = token_request
        self._token_lock = threading.Lock()
        # Anonymous credentials are the sandbox's, which no proxy can reach.
        self.trust_env = not anonymous
        self.verify = credentials.certificates()

    def request(self, method: Any, url: Any, *arguments: Any, **options: Any) -> requests.Response:
        self._recorder.take(*(_command(method, url, options) if self._recorder.recording else ()))
        options["timeout"] = self._deadline.timeouts()
        self.token()
        response: requests.Response = super().request(  # type: ignore[no-untyped-call]
            method, url, *arguments, **options
        )
        if response.status_code >= 400:
            raise exceptions.from_http_status(  # type: ignore[no-untyped-call]
                response.status_code, response.reason or "", response=response
            )
        return response

    def token(self) -> str | None:
        """The token that all threads use, asked for once."""
        with self._token_lock:
            if not self.credentials.valid:
                refresh(self.credentials, self._token_request)
            found: str | None = self.credentials.token
        return found


_TOKEN = Shell('"Authorization: Bearer $(gcloud auth print-access-token)"')


def _command(method: str, url: str, options: Mapping[str, Any]) -> tuple[Word, ...]:
    """The request as curl would send it."""
    address = str(requests.Request(method, url, params=options.get("params")).prepare().url)
    body: tuple[Word, ...] = ()
    if data := options.get("data"):
        kind = str((options.get("headers") or {}).get("Content-Type", "application/json"))
        sent: tuple[Word, ...] = ("--data", Document(json.loads(data))) if "json" in kind else _binary(data)
        body = ("--header", f"Content-Type: {kind}", *sent)
    return ("curl", "--silent", "--fail-with-body", "--request", method.upper(), "--header", _TOKEN, *body, address)


def _binary(data: Any) -> tuple[Word, ...]:
    """A body that is no document; that of an object is what curl reads."""
    return ("--data-binary", data if isinstance(data, str) else "@-")


def not_reached(names: Iterable[str]) -> CloudError:
    """For a list that answers with what it could read, and names what it could not."""
    return CloudError(
        Kind.UNAVAILABLE,
        f"Google Cloud could not read {', '.join(names)}",
        fix="try again later; what is there is not among the rows",
        code="UNREACHABLE",
    )
