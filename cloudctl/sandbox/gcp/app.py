"""The emulated Compute Engine and Cloud Storage as one WSGI application."""

from __future__ import annotations

import hashlib
import json
import threading
import time
import uuid
from collections.abc import Iterable
from typing import Any

from werkzeug.wrappers import Request, Response

from cloudctl.sandbox.cloud import Environ, Reply, SandboxCloud, Settings, StartResponse
from cloudctl.sandbox.gcp import failures, fields, operations, projects, validation
from cloudctl.sandbox.gcp.call import Call
from cloudctl.sandbox.gcp.discovery import Discovery, Method
from cloudctl.sandbox.gcp.errors import Json, Refused, invalid
from cloudctl.sandbox.gcp.handlers import HANDLERS
from cloudctl.sandbox.gcp.locations import REGIONS, ZONES
from cloudctl.sandbox.gcp.refusals import Refusal
from cloudctl.sandbox.gcp.storage.service import Storage
from cloudctl.sandbox.gcp.store import Store

_TOKEN = "Bearer sandbox"
_LONGEST_WAIT = 120.0
_COMPUTE = "/compute/"


def create(settings: Settings) -> SandboxCloud:
    """The cloud that the sandbox's host serves; its state is ``gcp.json`` in ``settings.state``."""
    return GcpCloud(settings)


class GcpCloud:
    """One Google Cloud with two projects, ``sandbox-project`` and ``sandbox-project-2``."""

    name = "gcp"

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._store = Store(settings.state / "gcp.json")
        self._discovery = Discovery("compute.v1")
        self._storage = Storage(settings)
        self._lock = threading.Lock()
        self._saving = threading.Lock()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if _is_storage(environ):
            answer = self._storage(environ)
            return Response(answer.body, answer.status, answer.headers)(environ, start_response)
        try:
            status, body = 200, self._answer(Request(environ))
        except Refused as refused:
            status, body = refused.status, refused.body
        return Response(_json(body), status, content_type="application/json; charset=UTF-8")(environ, start_response)

    def operation(self, environ: Environ) -> str:
        if _is_storage(environ):
            return self._storage.operation(environ)
        found = self._match(Request(environ))
        return found[0].id if found else ""

    def failure(self, environ: Environ, kind: str) -> Reply:
        """Lack of capacity is an operation that fails, where Compute Engine lets it fail; else a reply."""
        if _is_storage(environ):
            return self._storage.failure(kind)
        request = Request(environ)
        found = self._match(request)
        if kind == "capacity" and found and failures.needs_capacity(found[0]):
            try:
                return failures.reply(200, self._without_capacity(request))
            except Refused as refused:
                return failures.reply(refused.status, refused.body)
        return failures.plain(kind, found[0] if found else None, found[1] if found else {})

    def reset(self) -> None:
        with self._lock:
            self._store.clear()
        self._storage.reset()

    def save(self) -> None:
        with self._saving:
            with self._lock:
                content = self._store.snapshot(time.time())
            self._store.write(content)
        self._storage.save()

    def _match(self, request: Request) -> tuple[Method, dict[str, str]] | None:
        return self._discovery.match(request.method, request.path)

    def _answer(self, request: Request) -> Json:
        with self._lock:
            call = self._call(request)
            mask = self._mask(call)
            answer = replayed(call) or HANDLERS[call.method.id](call)
            waiting = self._waiting(call)
        if waiting > 0:
            time.sleep(waiting)
            answer = operations.view(operations.find(call), time.time())
        return dict(fields.apply(mask, answer))

    def _without_capacity(self, request: Request) -> Json:
        with self._lock:
            call = self._call(request)
            return replayed(call) or failures.without_capacity(call)

    def _waiting(self, call: Call) -> float:
        if call.method.name != "wait":
            return 0
        return min(operations.find(call).ends - call.now, _LONGEST_WAIT)

    def _mask(self, call: Call) -> fields.Mask:
        text = call.parameters.get("fields")
        if not text:
            return {}
        return fields.parse(text, {"$ref": call.method.response}, self._discovery.schemas)

    def _call(self, request: Request) -> Call:
        """The checked request; everything that holds for every method is refused here."""
        _refuse_credentials(request)
        method, path = self._served(request)
        now = time.time()
        path = validation.path_parameters(method, path)
        projects.enter(self._store, path["project"], method, now)
        _refuse_place(method, path)
        given = {name: list(values) for name, values in request.args.lists()}
        query = validation.query_parameters(method, self._discovery.common_parameters, given)
        _refuse_request_id(query)
        body = self._body(method, request)
        return Call(
            method, path | query, body, now, _digest(method, path, body), self._store, self._discovery, self._settings
        )

    def _served(self, request: Request) -> tuple[Method, dict[str, str]]:
        found = self._match(request)
        if found is None:
            raise Refused(Refusal.NO_SUCH_METHOD, f"The requested URL {request.path} was not found on this server.")
        if found[0].id not in HANDLERS:
            raise Refused(Refusal.NOT_SERVED, f"The sandbox does not serve {found[0].id}.")
        return found

    def _body(self, method: Method, request: Request) -> Json:
        data = request.get_data()
        if method.request is None:
            return {}
        if not data:
            raise Refused(Refusal.BODY_MISSING, "Required field 'resource' not specified")
        try:
            given = json.loads(data)
        except ValueError:
            raise Refused(Refusal.BODY_MALFORMED, "Invalid JSON payload received. Parse error.") from None
        return validation.body(method, self._discovery.schemas, given)


def replayed(call: Call) -> Json | None:
    """The operation of an earlier request with this ``requestId``."""
    request_id = call.parameters.get("requestId")
    operation = call.store.requested(call.project, request_id) if request_id else None
    if operation is None:
        return None
    if operation.digest != call.digest:
        raise invalid(Refusal.REQUEST_ID_REUSED, "requestId", request_id, "It was used with another request.")
    return operations.view(operation, call.now)


def _is_storage(environ: Environ) -> bool:
    """Whether the request is for Cloud Storage, whose XML API has the bucket's name where others have their own."""
    return not str(environ.get("PATH_INFO", "")).startswith(_COMPUTE)


def _refuse_credentials(request: Request) -> None:
    if request.headers.get("Authorization", _TOKEN) != _TOKEN:
        raise failures.unauthenticated()


def _refuse_place(method: Method, path: dict[str, str]) -> None:
    places = method.order[:-1] if method.names_resource else method.order
    if "zone" in places and path["zone"] not in ZONES:
        raise invalid(Refusal.ZONE_UNKNOWN, "zone", path["zone"], "Unknown zone.")
    if "region" in places and path["region"] not in REGIONS:
        raise invalid(Refusal.REGION_UNKNOWN, "region", path["region"], "Unknown region.")


def _refuse_request_id(query: dict[str, Any]) -> None:
    text = query.get("requestId")
    if not text:
        return
    try:
        number = uuid.UUID(text).int
    except ValueError:
        number = 0
    if number == 0:
        raise invalid(Refusal.REQUEST_ID_INVALID, "requestId", text, "Must be a valid UUID that is not zero.")


def _digest(method: Method, path: dict[str, str], body: Json) -> str:
    return hashlib.sha256(_json([method.id, path, body])).hexdigest()


def _json(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True).encode()
