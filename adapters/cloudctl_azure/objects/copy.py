"""Copying within Azure: the bytes do not pass here.

https://learn.microsoft.com/rest/api/storageservices/put-blob-from-url
"""

from __future__ import annotations

from urllib.parse import quote

from cloudctl.errors import CloudError, Kind
from cloudctl.services.objects import Description, StoredObject
from cloudctl_azure.blobs import Blobs
from cloudctl_azure.objects.write import Headers, described, exists
from cloudctl_azure.policies import COPY_SOURCE

_WHOLE = 5000 * 1024**2
_NOT_COPIED = ("CannotVerifyCopySource", "CopySourceNotAllowed", "PendingCopyOperation")


class Copier:
    """Copies into one container."""

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs

    def copy(self, origin: Blobs, source: StoredObject, key: str, description: Description) -> bool:
        """False for what is too large for one request, or what Azure may not read in our name."""
        if (source.size or 0) > _WHOLE:
            return False
        version = f"?versionid={quote(source.version)}" if source.version else ""
        headers: Headers = {
            "x-ms-blob-type": "BlockBlob",
            "Content-Length": "0",
            "x-ms-copy-source": origin.url(source.key) + version,
            "x-ms-source-if-match": f'"{source.etag}"' if source.etag else None,
            COPY_SOURCE: "Bearer",
            **_said(source, description),
        }
        try:
            self._blobs.send("PUT", key, {}, headers)
        except CloudError as error:
            refused = exists(key, description, error)
            if error.code in _NOT_COPIED or refused.kind is Kind.UNSUPPORTED:
                return False
            raise refused from error
        return True


def _said(source: StoredObject, description: Description) -> Headers:
    """What is said of the copy: Azure copies what is said of the source where nothing of that is said."""
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
            description.absent,
        )
    )
