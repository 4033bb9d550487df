"""What is set of a bucket beside its name: each setting is one step, done once its Get operation says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cloudctl.plan import Found, Step
from cloudctl_aws.bucket import record
from cloudctl_aws.bucket.resource import Resource
from cloudctl_aws.s3 import Native


class Settings:
    """The settings of one bucket; ``here`` finds the bucket itself, as the plan of the steps wants it found."""

    def __init__(self, bucket: Resource, here: Callable[[], Found | None]) -> None:
        self._bucket, self._here = bucket, here

    def block(self, *, shut: bool = True) -> Step:
        """https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutPublicAccessBlock.html"""

        def has(answer: Native) -> bool:
            return set(record.blocks({"GetPublicAccessBlock": answer}).values()) == {shut}

        wanted = {"PublicAccessBlockConfiguration": dict.fromkeys(record.BLOCKS, shut)}
        return self._setting("public-access", "public access block", "PublicAccessBlock", wanted, has)

    def encryption(self, key: str | None) -> Step:
        """With the customer's key, or S3's own: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketEncryption.html"""

        def has(answer: Native) -> bool:
            return record.same_key(key or record.PROVIDER_KEY, record.encryption(answer) or "")

        by_key = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
        default = by_key if key else {"SSEAlgorithm": "AES256"}
        # One data key for many objects: fewer calls to KMS, which are paid for and limited.
        rule = {"ApplyServerSideEncryptionByDefault": default, **({"BucketKeyEnabled": True} if key else {})}
        wanted = {"ServerSideEncryptionConfiguration": {"Rules": [rule]}}
        return self._setting("encryption", "encryption", "BucketEncryption", wanted, has)

    def versioning(self, *, on: bool = True) -> Step:
        """https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketVersioning.html"""

        def has(answer: Native) -> bool:
            return record.versioning(answer) is on

        wanted = {"VersioningConfiguration": {"Status": "Enabled" if on else "Suspended"}}
        return self._setting("versioning", "versioning", "BucketVersioning", wanted, has)

    def _setting(
        self, key: str, what: str, setting: str, wanted: dict[str, Any], has: Callable[[Native], bool]
    ) -> Step:
        """A step that puts a setting, which is there once ``has`` says so of the answer of its Get operation."""

        bucket = self._bucket

        def find() -> Found | None:
            answer = bucket.s3.once.setting(f"Get{setting}", bucket.name)
            return self._here() if has(answer) else None

        arguments = {"Bucket": bucket.name, **wanted}
        return bucket.step(key, f"{what} of bucket {bucket.name}", f"Put{setting}", arguments, find=find)
