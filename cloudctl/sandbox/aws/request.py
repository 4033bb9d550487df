"""What a signed AWS query request says, read from the WSGI environment."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from cloudctl.sandbox.cloud import Environ

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
_AUTHORIZATION = re.compile(
    r"^AWS4-HMAC-SHA256\s+Credential=(?P<key>[^/,\s]+)/(?P<date>\d{8})/(?P<region>[a-z0-9-]+)"
    r"/(?P<service>[a-z0-9-]+)/aws4_request,\s*SignedHeaders=[^,\s]+,\s*Signature=[0-9a-f]{64}$"
)


_SCOPE = re.compile(r"^(?P<key>[^/]+)/(?P<date>\d{8})/(?P<region>[a-z0-9-]+)/(?P<service>[a-z0-9-]+)/aws4_request$")
_STS_VERSION = "2011-06-15"


@dataclass(frozen=True, slots=True)
class Credential:
    """The credential scope of Signature Version 4."""

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
    return QueryRequest(dict(pairs), header_credential(environ))


def is_s3(environ: Environ) -> bool:
    """Whether the request is for S3, told without its body: by whom it is signed for, else by its form.

    The other services' requests are forms posted to ``/``, or an ``Action`` in its query string.
    """
    query = dict(parse_qsl(environ.get("QUERY_STRING", "")))
    credential = header_credential(environ) or query_credential(query)
    if credential:
        return credential.service == "s3"
    is_form = environ["REQUEST_METHOD"] == "POST" or "Action" in query
    return environ.get("PATH_INFO", "/") != "/" or not is_form


def header_credential(environ: Environ) -> Credential | None:
    """The credential scope in the Authorization header."""
    match = _AUTHORIZATION.match(environ.get("HTTP_AUTHORIZATION", "").strip())
    return Credential(match["key"], match["region"], match["service"]) if match else None


def query_credential(query: Mapping[str, str]) -> Credential | None:
    """The credential scope of a presigned URL."""
    match = _SCOPE.match(query.get("X-Amz-Credential", ""))
    return Credential(match["key"], match["region"], match["service"]) if match else None


def _body(environ: Environ) -> bytes:
    body: bytes = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(body)
    return body
