"""Containers as buckets of the object store, under ``account/container``; what they have of their own."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping

from cloudctl.sandbox.azure.call import Json
from cloudctl.sandbox.azure.storage.moments import etag
from cloudctl.sandbox.azure.store import Store
from cloudctl.sandbox.objects.store import Bucket

# https://learn.microsoft.com/en-us/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata
_NAME = re.compile(r"(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*")
_SYSTEM = ("$root", "$web", "$logs")


def valid_name(name: str) -> bool:
    return name in _SYSTEM or _NAME.fullmatch(name) is not None


def valid_metadata(metadata: Mapping[str, str]) -> bool:
    """Whether all names are C# identifiers."""
    return all(re.fullmatch(r"[^\W\d]\w*", name, re.ASCII) for name in metadata)


def find(store: Store, account: str, container: str) -> Bucket | None:
    return store.objects.buckets.get(f"{account}/{container}")


def of_account(store: Store, account: str) -> list[Bucket]:
    """The containers of an account, by name."""
    found = [bucket for bucket in store.objects.buckets.values() if bucket.place == account]
    return sorted(found, key=lambda bucket: bucket.name)


def make(store: Store, account: str, container: str, properties: Json) -> Bucket:
    """A new container; ``properties`` are its publicAccess (``None``, ``Blob``, ``Container``) and metadata."""
    bucket = store.objects.make(f"{account}/{container}", account, {})
    change(bucket, {"publicAccess": "None", "metadata": {}, **properties})
    return bucket


def change(bucket: Bucket, properties: Json) -> None:
    """Change some properties: a new ETag and time of modification."""
    bucket.properties = {**bucket.properties, **properties, "etag": etag(), "modified": time.time()}


def short_name(bucket: Bucket) -> str:
    """The container's name without its account."""
    return bucket.name.partition("/")[2]
