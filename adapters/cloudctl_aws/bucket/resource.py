"""One bucket as plans look at it and change it: by its name, with the mark that we left on it."""

from __future__ import annotations

from typing import Any

from cloudctl.errors import CloudError, Conflict, Kind, NotFound
from cloudctl.marks import Mark, run_of
from cloudctl.plan import Found, Step
from cloudctl_aws import tags
from cloudctl_aws.s3 import S3


class Resource:
    """The bucket ``name`` in the region that ``s3`` asks in. Looks do not repeat, for what the runner repeats."""

    def __init__(self, s3: S3, name: str) -> None:
        self.s3, self.name = s3, name
        self.owner = f"bucket.{name}"
        self._once = s3.once

    def look(self) -> Found | None:
        """The bucket with our mark, if it has one. Raises EXISTS for one that is not this account's to see."""
        head = self._once.head(self.name)
        if head is None:
            return None
        try:
            return Found(self.name, Mark.from_tags(self._tags(head.region)))
        except CloudError as error:
            if error.kind is Kind.NOT_FOUND:
                return None
            if head.refused and error.kind is Kind.DENIED:
                raise self._taken() from error
            raise

    def write(self, claim: Found, mark: Mark) -> None:
        """Every tag of the mark, beside the other tags. Raises NotFound when another run has made the bucket anew.

        https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketTagging.html replaces all tags, so those that are
        there go along; AWS refuses a write that would lose its own (``aws:...``).
        """
        there = self._tags()
        if run_of(Mark.from_tags(there)) != mark.run:
            raise NotFound(f"the bucket {self.name} of run {mark.run} is gone")
        wanted = {**there, **mark.tags()}
        self.s3.send("PutBucketTagging", Bucket=claim.ref, Tagging={"TagSet": tags.listed(wanted)})

    def step(self, key: str, title: str, operation: str, arguments: dict[str, Any], **more: Any) -> Step:
        """A step that sends one operation with its arguments; ``more`` are further fields of the step."""

        def apply() -> None:
            self.s3.send(operation, **arguments)

        fields: dict[str, Any] = {"apply": apply, **more}
        return Step(key, title, f"s3:{operation}", arguments, **fields)

    def _tags(self, region: str | None = None) -> dict[str, str]:
        """https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketTagging.html"""
        return tags.mapping({"Tags": self._once.at(region).setting("GetBucketTagging", self.name).get("TagSet")})

    def _taken(self) -> Conflict:
        return Conflict(
            f"bucket {self.name} exists and is not yours to see",
            kind=Kind.EXISTS,
            why="bucket names are unique over all accounts",
            fix="choose another name, or ask its owner for s3:ListBucket and s3:GetBucketTagging",
        )
