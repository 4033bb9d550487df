"""What buckets of the emulated S3 can be set to, and the names of its operations."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aws_fixtures import refused
from s3_fixtures import SIGNED, ServedS3, serving_s3

BUCKET = "bucket"
STATEMENT = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{BUCKET}/*"}


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[ServedS3]:
    with serving_s3(tmp_path) as cloud:
        cloud.client().create_bucket(Bucket=BUCKET)
        yield cloud


@pytest.fixture
def s3(cloud: ServedS3) -> Any:
    return cloud.client()


def allow(s3: Any, **more: Any) -> bool:
    """Put a policy and tell whether it makes the bucket public."""
    s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps({"Statement": [{**STATEMENT, **more}]}))
    public: bool = s3.get_bucket_policy_status(Bucket=BUCKET)["PolicyStatus"]["IsPublic"]
    return public


def test_a_policy_for_everybody_needs_the_block_to_be_off(s3: Any) -> None:
    with pytest.raises(s3.exceptions.ClientError, match="AccessDenied"):
        allow(s3)
    s3.delete_public_access_block(Bucket=BUCKET)
    assert allow(s3) is True
    assert json.loads(s3.get_bucket_policy(Bucket=BUCKET)["Policy"]) == {"Statement": [STATEMENT]}
    s3.delete_bucket_policy(Bucket=BUCKET)
    assert refused(s3.get_bucket_policy, Bucket=BUCKET) == (404, "NoSuchBucketPolicy")


def test_a_policy_for_somebody_is_not_public(s3: Any) -> None:
    assert allow(s3, Principal={"AWS": "arn:aws:iam::123456789012:root"}) is False
    assert allow(s3, Condition={"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}) is False
    assert allow(s3, Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}}) is False
    assert allow(s3, Effect="Deny") is False


def test_encryption_with_a_key_holds_for_new_objects_until_it_is_deleted(s3: Any) -> None:
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "my-key"}}
    s3.put_bucket_encryption(Bucket=BUCKET, ServerSideEncryptionConfiguration={"Rules": [rule]})
    put = s3.put_object(Bucket=BUCKET, Key="a", Body=b"x")
    assert (put["ServerSideEncryption"], put["SSEKMSKeyId"]) == ("aws:kms", "my-key")
    s3.delete_bucket_encryption(Bucket=BUCKET)
    assert s3.put_object(Bucket=BUCKET, Key="a", Body=b"x")["ServerSideEncryption"] == "AES256"


def test_lifecycle_rules_come_back_as_they_were_put(s3: Any) -> None:
    rules = [
        {
            "ID": "logs",
            "Status": "Enabled",
            "Filter": {"Prefix": "logs-"},
            "Transitions": [{"Days": 30, "StorageClass": "STANDARD_IA"}],
            "Expiration": {"Days": 365},
            "NoncurrentVersionExpiration": {"NoncurrentDays": 7},
            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 3},
        }
    ]
    s3.put_bucket_lifecycle_configuration(Bucket=BUCKET, LifecycleConfiguration={"Rules": rules})
    assert s3.get_bucket_lifecycle_configuration(Bucket=BUCKET)["Rules"] == rules
    s3.delete_bucket_lifecycle(Bucket=BUCKET)
    assert refused(s3.get_bucket_lifecycle_configuration, Bucket=BUCKET) == (404, "NoSuchLifecycleConfiguration")


def test_lifecycle_rules_have_their_prefixes_in_one_form(s3: Any) -> None:
    rules = [
        {"ID": form, "Status": "Enabled", "Expiration": {"Days": 1}, **prefix}
        for form, prefix in (("old", {"Prefix": "a/"}), ("new", {"Filter": {"Prefix": "b/"}}))
    ]
    for one in rules:
        s3.put_bucket_lifecycle_configuration(Bucket=BUCKET, LifecycleConfiguration={"Rules": [one]})
    put = s3.put_bucket_lifecycle_configuration
    assert refused(put, Bucket=BUCKET, LifecycleConfiguration={"Rules": rules}) == (400, "InvalidRequest")


def test_tags_are_replaced_as_a_whole_and_deleted(s3: Any) -> None:
    for key in ("a", "b"):
        s3.put_bucket_tagging(Bucket=BUCKET, Tagging={"TagSet": [{"Key": key, "Value": "1"}]})
    assert s3.get_bucket_tagging(Bucket=BUCKET)["TagSet"] == [{"Key": "b", "Value": "1"}]
    s3.delete_bucket_tagging(Bucket=BUCKET)
    assert refused(s3.get_bucket_tagging, Bucket=BUCKET) == (404, "NoSuchTagSet")


def test_many_keys_are_deleted_at_once(s3: Any) -> None:
    s3.put_object(Bucket=BUCKET, Key="a")
    keys = [{"Key": "a"}, {"Key": "never-there"}]
    assert [each["Key"] for each in s3.delete_objects(Bucket=BUCKET, Delete={"Objects": keys})["Deleted"]] == [
        "a", "never-there",
    ]  # fmt: skip
    assert "Deleted" not in s3.delete_objects(Bucket=BUCKET, Delete={"Objects": keys, "Quiet": True})


@pytest.mark.parametrize(
    ("method", "target", "name"),
    [("GET", "/", "ListBuckets"), ("PUT", "/b", "CreateBucket"), ("GET", "/b", "ListObjects"),
     ("GET", "/b?list-type=2", "ListObjectsV2"), ("GET", "/b?uploads", "ListMultipartUploads"),
     ("GET", "/b?lifecycle", "GetBucketLifecycleConfiguration"), ("POST", "/b?delete", "DeleteObjects"),
     ("PUT", "/b/k", "PutObject"), ("PUT", "/b/k?partNumber=1&uploadId=u", "UploadPart"),
     ("POST", "/b/k?uploads", "CreateMultipartUpload"), ("POST", "/b/k?uploadId=u", "CompleteMultipartUpload"),
     ("DELETE", "/b/k?uploadId=u", "AbortMultipartUpload"), ("GET", "/b/k?uploadId=u", "ListParts"),
     ("HEAD", "/b/k", "HeadObject"), ("GET", "/b//?versions", "GetObject")],
)  # fmt: skip
def test_an_operation_has_the_name_of_s3s_model(cloud: ServedS3, method: str, target: str, name: str) -> None:
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": target.partition("?")[0],
        "REQUEST_URI": target,
        "wsgi.input": io.BytesIO(b"body"),
        "HTTP_AUTHORIZATION": SIGNED.format(key="sandbox", region="us-east-1"),
    }
    assert cloud.app.operation(environ) == f"s3:{name}"
    assert environ["wsgi.input"].read() == b"body"  # type: ignore[attr-defined]
    assert cloud.app.operation({**environ, "HTTP_AUTHORIZATION": ""}) == ""
