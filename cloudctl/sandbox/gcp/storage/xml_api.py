"""The calls of the XML API for one object, as obstore and signed addresses make them, answered by the JSON API.

https://cloud.google.com/storage/docs/xml-api/reference-methods
"""

from __future__ import annotations

import io
import json
from base64 import b64decode
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from email.utils import format_datetime
from urllib.parse import quote
from xml.sax.saxutils import escape

from cloudctl.sandbox.cloud import Reply
from cloudctl.sandbox.gcp.storage.documents import Json
from cloudctl.sandbox.gcp.storage.errors import GcsError
from cloudctl.sandbox.gcp.storage.refusals import Refusal
from cloudctl.sandbox.gcp.storage.request import Request, decoded

Serve = Callable[[Request], Reply]

_OPERATIONS = {
    "GET": "storage.objects.get",
    "HEAD": "storage.objects.get",
    "PUT": "storage.objects.insert",
    "DELETE": "storage.objects.delete",
}

_META = "x-goog-meta-"
_BOUNDARY = "xml-api"
_DOCUMENT = {
    "content-type": "contentType",
    "content-encoding": "contentEncoding",
    "content-disposition": "contentDisposition",
    "content-language": "contentLanguage",
    "cache-control": "cacheControl",
    "x-goog-storage-class": "storageClass",
}
_HASHES = {"crc32c": "crc32c", "md5": "md5Hash"}
_CONDITIONS = {
    "x-goog-if-generation-match": "ifGenerationMatch",
    "x-goog-if-metageneration-match": "ifMetagenerationMatch",
}
_NOT_SERVED = {
    "if-match", "if-none-match", "if-modified-since", "if-unmodified-since", "x-goog-copy-source", "x-goog-acl",
}  # fmt: skip
# https://cloud.google.com/storage/docs/xml-api/reference-status
_CODES = {
    "notFound": "NoSuchKey",
    "forbidden": "AccessDenied",
    "authError": "AuthenticationRequired",
    "conditionNotMet": "PreconditionFailed",
    "requestedRangeNotSatisfiable": "InvalidRange",
    "invalid": "InvalidArgument",
    "notImplemented": "NotImplemented",
}


def reply(asked: Request, serve: Serve) -> Reply:
    """The answer to a request; ``serve`` answers what the JSON API calls it. Raises GcsError."""
    bucket, _, key = asked.path.removeprefix("/").partition("/")
    name, objects = decoded(key), f"/storage/v1/b/{bucket}/o"
    others = [name for name in asked.query if name != "generation" and not name.startswith("X-Goog-")]
    if not name or asked.method not in _OPERATIONS or others or _NOT_SERVED & asked.headers.keys():
        raise Refusal.NOT_SERVED.error(what="this of the XML API")
    query = {parameter: [asked.headers[header]] for header, parameter in _CONDITIONS.items() if header in asked.headers}
    query |= {"generation": asked.query["generation"]} if "generation" in asked.query else {}
    one = replace(asked, path=f"{objects}/{quote(name, safe='')}", query=query)
    if asked.method == "PUT":
        return _written(serve(_upload(asked, f"/upload{objects}", name, query)))
    if asked.method == "DELETE":
        return serve(one)
    return _read(serve(replace(one, method="GET", query={**query, "alt": ["media"]})), _document(serve, one))


def operation(asked: Request) -> str:
    """The method of the JSON API that does the same; empty for what is not served."""
    _, _, key = asked.path.removeprefix("/").partition("/")
    return _OPERATIONS.get(asked.method, "") if key else ""


def error_reply(error: GcsError) -> Reply:
    code = "NoSuchBucket" if "bucket does not exist" in error.message else _CODES.get(error.reason, error.reason)
    text = f"<Error><Code>{escape(code)}</Code><Message>{escape(error.message)}</Message></Error>"
    body = f'<?xml version="1.0" encoding="UTF-8"?>{text}'.encode()
    return Reply(error.status, {"Content-Type": "application/xml; charset=UTF-8"}, body)


def _upload(asked: Request, path: str, name: str, query: dict[str, list[str]]) -> Request:
    """A multipart upload: the document is what the headers say of the object."""
    document: Json = {"name": name}
    document |= {field: asked.headers[header] for header, field in _DOCUMENT.items() if header in asked.headers}
    own = {header[len(_META) :]: value for header, value in asked.headers.items() if header.startswith(_META)}
    document |= {"metadata": own} if own else {}
    head = f"--{_BOUNDARY}\r\n\r\n{json.dumps(document)}\r\n--{_BOUNDARY}\r\n\r\n".encode()
    body = io.BytesIO(head + asked.body.read() + f"\r\n--{_BOUNDARY}--".encode())
    headers = {**asked.headers, "content-type": f'multipart/related; boundary="{_BOUNDARY}"'}
    wanted = {**query, "uploadType": ["multipart"]}
    return replace(asked, method="POST", path=path, query=wanted, headers=headers, body=body)


def _document(serve: Serve, one: Request) -> Json:
    found: Json = json.loads(serve(replace(one, method="GET")).body)
    return found


def _written(made: Reply) -> Reply:
    return Reply(200, {"Content-Type": "text/html; charset=UTF-8", **_headers(json.loads(made.body))}, b"")


def _read(media: Reply, document: Json) -> Reply:
    own = {f"X-Goog-Meta-{name}": value for name, value in document.get("metadata", {}).items()}
    return Reply(media.status, {**media.headers, **own, **_headers(document)}, media.body)


def _headers(document: Json) -> dict[str, str]:
    """The ETag of this API is the MD5 of what was uploaded as a whole."""
    md5 = document.get("md5Hash")
    etag = b64decode(md5).hex() if md5 else document["etag"]
    moment = datetime.fromisoformat(document["updated"])
    return {
        "ETag": f'"{etag}"',
        "Last-Modified": format_datetime(moment, usegmt=True),
        "X-Goog-Generation": document["generation"],
        "X-Goog-Hash": ",".join(f"{name}={document[field]}" for name, field in _HASHES.items() if field in document),
    }
