"""The objects of a bucket of Amazon S3: https://docs.aws.amazon.com/AmazonS3/latest/API/"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import BinaryIO

from cloudctl.errors import CloudError, Kind, UsageError
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
from cloudctl_aws import errors
from cloudctl_aws.objects.copy import Copier
from cloudctl_aws.objects.place import Place
from cloudctl_aws.objects.read import Reader
from cloudctl_aws.objects.write import Writer
from cloudctl_aws.s3 import FIRST_REGION, S3
from cloudctl_aws.session import Session

# https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-express-differences.html
_DIRECTORY, _UNORDERED = "--x-s3", "S3 lists a directory bucket in no order"
_ALIAS = "write the alias of the access point (NAME-...-s3alias), which aws s3control get-access-point shows"


class AwsObjects(ObjectService):
    """Objects of one bucket, or of those that an access point's alias leads to. Raises UsageError for an ARN.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-naming.html: an alias is used as a name is. An
    ARN has a slash in it, so that where it ends and a key begins cannot be told.
    """

    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
    limits = Limits(single=5 * 1024**3, part=5 * 1024**2, parts=10_000)

    def __init__(self, scope: Scope, deadline: Deadline, bucket: str) -> None:
        super().__init__(scope, deadline, bucket)
        if bucket.startswith("arn:"):
            raise UsageError(f"s3://{bucket} is an ARN, and no bucket's name", fix=_ALIAS)
        self.unordered = _UNORDERED if bucket.endswith(_DIRECTORY) else None
        self._place = Place(S3(Session(scope, deadline, self.recorder, FIRST_REGION), self.call), bucket)
        self._reader = Reader(self._place, self.call)
        self._writer = Writer(self._place, self.call)

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
        return self._writer.begin(key, description)

    def send(self, upload: Upload, part: Part, body: BinaryIO) -> Part:
        return self._writer.send(upload, part, body)

    def complete(self, upload: Upload, parts: Sequence[Part], md5: bytes | None = None) -> StoredObject:
        return self._writer.complete(upload, parts)

    def abort(self, upload: Upload) -> None:
        self._writer.abort(upload)

    def resumed(self, upload: Upload, parts: Sequence[Part]) -> Sequence[Part] | None:
        return self._writer.resumed(upload, parts)

    def copy(self, source: ObjectService, found: StoredObject, key: str, description: Description) -> bool:
        if not isinstance(source, AwsObjects):
            return False
        return Copier(self._place).copy(source.bucket, found, key, description)

    def delete(self, victims: Sequence[Victim]) -> Iterator[tuple[Victim, CloudError]]:
        return self._writer.delete(victims)

    def undelete(self, key: str, version: str | None = None) -> StoredObject:
        same = takewhile(lambda one: one.key == key, self._reader.versions(key, ""))
        older = self._writer.undelete(key, list(same), version)
        if older:
            self._copy_back(self._reader.stat(key, older.version))
        return self._reader.stat(key, None)

    def _copy_back(self, older: StoredObject) -> None:
        description = Description(storage_class=older.storage_class)
        if not Copier(self._place).copy(self.bucket, older, older.key, description):
            raise CloudError(Kind.DENIED, f"version {older.version} of {older.url} must not be copied")

    def presign(self, key: str, method: str, seconds: int) -> str:
        operation = {"GET": "get_object", "PUT": "put_object"}[method]
        return self.call(self._place.s3.presigned, operation, seconds, Bucket=self.bucket, Key=key)
