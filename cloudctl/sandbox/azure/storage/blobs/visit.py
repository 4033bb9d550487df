"""A request that has come in: where it is, and what it asks for that the sandbox does not have."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cloudctl.sandbox.azure.refusals.blob import BlobRefusal
from cloudctl.sandbox.azure.storage import accounts, buckets, services
from cloudctl.sandbox.azure.storage.blobs.request import BlobCall
from cloudctl.sandbox.azure.store import Record, Store
from cloudctl.sandbox.objects.content import Content
from cloudctl.sandbox.objects.store import Bucket, ObjectStore

_NAME = 1024
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


@dataclass(slots=True)
class Visit:
    """A request; ``content`` is its body where that is kept."""

    store: Store
    call: BlobCall
    content: Content | None = None

    @property
    def objects(self) -> ObjectStore:
        return self.store.objects

    @property
    def account(self) -> Record:
        """The account, or the error of a host that does not exist."""
        found = accounts.named(self.store, self.call.account)
        if found is None:
            raise BlobRefusal.ACCOUNT.error()
        return found

    @property
    def versioned(self) -> bool:
        return services.versioned(self.account)

    @property
    def bucket(self) -> Bucket:
        """The container, or its not-found error."""
        name = self.call.container or ""
        if not buckets.valid_name(name):
            raise BlobRefusal.CONTAINER_NAME.error()
        if self.call.blob is not None and len(self.call.blob) > _NAME:
            raise BlobRefusal.LENGTH.error()
        if _CONTROL.search(self.call.blob or ""):
            raise BlobRefusal.CONTROL.error()
        found = buckets.find(self.store, self.call.account, name)
        if found is None:
            raise BlobRefusal.CONTAINER.error()
        return found

    def take(self) -> Content:
        """The body, which belongs to the object that is made from now on."""
        content, self.content = self.content, None
        assert content is not None
        return content
