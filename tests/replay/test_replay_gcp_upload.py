"""An upload in parts to Cloud Storage whose session is gone before everything is there."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path
from typing import Any

import google_crc32c
import pytest
from replay_command import cloudctl
from replay_script import Reply, Request, Script

from cloudctl.objects.work import THRESHOLD

UPLOAD = "storage.googleapis.com/upload/storage/v1/b/plain/o"
CONTENT = b"x" * (THRESHOLD + (1 << 20))


class Sessions:
    """Sessions of the upload; the first one is answered with ``status`` once it has the first part."""

    def __init__(self, status: int) -> None:
        self.status, self.begun, self.arrived = status, 0, 0

    def begin(self, _: Request) -> Reply:
        self.begun, self.arrived = self.begun + 1, 0
        return Reply("", 200, {"Location": f"https://{UPLOAD}?uploadType=resumable&upload_id={self.begun}"})

    def put(self, request: Request) -> Reply:
        if request.parameters["upload_id"] == "1" and (self.arrived or self.begun > 1):
            return Reply("", self.status)
        self.arrived += len(request.body)
        if self.arrived < len(CONTENT):
            return Reply("", 308, {"Range": f"bytes=0-{self.arrived - 1}"})
        crc = b64encode(google_crc32c.value(CONTENT).to_bytes(4, "big")).decode()
        return Reply({"name": "big", "size": str(len(CONTENT)), "generation": "1", "crc32c": crc})


@pytest.mark.parametrize("status", [404, 410])
def test_an_upload_whose_session_is_gone_says_so_and_the_next_run_begins_anew(
    replay: Script, login: Any, tmp_path: Path, status: int
) -> None:
    """https://cloud.google.com/storage/docs/json_api/v1/status-codes#410_Gone: only a new session helps."""
    login("gcp")
    (tmp_path / "big").write_bytes(CONTENT)
    sessions = Sessions(status)
    replay.on(f"POST {UPLOAD}", sessions.begin)
    replay.on(f"PUT {UPLOAD}", sessions.put)
    replay.on(f"DELETE {UPLOAD}", Reply("", status))
    missing = {"error": {"code": 404, "message": "No such object: plain/big", "errors": [{"reason": "notFound"}]}}
    replay.on("GET storage.googleapis.com/storage/v1/b/plain/o/big", Reply(missing, 404))
    command = ("bucket", "cp", str(tmp_path / "big"), "gs://plain/big", "-o", "json", "--timeout", "60s")

    first = cloudctl(*command)
    assert (first.exit, first.errors[-1]["error"]) == (8, "unavailable"), first.err
    assert "begins a new one" in first.errors[-1]["fix"]
    assert "proxy" not in first.err

    second = cloudctl(*command)
    assert (second.exit, sessions.begun) == (0, 2), second.err
