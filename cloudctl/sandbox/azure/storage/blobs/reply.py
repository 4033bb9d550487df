"""The XML and the headers of replies.

https://learn.microsoft.com/en-us/rest/api/storageservices/status-and-error-codes2
"""

from __future__ import annotations

import re
from urllib.parse import quote
from xml.sax.saxutils import escape

from cloudctl.sandbox.azure.refusals import Refused
from cloudctl.sandbox.azure.storage.blobs.request import BlobCall, BlobReply
from cloudctl.sandbox.azure.storage.moments import origin

NEWEST = "2026-10-06"
_XML = "application/xml"
_UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_AUTHORITY = "https://login.microsoftonline.com/00000000-0000-4000-8000-00000000000a/oauth2/authorize"
CHALLENGE = f"Bearer authorization_uri={_AUTHORITY} resource_id=https://storage.azure.com"


def document(inner: str, status: int = 200) -> BlobReply:
    """A reply with an XML document."""
    body = f'<?xml version="1.0" encoding="utf-8"?>{inner}'.encode()
    return BlobReply(status, {"Content-Type": _XML}, body)


def element(name: str, text: object) -> str:
    """An element with a text; nothing at all for None."""
    return "" if text is None else f"<{name}>{_text(str(text))}</{name}>"


def name_element(name: str, text: str) -> str:
    """An element with a blob's name, percent-encoded where XML cannot have it."""
    if _UNFIT.search(text):
        return f'<{name} Encoded="true">{_text(quote(text, safe=""))}</{name}>'
    return element(name, text)


def error(status: int, code: str, message: str) -> BlobReply:
    """The error envelope."""
    source = origin()
    text = f"{message}\nRequestId:{source['request']}\nTime:{source['time']}"
    reply = document(f"<Error>{element('Code', code)}{element('Message', text)}</Error>", status)
    headers = {**reply.headers, "x-ms-error-code": code, "x-ms-request-id": source["request"]}
    if status == 401:
        headers["WWW-Authenticate"] = CHALLENGE
    return BlobReply(status, headers, reply.body)


def refusal(call: BlobCall, refused: Refused) -> BlobReply:
    """What a refusal is answered with: no body where the method or the status has none."""
    status, code = refused.status, refused.body["code"]
    reply = error(status, code, refused.body["message"])
    if call.method == "HEAD" or status == 304:
        return BlobReply(status, {**reply.headers, "Content-Length": "0"})
    return reply


def common(call: BlobCall) -> dict[str, str]:
    """The headers of every reply."""
    headers = {
        "x-ms-request-id": origin()["request"],
        "x-ms-version": call.headers.get("x-ms-version", NEWEST),
    }
    if "x-ms-client-request-id" in call.headers:
        headers["x-ms-client-request-id"] = call.headers["x-ms-client-request-id"]
    return headers


def _text(text: str) -> str:
    return escape(text, {"\r": "&#xD;"})
