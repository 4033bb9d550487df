"""Batches of requests: https://cloud.google.com/storage/docs/batch"""

from __future__ import annotations

import io
from collections.abc import Iterable
from email.message import Message
from email.parser import BytesParser
from http import HTTPStatus

from cloudctl.sandbox.cloud import Environ, Reply
from cloudctl.sandbox.gcp.storage.refusals import Refusal
from cloudctl.sandbox.gcp.storage.request import Request, split

_MOST = 100
_BOUNDARY = "batch_sandbox"


def requests(asked: Request) -> list[Request]:
    """The requests in the body of a batch. Raises GcsError badRequest."""
    return _requests(asked, asked.body.read())


def first(environ: Environ, asked: Request) -> Request:
    """The first of them; ``wsgi.input`` is left as if unread. Raises GcsError badRequest."""
    body = asked.body.read()
    environ["wsgi.input"] = io.BytesIO(body)
    return _requests(asked, body)[0]


def reply(replies: Iterable[Reply]) -> Reply:
    """The replies in the order of the requests."""
    parts = [_part(number, each) for number, each in enumerate(replies, 1)]
    body = b"".join(b"--%s\r\n%s\r\n" % (_BOUNDARY.encode(), part) for part in parts) + f"--{_BOUNDARY}--\r\n".encode()
    return Reply(200, {"Content-Type": f"multipart/mixed; boundary={_BOUNDARY}"}, body)


def _requests(asked: Request, body: bytes) -> list[Request]:
    head = f"Content-Type: {asked.headers.get('content-type', '')}\r\n\r\n".encode()
    parts = BytesParser().parsebytes(head + body).get_payload()
    if not isinstance(parts, list) or not parts:
        raise Refusal.BATCH.error()
    if len(parts) > _MOST:
        raise Refusal.BATCH_SIZE.error()
    return [_request(asked, part) for part in parts if isinstance(part, Message)]


def _request(asked: Request, part: Message) -> Request:
    text = part.get_payload(decode=True)
    line, _, rest = text.lstrip().partition(b"\n") if isinstance(text, bytes) else (b"", b"", b"")
    words = line.decode("latin-1").split()
    if len(words) not in (2, 3):
        raise Refusal.BATCH.error()
    inner = BytesParser().parsebytes(rest)
    content = inner.get_payload(decode=True)
    headers = {name.lower(): str(value) for name, value in inner.items()}
    path, query = split(words[1])
    outer = {name: asked.headers[name] for name in ("authorization",) if name in asked.headers}
    body = io.BytesIO(content if isinstance(content, bytes) else b"")
    return Request(words[0], path, query, {**outer, **headers}, body, asked.origin)


def _part(number: int, each: Reply) -> bytes:
    line = f"HTTP/1.1 {each.status} {HTTPStatus(each.status).phrase}"
    headers = [f"{name}: {value}" for name, value in each.headers.items()]
    head = ["Content-Type: application/http", f"Content-ID: <response-{number}>", "", line]
    head += [*headers, f"Content-Length: {len(each.body)}", "", ""]
    return "\r\n".join(head).encode() + each.body
