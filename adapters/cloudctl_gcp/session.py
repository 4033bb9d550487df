"""Calls to Compute Engine: one HTTP session for all clients, without retries, bounded by the deadline."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Mapping
from functools import cached_property, partial
from typing import Any, TypeVar

import requests
from google.api_core import exceptions
from google.api_core.gapic_v1.client_info import ClientInfo
from google.auth.credentials import AnonymousCredentials
from google.auth.exceptions import GoogleAuthError
from google.auth.transport.requests import AuthorizedSession, Request
from google.protobuf.json_format import MessageToDict

from cloudctl.explain import Document, Recorder, Shell, Word
from cloudctl.retry import Deadline
from cloudctl.scope import Scope
from cloudctl_gcp import compute, credentials
from cloudctl_gcp.errors import translate

Json = Mapping[str, Any]
C = TypeVar("C")


class Session:
    """The clients of one scope, made when first used. Making a session reads nothing and calls nothing.

    Replies are given as the API's JSON, in which an unset field is absent; the SDK's messages have 0 or "" there.
    """

    def __init__(self, scope: Scope, deadline: Deadline, recorder: Recorder) -> None:
        self._scope = scope
        self._deadline = deadline
        self._recorder = recorder
        self._clients: dict[type[Any], Any] = {}

    @cached_property
    def project(self) -> str:
        """The project's id. Raises UsageError when neither settings, environment nor credentials tell it."""
        project = credentials.named_project(self._scope.context) or self._credentials[1]
        if not project:
            raise credentials.no_project()
        return project

    @property
    def instances(self) -> compute.InstancesClient:
        return self._client(compute.InstancesClient)

    @property
    def disks(self) -> compute.DisksClient:
        return self._client(compute.DisksClient)

    @property
    def firewalls(self) -> compute.FirewallsClient:
        return self._client(compute.FirewallsClient)

    @property
    def images(self) -> compute.ImagesClient:
        return self._client(compute.ImagesClient)

    @property
    def machine_types(self) -> compute.MachineTypesClient:
        return self._client(compute.MachineTypesClient)

    @property
    def subnetworks(self) -> compute.SubnetworksClient:
        return self._client(compute.SubnetworksClient)

    @property
    def zones(self) -> compute.ZonesClient:
        return self._client(compute.ZonesClient)

    @property
    def zone_operations(self) -> compute.ZoneOperationsClient:
        return self._client(compute.ZoneOperationsClient)

    @property
    def global_operations(self) -> compute.GlobalOperationsClient:
        return self._client(compute.GlobalOperationsClient)

    def send(self, method: Callable[..., Any], **request: Any) -> Json:
        """One call of a client's method in this project, unless the request names another; the reply's JSON."""
        reply = method(request={"project": self.project} | request, retry=None, timeout=None)
        # The first page of a list comes with the reply; iterating on would fetch the others.
        return _json(next(iter(reply.pages)) if hasattr(reply, "pages") else reply)

    def present(self, method: Callable[..., Any], **request: Any) -> Json | None:
        """The same, with None for what is not there."""
        try:
            return self.send(method, **request)
        except exceptions.NotFound:
            return None

    def _client(self, kind: type[C]) -> C:
        if kind not in self._clients:
            self._clients[kind] = self._make(kind)
        client: C = self._clients[kind]
        return client

    def _make(self, kind: Any) -> Any:
        # A transport of our own leaves out what clients do by themselves: client certificates, other endpoints.
        transport = kind.get_transport_class("rest")(
            credentials=self._http.credentials, host=self._host, url_scheme=self._scheme
        )
        # The SDK has no public way to give it a session, and without one there are no certificates and no time-outs.
        # Its methods are wrapped together with the session that they use, so that this has to be done again.
        transport._session = self._http
        info = ClientInfo(grpc_version=None, user_agent="cloudctl")  # type: ignore[no-untyped-call]
        transport._prep_wrapped_messages(info)
        return kind(transport=transport)

    @property
    def _scheme(self) -> str:
        return (self._scope.context.endpoint or "https").partition(":")[0]

    @property
    def _host(self) -> str:
        universe = os.environ.get("GOOGLE_CLOUD_UNIVERSE_DOMAIN") or "googleapis.com"
        return self._scope.context.endpoint or f"compute.{universe}"

    @cached_property
    def _credentials(self) -> tuple[Any, str | None]:
        try:
            return credentials.load(self._scope.context)
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
        return BoundedSession(found, self._deadline, self._recorder)


class BoundedSession(AuthorizedSession):
    """Requests with the time that is left, over the proxies and certificates of the environment, each sent once.

    After a 401 the token is refreshed once and the request sent again. Every refused request raises a
    GoogleAPICallError with the response: the SDK's own reading of error bodies fails on those of proxies.
    """

    def __init__(self, found: Any, deadline: Deadline, recorder: Recorder) -> None:
        anonymous = isinstance(found, AnonymousCredentials)
        token_request = Request(_plain_session())
        super().__init__(  # type: ignore[no-untyped-call]
            found,
            refresh_status_codes=() if anonymous else (401,),
            max_refresh_attempts=1,
            auth_request=token_request,
            default_host=compute.InstancesClient.DEFAULT_ENDPOINT,
        )
        self._deadline = deadline
        self._recorder = recorder
        self._token_request = token_request
        self._token_lock = threading.Lock()
        # Anonymous credentials are the sandbox's, which no proxy can reach.
        self.trust_env = not anonymous
        self.verify = credentials.certificates()

    def request(self, method: Any, url: Any, *arguments: Any, **options: Any) -> requests.Response:
        self._recorder.take(*_command(method, url, options))
        options["timeout"] = self._deadline.timeouts()
        self._get_token()
        response: requests.Response = super().request(  # type: ignore[no-untyped-call]
            method, url, *arguments, **options
        )
        if response.status_code >= 400:
            raise exceptions.from_http_status(  # type: ignore[no-untyped-call]
                response.status_code, response.reason or "", response=response
            )
        return response

    def _get_token(self) -> None:
        """Ask once for a token that all threads use."""
        with self._token_lock:
            if not self.credentials.valid:
                self.credentials.refresh(partial(self._token_request, timeout=self._deadline.timeouts()))


_TOKEN = Shell('"Authorization: Bearer $(gcloud auth print-access-token)"')


def _command(method: str, url: str, options: Mapping[str, Any]) -> tuple[Word, ...]:
    """The request as curl would send it."""
    address = str(requests.Request(method, url, params=options.get("params")).prepare().url)
    body: tuple[Word, ...] = ()
    if options.get("data"):
        document = Document(json.loads(options["data"]))
        body = ("--header", "Content-Type: application/json", "--data", document)
    return ("curl", "--silent", "--fail-with-body", "--request", method.upper(), "--header", _TOKEN, *body, address)


def _plain_session() -> requests.Session:
    """For token requests: without the three retries of google.auth's own session."""
    session = requests.Session()
    session.verify = credentials.certificates()
    return session


def _json(message: Any) -> Json:
    found: dict[str, Any] = MessageToDict(type(message).pb(message))
    return found
