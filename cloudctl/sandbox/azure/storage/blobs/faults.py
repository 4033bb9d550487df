"""The errors of the blob service that a client must expect at any time.

https://learn.microsoft.com/en-us/rest/api/storageservices/blob-service-error-codes
"""

from __future__ import annotations

from cloudctl.sandbox.azure.refusals.blob import BlobRefusal
from cloudctl.sandbox.azure.refusals.table import Row
from cloudctl.sandbox.azure.storage.blobs.reply import common, error
from cloudctl.sandbox.azure.storage.blobs.request import BlobCall
from cloudctl.sandbox.cloud import Reply


def _row(refusal: BlobRefusal) -> tuple[int, str, str]:
    row: Row = refusal.value
    return row.status, row.code, row.message


_ROWS = {
    "throttle": (503, "ServerBusy", "Operations per second is over the account limit."),
    "error": (500, "InternalError", "The server encountered an internal error. Please retry the request."),
    "denied": _row(BlobRefusal.PERMISSION),
    "unauthenticated": _row(BlobRefusal.SIGNATURE),
    "expired": _row(BlobRefusal.TOKEN),
    # The only limits of an account are its throughput.
    # https://learn.microsoft.com/en-us/azure/storage/common/scalability-targets-standard-account
    "quota": (503, "ServerBusy", "Ingress is over the account limit."),
    "capacity": (
        503,
        "ServerBusy",
        "The server is currently unable to receive requests. Please retry your request.",
    ),
}


def reply(call: BlobCall, kind: str) -> Reply:
    """The fault of a kind for a request; KeyError for an unknown kind."""
    given = error(*_ROWS[kind])
    return Reply(given.status, {**common(call), **given.headers}, b"" if call.method == "HEAD" else given.body)
