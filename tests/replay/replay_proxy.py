"""A corporate proxy on loopback with the test's script behind it: CONNECT, then TLS of its own."""

from __future__ import annotations

import gzip
import socket
import ssl
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from replay_authority import Authority
from replay_script import Fault, Reply, Request, Script


class Proxy:
    """``address`` is what HTTPS_PROXY names; ``script`` is that of the running test."""

    def __init__(self, authority: Authority) -> None:
        self.authority = authority
        self.script = Script()
        self.address = ""
        self.ended = threading.Event()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    proxy: Proxy
    host = ""

    def do_CONNECT(self) -> None:
        script = self.proxy.script
        script.connected.append(self.path)
        if script.proxy_answer:
            self._send(script.proxy_answer)
            self.close_connection = True
            return
        self.send_response(200, "Connection Established")
        self.end_headers()
        self._serve_tls(self.path.rpartition(":")[0])

    def _serve_tls(self, host: str) -> None:
        try:
            self.connection = self.proxy.authority.context(host).wrap_socket(self.connection, server_side=True)
        except OSError:  # the client does not trust the certificate
            self.close_connection = True
            return
        self.host = host
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb", buffering=0)
        self.close_connection = False

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        host = self.host or f"plain:{urlsplit(self.path).netloc}"
        reply = self.proxy.script.answer(Request.of(self.command, host, self.path, headers, body))
        match reply.fault:
            case None:
                self._send(reply)
            case Fault.CUT:
                self._send(reply, missing=100)
            case Fault.SILENT:
                self._stay_silent()
            case Fault.RESET:
                self._reset()

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = _answer  # noqa: N815

    def _send(self, reply: Reply, missing: int = 0) -> None:
        content = reply.content()
        headers = {"Content-Type": reply.type(), **reply.headers}
        if "gzip" in self.headers.get("Accept-Encoding", "") and "googleapis" in self.host:
            content, headers["Content-Encoding"] = gzip.compress(content), "gzip"
        self.send_response(reply.status)
        for name, value in headers.items():
            self.send_header(name, value)
        # A reply to HEAD tells the length of what it does not bring.
        if "Content-Length" not in headers:
            self.send_header("Content-Length", str(len(content) + missing))
        self.end_headers()
        self.wfile.write(content)
        self.close_connection = self.close_connection or missing > 0

    def _stay_silent(self) -> None:
        self.proxy.ended.wait(30)
        self.close_connection = True

    def _reset(self) -> None:
        """RST instead of FIN."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.rfile.close()
        self.connection.close()
        self.close_connection = True

    def finish(self) -> None:
        try:
            super().finish()
        except (OSError, ValueError):  # the connection is gone
            self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away in the middle is no failure of the proxy."""

    def shutdown_request(self, request: Any) -> None:
        try:
            super().shutdown_request(request)
        except (OSError, ssl.SSLError):
            self.close_request(request)


@contextmanager
def serving(authority: Authority) -> Iterator[Proxy]:
    proxy = Proxy(authority)
    server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"proxy": proxy}))
    proxy.address = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield proxy
    finally:
        proxy.ended.set()
        server.shutdown()
        server.server_close()
