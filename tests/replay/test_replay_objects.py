"""Objects of accounts that have everything, listed and read as the contract says, over a proxy and real host names."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from replay_buckets import s3_error
from replay_command import cloudctl
from replay_object_errors import REFUSALS, changing
from replay_objects import CONTENT, CRC32C, LIST, LISTED, ONE_PAGE, READ, S3, SCRIPTS, URLS, VERSIONS, WRITE
from replay_script import Fault, Reply, Script

CLOUDS = list(SCRIPTS)
HTML = "<html><body>Please sign in to the guest network</body></html>"

Enter = Callable[[str], Script]


@pytest.fixture
def account(replay: Script, login: Any) -> Enter:
    def entered(cloud: str) -> Script:
        login(cloud)
        SCRIPTS[cloud](replay)
        return replay

    return entered


@pytest.mark.parametrize("cloud", CLOUDS)
def test_a_list_is_read_page_by_page_as_the_contract_says(account: Enter, cloud: str) -> None:
    account(cloud)
    ended = cloudctl("bucket", "ls", "-R", URLS[cloud], "-o", "json")
    assert (ended.exit, ended.err) == (0, "")
    assert ended.rows == LISTED[cloud]


@pytest.mark.parametrize("cloud", CLOUDS)
@pytest.mark.parametrize("form", ["table", "wide", "yaml", "csv", "tsv", "ndjson", "name"])
def test_every_format_can_write_it(account: Enter, cloud: str, form: str) -> None:
    account(cloud)
    ended = cloudctl("bucket", "ls", "-R", URLS[cloud], "-o", form)
    assert (ended.exit, ended.err) == (0, "")
    assert "app.log" in ended.out


@pytest.mark.parametrize("cloud", CLOUDS)
def test_a_level_has_prefixes_in_the_order_of_keys(account: Enter, cloud: str) -> None:
    account(cloud)
    rows = cloudctl("bucket", "ls", URLS[cloud], "-o", "json").rows
    assert [(row["key"], row["size"] is None) for row in rows] == [("app.log", False), ("old/", True)]


@pytest.mark.parametrize("cloud", CLOUDS)
def test_versions_are_told_the_newest_first(account: Enter, cloud: str) -> None:
    account(cloud)
    rows = cloudctl("bucket", "ls", "-R", "--versions", URLS[cloud], "-o", "json").rows
    assert [(row["version"], row["latest"], row["deleted"]) for row in rows] == VERSIONS[cloud]


@pytest.mark.parametrize("cloud", CLOUDS)
def test_a_look_tells_everything(account: Enter, cloud: str) -> None:
    account(cloud)
    ended = cloudctl("bucket", "stat", f"{URLS[cloud]}app.log", "-o", "json")
    assert (ended.exit, ended.err) == (0, "")
    told = {name: ended.record[name] for name in ("size", "content_type", "content_encoding", "cache_control")}
    assert told == {
        "size": len(CONTENT), "content_type": "text/plain", "content_encoding": None, "cache_control": "no-cache"
    }  # fmt: skip
    assert ended.record["metadata"] == {"team": "ops"}
    assert "md5" in ended.record["checksums"]


@pytest.mark.parametrize("cloud", CLOUDS)
def test_an_object_is_downloaded_and_verified(account: Enter, cloud: str, tmp_path: Path) -> None:
    account(cloud)
    ended = cloudctl("bucket", "cp", f"{URLS[cloud]}app.log", str(tmp_path), "-o", "json")
    assert (ended.exit, ended.err) == (0, "")
    assert (tmp_path / "app.log").read_bytes() == CONTENT
    assert int((tmp_path / "app.log").stat().st_mtime) == 1767323045


@pytest.mark.parametrize("cloud", CLOUDS)
@pytest.mark.parametrize("damage", ["other", "cut", "reset", "page"])
def test_what_arrives_damaged_is_no_file(
    account: Enter, cloud: str, damage: str, tmp_path: Path, impatient: None
) -> None:
    script = account(cloud)
    answered = script.answer
    replies = {
        "other": lambda good: Reply(CONTENT.replace(b"2026", b"2027"), 200, good.headers),
        "cut": lambda good: Reply(CONTENT[:100], 200, good.headers, Fault.CUT),
        "reset": lambda _: Reply(fault=Fault.RESET),
        "page": lambda _: Reply(HTML),
    }

    def damaged(request: Any) -> Reply:
        good = answered(request)
        return replies[damage](good) if request.name.lower() == READ[cloud].lower() else good

    script.answer = damaged  # type: ignore[method-assign]
    ended = cloudctl("bucket", "cp", f"{URLS[cloud]}app.log", str(tmp_path), "-o", "json")
    assert ended.exit == 8, ended.err
    assert list(tmp_path.glob("app*")) == []


@pytest.mark.parametrize(
    ("cloud", "reply", "error", "code"),
    [(cloud, reply, error, code) for cloud, _, reply, error, code in REFUSALS],
    ids=[f"{cloud}-{name}" for cloud, name, *_ in REFUSALS],
)
def test_a_refusal_has_its_kind(
    account: Enter, tmp_path: Path, impatient: None, cloud: str, reply: Reply, error: str, code: int
) -> None:
    account(cloud).on(READ[cloud], reply)
    ended = cloudctl("bucket", "cat", f"{URLS[cloud]}app.log", "-o", "json")
    assert (ended.exit, ended.errors[-1]["error"]) == (code, error), ended.err


WRONG = [
    (400, "ExpiredToken", "unauthenticated", 4),
    (400, "InvalidToken", "unauthenticated", 4),
    (403, "InvalidAccessKeyId", "unauthenticated", 4),
    (403, "RequestTimeTooSkewed", "unauthenticated", 4),
    (403, "AccessDenied", "denied", 5),
    (302, "Found", "unavailable", 8),
    (307, "TemporaryRedirect", "unavailable", 8),
]


@pytest.mark.parametrize("verb", ["cat", "stat", "ls"])
@pytest.mark.parametrize("told", [{}, {"x-amz-bucket-region": "eu-west-1"}], ids=["nowhere", "region"])
@pytest.mark.parametrize(("status", "code", "error", "exit"), WRONG, ids=[code for _, code, *_ in WRONG])
def test_s3_says_what_is_wrong_where_a_reply_to_head_cannot(
    account: Enter, impatient: None, verb: str, told: dict[str, str], status: int, code: str, error: str, exit: int
) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html: only the status."""
    script = account("aws")
    script.on("HEAD *amazonaws.com/*", Reply("", status, told))
    script.on("GET *amazonaws.com/*", s3_error(status, code))
    ended = cloudctl("bucket", verb, f"{URLS['aws']}app.log", "-o", "json")
    assert (ended.exit, ended.errors[-1]["error"]) == (exit, error), ended.err


@pytest.mark.parametrize("command", [("stat",), ("cat",), ("cp", "-")], ids=lambda words: words[0])
def test_a_version_that_is_a_delete_marker_is_not_there(account: Enter, command: tuple[str, ...]) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html: 405 (Method Not Allowed)"""
    account("aws").on(f"HEAD {S3}app.log", Reply("", 405, {"x-amz-delete-marker": "true", "Allow": "DELETE"}))
    verb, *target = command
    ended = cloudctl(
        "bucket", verb, f"{URLS['aws']}app.log", *target, "--version-id", "03jpff543dhffds434", "-o", "json"
    )
    assert (ended.exit, ended.errors[-1]["error"]) == (3, "not_found"), ended.err
    assert "delete marker" in ended.err


@pytest.mark.parametrize("cloud", CLOUDS)
@pytest.mark.parametrize("reply", [Reply(HTML), Reply(HTML, 503), Reply("", 500), Reply("{", 200)], ids=repr)
def test_a_list_that_is_answered_by_something_else_fails(
    account: Enter, impatient: None, cloud: str, reply: Reply
) -> None:
    account(cloud).on(LIST[cloud], reply)
    ended = cloudctl("bucket", "ls", "-R", URLS[cloud], "-o", "json")
    assert (ended.exit, ended.out) == (8, ""), ended.err
    assert json.loads(ended.err.splitlines()[-1])["error"] == "unavailable"


@pytest.mark.parametrize("cloud", CLOUDS)
@pytest.mark.parametrize("reply", [Reply(HTML), Reply(HTML, 503)], ids=repr)
def test_an_upload_that_is_answered_by_something_else_fails(
    account: Enter, impatient: None, tmp_path: Path, cloud: str, reply: Reply
) -> None:
    account(cloud).on(WRITE[cloud], reply)
    (tmp_path / "new").write_bytes(CONTENT)
    ended = cloudctl("bucket", "cp", str(tmp_path / "new"), URLS[cloud], "-o", "json")
    assert (ended.exit, ended.errors[-1]["error"]) == (8, "unavailable"), ended.err


@pytest.mark.parametrize("cloud", CLOUDS)
def test_a_file_is_uploaded(account: Enter, tmp_path: Path, cloud: str) -> None:
    script = account(cloud)
    changing(cloud, script)
    (tmp_path / "new").write_bytes(CONTENT)
    ended = cloudctl("bucket", "cp", str(tmp_path / "new"), URLS[cloud], "-o", "json")
    assert (ended.exit, ended.record["copied"], ended.err) == (0, 1, "")
    (sent,) = [request for request in script.requests if CONTENT in request.body]
    digests = ("x-amz-checksum-crc32c", "content-md5", "crc32c")
    assert any(name in sent.headers or name.encode() in sent.body for name in digests)


def test_content_with_a_checksum_is_not_signed_as_well_over_tls(account: Enter, tmp_path: Path) -> None:
    """A quarter of the processor time of a large upload: its SHA-256 is for connections that others may change."""
    script = account("aws")
    changing("aws", script)
    (tmp_path / "new").write_bytes(CONTENT)
    assert cloudctl("bucket", "cp", str(tmp_path / "new"), URLS["aws"], "--no-clobber").exit == 0
    (sent,) = [request for request in script.requests if CONTENT in request.body]
    assert (sent.headers["if-none-match"], sent.headers["x-amz-checksum-crc32c"]) == ("*", CRC32C)
    assert sent.headers["x-amz-content-sha256"] == "UNSIGNED-PAYLOAD"


@pytest.mark.parametrize("cloud", CLOUDS)
def test_what_is_kept_from_deletion_is_told_and_the_rest_is_deleted(account: Enter, cloud: str) -> None:
    script = account(cloud)
    changing(cloud, script)
    script.on(LIST[cloud], ONE_PAGE[cloud])
    ended = cloudctl("bucket", "rm", "-R", URLS[cloud], "--confirm", URLS[cloud], "-o", "json")
    assert (ended.exit, ended.record["deleted"], ended.record["failed"]) == (9, 1, 1), ended.err
    assert LISTED[cloud][1]["url"] in ended.err
