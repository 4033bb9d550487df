"""What a signed AWS query request says, read from the WSGI environment."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from urllib.parse import parse_qsl

from cloudctl.sandbox.cloud import Environ

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
_AUTHORIZATION = re.compile(
    r"^AWS4-HMAC-SHA256\s+Credential=(?P<key>[^/,\s]+)/(?P<date>\d{8})/(?P<region>[a-z0-9-]+)"
    r"/(?P<service>[a-z0-9-]+)/aws4_request,\s*SignedHeaders=[^,\s]+,\s*Signature=[0-9a-f]{64}$"
)


_STS_VERSION = "2011-06-15"


@dataclass(frozen=True, slots=True)
class Credential:
    """The credential scope of a Signature Version 4 header."""

    key: str
    region: str
    service: str


@dataclass(frozen=True, slots=True)
class QueryRequest:
    """A request of the AWS query or EC2 protocol: ``form`` is query string and body together."""

    form: dict[str, str]
    credential: Credential | None

    @property
    def action(self) -> str:
        """The ``Action`` parameter, empty when there is none."""
        return self.form.get("Action", "")

    @property
    def service(self) -> str:
        """The signing name of the service; an unsigned request gives itself away by its API version."""
        if self.credential:
            return self.credential.service
        return "sts" if self.form.get("Version") == _STS_VERSION else "ec2"


def read(environ: Environ) -> QueryRequest:
    """Read the request; ``wsgi.input`` is left as if unread."""
    pairs = parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True)
    pairs += parse_qsl(_body(environ).decode("utf-8", "replace"), keep_blank_values=True)
    return QueryRequest(dict(pairs), _credential(environ.get("HTTP_AUTHORIZATION", "")))


def _body(environ: Environ) -> bytes:
    body: bytes = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(body)
    return body


def _credential(header: str) -> Credential | None:
    match = _AUTHORIZATION.match(header.strip())
    return Credential(match["key"], match["region"], match["service"]) if match else None
