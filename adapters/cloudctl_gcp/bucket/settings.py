"""What can be changed of a bucket: each setting is one patch, done once the bucket says so.

https://cloud.google.com/storage/docs/json_api/v1/buckets/patch
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cloudctl.errors import NotFound
from cloudctl.plan import Found, Step
from cloudctl_gcp.bucket import record
from cloudctl_gcp.bucket.resource import Resource
from cloudctl_gcp.http import Json


def versioning(bucket: Resource, *, on: bool) -> Step:
    """https://cloud.google.com/storage/docs/object-versioning"""

    def has(document: Json) -> bool:
        return record.versioning(document) is on

    return _setting(bucket, "versioning", "versioning", {"versioning": {"enabled": on}}, has)


def block(bucket: Resource, *, shut: bool) -> Step:
    """https://cloud.google.com/storage/docs/public-access-prevention"""

    def has(document: Json) -> bool:
        return record.shut(document) is shut

    wanted = {"iamConfiguration": {"publicAccessPrevention": "enforced" if shut else "inherited"}}
    return _setting(bucket, "public-access", "public access prevention", wanted, has)


def _setting(bucket: Resource, key: str, what: str, wanted: dict[str, Any], has: Callable[[Json], bool]) -> Step:
    """A step that patches a bucket. Its look raises NotFound when there is no bucket any more."""
    storage = bucket.storage

    def find() -> Found | None:
        document = storage.once.bucket(bucket.name)
        if document is None:
            raise NotFound(f"the bucket {bucket.name} is gone")
        return Found(bucket.name) if has(document) else None

    def apply() -> None:
        storage.send("PATCH", bucket.path, wanted, projection="noAcl")

    title = f"{what} of bucket {bucket.name}"
    return bucket.step(key, title, "buckets.patch", {"bucket": bucket.name, **wanted}, find=find, apply=apply)
