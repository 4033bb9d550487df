"""URLs that carry their signature: their time and their signature, with the secret key ``sandbox``.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
"""

from __future__ import annotations

import hashlib
import hmac
from calendar import timegm
from time import strptime
from urllib.parse import quote, unquote_to_bytes

from cloudctl.sandbox.aws.account import SECRET_KEY
from cloudctl.sandbox.aws.s3.refusals import Refusal
from cloudctl.sandbox.aws.s3.request import S3Request
from cloudctl.sandbox.aws.s3.xml import iso_date

_ALGORITHM = "AWS4-HMAC-SHA256"
_WEEK = 604_800
_SIGNATURE = "X-Amz-Signature"
_NEEDED = ("X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-SignedHeaders", _SIGNATURE)


def check(request: S3Request, now: float) -> None:
    """Raise S3Error unless the URL is whole, good at ``now`` (seconds since the epoch) and rightly signed."""
    query = request.query
    if query["X-Amz-Algorithm"] != _ALGORITHM or not query.keys() >= set(_NEEDED) or request.credential is None:
        raise Refusal.QUERY_AUTH.error()
    signed, lifetime = _time(query["X-Amz-Date"]), _lifetime(query["X-Amz-Expires"])
    if now >= signed + lifetime:
        raise Refusal.EXPIRED.error(Expires=iso_date(signed + lifetime), ServerTime=iso_date(now))
    if not hmac.compare_digest(_signature(request), query[_SIGNATURE]):
        raise Refusal.SIGNATURE.error(AWSAccessKeyId=request.credential.key)


def _time(text: str) -> int:
    try:
        return timegm(strptime(text, "%Y%m%dT%H%M%SZ"))
    except ValueError:
        raise Refusal.QUERY_AUTH.error() from None


def _lifetime(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= _WEEK:
        raise Refusal.EXPIRES.error()
    return int(text)


def _signature(request: S3Request) -> str:
    _, *scope = request.query["X-Amz-Credential"].split("/")
    canonical = hashlib.sha256(_canonical(request).encode()).hexdigest()
    text = "\n".join([_ALGORITHM, request.query["X-Amz-Date"], "/".join(scope), canonical])
    key = f"AWS4{SECRET_KEY}".encode()
    for part in scope:
        key = _hmac(key, part)
    return _hmac(key, text).hex()


def _canonical(request: S3Request) -> str:
    path = quote(unquote_to_bytes(request.path), safe="/~")
    pairs = sorted((_quoted(name), _quoted(value)) for name, value in request.query.items() if name != _SIGNATURE)
    query = "&".join(f"{name}={value}" for name, value in pairs)
    names = request.query["X-Amz-SignedHeaders"].split(";")
    headers = "".join(f"{name}:{' '.join(request.headers.get(name, '').split())}\n" for name in names)
    body = request.headers.get("x-amz-content-sha256", "UNSIGNED-PAYLOAD")
    return "\n".join([request.method, path, query, headers, ";".join(names), body])


def _quoted(text: str) -> str:
    return quote(text, safe="~")


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()
