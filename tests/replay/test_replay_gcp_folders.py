"""Buckets of Cloud Storage with folders: they are no objects, and stay in the way of a deletion until they go."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

import pytest
from replay_buckets import gcs, uniform
from replay_command import cloudctl
from replay_object_errors import google_refused
from replay_script import Reply, Request, Script

BUCKET = "storage.googleapis.com/storage/v1/b/lake"


class Lake:
    """A bucket that goes only without folders: https://cloud.google.com/storage/docs/json_api/v1/buckets/delete"""

    def __init__(self, collection: str, names: list[str]) -> None:
        self.collection, self.left = collection, names
        self.gone = False

    def folders(self, request: Request) -> Reply:
        """Pages of one; https://cloud.google.com/storage/docs/json_api/v1/folders/list"""
        place = int(request.parameters.get("pageToken") or 0)
        more = {"nextPageToken": str(place + 1)} if place + 1 < len(self.left) else {}
        return Reply({"items": [{"name": name} for name in sorted(self.left)[place : place + 1]], **more})

    def folder(self, request: Request) -> Reply:
        name = unquote(request.path.rpartition("/")[2])
        if name not in self.left:
            return google_refused(404, "notFound", "The folder does not exist.")
        if request.method == "DELETE":
            if any(other != name and other.startswith(name) for other in self.left):
                return google_refused(409, "conflict", "The folder you tried to delete is not empty.")
            self.left.remove(name)
        return Reply({"name": name})

    def delete(self, _: Request) -> Reply:
        if self.left:
            return google_refused(409, "conflict", "The bucket you tried to delete is not empty.")
        self.gone = True
        return Reply("", 204)


def scripted(script: Script, lake: Lake, **more: Any) -> None:
    script.on(f"GET {BUCKET}", gcs("lake", iamConfiguration=uniform(), **more))
    script.on(f"PATCH {BUCKET}", gcs("lake"))
    script.on(f"GET {BUCKET}/iam", {})
    script.on(f"GET {BUCKET}/o", {"kind": "storage#objects"})
    script.on(f"GET {BUCKET}/managedFolders", {"kind": "storage#managedFolders"})
    script.on(f"GET {BUCKET}/{lake.collection}", lake.folders)
    script.on(f"* {BUCKET}/{lake.collection}/*", lake.folder)
    script.on(f"DELETE {BUCKET}", lake.delete)


def delete() -> Any:
    return cloudctl(
        "bucket", "delete", "gs://lake", "--recursive", "--confirm", "gs://lake", "-o", "json", "--timeout", "20s"
    )


@pytest.mark.parametrize(
    ("collection", "more"),
    [("folders", {"hierarchicalNamespace": {"enabled": True}}), ("managedFolders", {})],
)
def test_folders_go_with_their_bucket(replay: Script, login: Any, collection: str, more: dict[str, Any]) -> None:
    login("gcp")
    lake = Lake(collection, ["a/", "a/b/", "a/b/c d/", "z/"])
    scripted(replay, lake, **more)
    ended = delete()
    assert ended.exit == 0, ended.err
    assert lake.gone


def test_who_may_not_list_folders_can_delete_a_bucket_without_any(replay: Script, login: Any) -> None:
    login("gcp")
    lake = Lake("managedFolders", [])
    scripted(replay, lake)
    replay.on(f"GET {BUCKET}/managedFolders", google_refused(403, "forbidden", "no storage.managedFolders.list access"))
    assert delete().exit == 0
    assert lake.gone
