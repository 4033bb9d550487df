"""Cloud Storage behind the neutral verbs: https://cloud.google.com/storage/docs/json_api"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cloudctl.errors import CloudError, UsageError
from cloudctl.plan import Found, Plan, Steps, digest
from cloudctl.retry import Deadline
from cloudctl.scope import Scope
from cloudctl.services.bucket import Bucket, BucketService, BucketSpec
from cloudctl.services.lifecycle import LifecycleRule, RuleChange, RuleSpec
from cloudctl.services.objects import ObjectService
from cloudctl_gcp import errors
from cloudctl_gcp.bucket import lifecycle, rules, settings
from cloudctl_gcp.bucket.create import Creation
from cloudctl_gcp.bucket.delete import Deletion, bucket_step
from cloudctl_gcp.bucket.read import Reader
from cloudctl_gcp.bucket.resource import Resource
from cloudctl_gcp.storage import Session, Storage


class GcpBucket(BucketService):
    """Buckets of one project."""

    def __init__(self, scope: Scope, deadline: Deadline) -> None:
        super().__init__(scope, deadline)
        self._storage = Storage(Session(scope, deadline, self.recorder), self.call)
        self._reader = Reader(self._storage, scope)

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
            ("region", bucket.region, self.scope.region),
            ("versioning", _switch(bucket.versioning), _switch(spec.versioning)),
            ("encryption", bucket.encryption, spec.encryption),
            ("storage class", bucket.storage_class, spec.storage_class),
        )
        return tuple(
            f"{what}: {there}, not {wanted}" for what, there, wanted in pairs if there and wanted and there != wanted
        )

    def plan_create(self, spec: BucketSpec) -> Plan:
        if not self.scope.region:
            raise UsageError("no Google Cloud region is set", fix="give one with --region, or set it in the context")
        bucket = Resource(self._storage, spec.name)
        creation = Creation(spec, bucket, self.scope)

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
        resource = Resource(self._storage, bucket.name)
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

    def lifecycle(self, bucket: Bucket) -> Sequence[LifecycleRule]:
        found, _ = lifecycle.read(Resource(self._storage, bucket.name))
        return [lifecycle.GcsRules(bucket.name).neutral(rule) for rule in found]

    def check_lifecycle(self, spec: RuleSpec) -> None:
        lifecycle.check(spec)

    def plan_lifecycle(self, bucket: Bucket, change: RuleChange) -> Plan:
        resource = Resource(self._storage, bucket.name)
        return self._switching(bucket, "lifecycle", change, lambda run: lifecycle.step(resource, run, change))

    def objects(self, name: str) -> ObjectService:
        from cloudctl_gcp.objects import GcpObjects

        return GcpObjects(self.scope, self.deadline, name)

    def plan_versioning(self, bucket: Bucket, *, on: bool) -> Plan:
        resource = Resource(self._storage, bucket.name)
        return self._switching(bucket, "versioning", on, lambda _: settings.versioning(resource, on=on))

    def plan_public(self, bucket: Bucket, *, allowed: bool) -> Plan:
        resource = Resource(self._storage, bucket.name)
        return self._switching(bucket, "public", allowed, lambda _: settings.block(resource, shut=not allowed))


def _switch(on: bool | None) -> str | None:
    return None if on is None else "on" if on else "off"
