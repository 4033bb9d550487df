"""One HTTP request and what it is answered with."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from werkzeug.wrappers import Request

from cloudctl.sandbox.azure.refusals import Refusal
from cloudctl.sandbox.cloud import Environ

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Call:
    """A request; the names of query parameters and headers are in lower case."""

    method: str
    path: str
    host: str
    query: dict[str, str]
    headers: dict[str, str]
    content: bytes

    @classmethod
    def read(cls, environ: Environ, *, content: bool = True) -> Call:
        """The request of a WSGI environment; its body stays unread unless ``content``."""
        request = Request(environ)
        return cls(
            request.method,
            request.path,
            request.host_url.rstrip("/"),
            {name.lower(): value for name, value in request.args.items()},
            {name.lower(): value for name, value in request.headers.items()},
            request.get_data() if content else b"",
        )

    def json(self) -> Json:
        """The body, which must be a JSON object."""
        try:
            body = json.loads(self.content)
        except ValueError as error:
            raise Refusal.BODY.error(reason=error) from None
        if not isinstance(body, dict):
            raise Refusal.BODY.error(reason="an object was expected")
        return body

    def number(self, name: str, default: int) -> int:
        """A query parameter that must be a natural number."""
        value = self.query.get(name, "")
        if not value:
            return default
        if not value.isdecimal():
            raise Refusal.FILTER.error(filter=f"{name}={value}")
        return int(value)

    def link(self, path: str, **query: str) -> str:
        """An absolute address of this server, with the request's api-version."""
        return f"{self.host}{path}?{urlencode({'api-version': self.query['api-version'], **query})}"


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply; no body at all when ``body`` is None."""

    status: int
    body: Json | list[Json] | None = None
    headers: dict[str, str] = field(default_factory=dict)
