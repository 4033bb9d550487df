"""Which methods are served, and by what."""

from __future__ import annotations

from collections.abc import Callable

from cloudctl.sandbox.cloud import Reply
from cloudctl.sandbox.gcp.storage import buckets, copies, listing, objects, policies, uploads
from cloudctl.sandbox.gcp.storage.call import Call
from cloudctl.sandbox.gcp.storage.documents import Json

Handler = Callable[[Call], Json | Reply | None]

METHODS: dict[str, Handler] = {
    "storage.buckets.delete": buckets.delete,
    "storage.buckets.get": buckets.get,
    "storage.buckets.getIamPolicy": policies.get,
    "storage.buckets.insert": buckets.insert,
    "storage.buckets.list": buckets.list_all,
    "storage.buckets.patch": buckets.patch,
    "storage.buckets.setIamPolicy": policies.put,
    "storage.buckets.testIamPermissions": policies.test,
    "storage.buckets.update": buckets.update,
    "storage.managedFolders.list": buckets.managed_folders,
    "storage.objects.copy": copies.copy,
    "storage.objects.delete": objects.delete,
    "storage.objects.get": objects.get,
    "storage.objects.insert": uploads.insert,
    "storage.objects.list": listing.list_page,
    "storage.objects.patch": objects.patch,
    "storage.objects.restore": copies.restore,
    "storage.objects.rewrite": copies.rewrite,
    "storage.objects.update": objects.update,
}
