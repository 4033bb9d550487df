"""One bucket as plans look at it and change it: by its name, with the mark that we left on it."""

from __future__ import annotations

from typing import Any

from cloudctl.errors import CloudError, Conflict, Kind, NotFound
from cloudctl.marks import Mark, run_of
from cloudctl.plan import Found, Step
from cloudctl_gcp import tags
from cloudctl_gcp.bucket import record
from cloudctl_gcp.http import Json
from cloudctl_gcp.storage import Storage, bucket_path


class Resource:
    """The bucket ``name``; ``seen`` once it was made or looked at. Looks do not repeat, for what the runner repeats."""

    def __init__(self, storage: Storage, name: str) -> None:
        self.storage, self.name = storage, name
        self.owner = f"bucket.{name}"
        self.path = bucket_path(name)
        self.seen = False
        self._once = storage.once

    def look(self) -> Found | None:
        """The bucket with our mark, if it has one. Raises EXISTS for one that was never ours to see."""
        try:
            found = self._once.bucket(self.name)
        except CloudError as error:
            if error.kind is Kind.DENIED and not self.seen:
                raise self._taken() from error
            raise
        self.seen = self.seen or found is not None
        return Found(self.name, record.mark(found)) if found else None

    def write(self, claim: Found, mark: Mark) -> None:
        """Every label of the mark, beside the other labels. Raises NotFound when another run made the bucket anew.

        https://cloud.google.com/storage/docs/json_api/v1/buckets/patch; the metageneration lets a write fail (412,
        CONFLICT, retryable) when somebody else has written in between.
        """
        there = self._once.bucket(self.name)
        if there is None or run_of(record.mark(there)) != mark.run:
            raise NotFound(f"the bucket {self.name} of run {mark.run} is gone")
        body = {"labels": tags.relabelled(there.get("labels") or {}, mark)}
        self.storage.send("PATCH", self.path, body, ifMetagenerationMatch=there.get("metageneration"))

    def step(self, key: str, title: str, operation: str, arguments: Json, **more: Any) -> Step:
        """A step of this bucket; ``more`` are further fields of the step."""
        return Step(key, title, f"storage.{operation}", arguments, **more)

    def _taken(self) -> Conflict:
        return Conflict(
            f"bucket {self.name} exists and is not yours to see",
            kind=Kind.EXISTS,
            why="bucket names are unique over all projects",
            fix="choose another name, or ask its owner for storage.buckets.get",
        )
