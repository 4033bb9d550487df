"""Azure Blob Storage behind the neutral verbs: https://learn.microsoft.com/rest/api/storagerp/

A bucket is a container in a storage account. Versioning, encryption, storage class and region are the account's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cloudctl.errors import CloudError
from cloudctl.plan import Plan, Steps, digest
from cloudctl.retry import Deadline
from cloudctl.scope import Scope
from cloudctl.services.bucket import Bucket, BucketService, BucketSpec
from cloudctl.services.lifecycle import LifecycleRule, RuleChange, RuleSpec
from cloudctl.services.objects import ObjectService
from cloudctl_azure import errors
from cloudctl_azure.arm_id import ArmId, fold
from cloudctl_azure.bucket import lifecycle, rules, settings
from cloudctl_azure.bucket.account import Account
from cloudctl_azure.bucket.create import Creation
from cloudctl_azure.bucket.delete import Deletion, undo_step
from cloudctl_azure.bucket.read import Reader
from cloudctl_azure.bucket.resource import Resource
from cloudctl_azure.session import Session


class AzureBucket(BucketService):
    """Containers of one subscription."""

    def __init__(self, scope: Scope, deadline: Deadline) -> None:
        super().__init__(scope, deadline)
        self._session = Session(scope, deadline, self.recorder)
        self._reader = Reader(self._session, self.call, scope)

    @staticmethod
    def translate(error: Exception) -> CloudError | None:
        return errors.translate(error)

    def list(self) -> Iterator[Bucket]:
        return self._reader.buckets()

    def find(self, name: str) -> Iterator[Bucket]:
        return self._reader.find(name)

    def check(self, spec: BucketSpec) -> None:
        rules.check(spec)

    def differences(self, spec: BucketSpec, bucket: Bucket) -> tuple[str, ...]:
        pairs = (
            ("region", bucket.region, self.scope.region),
            ("versioning", _switch(bucket.versioning), _switch(spec.versioning)),
            ("storage class", bucket.storage_class, spec.storage_class),
        )
        return tuple(
            f"{what}: {there}, not {wanted}"
            for what, there, wanted in pairs
            if there and wanted and fold(there) != fold(wanted)
        )

    def plan_create(self, spec: BucketSpec) -> Plan:
        region = self._session.region
        group = spec.group or self.scope.context.get("group") or f"cloudctl-{region}"
        bucket = self._bucket(spec.name, group)
        creation = Creation(spec, bucket, region)

        def cleanup(run: str) -> Steps:
            """The container, if it is still this run's and nobody has put anything into it."""
            yield undo_step(bucket, run)

        return Plan(
            self.scope,
            "bucket",
            "create",
            spec.name,
            creation.steps,
            final=bucket.anywhere,
            spec=spec.fingerprint(region=region, group=group),
            claim=creation.claim,
            cleanup=cleanup,
        )

    def plan_delete(self, bucket: Bucket, *, recursive: bool) -> Plan:
        resource = Resource(self._account(bucket), bucket.name.partition("/")[2])
        deletion = Deletion(resource, bucket.tags, recursive=recursive)
        return Plan(
            self.scope,
            "bucket",
            "delete",
            bucket.name,
            deletion.steps,
            final=resource.look,
            spec=digest({"id": bucket.id, "recursive": recursive}),
            claim=deletion.claim,
        )

    def lifecycle(self, bucket: Bucket) -> Sequence[LifecycleRule]:
        dialect = lifecycle.AzureRules(bucket.name)
        found = lifecycle.read(self._account(bucket), self.call)
        return [dialect.neutral(rule) for rule in found if dialect.mine(rule)]

    def check_lifecycle(self, spec: RuleSpec) -> None:
        lifecycle.check(spec)

    def plan_lifecycle(self, bucket: Bucket, change: RuleChange) -> Plan:
        account, name = self._account(bucket), bucket.name
        return self._switching(bucket, "lifecycle", change, lambda run: lifecycle.step(account, name, run, change))

    def objects(self, name: str) -> ObjectService:
        from cloudctl_azure.objects import AzureObjects

        return AzureObjects(self.scope, self.deadline, name)

    def plan_versioning(self, bucket: Bucket, *, on: bool) -> Plan:
        account = self._account(bucket)
        return self._switching(bucket, "versioning", on, lambda run: settings.versioning(account, run, on=on))

    def plan_public(self, bucket: Bucket, *, allowed: bool) -> Plan:
        account = self._account(bucket)
        return self._switching(bucket, "public", allowed, lambda _: settings.block(account, shut=not allowed))

    def holder(self, bucket: Bucket) -> str:
        return f"storage account {self._account(bucket).name}"

    def _account(self, bucket: Bucket) -> Account:
        place = ArmId.parse(bucket.id)
        return self._bucket(bucket.name, place.group if place else "").account

    def _bucket(self, name: str, group: str) -> Resource:
        account, _, container = name.partition("/")
        return Resource(Account(self._session, self.call, account, group), container)


def _switch(on: bool | None) -> str | None:
    return None if on is None else "on" if on else "off"
