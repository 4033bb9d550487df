"""The errors of the blob service that a client must expect at any time.

https://learn.microsoft.com/en-us/rest/api/storageservices/blob-service-error-codes
"""

from __future__ import annotations

from cloudctl.sandbox.azure.storage.blobs.reply import common, error
from cloudctl.sandbox.azure.storage.blobs.request import BlobCall
from cloudctl.sandbox.cloud import Reply

_ROWS = {
    "throttle": (503, "ServerBusy", "The server is busy."),
    "error": (500, "InternalError", "Server encountered an internal error. Please try again after some time."),
    "denied": (
        403,
        "AuthorizationPermissionMismatch",
        "This request is not authorized to perform this operation using this permission.",
    ),
    "unauthenticated": (
        403,
        "AuthenticationFailed",
        "Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly "
        "including the signature.",
    ),
    "expired": (
        401,
        "InvalidAuthenticationInfo",
        "Server failed to authenticate the request. Please refer to the information in the www-authenticate header.",
    ),
    # The limits of an account are throughput, and are told as such:
    # https://learn.microsoft.com/en-us/azure/storage/common/scalability-targets-standard-account
    "quota": (503, "ServerBusy", "Ingress is over the account limit."),
    "capacity": (503, "ServerBusy", "Operations per second is over the account limit."),
}


def reply(call: BlobCall, kind: str) -> Reply:
    """The fault of a kind for a request; KeyError for an unknown kind."""
    given = error(*_ROWS[kind])
    return Reply(given.status, {**common(call), **given.headers}, b"" if call.method == "HEAD" else given.body)
