"""The tags of buckets. https://docs.aws.amazon.com/AmazonS3/latest/userguide/CostAllocTagging.html"""

from __future__ import annotations

import re
from typing import Any

from cloudctl.sandbox.aws.s3.call import Call
from cloudctl.sandbox.aws.s3.refusals import Refusal

Tag = dict[str, str]

_MOST = 50
_KEY = re.compile(r"[\w\s.:/=+\-@]{1,128}")
_VALUE = re.compile(r"[\w\s.:/=+\-@]{0,256}")


def check(tag_set: list[Tag]) -> None:
    """Raise S3Error for tags that a bucket cannot have."""
    if len(tag_set) > _MOST:
        raise Refusal.TAG_COUNT.error()
    for tag in tag_set:
        _check_one(tag)
    keys = [tag["Key"] for tag in tag_set]
    if len(set(keys)) < len(keys):
        raise Refusal.TAG_TWICE.error()


def _check_one(tag: Tag) -> None:
    if tag["Key"].lower().startswith("aws:"):
        raise Refusal.TAG_RESERVED.error()
    if not _KEY.fullmatch(tag["Key"]):
        raise Refusal.TAG_KEY.error(TagKey=tag["Key"])
    if not _VALUE.fullmatch(tag["Value"]):
        raise Refusal.TAG_VALUE.error(TagValue=tag["Value"])


def get(call: Call) -> dict[str, Any]:
    """GetBucketTagging."""
    tag_set = call.bucket.properties.get("tags")
    if not tag_set:
        raise Refusal.NO_TAGS.error(BucketName=call.request.bucket)
    return {"TagSet": tag_set}


def put(call: Call) -> dict[str, Any]:
    """PutBucketTagging: replaces all tags."""
    bucket, tag_set = call.bucket, call.params["Tagging"]["TagSet"]
    check(tag_set)
    bucket.properties["tags"] = tag_set
    call.status = 204
    return {}


def delete(call: Call) -> dict[str, Any]:
    """DeleteBucketTagging."""
    call.bucket.properties.pop("tags", None)
    return {}
