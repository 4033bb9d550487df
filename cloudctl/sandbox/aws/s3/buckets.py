"""Buckets themselves: made, listed, looked at, deleted."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from cloudctl.sandbox.aws.account import ACCOUNT, ENABLED_REGIONS
from cloudctl.sandbox.aws.s3 import configuration, names, tags, xml
from cloudctl.sandbox.aws.s3.call import Call, foreign
from cloudctl.sandbox.aws.s3.identity import OWNER
from cloudctl.sandbox.aws.s3.refusals import Refusal
from cloudctl.sandbox.cloud import Reply
from cloudctl.sandbox.objects.store import Bucket

Result = dict[str, Any]

# Where S3 began; the one region without a location constraint.
_FIRST = "us-east-1"
_OLD_NAMES = {"EU": "eu-west-1"}
_BLOCKED = {"BlockPublicAcls": True, "IgnorePublicAcls": True, "BlockPublicPolicy": True, "RestrictPublicBuckets": True}
_MOST_BUCKETS = 10_000


def create(call: Call) -> Result:
    """CreateBucket: private, encrypted with S3's own keys, closed to the public."""
    name, wanted = call.request.bucket, call.params.get("CreateBucketConfiguration", {})
    _check_options(call, wanted)
    region = _region(call, wanted.get("LocationConstraint"))
    if not names.allowed(name):
        raise Refusal.BUCKET_NAME.error(BucketName=name)
    if foreign(name):
        raise Refusal.BUCKET_TAKEN.error(BucketName=name)
    if name in call.store.buckets:
        return _again(call, call.store.buckets[name], region)
    tags.check(wanted.get("Tags", []))
    return _created(_make(call, name, region, wanted.get("Tags", [])))


def _make(call: Call, name: str, region: str, tag_set: list[dict[str, str]]) -> Bucket:
    closed = {"public_block": dict(_BLOCKED), "encryption": configuration.default_encryption()}
    return call.store.make(name, ACCOUNT, {"region": region, "tags": tag_set, **closed})


def _check_options(call: Call, wanted: dict[str, Any]) -> None:
    if wanted.keys() & {"Location", "Bucket"}:
        raise Refusal.NOT_SERVED.error(what="directory buckets")
    if call.params.get("BucketNamespace", "global") != "global":
        raise Refusal.NOT_SERVED.error(what="buckets of an account-regional namespace")
    if call.params.get("ObjectOwnership", "BucketOwnerEnforced") != "BucketOwnerEnforced":
        raise Refusal.NOT_SERVED.error(what="ACLs")
    if call.params.get("ObjectLockEnabledForBucket"):
        raise Refusal.NOT_SERVED.error(what="Object Lock")
    if call.params.get("ACL", "private") != "private":
        raise Refusal.BUCKET_ACL.error()


def _region(call: Call, constraint: str | None) -> str:
    region = _OLD_NAMES.get(constraint or "", constraint)
    if region is not None and (region not in ENABLED_REGIONS or region == _FIRST):
        raise Refusal.LOCATION_INVALID.error(LocationConstraint=region)
    # The endpoint of us-east-1 is the global one, which makes buckets everywhere.
    if call.region not in (_FIRST, region):
        raise Refusal.LOCATION_MISFIT.error(LocationConstraint=constraint or "unspecified")
    return region or _FIRST


def _again(call: Call, bucket: Bucket, region: str) -> Result:
    if not bucket.properties["region"] == region == call.region == _FIRST:
        raise Refusal.BUCKET_OWNED.error(BucketName=bucket.name)
    return _created(bucket)


def _created(bucket: Bucket) -> Result:
    return {"Location": f"/{bucket.name}", "BucketArn": _arn(bucket)}


def _arn(bucket: Bucket) -> str:
    return f"arn:aws:s3:::{bucket.name}"


def delete(call: Call) -> Result:
    """DeleteBucket: unfinished uploads go with it, versions and delete markers must have gone."""
    bucket = call.bucket
    if not bucket.empty:
        raise Refusal.NOT_EMPTY.error(BucketName=bucket.name)
    call.store.drop(bucket)
    return {}


def head(call: Call) -> Result:
    """HeadBucket."""
    bucket = call.bucket
    return {"BucketRegion": bucket.properties["region"], "BucketArn": _arn(bucket), "AccessPointAlias": False}


def location(call: Call) -> Reply:
    """GetBucketLocation: empty for us-east-1."""
    region = call.bucket.properties["region"]
    return xml.location_reply(None if region == _FIRST else region)


def list_all(call: Call) -> Result:
    """ListBuckets: those of every region in the order of their names; in pages only if ``MaxBuckets`` says so."""
    prefix, region = call.params.get("Prefix", ""), call.params.get("BucketRegion")
    if region not in (None, call.region):
        raise Refusal.LIST_REGION.error(ArgumentName="bucket-region", ArgumentValue=region)
    start = _start(call.params.get("ContinuationToken"))
    named = [name for name in sorted(call.store.buckets) if name.startswith(prefix) and name > start]
    found = [call.store.buckets[name] for name in named]
    found = [bucket for bucket in found if region in (None, bucket.properties["region"])]
    most = call.page(call.params["MaxBuckets"], _MOST_BUCKETS) if "MaxBuckets" in call.params else len(found)
    result = {"Buckets": [_listed(call, bucket) for bucket in found[:most]], "Owner": {"ID": OWNER}}
    token = {"ContinuationToken": _token(found[most - 1].name)} if most < len(found) else {}
    return {**result, **token, "Prefix": call.params.get("Prefix")}


def _listed(call: Call, bucket: Bucket) -> Result:
    entry: Result = {"Name": bucket.name, "CreationDate": bucket.created}
    # Said only in answer to a request with a parameter.
    detailed = call.params.keys() & {"MaxBuckets", "ContinuationToken", "Prefix", "BucketRegion"}
    return {**entry, "BucketRegion": bucket.properties["region"], "BucketArn": _arn(bucket)} if detailed else entry


def _token(name: str) -> str:
    return base64.b64encode(name.encode()).decode()


def _start(token: str | None) -> str:
    try:
        return base64.b64decode(token or "", validate=True).decode()
    except (binascii.Error, ValueError):
        raise Refusal.LIST_TOKEN.error(ArgumentName="continuation-token") from None
