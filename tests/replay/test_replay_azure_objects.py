"""Blobs as only Azure has them: directories of a hierarchical namespace, conditions that are not met any more."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from replay_command import cloudctl
from replay_object_errors import blob_refused
from replay_objects import BLOBS, CONTENT, LENGTH, SCRIPTS, blob_page
from replay_script import Reply, Request, Script

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


@pytest.fixture
def unversioned(lake: Script) -> Script:
    """An account that refuses to list versions: the code is also that of snapshots and tags of such accounts."""
    refused = blob_refused(409, "FeatureNotYetSupportedForHierarchicalNamespaceAccounts")

    def listed(request: Request) -> Reply:
        return refused if "versions" in request.parameters.get("include", "") else blob_page(_FLAT)

    lake.on(f"GET {BLOBS}", listed, comp="list")
    return lake


@pytest.mark.usefixtures("unversioned")
def test_what_an_account_without_versions_holds_is_counted() -> None:
    ended = cloudctl("bucket", "usage", "az://data/logs", "-o", "json")
    assert (ended.exit, ended.err) == (0, "")
    assert [(row["objects"], row["bytes"], row["noncurrent_objects"]) for row in ended.rows] == [(1, int(LENGTH), None)]


@pytest.mark.usefixtures("unversioned")
def test_versions_of_an_account_without_any_are_not_supported() -> None:
    ended = cloudctl("bucket", "ls", "-R", "--versions", "az://data/logs/", "-o", "json")
    assert (ended.exit, ended.errors[-1]["error"]) == (7, "unsupported")
    assert "hierarchical namespace" in ended.errors[-1]["fix"]


class Tree:
    """A container with directories, each of which goes once it is empty.

    https://github.com/Azure/azure-cli/issues/23062: Delete Blob of another one is a DirectoryIsNotEmpty.
    """

    def __init__(self, files: list[str], directories: list[str], *, flat: bool = False) -> None:
        self.files, self.directories, self._flat = files, directories, flat
        self.deleted: list[str] = []

    def list(self, request: Request) -> Reply:
        prefix = request.parameters.get("prefix", "")
        names = sorted(name for name in (*self.files, *self.directories) if name.startswith(prefix))
        return blob_page("".join(map(self._item, names)))

    def _item(self, name: str) -> str:
        is_directory = name in self.directories
        told = _PROPERTIES.format("directory" if is_directory else "file", 0 if is_directory else LENGTH)
        told = re.sub("<ResourceType>.*?</ResourceType>", "", told) if self._flat else told
        metadata = "<Metadata><hdi_isfolder>true</hdi_isfolder></Metadata>" if is_directory else "<Metadata />"
        return f"<Blob><Name>{name}</Name>{told}{metadata}<OrMetadata /></Blob>"

    def look(self, request: Request) -> Reply:
        name = request.path.removeprefix("/logs/")
        if name in self.directories:
            return Reply("", 200, DIRECTORY)
        return Reply("", 200 if name in self.files else 404)

    def delete(self, request: Request) -> Reply:
        name = request.path.removeprefix("/logs/")
        everything = [*self.files, *self.directories]
        if not self._flat and any(other.startswith(f"{name}/") for other in everything):
            return blob_refused(409, "DirectoryIsNotEmpty")
        for names in (self.files, self.directories):
            if name in names:
                names.remove(name)
                self.deleted.append(name)
                return Reply("", 202)
        return blob_refused(404, "BlobNotFound")


def planted(script: Script, tree: Tree) -> Tree:
    script.on(f"GET {BLOBS}", tree.list, comp="list")
    script.on(f"HEAD {BLOBS}/*", tree.look)
    script.on(f"DELETE {BLOBS}/*", tree.delete)
    return tree


def rm(url: str, *flags: str) -> Any:
    return cloudctl("bucket", "rm", "-R", url, "--confirm", url, *flags, "-o", "json", "--timeout", "20s")


@pytest.mark.parametrize("flat", [False, True])
@pytest.mark.parametrize(
    ("url", "left"), [("az://data/logs/", []), ("az://data/logs/a/", ["b", "b/x"]), ("az://data/logs/a", ["b", "b/x"])]
)
def test_directories_go_with_what_is_in_them(lake: Script, flat: bool, url: str, left: list[str]) -> None:
    tree = planted(lake, Tree(["a/1", "a/c/2", "b/x"], ["a", "a/c", "a/c/d", "b"], flat=flat))
    ended = rm(url)
    assert ended.exit == 0, ended.err
    assert sorted([*tree.files, *tree.directories]) == left


def test_a_directory_that_holds_something_again_stays(lake: Script) -> None:
    tree = planted(lake, Tree(["a/1"], ["a", "a/c"]))

    def late(request: Request) -> Reply:
        reply = tree.delete(request)
        tree.files.append("a/late")
        return reply

    lake.on(f"DELETE {BLOBS}/a/1", late)
    ended = rm("az://data/logs/")
    assert (ended.exit, ended.err) == (0, "")
    assert (tree.files, tree.directories) == (["a/late"], ["a"])


def test_a_blob_of_the_name_that_a_prefix_has_is_no_directory(lake: Script) -> None:
    tree = planted(lake, Tree(["a", "a/1", "a/c/2"], ["a/c"], flat=True))
    ended = rm("az://data/logs/a/")
    assert (ended.exit, tree.files, tree.directories) == (0, ["a"], []), ended.err


def test_what_is_left_out_keeps_its_directory(lake: Script) -> None:
    tree = planted(lake, Tree(["a/1", "a/2"], ["a"]))
    assert rm("az://data/logs/", "--exclude", "*2").exit == 0
    assert (tree.files, tree.directories) == (["a/2"], ["a"])


def test_hadoops_directories_are_no_objects_in_lists_as_in_looks(lake: Script) -> None:
    planted(lake, Tree(["a/1"], ["a"], flat=True))
    assert [row["key"] for row in cloudctl("bucket", "ls", "-R", "az://data/logs/", "-o", "json").rows] == ["a/1"]


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
