"""Creating a bucket: one call makes it with its mark (the claim) and with all that it must have."""

from __future__ import annotations

from typing import Any

from cloudctl.plan import ClaimAccess, Run, Steps
from cloudctl.scope import Scope
from cloudctl.services.bucket import BucketSpec
from cloudctl_gcp import tags
from cloudctl_gcp.bucket.resource import Resource

# https://cloud.google.com/storage/docs/uniform-bucket-level-access, .../docs/public-access-prevention
_CLOSED = {"uniformBucketLevelAccess": {"enabled": True}, "publicAccessPrevention": "enforced"}


class Creation:
    """The steps of one create."""

    def __init__(self, spec: BucketSpec, bucket: Resource, scope: Scope) -> None:
        self._spec, self._bucket, self._scope = spec, bucket, scope

    @property
    def claim(self) -> ClaimAccess:
        return ClaimAccess(self._bucket.look, self._bucket.write)

    def steps(self, run: Run) -> Steps:
        """https://cloud.google.com/storage/docs/json_api/v1/buckets/insert"""
        storage, body = self._bucket.storage, self._body(run)
        project = storage.project

        def apply() -> None:
            storage.send("POST", "/b", body, project=project, projection="noAcl")
            self._bucket.seen = True

        yield self._bucket.step(
            "bucket",
            f"bucket {self._spec.name}",
            "buckets.insert",
            {"project": project, **body},
            find=self._bucket.look,
            apply=apply,
            claim=True,
        )

    def _body(self, run: Run) -> dict[str, Any]:
        spec = self._spec
        wanted = {
            "name": spec.name,
            "location": self._scope.region,
            "storageClass": spec.storage_class,
            "labels": tags.relabelled(spec.tags, run.claim_mark),
            "iamConfiguration": _CLOSED,
            "versioning": {"enabled": True} if spec.versioning else None,
            "encryption": {"defaultKmsKeyName": spec.encryption} if spec.encryption else None,
        }
        return {key: value for key, value in wanted.items() if value is not None}
