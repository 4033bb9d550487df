"""Buckets of S3 that are not general purpose ones: directory buckets, and access points."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from replay_buckets import XML, XMLNS
from replay_command import cloudctl
from replay_script import Reply, Script

EXPRESS = "s3://fast--euw1-az1--x-s3/"
ARN = "s3://arn:aws:s3:eu-west-1:123456789012:accesspoint/finance/report.csv"
ALIAS = "finance-hrzrlukc5m36ft7okagglf3gmwluquse1b-s3alias"


@pytest.mark.parametrize("dry", [[], ["--dry-run"]])
@pytest.mark.parametrize("to_bucket", [True, False])
def test_a_bucket_without_order_is_no_side_of_a_sync(
    replay: Script, login: Any, tmp_path: Path, dry: list[str], to_bucket: bool
) -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-express-differences.html"""
    login("aws")
    sides = (str(tmp_path), EXPRESS) if to_bucket else (EXPRESS, str(tmp_path))
    ended = cloudctl("bucket", "sync", *sides, *dry, "-o", "json")
    told = ended.errors[-1]
    assert (ended.exit, told["error"]) == (7, "unsupported")
    assert "no order" in told["why"]
    assert replay.requests == []


@pytest.mark.parametrize("verb", ["stat", "cat", "ls", "rm"])
def test_an_access_point_is_named_by_its_alias(replay: Script, login: Any, verb: str) -> None:
    login("aws")
    ended = cloudctl("bucket", verb, ARN, "-o", "json", *(["--yes"] if verb == "rm" else []))
    assert (ended.exit, ended.errors[-1]["error"]) == (2, "usage")
    assert "s3alias" in ended.errors[-1]["fix"]
    assert replay.requests == []


def test_what_an_access_point_leads_to_is_listed(replay: Script, login: Any) -> None:
    login("aws")
    listed = (
        f"{XML}<ListBucketResult {XMLNS}><Contents><Key>report.csv</Key><Size>1</Size></Contents></ListBucketResult>"
    )
    replay.on(f"HEAD *{ALIAS}*", Reply("", 200, {"x-amz-bucket-region": "eu-west-1"}))
    replay.on(f"GET {ALIAS}.s3.eu-west-1.amazonaws.com/", listed)
    ended = cloudctl("bucket", "ls", f"s3://{ALIAS}/", "-o", "json")
    assert ended.exit == 0, ended.err
    assert [row["key"] for row in ended.rows] == ["report.csv"]
