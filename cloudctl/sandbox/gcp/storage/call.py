"""One request on its way through a method of the API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cloudctl.sandbox.cloud import Settings
from cloudctl.sandbox.gcp.discovery import Discovery, Method
from cloudctl.sandbox.gcp.storage.documents import Json
from cloudctl.sandbox.gcp.storage.refusals import Refusal
from cloudctl.sandbox.gcp.storage.request import Request
from cloudctl.sandbox.objects.content import Content
from cloudctl.sandbox.objects.store import Bucket, ObjectStore

_FOREIGN = "taken-"
_MOST = 1000
# https://cloud.google.com/storage/docs/access-control/iam-json
_PERMISSIONS = {
    "storage.buckets.insert": "storage.buckets.create",
    "storage.buckets.patch": "storage.buckets.update",
    "storage.buckets.testIamPermissions": "storage.buckets.getIamPolicy",
    "storage.objects.insert": "storage.objects.create",
    "storage.objects.patch": "storage.objects.update",
    "storage.objects.copy": "storage.objects.create",
    "storage.objects.restore": "storage.objects.restore",
    "storage.objects.rewrite": "storage.objects.create",
}


@dataclass(slots=True)
class Call:
    """``path`` decoded, ``query`` with its types, ``body`` checked; ``now`` in seconds since the epoch.

    ``content`` is the stored body of an upload.
    """

    request: Request
    method: Method
    path: Mapping[str, str]
    query: Json
    store: ObjectStore
    discovery: Discovery
    settings: Settings
    now: float
    body: Json = field(default_factory=dict)
    content: Content | None = None

    @property
    def bucket(self) -> Bucket:
        """The bucket that the path names. Raises GcsError: forbidden, notFound."""
        return self.bucket_named(self.path["bucket"])

    def bucket_named(self, name: str, permission: str | None = None) -> Bucket:
        """The same for another bucket. ``permission`` is what a denial names, the method's own if None."""
        if foreign(name):
            wanted = permission or _PERMISSIONS.get(self.method.id, self.method.id)
            raise Refusal.DENIED.error(permission=wanted)
        if bucket := self.store.buckets.get(name):
            return bucket
        raise Refusal.NO_BUCKET.error()

    @property
    def page(self) -> int:
        """How many items this page of a list may have."""
        asked = self.query.get("maxResults") or _MOST
        return min(asked, _MOST, self.settings.page_size or _MOST)

    def full(self, default: bool = False) -> bool:
        """Whether the reply is to show who may do what."""
        return bool(self.query.get("projection", "full" if default else "noAcl") == "full")

    def refuse(self, *names: str) -> None:
        """Raise GcsError notImplemented for parameters that are not served, unless they ask for nothing."""
        for name in names:
            if self.query.get(name):
                raise Refusal.NOT_SERVED.error(what=f"the parameter {name} of {self.method.id}")


def foreign(name: str) -> bool:
    """Whether a bucket of this name belongs to somebody else."""
    return name.startswith(_FOREIGN)


def merged(old: Any, change: Any) -> Any:
    """What a patch makes of a value: objects field by field, where null deletes; anything else is replaced.

    https://cloud.google.com/storage/docs/json_api#patch
    """
    if not isinstance(change, dict):
        return change
    kept = dict(old) if isinstance(old, dict) else {}
    for name, value in change.items():
        kept[name] = merged(kept.get(name), value)
    return {name: value for name, value in kept.items() if value is not None}
