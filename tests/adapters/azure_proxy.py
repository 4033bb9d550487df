"""A loopback proxy behind which Microsoft's hosts answer with what a test gives: CONNECT, TLS with a CA of its own."""

from __future__ import annotations

import datetime
import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOSTS = (
    "login.microsoftonline.com",
    "management.azure.com",
    "login.microsoftonline.us",
    "management.usgovcloudapi.net",
    "login.partner.microsoftonline.cn",
    "login.chinacloudapi.cn",
    "management.chinacloudapi.cn",
)

Answer = tuple[int, dict[str, str], object]


@dataclass
class Cloud:
    """What was asked (``GET https://host/path``) and how it is answered; ``bundle`` is the CA's certificate.

    ``sent`` has method, headers and JSON body of each request that had one.
    """

    bundle: Path
    answer: Callable[[str, str], Answer | None]
    address: str = ""
    asked: list[str] = field(default_factory=list)
    sent: list[tuple[str, dict[str, str], Any]] = field(default_factory=list)
    connected: list[str] = field(default_factory=list)


def entra(method: str, url: str) -> Answer | None:
    """Microsoft Entra ID as MSAL needs it: discovery of the authority, then a token."""
    host = url.split("/")[2]
    if not host.startswith("login."):
        return None
    if "/discovery/instance" in url:
        tenant = "https://{}/{}/v2.0/.well-known/openid-configuration"
        return 200, {}, {"tenant_discovery_endpoint": tenant.format(host, "t"), "metadata": []}
    if url.endswith("/.well-known/openid-configuration"):
        base = f"https://{host}/t"
        return (
            200,
            {},
            {
                "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
                "token_endpoint": f"{base}/oauth2/v2.0/token",
                "issuer": f"{base}/v2.0",
            },
        )
    return 200, {}, {"token_type": "Bearer", "expires_in": 3599, "access_token": "from-entra"}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    cloud: Cloud
    tls: ssl.SSLContext
    prefix = ""

    def do_CONNECT(self) -> None:
        self.cloud.connected.append(self.path)
        self.send_response(200)
        self.end_headers()
        self.prefix = "https://" + self.path.removesuffix(":443")
        try:
            self.connection = self.tls.wrap_socket(self.connection, server_side=True)
        except ssl.SSLError:
            self.close_connection = True
            return
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb", buffering=0)
        self.close_connection = False

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if body.startswith(b"{"):
            self.cloud.sent.append((self.command, dict(self.headers), json.loads(body)))
        url = self.prefix + self.path
        self.cloud.asked.append(f"{self.command} {url}")
        answer = self.cloud.answer(self.command, url) or (404, {}, {"error": {"code": "NotFound", "message": url}})
        status, headers, body = answer
        content = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_DELETE = _answer  # noqa: N815

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


@contextmanager
def serving(folder: Path, answer: Callable[[str, str], Answer | None]) -> Iterator[Cloud]:
    """A running proxy; certificates go to the folder."""
    bundle, chain = _certificates(folder)
    cloud = Cloud(bundle, answer)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(chain)
    handler = type("Handler", (_Handler,), {"cloud": cloud, "tls": tls})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    cloud.address = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield cloud
    finally:
        server.shutdown()
        server.server_close()


def _certificates(folder: Path) -> tuple[Path, Path]:
    """A CA's certificate, and a server's key and certificate for the hosts, signed by it."""
    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    ca_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test authority")])
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test server")])
    now = datetime.datetime.now(datetime.UTC)

    def builder(subject: x509.Name, public: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(ca_name)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(hours=1))
            .not_valid_after(now + datetime.timedelta(days=1))
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), False)
        )

    authority = builder(ca_name, ca_key.public_key()).add_extension(x509.BasicConstraints(True, None), True)
    names = x509.SubjectAlternativeName([x509.DNSName(host) for host in HOSTS])
    server = builder(name, key.public_key()).add_extension(names, False)
    bundle, chain = folder / "ca.pem", folder / "server.pem"
    pem = serialization.Encoding.PEM
    bundle.write_bytes(authority.sign(ca_key, hashes.SHA256()).public_bytes(pem))
    chain.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + server.sign(ca_key, hashes.SHA256()).public_bytes(pem)
    )
    return bundle, chain
