"""The emulated Azure Resource Manager as a WSGI application."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime

from werkzeug.wrappers import Response

from cloudctl.sandbox.azure import crud, faults, routes
from cloudctl.sandbox.azure.call import Answer, Call
from cloudctl.sandbox.azure.refusals import Refusal, Refused
from cloudctl.sandbox.azure.resources import subscriptions
from cloudctl.sandbox.azure.storage.blobs import faults as blob_faults
from cloudctl.sandbox.azure.storage.blobs import plane
from cloudctl.sandbox.azure.storage.blobs import request as blobs
from cloudctl.sandbox.azure.storage.blobs.request import BlobCall
from cloudctl.sandbox.azure.store import Store
from cloudctl.sandbox.cloud import Environ, Reply, SandboxCloud, Settings, StartResponse

_TOKEN = "Bearer sandbox"
_JSON = "application/json; charset=utf-8"


def create(settings: Settings) -> SandboxCloud:
    """The cloud that the sandbox's host serves; its state is ``azure.json`` in ``settings.state``."""
    return AzureCloud(settings)


class AzureCloud:
    """One Azure tenant with two subscriptions, ``...-000000000001`` and ``...-000000000002``."""

    name = "azure"

    def __init__(self, settings: Settings) -> None:
        self._store = Store(settings)
        self._lock = threading.Lock()
        self._saving = threading.Lock()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if blobs.serves(environ):
            return self._blobs(environ, start_response)
        call = Call.read(environ)
        try:
            answer = self._answer(call)
        except Refused as refused:
            answer = _refusal(refused)
        body = b"" if answer.body is None else json.dumps(answer.body).encode()
        response = Response(body, answer.status, {**_headers(), **answer.headers})
        response.content_type = _JSON
        return response(environ, start_response)

    def _blobs(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        reply = plane.answer(self._store, self._lock, BlobCall.read(environ))
        response = Response(reply.body, reply.status)
        response.headers.clear()
        response.headers.extend(reply.headers)
        return response(environ, start_response)

    def operation(self, environ: Environ) -> str:
        if blobs.serves(environ):
            return plane.name(BlobCall.read(environ))
        try:
            return routes.match(Call.read(environ, content=False)).operation
        except Refused:
            return ""

    def failure(self, environ: Environ, kind: str) -> Reply:
        if blobs.serves(environ):
            return blob_faults.reply(BlobCall.read(environ), kind)
        fault = faults.fault(Call.read(environ), self.operation(environ), kind)
        headers = {**_headers(), "Content-Type": _JSON, **fault.headers}
        return Reply(fault.status, headers, json.dumps(fault.body).encode())

    def reset(self) -> None:
        with self._lock:
            self._store.clear()

    def save(self) -> None:
        with self._saving:
            with self._lock:
                content = self._store.snapshot()
            self._store.write(content)

    def _answer(self, call: Call) -> Answer:
        _authenticate(call)
        route = routes.match(call)
        routes.check_version(call, route)
        if route.subscription is not None:
            subscriptions.check(route.subscription)
        with self._lock:
            crud.settle(self._store)
            self._store.host = call.host
            return route.run(self._store, call)


def _authenticate(call: Call) -> None:
    given = call.headers.get("authorization")
    if given is None:
        raise Refusal.NO_TOKEN.error()
    if given != _TOKEN:
        raise Refusal.BAD_TOKEN.error()


def _refusal(refused: Refused) -> Answer:
    headers = {"WWW-Authenticate": 'Bearer realm="sandbox"'} if refused.status == 401 else {}
    return Answer(refused.status, {"error": refused.body}, headers)


def _headers() -> dict[str, str]:
    request = str(uuid.uuid4())
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    return {
        "x-ms-request-id": request,
        "x-ms-correlation-request-id": request,
        "x-ms-routing-request-id": f"SANDBOX:{moment}:{request}",
        "Cache-Control": "no-cache",
        "Pragma": "no-cache",
    }
