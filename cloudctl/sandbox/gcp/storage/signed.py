"""Signed addresses: https://cloud.google.com/storage/docs/authentication/canonical-requests

They are addresses of the XML API. The account that signs is the sandbox's own, whose
key is known (`cloudctl_gcp.credentials.SandboxCredentials`).
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime
from urllib.parse import quote

from cloudctl.sandbox.cloud import Reply
from cloudctl.sandbox.gcp.storage import xml_api
from cloudctl.sandbox.gcp.storage.refusals import Refusal
from cloudctl.sandbox.gcp.storage.request import Request
from cloudctl.sandbox.gcp.storage.xml_api import Serve

_SIGNATURE = "X-Goog-Signature"
_ALGORITHM = "GOOG4-RSA-SHA256"
_KEY = b"sandbox"
_SIGNER = "sandbox@sandbox.iam.gserviceaccount.com"
_FORM = "%Y%m%dT%H%M%SZ"
_LONGEST = 604_800


def is_signed(asked: Request) -> bool:
    return _SIGNATURE in asked.query


def reply(asked: Request, now: float, serve: Serve) -> Reply:
    """The answer to a signed request, which needs no other credentials. Raises GcsError."""
    _check(asked, now)
    return xml_api.reply(asked, serve)


def _check(asked: Request, now: float) -> None:
    """Raise GcsError for a signature that is not of this request, or is no longer valid."""
    told = {name: asked.parameter(f"X-Goog-{name}") for name in ("Algorithm", "Credential", "Date", "Expires")}
    signed = asked.parameter("X-Goog-SignedHeaders").split(";")
    scope = f"{told['Date'][:8]}/auto/storage/goog4_request"
    formed = told["Algorithm"] == _ALGORITHM and told["Expires"].isdecimal() and "host" in signed
    if not formed or told["Credential"] != f"{_SIGNER}/{scope}" or int(told["Expires"]) > _LONGEST:
        raise Refusal.SIGNED_FORM.error()
    expected = hmac.digest(_KEY, _string_to_sign(asked, told["Date"], scope, signed), "sha256").hex()
    if not hmac.compare_digest(expected, asked.parameter(_SIGNATURE)):
        raise Refusal.SIGNATURE.error()
    if now > _moment(told["Date"]) + int(told["Expires"]):
        raise Refusal.SIGNATURE_EXPIRED.error()


def _moment(text: str) -> float:
    try:
        return datetime.strptime(text, _FORM).replace(tzinfo=UTC).timestamp()
    except ValueError:
        raise Refusal.SIGNED_FORM.error() from None


def _string_to_sign(asked: Request, date: str, scope: str, signed: list[str]) -> bytes:
    query = {name: value for name, (value, *_) in asked.query.items() if name != _SIGNATURE}
    pairs = sorted((quote(name, safe="-_.~"), quote(value, safe="-_.~")) for name, value in query.items())
    headers = "".join(f"{name}:{' '.join(asked.headers.get(name, '').split())}\n" for name in signed)
    canonical = "\n".join(
        [
            asked.method,
            asked.path,
            "&".join(f"{name}={value}" for name, value in pairs),
            headers,
            ";".join(signed),
            asked.headers.get("x-goog-content-sha256", "UNSIGNED-PAYLOAD"),
        ]
    )
    return "\n".join([_ALGORITHM, date, scope, hashlib.sha256(canonical.encode()).hexdigest()]).encode()
