"""The documented error of each kind of fault."""

from __future__ import annotations

from cloudctl.sandbox.gcp.storage.errors import GcsError

# https://cloud.google.com/storage/docs/json_api/v1/status-codes
FAULTS = {
    "throttle": GcsError(
        429,
        "rateLimitExceeded",
        "The rate of requests exceeds the limit. Please reduce your request rate. See "
        "https://cloud.google.com/storage/docs/request-rate",
    ),
    "error": GcsError(503, "backendError", "We encountered an internal error. Please try again."),
    "denied": GcsError(403, "forbidden", "sandbox does not have the permission to do this (or it may not exist)."),
    "unauthenticated": GcsError(401, "authError", "Invalid Credentials", "Authorization"),
    "expired": GcsError(401, "authError", "Invalid Credentials", "Authorization"),
    "quota": GcsError(403, "quotaExceeded", "The quota of the project is exceeded."),
    "capacity": GcsError(503, "backendError", "Backend Error"),
}
