"""The objects of a bucket of Cloud Storage: https://cloud.google.com/storage/docs/json_api/v1/objects"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import BinaryIO

from cloudctl.errors import CloudError
from cloudctl.objects.curl import Request
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
from cloudctl_gcp import errors
from cloudctl_gcp.objects import sign
from cloudctl_gcp.objects.copy import Copier
from cloudctl_gcp.objects.place import Place
from cloudctl_gcp.objects.read import Reader
from cloudctl_gcp.objects.resumable import QUANTUM, Resumable
from cloudctl_gcp.objects.write import Writer
from cloudctl_gcp.storage import Session


class GcpObjects(ObjectService):
    """Objects of one bucket."""

    # https://cloud.google.com/storage/quotas#objects
    limits = Limits(single=5 * 1024**4, part=QUANTUM, parts=10**6, step=QUANTUM, ordered=True)

    def __init__(self, scope: Scope, deadline: Deadline, bucket: str) -> None:
        super().__init__(scope, deadline, bucket)
        self._place = Place(Session(scope, deadline, self.recorder), self.call, bucket)
        self._reader = Reader(self._place, self.call)
        self._writer = Writer(self._place, self.call)
        self._resumable = Resumable(self._place)

    @staticmethod
    def translate(error: Exception) -> CloudError | None:
        return errors.translate(error)

    @property
    def url(self) -> str:
        return self._place.url

    def check(self, key: str) -> None:
        self._place.check(key)

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

    def request(
        self,
        key: str,
        *,
        version: str | None = None,
        etag: str | None = None,
        start: int = 0,
        length: int | None = None,
    ) -> Request | None:
        return self._reader.request(key, version, etag, start, length)

    def put(self, key: str, body: BinaryIO, size: int, description: Description) -> StoredObject:
        return self._writer.put(key, body, size, description)

    def begin(self, key: str, size: int | None, description: Description) -> Upload:
        return self._resumable.begin(key, size, description)

    def send(self, upload: Upload, part: Part, body: BinaryIO) -> Part:
        return self._resumable.send(upload, part, body)

    def complete(self, upload: Upload, parts: Sequence[Part], md5: bytes | None = None) -> StoredObject:
        return self._resumable.complete(upload, parts)

    def abort(self, upload: Upload) -> None:
        self._resumable.abort(upload)

    def resumed(self, upload: Upload, parts: Sequence[Part]) -> Sequence[Part] | None:
        return self._resumable.resumed(upload, parts)

    def copy(self, source: ObjectService, found: StoredObject, key: str, description: Description) -> bool:
        if not isinstance(source, GcpObjects):
            return False
        return Copier(self._place).copy(source._place, found, key, description)

    def delete(self, victims: Sequence[Victim]) -> Iterator[tuple[Victim, CloudError]]:
        return self._writer.delete(victims)

    def undelete(self, key: str, version: str | None = None) -> StoredObject:
        same = list(takewhile(lambda one: one.key == key, self._reader.versions(key, "")))
        soft = [] if same else self._reader.soft_deleted(key)
        wanted = self._writer.undelete(key, same, soft, version)
        if wanted:
            Copier(self._place).rewrite(self._place, wanted, key, Description())
        return self._reader.stat(key, None)

    def presign(self, key: str, method: str, seconds: int) -> str:
        return self.call(sign.signed, self._place, key, method, seconds)
