"""Amazon S3 behind the neutral verbs: https://docs.aws.amazon.com/AmazonS3/latest/API/"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cloudctl.errors import CloudError
from cloudctl.plan import Found, Plan, Steps, digest
from cloudctl.retry import Deadline
from cloudctl.scope import Scope
from cloudctl.services.bucket import Bucket, BucketService, BucketSpec
from cloudctl.services.lifecycle import LifecycleRule, RuleChange, RuleSpec
from cloudctl.services.objects import ObjectService
from cloudctl_aws import errors
from cloudctl_aws.bucket import lifecycle, record, rules
from cloudctl_aws.bucket.create import Creation
from cloudctl_aws.bucket.delete import Deletion, bucket_step
from cloudctl_aws.bucket.read import Reader
from cloudctl_aws.bucket.resource import Resource
from cloudctl_aws.bucket.settings import Settings
from cloudctl_aws.s3 import FIRST_REGION, S3
from cloudctl_aws.session import Session


class AwsBucket(BucketService):
    """General purpose buckets of one account."""

    def __init__(self, scope: Scope, deadline: Deadline) -> None:
        super().__init__(scope, deadline)
        self._s3 = S3(Session(scope, deadline, self.recorder, FIRST_REGION), self.call)
        self._reader = Reader(self._s3, scope)

    @staticmethod
    def translate(error: Exception) -> CloudError | None:
        return errors.translate(error)

    def list(self) -> Iterator[Bucket]:
        return self._reader.list()

    def find(self, name: str) -> Iterator[Bucket]:
        return self._reader.find(name)

    def check(self, spec: BucketSpec) -> None:
        rules.check(spec)

    def differences(self, spec: BucketSpec, bucket: Bucket) -> tuple[str, ...]:
        pairs = (
            ("region", bucket.region, self.scope.region, bucket.region == self.scope.region),
            ("versioning", _switch(bucket.versioning), _switch(spec.versioning), bucket.versioning == spec.versioning),
            ("encryption", bucket.encryption, spec.encryption, _same_key(spec.encryption, bucket.encryption)),
        )
        return tuple(
            f"{what}: {there}, not {wanted}" for what, there, wanted, same in pairs if there and wanted and not same
        )

    def plan_create(self, spec: BucketSpec) -> Plan:
        bucket = Resource(self._s3.at(self.scope.region), spec.name)
        creation = Creation(spec, bucket)

        def cleanup(run: str) -> Steps:
            """The bucket, if it is still this run's and nobody has put anything into it."""

            def find() -> Found | None:
                found = bucket.look()
                ours = found and found.mark and (found.mark.owner, found.mark.run) == (bucket.owner, run)
                return None if ours else Found(spec.name)

            yield bucket_step(bucket, find)

        return Plan(
            self.scope,
            "bucket",
            "create",
            spec.name,
            creation.steps,
            final=bucket.look,
            spec=spec.fingerprint(region=self.scope.region),
            claim=creation.claim,
            cleanup=cleanup,
        )

    def plan_delete(self, bucket: Bucket, *, recursive: bool) -> Plan:
        resource = Resource(self._s3.at(bucket.region), bucket.name)
        deletion = Deletion(resource, bucket.tags, recursive=recursive)
        return Plan(
            self.scope,
            "bucket",
            "delete",
            bucket.name,
            deletion.steps,
            final=resource.look,
            spec=digest({"name": bucket.name, "recursive": recursive}),
            claim=deletion.claim,
        )

    def plan_versioning(self, bucket: Bucket, *, on: bool) -> Plan:
        return self._switching(bucket, "versioning", on, lambda _: self._settings(bucket).versioning(on=on))

    def plan_public(self, bucket: Bucket, *, allowed: bool) -> Plan:
        return self._switching(bucket, "public", allowed, lambda _: self._settings(bucket).block(shut=not allowed))

    def lifecycle(self, bucket: Bucket) -> Sequence[LifecycleRule]:
        resource = Resource(self._s3.at(bucket.region), bucket.name)
        return [lifecycle.S3Rules(bucket.name).neutral(rule) for rule in lifecycle.read(resource).get("Rules") or ()]

    def check_lifecycle(self, spec: RuleSpec) -> None:
        lifecycle.check(spec)

    def plan_lifecycle(self, bucket: Bucket, change: RuleChange) -> Plan:
        resource = Resource(self._s3.at(bucket.region), bucket.name)
        return self._switching(bucket, "lifecycle", change, lambda run: lifecycle.step(resource, run, change))

    def objects(self, name: str) -> ObjectService:
        from cloudctl_aws.objects import AwsObjects

        return AwsObjects(self.scope, self.deadline, name)

    def _settings(self, bucket: Bucket) -> Settings:
        return Settings(Resource(self._s3.at(bucket.region), bucket.name), lambda: Found(bucket.name))


def _switch(on: bool | None) -> str | None:
    return None if on is None else "on" if on else "off"


def _same_key(wanted: str | None, there: str | None) -> bool:
    return bool(wanted and there) and record.same_key(str(wanted), str(there))
