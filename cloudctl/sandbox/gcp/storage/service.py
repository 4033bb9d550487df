"""Cloud Storage from the raw request to the reply."""

from __future__ import annotations

import sys
import threading
import time
import traceback

from cloudctl.sandbox.cloud import Environ, Reply, Settings
from cloudctl.sandbox.gcp import fields
from cloudctl.sandbox.gcp.discovery import Discovery
from cloudctl.sandbox.gcp.errors import Refused
from cloudctl.sandbox.gcp.storage import batch, documents, media, request, resumable, signed, uploads, xml_api
from cloudctl.sandbox.gcp.storage.call import Call
from cloudctl.sandbox.gcp.storage.documents import Json
from cloudctl.sandbox.gcp.storage.errors import GcsError, error_reply, json_reply
from cloudctl.sandbox.gcp.storage.faults import FAULTS
from cloudctl.sandbox.gcp.storage.methods import METHODS
from cloudctl.sandbox.gcp.storage.refusals import Refusal
from cloudctl.sandbox.gcp.storage.request import Request
from cloudctl.sandbox.gcp.storage.route import BATCH, Route, route
from cloudctl.sandbox.objects.store import ObjectStore

_TOKEN = "Bearer sandbox"
_OURS = ("/storage/", "/upload/", "/resumable/", "/download/", BATCH)


class Storage:
    """The service over the buckets of all projects. Locks by itself: bodies arrive outside the lock."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._discovery = Discovery("storage.v1")
        self._lock = threading.RLock()
        self._store: ObjectStore | None = None

    def __call__(self, environ: Environ) -> Reply:
        """Answer one request, or the requests of one batch."""
        asked = request.read(environ)
        if not asked.path.startswith(_OURS):
            return self._answer_xml(asked)
        if asked.path != BATCH:
            return self._answer(asked)
        try:
            _refuse_credentials(asked)
            return batch.reply(self._answer(inner) for inner in batch.requests(asked))
        except GcsError as error:
            return error_reply(error)

    def operation(self, environ: Environ) -> str:
        """``storage.buckets.insert``; that of the first request of a batch; empty for a request that is none."""
        asked = request.read(environ)
        if not asked.path.startswith(_OURS):
            return xml_api.operation(asked)
        try:
            if asked.path == BATCH:
                asked = batch.first(environ, asked)
            found = route(self._discovery, asked)
        except GcsError:
            return ""
        return found.method.id if found else ""

    def failure(self, kind: str) -> Reply:
        """The documented error of a kind of fault. Raises KeyError for an unknown kind."""
        return error_reply(FAULTS[kind])

    def reset(self) -> None:
        """Forget every bucket, on disk too."""
        with self._lock:
            self._loaded().clear()

    def save(self) -> None:
        """Write the state, if any request has touched it."""
        with self._lock:
            if self._store is not None:
                self._store.write(self._store.snapshot())

    def _answer_xml(self, asked: Request) -> Reply:
        """The XML API, whose errors are XML, too."""
        try:
            if signed.is_signed(asked):
                return signed.reply(asked, time.time(), self._serve)
            return xml_api.reply(asked, self._serve)
        except GcsError as error:
            return xml_api.error_reply(error)
        except Exception:
            traceback.print_exc(file=sys.stderr)
            return xml_api.error_reply(Refusal.CRASHED.error())

    def _answer(self, asked: Request) -> Reply:
        try:
            return self._serve(asked)
        except GcsError as error:
            return error_reply(error)
        except Refused as refused:
            return json_reply(refused.status, refused.body)
        except Exception:
            # The client must see an error of Cloud Storage's own, and the log the reason.
            traceback.print_exc(file=sys.stderr)
            return error_reply(Refusal.CRASHED.error())

    def _serve(self, asked: Request) -> Reply:
        found = self._route(asked)
        call = self._call(asked, found)
        mask = self._mask(call)
        try:
            self._receive(call, found)
            with self._lock:
                result = self._handled(call, found)
        except BaseException:
            call.store.contents.discard(call.content)
            raise
        if isinstance(result, Reply):
            return result
        return json_reply(204, None) if result is None else json_reply(200, fields.apply(mask, result))

    def _route(self, asked: Request) -> Route:
        _refuse_credentials(asked)
        found = route(self._discovery, asked)
        if found is None:
            raise Refusal.NO_SUCH_METHOD.error()
        if found.method.id not in METHODS:
            raise Refusal.NOT_SERVED.error(what=found.method.id)
        return found

    def _call(self, asked: Request, found: Route) -> Call:
        query = documents.parameters(found.method, asked.query)
        store, now = self._loaded(), time.time()
        return Call(asked, found.method, found.path, query, store, self._discovery, self._settings, now)

    def _mask(self, call: Call) -> fields.Mask:
        text = call.request.parameter("fields")
        if not text or call.method.response is None:
            return {}
        return fields.parse(text, {"$ref": call.method.response}, self._discovery.schemas)

    def _receive(self, call: Call, found: Route) -> None:
        """Read the body: its document, and the bytes of an object into the store."""
        if found.upload and call.request.method == "PUT":
            if resumable.content_range(call).first is not None:
                call.content = call.store.contents.store(call.request.body)
        elif found.upload and not resumable.is_begin(call):
            with self._lock:
                _ = call.bucket
            uploads.receive(call)
        elif call.method.request and call.request.method != "DELETE":
            given = documents.parsed(call.request.body.read())
            call.body = documents.checked(call.method.request, self._discovery.schemas, given)

    def _handled(self, call: Call, found: Route) -> Json | Reply | None:
        if found.media:
            return media.download(call)
        if found.upload and resumable.is_begin(call):
            return resumable.begin(call) if call.request.method == "POST" else resumable.go_on(call)
        if call.method.id == "storage.objects.insert" and not found.upload:
            # Without its bytes an object could only come from elsewhere, which is no more.
            raise Refusal.UPLOAD_TYPE.error()
        return METHODS[call.method.id](call)

    def _loaded(self) -> ObjectStore:
        with self._lock:
            if self._store is None:
                self._store = ObjectStore(self._settings.state, "gcs")
            return self._store


def _refuse_credentials(asked: Request) -> None:
    if asked.headers.get("authorization", _TOKEN) != _TOKEN:
        raise Refusal.AUTHORIZATION.error()
