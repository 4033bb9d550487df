"""Cloud Storage's error envelope: https://cloud.google.com/storage/docs/json_api/v1/status-codes"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from cloudctl.sandbox.cloud import Reply

_JSON = "application/json; charset=UTF-8"
_HEADERS = ("Authorization", "If-Match", "Range")


@dataclass(eq=False)
class GcsError(Exception):
    """An error of Cloud Storage; ``location`` is the parameter or header that it is about, if there is one."""

    status: int
    reason: str
    message: str
    location: str = ""

    @property
    def body(self) -> dict[str, Any]:
        entry = {"message": self.message, "domain": "global", "reason": self.reason}
        if self.location:
            kind = "header" if self.location in _HEADERS else "parameter"
            entry |= {"locationType": kind, "location": self.location}
        return {"error": {"code": self.status, "message": self.message, "errors": [entry]}}


def json_reply(status: int, body: Any, headers: dict[str, str] | None = None) -> Reply:
    """A document; none for None and where HTTP allows none."""
    if body is None or status in (204, 304):
        return Reply(status, headers or {}, b"")
    return Reply(status, {"Content-Type": _JSON, **(headers or {})}, json.dumps(body).encode())


def error_reply(error: GcsError) -> Reply:
    """The error as Cloud Storage sends it."""
    return json_reply(error.status, error.body)
