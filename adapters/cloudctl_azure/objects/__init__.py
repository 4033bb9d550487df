"""The blobs of a container: https://learn.microsoft.com/rest/api/storageservices/blob-service-rest-api"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import BinaryIO

from cloudctl.errors import CloudError, Kind
from cloudctl.retry import Deadline
from cloudctl.scope import Scope
from cloudctl.services.objects import (
    Description,
    Limits,
    ObjectService,
    Opened,
    Part,
    StoredObject,
    Upload,
    Victim,
)
from cloudctl_azure import errors
from cloudctl_azure.objects import place, sign
from cloudctl_azure.objects.copy import Copier
from cloudctl_azure.objects.read import Reader
from cloudctl_azure.objects.write import Writer
from cloudctl_azure.session import Session


class AzureObjects(ObjectService):
    """Blobs of one container."""

    # https://learn.microsoft.com/azure/storage/blobs/scalability-targets
    limits = Limits(single=5000 * 1024**2, part=1, parts=50_000, md5=True)

    def __init__(self, scope: Scope, deadline: Deadline, bucket: str) -> None:
        super().__init__(scope, deadline, bucket)
        self.blobs = place.blobs(Session(scope, deadline, self.recorder), self.call, scope.context, bucket)
        self._reader = Reader(self.blobs, self.call, self.url)
        self._writer = Writer(self.blobs, self.call, self.url)

    @staticmethod
    def translate(error: Exception) -> CloudError | None:
        return errors.translate(error)

    @property
    def url(self) -> str:
        return f"az://{self.bucket}/"

    def check(self, key: str) -> None:
        place.check(self.url, key)

    def list(self, prefix: str = "", *, delimiter: str = "", versions: bool = False) -> Iterator[StoredObject]:
        return (self._reader.versions if versions else self._reader.objects)(prefix, delimiter)

    def stat(self, key: str, version: str | None = None) -> StoredObject:
        return self._reader.stat(key, version)

    def read(
        self,
        key: str,
        *,
        version: str | None = None,
        etag: str | None = None,
        start: int = 0,
        length: int | None = None,
    ) -> Opened:
        return self._reader.open(key, version, etag, start, length)

    def put(self, key: str, body: BinaryIO, size: int, description: Description) -> StoredObject:
        return self._writer.put(key, body, size, description)

    def begin(self, key: str, size: int | None, description: Description) -> Upload:
        return self._writer.begin(key, description)

    def send(self, upload: Upload, part: Part, body: BinaryIO) -> Part:
        return self._writer.send(upload, part, body)

    def complete(self, upload: Upload, parts: Sequence[Part], md5: bytes | None = None) -> StoredObject:
        return self._writer.complete(upload, parts, md5)

    def abort(self, upload: Upload) -> None:
        """Nothing: Azure drops blocks that no list names within a week, and no request drops them alone sooner."""

    def resumed(self, upload: Upload, parts: Sequence[Part]) -> Sequence[Part] | None:
        return self._writer.resumed(upload, parts)

    def copy(self, source: ObjectService, found: StoredObject, key: str, description: Description) -> bool:
        if not isinstance(source, AzureObjects):
            return False
        return Copier(self.blobs).copy(source.blobs, found, key, description)

    def delete(self, victims: Sequence[Victim]) -> Iterator[tuple[Victim, CloudError]]:
        return self._writer.delete(victims)

    def directories(self, prefix: str) -> Sequence[str]:
        return self._reader.directories(prefix)

    def undelete(self, key: str, version: str | None = None) -> StoredObject:
        same = takewhile(lambda one: one.key == key, self._reader.versions(key, ""))
        wanted = self._writer.undelete(key, list(same), version)
        if wanted and not Copier(self.blobs).copy(self.blobs, wanted, key, Description()):
            raise CloudError(Kind.DENIED, f"version {wanted.version} of {self.url}{key} could not be copied back")
        return self._reader.stat(key, None)

    def presign(self, key: str, method: str, seconds: int) -> str:
        return sign.signed(self.blobs, self.bucket.partition("/")[0], key, method, seconds)
