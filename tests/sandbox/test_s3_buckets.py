"""Buckets of the emulated S3: made, listed, found from any region, deleted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aws_fixtures import refused
from s3_fixtures import ServedS3, serving_s3

IRELAND = {"LocationConstraint": "eu-west-1"}


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[ServedS3]:
    with serving_s3(tmp_path) as cloud:
        yield cloud


@pytest.fixture
def s3(cloud: ServedS3) -> Any:
    return cloud.client()


def test_a_new_bucket_is_private_encrypted_and_closed_to_the_public(s3: Any) -> None:
    assert s3.create_bucket(Bucket="fresh")["Location"] == "/fresh"
    rule = s3.get_bucket_encryption(Bucket="fresh")["ServerSideEncryptionConfiguration"]["Rules"][0]
    assert rule["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
    block = s3.get_public_access_block(Bucket="fresh")["PublicAccessBlockConfiguration"]
    assert len(block) == 4
    assert all(block.values())
    grants = s3.get_bucket_acl(Bucket="fresh")["Grants"]
    assert [(grant["Grantee"]["Type"], grant["Permission"]) for grant in grants] == [("CanonicalUser", "FULL_CONTROL")]
    assert "Status" not in s3.get_bucket_versioning(Bucket="fresh")


def test_a_bucket_can_be_made_with_tags(cloud: ServedS3) -> None:
    eu = cloud.client("eu-west-1")
    eu.create_bucket(Bucket="tagged", CreateBucketConfiguration={**IRELAND, "Tags": [{"Key": "team", "Value": "a"}]})
    assert eu.get_bucket_tagging(Bucket="tagged")["TagSet"] == [{"Key": "team", "Value": "a"}]


def test_a_bucket_is_in_the_region_of_its_location_constraint(cloud: ServedS3, s3: Any) -> None:
    cloud.client("eu-west-1").create_bucket(Bucket="ireland", CreateBucketConfiguration=IRELAND)
    s3.create_bucket(Bucket="virginia")
    s3.create_bucket(Bucket="old", CreateBucketConfiguration={"LocationConstraint": "EU"})
    assert s3.get_bucket_location(Bucket="ireland")["LocationConstraint"] == "eu-west-1"
    assert s3.get_bucket_location(Bucket="virginia").get("LocationConstraint") is None
    assert s3.get_bucket_location(Bucket="old")["LocationConstraint"] == "eu-west-1"


def test_the_sdk_is_led_to_the_region_of_a_bucket(cloud: ServedS3, s3: Any) -> None:
    eu = cloud.client("eu-west-1")
    eu.create_bucket(Bucket="ireland", CreateBucketConfiguration=IRELAND)
    assert s3.head_bucket(Bucket="ireland")["BucketRegion"] == "eu-west-1"
    assert cloud.client("us-west-2").get_bucket_versioning(Bucket="ireland")
    s3.put_object(Bucket="ireland", Key="a", Body=b"x")
    assert eu.get_object(Bucket="ireland", Key="a")["Body"].read() == b"x"


def test_a_request_for_another_regions_bucket_names_the_region(cloud: ServedS3) -> None:
    cloud.client("eu-west-1").create_bucket(Bucket="ireland", CreateBucketConfiguration=IRELAND)
    answer = cloud.send("GET", "/ireland?versioning")
    assert answer.headers["x-amz-bucket-region"] == "eu-west-1"
    assert b"<Endpoint>s3.eu-west-1.amazonaws.com</Endpoint>" in answer.body
    head = cloud.send("HEAD", "/ireland")
    assert (head.status, head.headers["x-amz-bucket-region"], head.body) == (301, "eu-west-1", b"")


def test_a_bucket_that_is_missing_or_foreign_is_said_so_without_a_body(cloud: ServedS3) -> None:
    missing, foreign = cloud.send("HEAD", "/missing"), cloud.send("HEAD", "/taken-bucket")
    assert (missing.status, missing.body) == (404, b"")
    assert (foreign.status, foreign.body) == (403, b"")


def test_making_a_bucket_again_is_no_error_in_the_first_region_only(cloud: ServedS3, s3: Any) -> None:
    s3.create_bucket(Bucket="mine")
    s3.put_object(Bucket="mine", Key="a")
    assert s3.create_bucket(Bucket="mine")["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert s3.list_objects_v2(Bucket="mine")["KeyCount"] == 1
    eu = cloud.client("eu-west-1")
    assert refused(eu.create_bucket, Bucket="mine", CreateBucketConfiguration=IRELAND) == (
        409, "BucketAlreadyOwnedByYou",
    )  # fmt: skip


@pytest.mark.parametrize(
    "name",
    ["ab", "a" * 64, "Upper", "under_score", "-lead", "trail-", "two..dots", "192.168.5.4", "xn--a", "sthree-a",
     "amzn-s3-demo-a", "a-s3alias", "a--ol-s3", "a.mrap", "a--x-s3", "a--table-s3", "a b"],
)  # fmt: skip
def test_a_name_against_the_rules_is_refused(cloud: ServedS3, name: str) -> None:
    assert cloud.send("PUT", f"/{name.replace(' ', '%20')}").error[:2] == (400, "InvalidBucketName")


@pytest.mark.parametrize("name", ["abc", "a" * 63, "a.b-c.1", "192.168.5.four", "1-2"])
def test_a_name_within_the_rules_is_taken(s3: Any, name: str) -> None:
    s3.create_bucket(Bucket=name)
    assert [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]] == [name]


def test_buckets_of_every_region_are_listed_by_name(cloud: ServedS3, s3: Any) -> None:
    for name in ("c", "a", "b"):
        s3.create_bucket(Bucket=f"{name}-bucket")
    cloud.client("eu-west-1").create_bucket(Bucket="aa-bucket", CreateBucketConfiguration=IRELAND)
    listed = s3.list_buckets()
    assert [each["Name"] for each in listed["Buckets"]] == ["a-bucket", "aa-bucket", "b-bucket", "c-bucket"]
    assert "ContinuationToken" not in listed
    assert not any("BucketRegion" in each for each in listed["Buckets"])


def test_a_list_of_buckets_can_be_paged_and_filtered(cloud: ServedS3, s3: Any) -> None:
    for number in range(5):
        s3.create_bucket(Bucket=f"page-{number}")
    eu = cloud.client("eu-west-1")
    eu.create_bucket(Bucket="ireland", CreateBucketConfiguration=IRELAND)
    pages = list(s3.get_paginator("list_buckets").paginate(Prefix="page-", PaginationConfig={"PageSize": 2}))
    assert [len(page["Buckets"]) for page in pages] == [2, 2, 1]
    assert pages[0]["Buckets"][0]["BucketRegion"] == "us-east-1"
    assert [each["Name"] for each in eu.list_buckets(BucketRegion="eu-west-1")["Buckets"]] == ["ireland"]


def test_pages_of_buckets_are_as_small_as_the_sandbox_makes_them(tmp_path: Path) -> None:
    with serving_s3(tmp_path / "small", page_size=1) as cloud:
        s3 = cloud.client()
        s3.create_bucket(Bucket="one-bucket")
        s3.create_bucket(Bucket="two-bucket")
        assert len(s3.list_buckets(MaxBuckets=100)["Buckets"]) == 1
        assert len(s3.list_buckets()["Buckets"]) == 2


def test_an_unfinished_upload_does_not_keep_a_bucket(s3: Any) -> None:
    s3.create_bucket(Bucket="going")
    s3.create_multipart_upload(Bucket="going", Key="unfinished")
    s3.delete_bucket(Bucket="going")
    assert s3.list_buckets()["Buckets"] == []


def test_a_delete_marker_keeps_a_bucket(s3: Any) -> None:
    s3.create_bucket(Bucket="kept")
    s3.put_bucket_versioning(Bucket="kept", VersioningConfiguration={"Status": "Enabled"})
    marker = s3.delete_object(Bucket="kept", Key="never-there")["VersionId"]
    assert refused(s3.delete_bucket, Bucket="kept") == (409, "BucketNotEmpty")
    s3.delete_object(Bucket="kept", Key="never-there", VersionId=marker)
    s3.delete_bucket(Bucket="kept")


@pytest.mark.parametrize(
    ("operation", "more"),
    [("get_bucket_cors", {}), ("get_bucket_website", {}), ("get_object_tagging", {"Key": "a"}),
     ("list_bucket_metrics_configurations", {}),
     ("get_object_lock_configuration", {})],
)  # fmt: skip
def test_an_operation_that_is_not_served_says_so(s3: Any, operation: str, more: dict[str, str]) -> None:
    s3.create_bucket(Bucket="bucket")
    assert refused(getattr(s3, operation), Bucket="bucket", **more) == (501, "NotImplemented")
