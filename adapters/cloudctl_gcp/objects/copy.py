"""Copying within Cloud Storage: the bytes do not pass here.

https://cloud.google.com/storage/docs/json_api/v1/objects/rewrite
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from cloudctl.errors import CloudError, Kind
from cloudctl.services.objects import Description, StoredObject
from cloudctl_gcp.objects.place import Place, exists
from cloudctl_gcp.objects.write import described
from cloudctl_gcp.storage import bucket_path


class Copier:
    """Copies into one bucket."""

    def __init__(self, place: Place) -> None:
        self._place = place

    def copy(self, origin: Place, source: StoredObject, key: str, description: Description) -> bool:
        """False where the account may not read the source and write the copy at once."""
        try:
            self.rewrite(origin, source, key, description)
        except CloudError as error:
            refused = exists(key, description.absent, error)
            if refused.kind in (Kind.DENIED, Kind.UNSUPPORTED):
                return False
            raise refused from error
        return True

    def rewrite(self, origin: Place, source: StoredObject, key: str, description: Description) -> None:
        """Copy, or raise. A copy to another place takes several requests: each goes on where the one before stopped."""
        address = f"{origin.address(source.key)}/rewriteTo{bucket_path(self._place.bucket)}/o/{quote(key, safe='')}"
        query: dict[str, Any] = {
            "sourceGeneration": source.version,
            "ifGenerationMatch": 0 if description.absent else None,
            "projection": "noAcl",
        }
        body, done = _said(source, description), False
        while not done:
            answer = self._place.document("POST", address, query, body)
            query["rewriteToken"] = answer.get("rewriteToken")
            done = bool(answer.get("done")) or not query["rewriteToken"]


def _said(source: StoredObject, description: Description) -> dict[str, Any]:
    """What is said of the copy: nothing copies what is said of the source, anything else replaces all of it."""
    asked = (description.content_type, description.content_encoding, description.cache_control, description.metadata)
    if not any(asked):
        return described(description)
    return described(
        Description(
            description.content_type or source.content_type,
            description.content_encoding or source.content_encoding,
            description.cache_control or source.cache_control,
            description.metadata or source.metadata or {},
            description.storage_class,
        )
    )
