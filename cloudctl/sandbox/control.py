"""The control interface, JSON under ``/_sandbox/`` on every port, for who holds the token.

GET status; POST reset; POST stop; GET, POST and DELETE faults (``?id=``);
GET operations (``?since=&cloud=``).
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from cloudctl.sandbox.calls import Recorder
from cloudctl.sandbox.cloud import Environ, StartResponse
from cloudctl.sandbox.faults import Faults, Rule
from cloudctl.sandbox.statefile import TOKEN_HEADER

Query = dict[str, str]


class Control:
    """A WSGI application. ``describe`` gives the status record; ``reset`` and ``stop`` act on the host."""

    def __init__(
        self,
        token: str,
        faults: Faults,
        recorder: Recorder,
        *,
        describe: Callable[[], dict[str, Any]],
        reset: Callable[[], None],
        stop: Callable[[], None],
    ) -> None:
        self._token = token
        self._faults = faults
        self._recorder = recorder
        self._describe = describe
        self._reset = reset
        self._stop = stop
        self._routes: dict[tuple[str, str], Callable[[Query, Environ], object]] = {
            ("GET", "status"): lambda query, environ: self._describe(),
            ("POST", "reset"): self._do_reset,
            ("POST", "stop"): self._do_stop,
            ("GET", "faults"): lambda query, environ: self._faults.records(),
            ("POST", "faults"): self._add_fault,
            ("DELETE", "faults"): self._clear_faults,
            ("GET", "operations"): self._operations,
        }

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        status, result = self._answer(environ)
        start_response(f"{status.value} {status.phrase}", [("Content-Type", "application/json")])
        return [json.dumps(result).encode() + b"\n"]

    def _answer(self, environ: Environ) -> tuple[HTTPStatus, object]:
        given = environ.get("HTTP_" + TOKEN_HEADER.upper().replace("-", "_"), "")
        if not hmac.compare_digest(given.encode(), self._token.encode()):
            return HTTPStatus.UNAUTHORIZED, {"error": f"{TOKEN_HEADER} is missing or wrong"}
        name = environ["PATH_INFO"].rpartition("/")[2]
        route = self._routes.get((environ["REQUEST_METHOD"], name))
        if route is None:
            return HTTPStatus.NOT_FOUND, {"error": f"no control call {environ['REQUEST_METHOD']} {name}"}
        try:
            return HTTPStatus.OK, route(dict(parse_qsl(environ["QUERY_STRING"])), environ)
        except ValueError as invalid:
            return HTTPStatus.BAD_REQUEST, {"error": str(invalid)}

    def _do_reset(self, query: Query, environ: Environ) -> object:
        self._reset()
        return {"reset": True}

    def _do_stop(self, query: Query, environ: Environ) -> object:
        self._stop()
        return {"stopping": True}

    def _add_fault(self, query: Query, environ: Environ) -> object:
        record = json.load(environ["wsgi.input"])
        if not isinstance(record, dict):
            raise ValueError("a fault is a JSON object")
        return self._faults.add(Rule.parse(record)).record()

    def _clear_faults(self, query: Query, environ: Environ) -> object:
        return {"cleared": self._faults.clear(int(query["id"]) if "id" in query else None)}

    def _operations(self, query: Query, environ: Environ) -> object:
        calls = self._recorder.since(int(query.get("since", "0")), query.get("cloud"))
        return [call.record() for call in calls]
