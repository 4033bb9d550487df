"""HTTP/1.1 with keep-alive on loopback: what the emulated clouds are served by.

Werkzeug's own handler closes the connection after every reply; the SDKs pool connections, so the sandbox
keeps them open. Bodies are read whole before the application runs (large ones spill to a temporary file),
which leaves a connection clean for its next request whatever the application reads.
"""

from __future__ import annotations

import logging
import os
import shutil
import socket
import struct
from collections.abc import Callable, Iterable
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from cloudctl.sandbox.cloud import Environ

_log = logging.getLogger(__name__)
_SPOOL = 8 * 1024 * 1024
_BACKLOG = 128

Headers = list[tuple[str, str]]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


class DroppedConnectionError(Exception):
    """Raised by an application: end the connection without a reply, with RST when ``abort``."""

    def __init__(self, *, abort: bool = False) -> None:
        super().__init__("connection dropped")
        self.abort = abort


def run(application: Application, environ: Environ) -> tuple[str, Headers, bytes]:
    """Call a WSGI application and collect its whole reply: status line, headers, body."""
    started: list[tuple[str, Headers]] = []
    written: list[bytes] = []

    def start_response(status: str, headers: Headers, exc_info: Any = None) -> Callable[[bytes], None]:
        started.append((status, headers))
        return written.append

    chunks = application(environ, start_response)
    try:
        written.extend(chunks)
    finally:
        getattr(chunks, "close", lambda: None)()
    return *started[-1], b"".join(written)


class Handler(WSGIRequestHandler):
    """Serves the requests of one connection, one after the other."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def run_wsgi(self) -> None:
        with SpooledTemporaryFile(max_size=_SPOOL) as body:
            try:
                environ = self._read(body)
                status, headers, data = run(self.server.app, environ)
            except DroppedConnectionError as drop:
                self._drop(drop.abort)
                return
        self._reply(status, headers, data)

    def handle_expect_100(self) -> bool:
        proceed = super().handle_expect_100()
        self.wfile.flush()
        return proceed

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Requests are recorded, not logged."""

    def log(self, type: str, message: str, *args: Any) -> None:
        _log.log(logging.ERROR if type == "error" else logging.DEBUG, message, *args)

    def _read(self, body: IO[bytes]) -> Environ:
        environ = self.make_environ()
        # WSGI loses the case of headers and every header with an underscore; metadata of objects has both.
        environ["sandbox.headers"] = tuple(self.headers.items())
        try:
            if environ.get("wsgi.input_terminated"):
                shutil.copyfileobj(environ["wsgi.input"], body)
            else:
                self._copy(body, int(environ.get("CONTENT_LENGTH") or 0))
        except (OSError, ValueError) as broken:
            raise DroppedConnectionError from broken
        environ["CONTENT_LENGTH"] = str(body.tell())
        environ["wsgi.input"] = body
        environ["wsgi.input_terminated"] = True
        body.seek(0)
        return environ

    def _copy(self, body: IO[bytes], remaining: int) -> None:
        while remaining > 0:
            chunk = self.rfile.read(min(remaining, 1 << 20))
            if not chunk:
                raise DroppedConnectionError
            body.write(chunk)
            remaining -= len(chunk)

    def _reply(self, status: str, headers: Headers, data: bytes) -> None:
        code, _, phrase = status.partition(" ")
        self.send_response(int(code), phrase)
        for name, value in headers:
            self.send_header(name, value)
        bodiless = self.command == "HEAD" or code in ("204", "304")
        if not bodiless and not any(name.lower() == "content-length" for name, _ in headers):
            self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if not bodiless:
            self.wfile.write(data)
        self.wfile.flush()
        # A reply that is shorter than it says can only be told by its end.
        self.close_connection |= not bodiless and _length(headers, len(data)) > len(data)

    def _drop(self, abort: bool) -> None:
        self.close_connection = True
        if abort:
            # Lingering for zero seconds makes close() send RST; detached, so that the file objects that
            # the handler still has open do not put the close off until after its FIN.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            os.close(self.connection.detach())


def _length(headers: Headers, usual: int) -> int:
    return next((int(value) for name, value in headers if name.lower() == "content-length"), usual)


def listen(port: int) -> socket.socket:
    """A listening socket on 127.0.0.1: on this port if it is free, otherwise on any."""
    try:
        return socket.create_server(("127.0.0.1", port), backlog=_BACKLOG)
    except OSError:
        return socket.create_server(("127.0.0.1", 0), backlog=_BACKLOG)


def make_server(listener: socket.socket, application: Application) -> ThreadedWSGIServer:
    """A server with a thread for each connection; takes the listener over."""
    host, port = listener.getsockname()
    server = ThreadedWSGIServer(host, port, application, Handler, fd=listener.fileno())
    listener.close()
    return server
