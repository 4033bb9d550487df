"""The IAM policy of a bucket: https://cloud.google.com/storage/docs/access-control/iam"""

from __future__ import annotations

import base64
import re

from cloudctl.sandbox.gcp.storage.call import Call
from cloudctl.sandbox.gcp.storage.documents import Json
from cloudctl.sandbox.gcp.storage.refusals import Refusal
from cloudctl.sandbox.gcp.storage.settings import shut, uniform
from cloudctl.sandbox.objects.store import Bucket

PUBLIC = frozenset({"allUsers", "allAuthenticatedUsers"})
# https://cloud.google.com/iam/docs/principal-identifiers
_MEMBER = re.compile(
    r"(user|serviceAccount|group|domain|projectOwner|projectEditor|projectViewer|principal|principalSet"
    r"|deleted:(user|serviceAccount|group)):.+"
)
_ROLE = re.compile(r"(roles|(projects|organizations)/[^/]+/roles)/[A-Za-z0-9_.]+")
_PERMISSION = re.compile(r"storage\.(buckets|objects|managedFolders|multipartUploads|folders)\.[A-Za-z]+")


def begin(bucket: Bucket) -> None:
    """The policy of a new bucket: what the project's members may."""
    kept = bucket.properties
    owners = [f"projectEditor:{bucket.place}", f"projectOwner:{bucket.place}"]
    viewers = [f"projectViewer:{bucket.place}"]
    roles = {"roles/storage.legacyBucketOwner": owners, "roles/storage.legacyBucketReader": viewers}
    if uniform(kept["settings"]):
        roles |= {"roles/storage.legacyObjectOwner": owners, "roles/storage.legacyObjectReader": viewers}
    kept["policy"] = [{"role": role, "members": members} for role, members in roles.items()]
    kept["policy_number"] = 1


def get(call: Call) -> Json:
    """storage.buckets.getIamPolicy"""
    return _view(call.bucket)


def put(call: Call) -> Json:
    """storage.buckets.setIamPolicy: replaces the policy; with an etag only the one that was read."""
    bucket, bindings = call.bucket, call.body.get("bindings") or []
    etag = call.body.get("etag")
    if etag and etag != _etag(bucket):
        raise Refusal.POLICY_ETAG.error()
    kept = [_binding(binding) for binding in bindings]
    if shut(bucket.properties["settings"]) and any(PUBLIC & set(binding["members"]) for binding in kept):
        raise Refusal.PUBLIC_MEMBERS.error()
    bucket.properties["policy"] = [binding for binding in kept if binding["members"]]
    bucket.properties["policy_number"] += 1
    return _view(bucket)


def _binding(binding: Json) -> Json:
    if binding.get("condition"):
        raise Refusal.NOT_SERVED.error(what="conditions of IAM policies")
    role, members = binding.get("role") or "", binding.get("members") or []
    if not _ROLE.fullmatch(role) or not all(member in PUBLIC or _MEMBER.fullmatch(member) for member in members):
        raise Refusal.POLICY.error()
    return {"role": role, "members": sorted(set(members))}


def test(call: Call) -> Json:
    """storage.buckets.testIamPermissions: the project's owner has them all."""
    _ = call.bucket
    asked = call.query["permissions"]
    if not all(_PERMISSION.fullmatch(one) for one in asked):
        raise Refusal.PERMISSION.error()
    return {"kind": "storage#testIamPermissionsResponse", "permissions": asked}


def _view(bucket: Bucket) -> Json:
    return {
        "kind": "storage#policy",
        "resourceId": f"projects/_/buckets/{bucket.name}",
        "version": 1,
        "etag": _etag(bucket),
        "bindings": bucket.properties["policy"],
    }


def _etag(bucket: Bucket) -> str:
    number: int = bucket.properties["policy_number"]
    return base64.b64encode(b"\x08" + number.to_bytes(1 + number.bit_length() // 8, "little")).decode()
