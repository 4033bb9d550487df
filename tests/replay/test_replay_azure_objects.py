"""Blobs as only Azure has them: directories of a hierarchical namespace, conditions that are not met any more."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from replay_command import cloudctl
from replay_object_errors import blob_refused
from replay_objects import BLOBS, CONTENT, LENGTH, SCRIPTS, blob_page
from replay_script import Reply, Script

DIRECTORY = {"ETag": '"0x8DBBC78A6E95AF7"', "x-ms-meta-hdi_isfolder": "true", "x-ms-resource-type": "directory"}
# As accounts with a hierarchical namespace list them; a level has the directory as a prefix, with properties.
_PROPERTIES = (
    "<Properties><Creation-Time>Sat, 23 Sep 2023 21:04:18 GMT</Creation-Time><Etag>0x8DBBC78A6E95AF7</Etag>"
    "<ResourceType>{}</ResourceType><Content-Length>{}</Content-Length><Content-Encoding /><Content-MD5 />"
    "<BlobType>BlockBlob</BlobType></Properties>"
)
_IN_IT = f"<Blob><Name>dir/app.log</Name>{_PROPERTIES.format('file', LENGTH)}<OrMetadata /></Blob>"
_FLAT = f"<Blob><Name>dir</Name>{_PROPERTIES.format('directory', 0)}<OrMetadata /></Blob>{_IN_IT}"
_LEVEL = f"<BlobPrefix><Name>dir/</Name>{_PROPERTIES.format('directory', 0)}</BlobPrefix>"


@pytest.fixture
def lake(replay: Script, login: Any) -> Script:
    login("azure")
    SCRIPTS["azure"](replay)
    replay.on(f"GET {BLOBS}", blob_page(_FLAT), comp="list", delimiter="")
    replay.on(f"GET {BLOBS}", blob_page(_LEVEL), comp="list", delimiter="/")
    replay.on(f"HEAD {BLOBS}/dir", Reply("", 200, DIRECTORY))
    replay.on(f"GET {BLOBS}/dir/app.log", Reply(CONTENT, 200, {"ETag": '"0x8DBBC78A6E95AF7"'}))
    return replay


@pytest.mark.usefixtures("lake")
def test_directories_of_a_hierarchical_namespace_are_no_objects() -> None:
    flat, level = (cloudctl("bucket", "ls", *more, "az://data/logs/", "-o", "json") for more in (["-R"], []))
    assert [row["key"] for row in flat.rows] == ["dir/app.log"]
    assert [(row["key"], row["size"]) for row in level.rows] == [("dir/", None)]


@pytest.mark.usefixtures("lake")
def test_a_tree_of_a_hierarchical_namespace_is_downloaded(tmp_path: Path) -> None:
    ended = cloudctl("bucket", "cp", "-R", "az://data/logs/", str(tmp_path), "-o", "json")
    assert (ended.exit, ended.record["copied"], ended.err) == (0, 1, "")
    assert (tmp_path / "dir" / "app.log").read_bytes() == CONTENT


@pytest.mark.usefixtures("lake")
@pytest.mark.parametrize("verb", ["stat", "cat", "cp"])
def test_a_directory_is_not_read_as_an_empty_object(tmp_path: Path, verb: str) -> None:
    to = [str(tmp_path / "file")] if verb == "cp" else []
    ended = cloudctl("bucket", verb, "az://data/logs/dir", *to, "-o", "json")
    assert (ended.exit, ended.errors[-1]["error"]) == (3, "not_found"), ended.err
    assert "az://data/logs/dir/" in ended.errors[-1]["fix"]
    assert not (tmp_path / "file").exists()


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    ("request_name", "code", "to"),
    [
        (f"GET {BLOBS}/app.log", "ConditionNotMet", "-"),
        (f"PUT {BLOBS}/copy", "SourceConditionNotMet", "az://data/logs/copy"),
    ],
)
def test_a_blob_that_is_another_one_by_now_is_a_conflict_at_once(
    lake: Script, request_name: str, code: str, to: str
) -> None:
    lake.on(f"HEAD {BLOBS}/app.log", Reply("", 200, {"ETag": '"0x1"', "Content-Length": LENGTH}))
    lake.on(request_name, blob_refused(412, code))
    ended = cloudctl("bucket", "cp", "az://data/logs/app.log", to, "--timeout", "20s", "-o", "json")
    assert (ended.exit, ended.errors[0]["code"]) == (6, code), ended.err
    assert len(lake.names(request_name.partition(" ")[0] + " data.blob")) == 1


@pytest.mark.parametrize(
    ("status", "code", "exit_code", "fix"),
    [
        (403, "AuthorizationPermissionMismatch", 5, "Storage Blob Data Contributor"),
        (403, "AuthorizationFailure", 5, "firewall"),
        (403, "AccountIsDisabled", 5, "reactivate"),
        (409, "BlobArchived", 6, "set-tier"),
    ],
)
def test_a_refusal_of_the_blob_service_has_a_fix_that_is_one(
    lake: Script, status: int, code: str, exit_code: int, fix: str
) -> None:
    """A role on the account alone, such as Contributor, lets nobody read what it holds."""
    lake.on(f"GET {BLOBS}/dir/app.log", blob_refused(status, code))
    lake.on(f"HEAD {BLOBS}/dir/app.log", Reply("", 200, {"ETag": '"0x1"', "Content-Length": LENGTH}))
    ended = cloudctl("bucket", "cat", "az://data/logs/dir/app.log", "-o", "json")
    assert (ended.exit, ended.errors[0]["code"]) == (exit_code, code), ended.err
    assert fix in ended.errors[0]["fix"]
