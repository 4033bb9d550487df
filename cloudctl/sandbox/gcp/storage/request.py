"""What a request to Cloud Storage says, its raw path still encoded."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import IO
from urllib.parse import parse_qs, quote, unquote_to_bytes

from werkzeug.wsgi import get_input_stream

from cloudctl.sandbox.cloud import Environ
from cloudctl.sandbox.gcp.storage.refusals import Refusal

_ORIGIN = re.compile(r"^https?://[^/]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Request:
    """``path`` is percent-encoded as it was sent; ``headers`` have lower-case names; ``origin`` is ``http://HOST``."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: IO[bytes] = field(repr=False)
    origin: str

    def parameter(self, name: str) -> str:
        """The last value of a query parameter; empty when there is none."""
        return self.query.get(name, [""])[-1]


def read(environ: Environ) -> Request:
    """The request, with ``wsgi.input`` unread."""
    path, query = split(target(environ))
    origin = f"{environ.get('wsgi.url_scheme', 'http')}://{environ.get('HTTP_HOST', 'localhost')}"
    return Request(
        environ["REQUEST_METHOD"], path, query, _headers(environ), get_input_stream(environ), origin
    )  # fmt: skip


def target(environ: Environ) -> str:
    """The request target as it came: WSGI's PATH_INFO has lost the difference between ``%2F`` and ``/``."""
    raw = environ.get("REQUEST_URI") or environ.get("RAW_URI")
    if raw:
        return str(raw)
    path = quote(environ.get("PATH_INFO", "/").encode("latin-1"))
    return f"{path}?{environ.get('QUERY_STRING', '')}"


def split(text: str) -> tuple[str, dict[str, list[str]]]:
    """Raw path and decoded query of a request target or URL."""
    path, _, search = _ORIGIN.sub("", text).partition("?")
    return path, parse_qs(search, keep_blank_values=True)


def decoded(segment: str) -> str:
    """A segment of a path, decoded once. Raises GcsError for one that is not UTF-8."""
    try:
        return unquote_to_bytes(segment).decode()
    except UnicodeDecodeError:
        raise Refusal.URI.error() from None


def _headers(environ: Environ) -> dict[str, str]:
    named = {name[5:]: value for name, value in environ.items() if name.startswith("HTTP_")}
    named |= {name: environ[name] for name in ("CONTENT_TYPE", "CONTENT_LENGTH") if environ.get(name)}
    return {name.replace("_", "-").lower(): value for name, value in named.items()}
