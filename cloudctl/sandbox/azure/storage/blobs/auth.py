"""Who asks: a shared access signature, Shared Key, the sandbox's token, or nobody.

https://learn.microsoft.com/en-us/rest/api/storageservices/authorize-with-shared-key
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from cloudctl.sandbox.azure.refusals.blob import BlobRefusal
from cloudctl.sandbox.azure.storage.blobs import sas, signing
from cloudctl.sandbox.azure.storage.blobs.request import BlobCall
from cloudctl.sandbox.azure.storage.moments import read_http_date
from cloudctl.sandbox.azure.store import Record
from cloudctl.sandbox.objects.store import Bucket

_SKEW = 15 * 60
_SIGNED = (
    "content-encoding",
    "content-language",
    "content-length",
    "content-md5",
    "content-type",
    "date",
    "if-modified-since",
    "if-match",
    "if-none-match",
    "if-unmodified-since",
    "range",
)


def check(call: BlobCall, account: Record, bucket: Bucket | None, operation: str) -> None:
    """Refuse a request that is not authorized."""
    given = call.headers.get("authorization")
    if "sig" in call.query:
        sas.check(call, account, bucket, operation)
    elif given is None:
        _check_public(call, account, bucket, operation)
    elif given.startswith("Bearer "):
        if given != "Bearer sandbox":
            raise BlobRefusal.TOKEN.error()
    elif given.startswith("SharedKeyLite "):
        raise BlobRefusal.NOT_SERVED.error(what="Shared Key Lite")
    else:
        _check_shared_key(call, account, given)


def _check_public(call: BlobCall, account: Record, bucket: Bucket | None, operation: str) -> None:
    if not account.properties["allowBlobPublicAccess"]:
        raise BlobRefusal.PUBLIC.error()
    level = bucket.properties["publicAccess"] if bucket else "None"
    reads = call.method in ("GET", "HEAD") and operation.endswith("/read")
    if reads and (level == "Container" or (level == "Blob" and call.blob is not None)):
        return
    # Clients from this version on are told how to authenticate, older ones that there is nothing.
    if call.headers.get("x-ms-version", "") >= "2019-12-12":
        raise BlobRefusal.ANONYMOUS.error()
    raise BlobRefusal.ACCOUNT.error()


def _check_shared_key(call: BlobCall, account: Record, given: str) -> None:
    scheme, _, rest = given.partition(" ")
    name, _, signature = rest.partition(":")
    if scheme != "SharedKey" or name != call.account or not _is_fresh(call):
        raise BlobRefusal.SIGNATURE.error()
    signing.check_keys_allowed(account)
    if not any(signature in signing.signatures(name, text) for text in _texts(call)):
        raise BlobRefusal.SIGNATURE.error()


def _is_fresh(call: BlobCall) -> bool:
    moment = read_http_date(call.headers.get("x-ms-date") or call.headers.get("date", ""))
    return moment is not None and abs(time.time() - moment) <= _SKEW


def _texts(call: BlobCall) -> Iterable[str]:
    """What may have been signed: the service orders header names as words, some clients by their bytes."""
    orders: tuple[Callable[[str], object], ...] = (lambda name: name, lambda name: (name.replace("-", ""), name))
    headers = {**call.headers, "content-length": call.headers.get("content-length", "").lstrip("0")}
    if "x-ms-date" in headers:
        headers["date"] = ""
    first = "\n".join((call.method, *(headers.get(name, "") for name in _SIGNED)))
    query = "".join(f"\n{name}:{value}" for name, value in sorted(call.query.items()))
    for order in orders:
        names = sorted((name for name in headers if name.startswith("x-ms-")), key=order)  # type: ignore[arg-type]
        own = "".join(f"{name}:{headers[name]}\n" for name in names)
        yield f"{first}\n{own}/{call.account}{call.path}{query}"
