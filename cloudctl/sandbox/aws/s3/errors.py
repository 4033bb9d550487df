"""S3's error envelope, which is its own among AWS's services."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from cloudctl.sandbox.aws.envelope import ErrorBody
from cloudctl.sandbox.aws.s3.identity import HOST_ID, request_id
from cloudctl.sandbox.cloud import Reply


@dataclass(eq=False)
class S3Error(ErrorBody):
    """An error of S3: ``details`` are further elements of the document, ``headers`` go with the reply."""

    details: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


def error_reply(error: ErrorBody, *, bodiless: bool = False) -> Reply:
    """The error as S3 sends it; without a document for HEAD and for 304.

    Source: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#RESTErrorResponses
    """
    identity = request_id()
    details = error.details if isinstance(error, S3Error) else {}
    fields = {"Code": error.code, "Message": error.message, **details, "RequestId": identity, "HostId": HOST_ID}
    body = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in fields.items())
    headers = {"Content-Type": "application/xml", "x-amz-request-id": identity, "x-amz-id-2": HOST_ID}
    headers |= error.headers if isinstance(error, S3Error) else {}
    if bodiless or error.status == 304:
        return Reply(error.status, headers, b"")
    document = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error>{body}</Error>'
    return Reply(error.status, headers, document.encode())
