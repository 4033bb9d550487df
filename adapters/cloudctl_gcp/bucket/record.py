"""From what Cloud Storage says of a bucket to the neutral record. No calls.

A document is the bucket (https://cloud.google.com/storage/docs/json_api/v1/buckets#resource), and as ``iamPolicy`` the
answer of getIamPolicy: missing where it was refused, or where the bucket itself says who may read.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cloudctl.marks import OWNER, Mark
from cloudctl.services.bucket import SCHEMES, Bucket
from cloudctl_gcp import tags
from cloudctl_gcp.http import Json

PROVIDER_KEY = "provider"
# https://cloud.google.com/iam/docs/principals-overview
_EVERYBODY = frozenset({"allUsers", "allAuthenticatedUsers"})


def bucket(document: Json, context: str) -> Bucket:
    name = str(document["name"])
    return Bucket(
        provider="gcp",
        context=context,
        id=name,
        name=name,
        url=f"{SCHEMES['gcp']}://{name}",
        region=region(document),
        created=_time(document.get("timeCreated")),
        versioning=versioning(document),
        public=public(document),
        encryption=_part(document, "encryption").get("defaultKmsKeyName") or PROVIDER_KEY,
        storage_class=document.get("storageClass") or None,
        tags=labels(document),
        native=document,
    )


def region(document: Json) -> str | None:
    """The location as other commands write it: region, dual-region or multi-region."""
    location = document.get("location")
    return str(location).lower() if location else None


def labels(document: Json) -> dict[str, str]:
    """The labels as tags. A label cannot hold every name, so that whose the bucket is follows from its own name."""
    found, owner = tags.read(_part(document, "labels")), f"bucket.{document['name']}"
    if found.get(OWNER) is not None and _part(document, "labels")[OWNER] == tags.encode(owner):
        found[OWNER] = owner
    return found


def mark(document: Json) -> Mark | None:
    """Our mark on the bucket."""
    return Mark.from_tags(labels(document))


def versioning(document: Json) -> bool:
    """The setting is missing where it was never made."""
    return bool(_part(document, "versioning").get("enabled"))


def shut(document: Json) -> bool:
    """Whether the bucket keeps the public out whatever its policy says.

    https://cloud.google.com/storage/docs/public-access-prevention
    """
    return _part(document, "iamConfiguration").get("publicAccessPrevention") == "enforced"


def public(document: Json) -> bool | None:
    """Whether anybody may read: by the policy, or where ACLs of objects count too, perhaps by those."""
    if shut(document):
        return False
    policy = document.get("iamPolicy")
    if policy is None:
        return None
    if any(_EVERYBODY & set(binding.get("members") or ()) for binding in policy.get("bindings") or ()):
        return True
    uniform = _part(_part(document, "iamConfiguration"), "uniformBucketLevelAccess")
    return False if uniform.get("enabled") else None


def _part(document: Json, name: str) -> Mapping[str, Any]:
    return document.get(name) or {}


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
