"""Replies written by botocore's S3 service model."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import formatdate
from typing import Any

from botocore.model import OperationModel

from cloudctl.sandbox.aws.s3.identity import HOST_ID, request_id
from cloudctl.sandbox.cloud import Reply

NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"
_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
# Line ends would be changed by a parser's normalisation; the other control characters S3 sends as references too.
_SPECIAL = re.compile(r"[&<>\"\x00-\x1f]")
_NAMED = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}
# The roots that S3's documents have and that the model, which never reads them, does not.
# https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations.html
_ROOTS = {
    "CopyObject": "CopyObjectResult",
    "DeleteObjects": "DeleteResult",
    "GetBucketAcl": "AccessControlPolicy",
    "GetBucketLifecycleConfiguration": "LifecycleConfiguration",
    "GetBucketTagging": "Tagging",
    "GetBucketVersioning": "VersioningConfiguration",
    "ListBuckets": "ListAllMyBucketsResult",
    "ListObjects": "ListBucketResult",
    "ListObjectsV2": "ListBucketResult",
    "ListObjectVersions": "ListVersionsResult",
    "GetObjectAttributes": "GetObjectAttributesResponse",
}


def reply(model: OperationModel, result: Mapping[str, Any], status: int | None = None) -> Reply:
    """The reply that says ``result``, whose names are the model's; a member that is a payload may be bytes."""
    identity = {"x-amz-request-id": request_id(), "x-amz-id-2": HOST_ID}
    shape: Any = model.output_shape
    if shape is None:
        return Reply(status or model.http.get("responseCode", 200), identity, b"")
    body = _body(model, shape, result)
    kind = {"Content-Type": "application/xml"} if body.startswith(b"<") else {}
    headers = {**identity, **kind, **_headers(shape, result)}
    return Reply(status or model.http.get("responseCode", 200), headers, body)


def location_reply(constraint: str | None) -> Reply:
    """GetBucketLocation: its document is the constraint itself, which the model says otherwise."""
    body = f'{_DECLARATION}<LocationConstraint xmlns="{NAMESPACE}">{constraint or ""}</LocationConstraint>'
    identity = {"x-amz-request-id": request_id(), "x-amz-id-2": HOST_ID}
    return Reply(200, {**identity, "Content-Type": "application/xml"}, body.encode())


def http_date(moment: float) -> str:
    """A time in seconds since the epoch as HTTP writes it."""
    return formatdate(moment, usegmt=True)


def iso_date(moment: float) -> str:
    """A time in seconds since the epoch as S3's documents have it: in whole seconds."""
    return datetime.fromtimestamp(int(moment), UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _body(model: OperationModel, shape: Any, result: Mapping[str, Any]) -> bytes:
    payload = shape.serialization.get("payload")
    if payload is None:
        members = [name for name, sub in shape.members.items() if "location" not in sub.serialization]
        return _document(_ROOTS.get(model.name, f"{model.name}Result"), shape, result) if members else b""
    content = result.get(payload)
    if content is None:
        return b""
    if isinstance(content, bytes | str):
        return content if isinstance(content, bytes) else content.encode()
    member = shape.members[payload]
    return _document(_ROOTS.get(model.name, member.serialization.get("name", member.name)), member, content)


def _document(root: str, shape: Any, value: Mapping[str, Any]) -> bytes:
    parts: list[str] = []
    _fill(parts, shape, value)
    text = f'{_DECLARATION}<{root} xmlns="{NAMESPACE}">{"".join(parts)}</{root}>'
    return text.encode("utf-8", "surrogatepass")


def _fill(parts: list[str], shape: Any, value: Mapping[str, Any]) -> None:
    for name, sub in shape.members.items():
        if (member := value.get(name)) is not None and not _apart(sub):
            _element(parts, sub.serialization.get("name", name), sub, member)


def _apart(shape: Any) -> bool:
    return "location" in shape.serialization or bool(shape.serialization.get("xmlAttribute"))


def _element(parts: list[str], name: str, shape: Any, value: Any) -> None:
    if shape.type_name == "structure":
        parts.append(f"<{name}{_attributes(shape, value)}>")
        _fill(parts, shape, value)
        parts.append(f"</{name}>")
    elif shape.type_name == "list":
        _elements(parts, name, shape, value)
    else:
        parts.append(f"<{name}>{_text(shape, value)}</{name}>")


def _elements(parts: list[str], name: str, shape: Any, values: list[Any]) -> None:
    flat = shape.serialization.get("flattened")
    each = name if flat else shape.member.serialization.get("name", "member")
    parts.append("" if flat else f"<{name}>")
    for value in values:
        _element(parts, each, shape.member, value)
    parts.append("" if flat else f"</{name}>")


def _attributes(shape: Any, value: Mapping[str, Any]) -> str:
    space = shape.serialization.get("xmlNamespace", {})
    text = f' xmlns:{space["prefix"]}="{space["uri"]}"' if "prefix" in space else ""
    for name, sub in shape.members.items():
        if sub.serialization.get("xmlAttribute") and name in value:
            text += f' {sub.serialization["name"]}="{escaped(value[name])}"'
    return text


def _text(shape: Any, value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if shape.type_name == "timestamp" and isinstance(value, float):
        return iso_date(value)
    return escaped(str(value))


def escaped(text: str) -> str:
    """Text for a document, so that a parser gives it back unchanged."""
    return _SPECIAL.sub(lambda found: _NAMED.get(found[0]) or f"&#x{ord(found[0]):x};", text)


def _headers(shape: Any, result: Mapping[str, Any]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for name, sub in shape.members.items():
        value, where = result.get(name), sub.serialization
        if value is not None and where.get("location") == "header":
            headers[where["name"]] = _header(value)
        elif value is not None and where.get("location") == "headers":
            headers |= {where["name"] + key: _latin(text) for key, text in value.items()}
    return headers


def _header(value: Any) -> str:
    if isinstance(value, float):
        return http_date(value)
    return ("true" if value else "false") if isinstance(value, bool) else _latin(str(value))


def _latin(text: str) -> str:
    """UTF-8 in the Latin-1 clothes that WSGI wants; line ends would end the header."""
    return re.sub(r"[\r\n\0]", " ", text).encode("utf-8").decode("latin-1")
