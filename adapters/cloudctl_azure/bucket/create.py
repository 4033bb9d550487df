"""Creating a bucket: the storage account where it is absent, shared by its containers, then the container (the claim).

What is set for a whole account is never changed for one container: an account that has it otherwise is a Conflict.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cloudctl.errors import CloudError, Conflict
from cloudctl.plan import ClaimAccess, Found, Run, Step, Steps
from cloudctl.services.bucket import BucketSpec
from cloudctl_azure import shared
from cloudctl_azure.arm_id import fold
from cloudctl_azure.bucket import record
from cloudctl_azure.bucket.account import ACCOUNTS, NAMESPACE
from cloudctl_azure.bucket.metadata import marked
from cloudctl_azure.bucket.resource import Resource
from cloudctl_azure.documents import Native, location, tags
from cloudctl_azure.reading import every

_USUAL_TIER = "Hot"
SETTLE = 1.0
"""Seconds: longer than it takes another create from its look, which found nothing, to its call, which replaces ours."""


class Creation:
    """The steps of one create; a new account goes to ``region``."""

    def __init__(self, spec: BucketSpec, bucket: Resource, region: str) -> None:
        self._spec, self._bucket, self._region = spec, bucket, region
        self._account = bucket.account

    @property
    def claim(self) -> ClaimAccess:
        return ClaimAccess(self._bucket.anywhere, self._bucket.write)

    def steps(self, run: Run) -> Steps:
        """Raises Conflict when the account that is there is otherwise than what is asked for."""
        yield shared.registration(self._account.session, self._account.call, NAMESPACE)
        # A container that is there already is the runner's to judge, and its account is left as it is.
        if not run.read(self._bucket.anywhere, preview=None):
            yield from self._account_steps(run)
        yield self._made(run)

    def _account_steps(self, run: Run) -> Steps:
        account = self._account
        if not run.read(self._fitting, preview=False):
            yield shared.resource_group(account.session, account.call, account.group, self._region)
            yield self._account_made()
        if self._spec.versioning:
            yield self._versioned()

    def _fitting(self) -> bool:
        """Whether the account is there, as it is asked for. Raises Conflict when it is otherwise."""
        there = self._account.look()
        for problem in self._problems(there) if there else ():
            raise problem
        return there is not None

    def _problems(self, there: Native) -> Iterator[CloudError]:
        """How an account is otherwise than what is asked for."""
        tier, wanted = record.tier(there), self._spec.storage_class
        if location(there) != self._region:
            yield self._conflict("in", location(there), self._region, f"name its region: --region {location(there)}")
        if record.endpoint(there) is None:
            yield Conflict(f"storage account {self._account.name} has no blob service", fix="name another account")
        if tier and wanted and fold(tier) != fold(wanted):
            yield self._conflict("of access tier", tier, wanted, "leave --storage-class out, or name another account")
        yield from self._versioning_problems(there)

    def _versioning_problems(self, there: Native) -> Iterator[CloudError]:
        if self._spec.versioning is None:
            return
        now = bool(record.versioning(self._account.services()))
        if now == self._spec.versioning or (self._spec.versioning and self._is_unused(there)):
            return
        fix = (
            f"leave the flag out, or change the account: az storage account blob-service-properties update "
            f"--account-name {self._account.name} --enable-versioning {str(self._spec.versioning).lower()}"
        )
        yield self._conflict("with versioning", _switch(now), _switch(self._spec.versioning), fix)

    def _is_unused(self, there: Native) -> bool:
        """Whether a create made the account and no container of it is there: its settings are nobody's yet."""
        ours = shared.TAGS.items() <= tags(there).items()
        return ours and not every(self._account.call.once, self._bucket.calls.list, **self._account.names)

    def _conflict(self, what: str, there: str | None, wanted: str, fix: str) -> Conflict:
        return Conflict(
            f"storage account {self._account.name} is {what} {there}, not {wanted}",
            why="this is set for the whole account, not for a container",
            fix=fix,
        )

    def _account_made(self) -> Step:
        """https://learn.microsoft.com/rest/api/storagerp/storage-accounts/create"""
        storage = self._account.session.storage.storage_accounts
        sent = {**self._account.names, "parameters": self._account_body()}

        def find() -> Found | None:
            native = self._account.look()
            return shared.provisioned(native) if native else None

        def follow(address: str) -> Found | None:
            if not self._account.call.once(self._account.session.ended, address):
                return Found(self._account.name, ready=False)
            return find()

        return Step(
            "account",
            f"storage account {self._account.name}",
            f"{ACCOUNTS}/write",
            sent,
            find=find,
            apply=lambda: self._account.session.start(storage.begin_create, **sent),
            poll=follow,
            shared=True,
        )

    def _account_body(self) -> dict[str, Any]:
        """TLS 1.2 and HTTPS only, closed to the public."""
        return {
            "location": self._region,
            "kind": "StorageV2",
            "sku": {"name": "Standard_LRS"},
            "tags": dict(shared.TAGS),
            "properties": {
                "accessTier": self._spec.storage_class or _USUAL_TIER,
                "allowBlobPublicAccess": False,
                "minimumTlsVersion": "TLS1_2",
                "supportsHttpsTrafficOnly": True,
            },
        }

    def _versioned(self) -> Step:
        """https://learn.microsoft.com/rest/api/storagerp/blob-services/set-service-properties"""
        services = self._account.session.storage.blob_services
        sent: dict[str, Any] = {**self._account.names, "parameters": {"properties": {"isVersioningEnabled": True}}}

        def find() -> Found | None:
            return Found(self._account.name) if record.versioning(self._account.services()) else None

        def apply() -> None:
            services.set_service_properties(**sent)

        title = f"versioning of storage account {self._account.name}"
        return Step("versioning", title, f"{ACCOUNTS}/blobServices/write", sent, find=find, apply=apply, shared=True)

    def _made(self, run: Run) -> Step:
        """https://learn.microsoft.com/rest/api/storagerp/blob-containers/create

        A second create succeeds and writes its own metadata: the mark that stays tells whose the container is, and is
        looked at again after a moment.
        """
        metadata = {**self._spec.tags, **marked(run.claim_mark)}
        sent: dict[str, Any] = {
            **self._bucket.names,
            "blob_container": {"properties": {"publicAccess": "None", "metadata": metadata}},
            "headers": {"If-None-Match": "*"},
        }

        def apply() -> None:
            self._bucket.calls.create(**sent)

        return self._bucket.step(
            "bucket",
            f"bucket {self._spec.name}",
            "write",
            sent,
            find=self._bucket.look,
            apply=apply,
            claim=True,
            settle=SETTLE,
        )


def _switch(on: bool) -> str:
    return "on" if on else "off"
