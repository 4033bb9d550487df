"""A loopback stand-in for EC2, direct, as an HTTP proxy, or behind CONNECT with TLS and a CA of its own."""

from __future__ import annotations

import datetime
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Form = dict[str, str]
Answer = tuple[int, str]
_HOST = "*.eu-west-1.amazonaws.com"


@dataclass
class Stub:
    """What was asked (EC2's parameters), by which path, and how it is answered; ``bundle`` is the CA's certificate."""

    answer: Callable[[Form], Answer]
    address: str = ""
    bundle: Path = Path()
    asked: list[Form] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    connected: list[str] = field(default_factory=list)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    stub: Stub
    tls: ssl.SSLContext

    def do_CONNECT(self) -> None:
        self.stub.connected.append(self.path)
        self.send_response(200)
        self.end_headers()
        try:
            self.connection = self.tls.wrap_socket(self.connection, server_side=True)
        except (ssl.SSLError, OSError):
            return
        self.close_connection = False
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb")

    def do_PUT(self) -> None:
        """What the metadata service is asked first; here it has nothing to give."""
        self.stub.paths.append(self.path)
        self.send_response(404)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_PUT  # noqa: N815

    def do_POST(self) -> None:
        form = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
        self.stub.asked.append(form)
        self.stub.paths.append(self.path)
        status, body = self.stub.answer(form)
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())
        self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None: ...


@contextmanager
def serving(folder: Path, answer: Callable[[Form], Answer]) -> Iterator[Stub]:
    bundle = _certificate(folder)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(bundle, folder / "key.pem")
    stub = Stub(answer, bundle=bundle)
    handler = type("Handler", (_Handler,), {"stub": stub, "tls": tls})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    stub.address = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield stub
    server.shutdown()
    server.server_close()


def _certificate(folder: Path) -> Path:
    """A certificate for EC2's hosts that is its own CA, and its key beside it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "loopback")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(_HOST)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    encoding = serialization.Encoding.PEM
    private = key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "key.pem").write_bytes(private)
    (folder / "ca.pem").write_bytes(certificate.public_bytes(encoding))
    return folder / "ca.pem"
