"""What writes and deletions of the replayed objects are answered, and what services refuse."""

from __future__ import annotations

from base64 import b64encode

from replay_buckets import XML, XMLNS, s3_error, storage_reply
from replay_objects import BLOBS, DATE, GCS_APP, MD5, S3, WRITE
from replay_script import Reply, Request, Script


def google_refused(status: int, reason: str, message: str | None = None) -> Reply:
    """https://cloud.google.com/storage/docs/json_api/v1/status-codes, the same of Compute Engine."""
    error = {"message": message or reason, "domain": "global", "reason": reason}
    return Reply({"error": {"code": status, "message": message or reason, "errors": [error]}}, status)


def blob_refused(status: int, code: str) -> Reply:
    return storage_reply(
        status, f"<Error><Code>{code}</Code><Message>{code}\nRequestId:6e5a\nTime:2026</Message></Error>"
    )


REFUSALS: list[tuple[str, str, Reply, str, int]] = [
    ("aws", "denied", s3_error(403, "AccessDenied"), "denied", 5),
    ("aws", "expired", s3_error(400, "ExpiredToken"), "unauthenticated", 4),
    ("aws", "unknown key", s3_error(403, "InvalidAccessKeyId"), "unauthenticated", 4),
    ("aws", "clock", s3_error(403, "RequestTimeTooSkewed"), "unauthenticated", 4),
    ("aws", "no key", s3_error(404, "NoSuchKey"), "not_found", 3),
    ("aws", "no bucket", s3_error(404, "NoSuchBucket"), "not_found", 3),
    ("aws", "archived", s3_error(403, "InvalidObjectState"), "conflict", 6),
    ("aws", "slow down", s3_error(503, "SlowDown"), "throttled", 8),
    ("aws", "broken", s3_error(500, "InternalError"), "unavailable", 8),
    ("azure", "denied", blob_refused(403, "AuthorizationPermissionMismatch"), "denied", 5),
    ("azure", "firewall", blob_refused(403, "AuthorizationFailure"), "denied", 5),
    ("azure", "expired", blob_refused(401, "InvalidAuthenticationInfo"), "unauthenticated", 4),
    ("azure", "no blob", blob_refused(404, "BlobNotFound"), "not_found", 3),
    ("azure", "no container", blob_refused(404, "ContainerNotFound"), "not_found", 3),
    ("azure", "archived", blob_refused(409, "BlobArchived"), "conflict", 6),
    ("azure", "busy", blob_refused(503, "ServerBusy"), "throttled", 8),
    ("azure", "broken", blob_refused(500, "InternalError"), "unavailable", 8),
    ("gcp", "denied", google_refused(403, "forbidden"), "denied", 5),
    ("gcp", "expired", google_refused(401, "authError"), "unauthenticated", 4),
    ("gcp", "no object", google_refused(404, "notFound"), "not_found", 3),
    ("gcp", "no object, in words", Reply("No such object: logs/app.log", 404), "not_found", 3),
    ("gcp", "limited", google_refused(429, "rateLimitExceeded"), "throttled", 8),
    ("gcp", "broken", google_refused(503, "backendError"), "unavailable", 8),
]
"""Cloud, name, what the read of an object is answered, and the error that it ends in."""


# https://cloud.google.com/storage/docs/batch#http: one is deleted, the other is held.
_BATCH = (
    "--batch_pK7JBAk73-E=_AA5eFwv4m2Q=\r\nContent-Type: application/http\r\n"
    "Content-ID: <response-8a09ca85-8d1d-4f45-9eb0-da8e8b07ec83+1>\r\n\r\n"
    "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n\r\n"
    "--batch_pK7JBAk73-E=_AA5eFwv4m2Q=\r\nContent-Type: application/http\r\n"
    "Content-ID: <response-8a09ca85-8d1d-4f45-9eb0-da8e8b07ec83+2>\r\n\r\n"
    "HTTP/1.1 403 Forbidden\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n"
    '{"error": {"code": 403, "message": "Object is under active Temporary hold and cannot be deleted.", "errors": '
    '[{"message": "Object is under active Temporary hold and cannot be deleted.", "domain": "global", "reason": '
    '"forbidden"}]}}\r\n'
    "--batch_pK7JBAk73-E=_AA5eFwv4m2Q=--\r\n"
)


def _s3_deleted(_: Request) -> Reply:
    inside = "<Error><Key>old/2009.tar</Key><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"
    return Reply(f"{XML}<DeleteResult {XMLNS}>{inside}</DeleteResult>")


def changing(cloud: str, script: Script) -> None:
    """What writes and deletions of this bucket are answered; one of the two objects is kept from deletion."""
    if cloud == "aws":
        script.on(WRITE["aws"], Reply("", 200, {"ETag": f'"{MD5.hexdigest()}"', "x-amz-version-id": "null"}))
        script.on(f"POST {S3}", _s3_deleted)
    elif cloud == "azure":
        made = {
            "ETag": '"0x8DB"',
            "Last-Modified": DATE,
            "x-ms-request-server-encrypted": "true",
            "x-ms-version": "2023-11-03",
        }
        script.on(WRITE["azure"], Reply("", 201, {**made, "Content-MD5": b64encode(MD5.digest()).decode()}))
        script.on(f"DELETE {BLOBS}/*", Reply("", 202, {"x-ms-delete-type-permanent": "true"}))
        script.on(f"DELETE {BLOBS}/disk.vhd", blob_refused(412, "LeaseIdMissing"))
    else:
        script.on(WRITE["gcp"], {**GCS_APP, "name": "new"})
        kind = {"Content-Type": "multipart/mixed; boundary=batch_pK7JBAk73-E=_AA5eFwv4m2Q="}
        script.on("POST storage.googleapis.com/batch/storage/v1", Reply(_BATCH, 200, kind))
