"""Creating a bucket: the bucket with its mark (the claim), then what it must have, where it has it not by itself."""

from __future__ import annotations

from cloudctl.plan import ClaimAccess, Run, Step, Steps
from cloudctl.services.bucket import BucketSpec
from cloudctl_aws import tags
from cloudctl_aws.bucket.resource import Resource
from cloudctl_aws.bucket.settings import Settings
from cloudctl_aws.s3 import FIRST_REGION


class Creation:
    """The steps of one create."""

    def __init__(self, spec: BucketSpec, bucket: Resource) -> None:
        self._spec, self._bucket = spec, bucket

    @property
    def claim(self) -> ClaimAccess:
        return ClaimAccess(self._bucket.look, self._bucket.write)

    def steps(self, run: Run) -> Steps:
        yield self._made(run)
        settings = Settings(self._bucket, self._bucket.look)
        yield settings.block()
        yield settings.encryption(self._spec.encryption)
        if self._spec.versioning:
            yield settings.versioning()

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
            {"Bucket": self._spec.name, "CreateBucketConfiguration": {**place, "Tags": tags.listed(wanted)}},
            find=self._bucket.look,
            claim=True,
        )
