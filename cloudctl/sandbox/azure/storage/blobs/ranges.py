"""Which part of a blob a request is for.

https://learn.microsoft.com/en-us/rest/api/storageservices/specifying-the-range-header-for-blob-service-operations
"""

from __future__ import annotations

import re

from cloudctl.sandbox.azure.refusals.blob import BlobRefusal
from cloudctl.sandbox.azure.storage.blobs.request import BlobCall

_RANGE = re.compile(r"bytes=(\d+)-(\d*)", re.ASCII)


def asked(call: BlobCall, size: int) -> tuple[int, int] | None:
    """First byte and number of bytes; None for all of the blob."""
    return parse(call.headers.get("x-ms-range") or call.headers.get("range"), size)


def parse(value: str | None, size: int) -> tuple[int, int] | None:
    """The same of a header's value: ``bytes=0-`` or ``bytes=0-99``."""
    if value is None:
        return None
    found = _RANGE.fullmatch(value.strip())
    if found is None or (found[2] and int(found[2]) < int(found[1])):
        raise BlobRefusal.HEADER.error()
    start = int(found[1])
    if start >= size:
        raise BlobRefusal.RANGE.error()
    end = min(int(found[2] or size), size - 1)
    return start, end - start + 1
