"""The conditional headers.

https://learn.microsoft.com/en-us/rest/api/storageservices/specifying-conditional-headers-for-blob-service-operations
"""

from __future__ import annotations

from cloudctl.sandbox.azure.refusals.blob import BlobRefusal
from cloudctl.sandbox.azure.refusals.table import Table
from cloudctl.sandbox.azure.storage.blobs.request import BlobCall
from cloudctl.sandbox.azure.storage.moments import read_http_date
from cloudctl.sandbox.objects.store import Entry


def check_read(call: BlobCall, entry: Entry) -> None:
    """Refuse with 412, or with 304 for what has not changed."""
    _check(call, entry, unchanged=BlobRefusal.UNCHANGED)


def check_write(call: BlobCall, entry: Entry | None, *, creates: bool = False) -> None:
    """Refuse a write to ``entry`` (None: there is no blob); ``creates``: it makes the blob anew."""
    if entry is None:
        if "if-match" in call.headers:
            raise BlobRefusal.CONDITION.error()
    elif creates and call.headers.get("if-none-match") == "*":
        raise BlobRefusal.EXISTS.error()
    else:
        _check(call, entry, unchanged=BlobRefusal.CONDITION)


def _check(call: BlobCall, entry: Entry, unchanged: Table) -> None:
    tag, modified = entry.attributes["etag"], int(entry.attributes["modified"])
    headers = call.headers
    if "if-match" in headers and not _names(headers["if-match"], tag):
        raise BlobRefusal.CONDITION.error()
    if "if-none-match" in headers and _names(headers["if-none-match"], tag):
        raise unchanged.error()
    since, until = _date(headers.get("if-modified-since")), _date(headers.get("if-unmodified-since"))
    if until is not None and modified > until:
        raise BlobRefusal.CONDITION.error()
    if since is not None and modified <= since:
        raise unchanged.error()


def _names(value: str, tag: str) -> bool:
    """Whether a list of ETags, quoted or not, has this one."""
    return value == "*" or tag.strip('"') in (part.strip().strip('"') for part in value.split(","))


def _date(value: str | None) -> float | None:
    if value is None:
        return None
    moment = read_http_date(value)
    if moment is None:
        raise BlobRefusal.HEADER.error()
    return moment
