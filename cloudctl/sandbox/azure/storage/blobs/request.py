"""A request of the data plane and what it is answered with."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import IO
from urllib.parse import quote, unquote

from cloudctl.sandbox.azure.refusals.blob import BlobRefusal
from cloudctl.sandbox.cloud import Environ

_ACCOUNT = re.compile(r"/[a-z0-9]{3,24}(?=/|$)")
_ARM = ("/subscriptions", "/providers", "/tenants")
_META = "x-ms-meta-"


@dataclass(frozen=True, slots=True)
class BlobCall:
    """A request; names of query parameters and headers are in lower case, those of ``metadata`` as sent.

    ``path`` is as it was sent, ``container`` and ``blob`` are decoded once (None: it names none).
    """

    method: str
    host: str
    path: str
    account: str
    container: str | None
    blob: str | None
    query: dict[str, str]
    headers: dict[str, str]
    metadata: dict[str, str]
    stream: IO[bytes]

    @classmethod
    def read(cls, environ: Environ) -> BlobCall:
        headers = _headers(environ)
        bare = cls(
            environ["REQUEST_METHOD"],
            f"http://{environ.get('HTTP_HOST', '127.0.0.1')}",
            "",
            "",
            None,
            None,
            {},
            {name.lower(): value for name, value in headers},
            {name[len(_META) :]: value for name, value in headers if name.lower().startswith(_META)},
            environ["wsgi.input"],
        )
        return at(bare, _target(environ))

    @property
    def key(self) -> str:
        """The name of the blob; only for requests on one."""
        assert self.blob is not None
        return self.blob

    def number(self, name: str, default: int) -> int:
        """A query parameter that must be a positive number."""
        value = self.query.get(name, "")
        if not value:
            return default
        if not re.fullmatch(r"-?\d+", value, re.ASCII):
            raise BlobRefusal.QUERY.error()
        if int(value) < 1:
            raise BlobRefusal.QUERY_RANGE.error()
        return int(value)


@dataclass(frozen=True, slots=True)
class BlobReply:
    """A reply; ``headers`` without those that every reply has."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


def at(call: BlobCall, target: str) -> BlobCall:
    """The same request for another target (path and query as they are sent)."""
    path, _, query = target.partition("?")
    parameters = _query(query)
    account, container, blob = _names(path, parameters)
    return replace(call, path=path, query=parameters, account=account, container=container, blob=blob)


def serves(environ: Environ) -> bool:
    """Whether a request is for the data plane.

    Accounts that are named as the resource manager's own paths begin are told by what only their clients send.
    """
    path, _, query = _target(environ).partition("?")
    found = _ACCOUNT.match(path)
    if found is None:
        return False
    return found[0] not in _ARM or "HTTP_X_MS_VERSION" in environ or "sig" in _query(query)


def _target(environ: Environ) -> str:
    """The request target as it was sent, or as near to it as an environment without it allows."""
    raw = environ.get("RAW_URI")
    if isinstance(raw, str):
        return raw
    query = environ.get("QUERY_STRING", "")
    return quote(environ["PATH_INFO"].encode("latin-1"), safe="/$") + (f"?{query}" if query else "")


def _query(text: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in text.split("&") if part)
    return {unquote(name).lower(): unquote(value) for name, _, value in pairs}


def _names(path: str, query: dict[str, str]) -> tuple[str, str | None, str | None]:
    """Account, container and blob; a blob without a container is in ``$root``."""
    account, _, rest = path[1:].partition("/")
    container, slash, blob = rest.partition("/")
    if not container and not slash:
        return account, None, None
    if not slash and query.get("restype") != "container":
        return account, "$root", unquote(container)
    if not blob and query.get("restype") == "container":
        return account, unquote(container), None
    return account, unquote(container), unquote(blob) or None


def _headers(environ: Environ) -> list[tuple[str, str]]:
    """The headers as sent; WSGI itself loses case and underscores."""
    sent = environ.get("sandbox.headers")
    if sent is not None:
        return [(str(name), str(value).strip()) for name, value in sent]
    names = ((name[5:].replace("_", "-"), value) for name, value in environ.items() if name.startswith("HTTP_"))
    return [(name.lower(), str(value)) for name, value in names]
