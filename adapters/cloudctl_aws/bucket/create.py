"""Creating a bucket: the bucket with its mark (the claim), then what it must have, where it has it not by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cloudctl.plan import ClaimAccess, Found, Run, Step, Steps
from cloudctl.services.bucket import BucketSpec
from cloudctl_aws import tags
from cloudctl_aws.bucket import record
from cloudctl_aws.bucket.resource import Resource
from cloudctl_aws.s3 import FIRST_REGION, Native


class Creation:
    """The steps of one create."""

    def __init__(self, spec: BucketSpec, bucket: Resource) -> None:
        self._spec, self._bucket = spec, bucket
        self._name = {"Bucket": spec.name}

    @property
    def claim(self) -> ClaimAccess:
        return ClaimAccess(self._bucket.look, self._bucket.write)

    def steps(self, run: Run) -> Steps:
        yield self._made(run)
        yield self._closed()
        yield self._encrypted()
        if self._spec.versioning:
            yield self._versioned()

    def _made(self, run: Run) -> Step:
        """https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html

        In us-east-1 a second create of a bucket that we own succeeds and changes nothing: its mark tells whose it is.
        """
        region = self._bucket.s3.region
        place = {} if region == FIRST_REGION else {"LocationConstraint": region}
        wanted = {**self._spec.tags, **run.claim_mark.tags()}
        return self._bucket.step(
            "bucket",
            f"bucket {self._spec.name}",
            "CreateBucket",
            {**self._name, "CreateBucketConfiguration": {**place, "Tags": tags.listed(wanted)}},
            find=self._bucket.look,
            claim=True,
        )

    def _closed(self) -> Step:
        """https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutPublicAccessBlock.html"""
        return self._setting(
            "public-access",
            f"public access block of bucket {self._spec.name}",
            "PublicAccessBlock",
            {"PublicAccessBlockConfiguration": dict.fromkeys(record.BLOCKS, True)},
            lambda answer: all(record.blocks({"GetPublicAccessBlock": answer}).values()),
        )

    def _encrypted(self) -> Step:
        """https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketEncryption.html"""
        key = self._spec.encryption
        by_key = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
        default = by_key if key else {"SSEAlgorithm": "AES256"}
        # One data key for many objects: fewer calls to KMS, which are paid for and limited.
        rule = {"ApplyServerSideEncryptionByDefault": default, **({"BucketKeyEnabled": True} if key else {})}
        return self._setting(
            "encryption",
            f"encryption of bucket {self._spec.name}",
            "BucketEncryption",
            {"ServerSideEncryptionConfiguration": {"Rules": [rule]}},
            lambda answer: record.same_key(key or record.PROVIDER_KEY, record.encryption(answer) or ""),
        )

    def _versioned(self) -> Step:
        """https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketVersioning.html"""
        return self._setting(
            "versioning",
            f"versioning of bucket {self._spec.name}",
            "BucketVersioning",
            {"VersioningConfiguration": {"Status": "Enabled"}},
            lambda answer: bool(record.versioning(answer)),
        )

    def _setting(
        self, key: str, title: str, setting: str, wanted: dict[str, Any], has: Callable[[Native], bool]
    ) -> Step:
        """A step that puts a setting, which is there once ``has`` says so of the answer of its Get operation."""

        def find() -> Found | None:
            answer = self._bucket.s3.once.setting(f"Get{setting}", self._spec.name)
            return self._bucket.look() if has(answer) else None

        return self._bucket.step(key, title, f"Put{setting}", {**self._name, **wanted}, find=find)
