"""What an S3 request says: its raw path decoded exactly once, its headers, and who signed it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import IO
from urllib.parse import parse_qsl, quote, unquote_to_bytes

from werkzeug.wsgi import get_input_stream

from cloudctl.sandbox.aws.request import Credential, header_credential, query_credential
from cloudctl.sandbox.aws.s3.refusals import Refusal
from cloudctl.sandbox.cloud import Environ

_ORIGIN = re.compile(r"^https?://[^/]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class S3Request:
    """One request in path style. ``headers`` have lower-case names; ``key`` is empty for a bucket's operation."""

    method: str
    path: str
    """As sent, still percent-encoded."""
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: IO[bytes] = field(repr=False)
    bucket: str
    key: str
    credential: Credential | None
    presigned: bool

    @property
    def bodiless(self) -> bool:
        """Whether the reply must have no body."""
        return self.method == "HEAD"


def read(environ: Environ) -> S3Request:
    """The request, with ``wsgi.input`` unread. Raises S3Error for a path that is not UTF-8.

    A presigned URL may carry in its query what would be ``x-amz-`` headers otherwise.
    """
    path, _, search = _target(environ).partition("?")
    bucket, _, key = _decoded(path).removeprefix("/").partition("/")
    query = dict(parse_qsl(search, keep_blank_values=True))
    presigned = "X-Amz-Algorithm" in query
    credential = query_credential(query) if presigned else header_credential(environ)
    hoisted = {name.lower(): value for name, value in query.items() if name.startswith("x-amz-")} if presigned else {}
    headers = {**hoisted, **_headers(environ)}
    return S3Request(
        environ["REQUEST_METHOD"], path, query, headers, get_input_stream(environ), bucket, key, credential, presigned
    )  # fmt: skip


def _target(environ: Environ) -> str:
    """The request target as it came: WSGI's PATH_INFO has lost the difference between ``%2F`` and ``/``."""
    raw = environ.get("REQUEST_URI") or environ.get("RAW_URI")
    if raw:
        return _ORIGIN.sub("", str(raw))
    path = quote(environ.get("PATH_INFO", "/").encode("latin-1"))
    return f"{path}?{environ.get('QUERY_STRING', '')}"


def _decoded(path: str) -> str:
    try:
        return unquote_to_bytes(path).decode()
    except UnicodeDecodeError:
        raise Refusal.URI.error() from None


def _headers(environ: Environ) -> dict[str, str]:
    named = {name[5:]: value for name, value in environ.items() if name.startswith("HTTP_")}
    named |= {name: environ[name] for name in ("CONTENT_TYPE", "CONTENT_LENGTH") if environ.get(name)}
    return {name.replace("_", "-").lower(): _text(value) for name, value in named.items()}


def _text(value: str) -> str:
    return value.encode("latin-1").decode("utf-8", "replace")
