"""Where a bucket is, by whatever S3 tells of it: https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import pytest
from botocore.exceptions import ClientError
from cloudctl_aws.errors import translate
from cloudctl_aws.s3 import S3
from cloudctl_aws.session import Session

from cloudctl.errors import CloudError, Kind
from cloudctl.retry import Call, Deadline


class Answers:
    """A session that answers each operation with what is given, or raises it."""

    region = "us-east-1"

    def __init__(self, **answers: Any) -> None:
        self.answers = answers

    def send(self, service: str, operation: str, arguments: Mapping[str, Any], **_: Any) -> Any:
        answer = self.answers[operation]
        if isinstance(answer, Exception):
            raise answer
        return answer


def refused(status: int, operation: str = "HeadBucket", **headers: str) -> ClientError:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    metadata = {"HTTPStatusCode": status, "HTTPHeaders": named}
    return ClientError({"Error": {"Code": str(status)}, "ResponseMetadata": metadata}, operation)


def s3(**answers: Any) -> S3:
    return S3(cast(Session, Answers(**answers)), Call(translate, Deadline(5)))


@pytest.mark.parametrize(
    ("constraint", "region"),
    [(None, "us-east-1"), ("", "us-east-1"), ("EU", "eu-west-1"), ("ap-south-1", "ap-south-1")],
)
def test_a_head_without_a_region_is_followed_by_the_location(constraint: str | None, region: str) -> None:
    head = s3(HeadBucket={}, GetBucketLocation={"LocationConstraint": constraint}).head("web")
    assert head and (head.region, head.refused) == (region, None)


def test_a_location_that_may_not_be_read_leaves_the_region_unknown() -> None:
    head = s3(HeadBucket={}, GetBucketLocation=refused(403, "GetBucketLocation")).head("web")
    assert head and head.region is None


@pytest.mark.parametrize("status", [301, 400, 403])
def test_a_refusal_tells_the_region_in_its_header(status: int) -> None:
    head = s3(HeadBucket=refused(status, x_amz_bucket_region="eu-west-1")).head("web")
    assert head and head.refused and head.region == "eu-west-1"


def test_what_is_not_there_has_no_head_and_what_fails_is_raised() -> None:
    assert s3(HeadBucket=refused(404)).head("web") is None
    with pytest.raises(CloudError) as failed:
        s3(HeadBucket=refused(503)).once.head("web")
    assert failed.value.kind is Kind.UNAVAILABLE
