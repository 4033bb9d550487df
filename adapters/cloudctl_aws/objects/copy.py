"""Copying within S3: the bytes do not pass here.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/copy-object.html
"""

from __future__ import annotations

from typing import Any

from cloudctl.errors import CloudError, Kind
from cloudctl.services.objects import Description, StoredObject
from cloudctl_aws.objects.place import Place, exists
from cloudctl_aws.objects.write import described
from cloudctl_aws.s3 import Native

_WHOLE = 5 * 1024**3
_PART = 1024**3


class Copier:
    """Copies into one bucket."""

    def __init__(self, place: Place) -> None:
        self._place = place

    def copy(self, bucket: str, source: StoredObject, key: str, description: Description) -> bool:
        """False where the account may not read the source where it writes, or the object is too large for one call."""
        try:
            if (source.size or 0) <= _WHOLE:
                self._whole(bucket, source, key, description)
            else:
                self._in_parts(bucket, source, key, description)
        except CloudError as error:
            refused = exists(key, error) if description.absent else error
            if refused.kind in (Kind.DENIED, Kind.UNSUPPORTED):
                return False
            raise refused from error
        return True

    def _whole(self, bucket: str, source: StoredObject, key: str, description: Description) -> None:
        """https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html"""
        told = _changed(source, description)
        directive = {"MetadataDirective": "REPLACE"} if told else {}
        absent = {"IfNoneMatch": "*"} if description.absent else {}
        stored = {"StorageClass": description.storage_class} if description.storage_class else {}
        self._place.read("CopyObject", Key=key, **_from(bucket, source), **told, **directive, **stored, **absent)

    def _in_parts(self, bucket: str, source: StoredObject, key: str, description: Description) -> None:
        """https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html"""
        size = source.size or 0
        said = described(description) | _changed(source, description, always=True)
        upload = str(self._place.read("CreateMultipartUpload", Key=key, **said)["UploadId"])
        named: dict[str, Any] = {"Key": key, "UploadId": upload}
        absent = {"IfNoneMatch": "*"} if description.absent else {}
        try:
            parts = [
                self._part(named, number, _from(bucket, source), start, min(start + _PART, size) - 1)
                for number, start in enumerate(range(0, size, _PART), 1)
            ]
            self._place.read("CompleteMultipartUpload", **named, MultipartUpload={"Parts": parts}, **absent)
        except BaseException:
            self._place.read("AbortMultipartUpload", **named)
            raise

    def _part(self, named: Native, number: int, source: Native, start: int, end: int) -> Native:
        answer = self._place.read(
            "UploadPartCopy", **named, **source, PartNumber=number, CopySourceRange=f"bytes={start}-{end}"
        )
        return {"PartNumber": number, "ETag": answer["CopyPartResult"]["ETag"]}


def _from(bucket: str, source: StoredObject) -> dict[str, Any]:
    """The source, and that it is still what was looked at."""
    version = {"VersionId": source.version} if source.version else {}
    unchanged = {"CopySourceIfMatch": f'"{source.etag}"'} if source.etag else {}
    return {"CopySource": {"Bucket": bucket, "Key": source.key, **version}, **unchanged}


def _changed(source: StoredObject, description: Description, *, always: bool = False) -> dict[str, Any]:
    """What is said of the copy, where that is not what is said of the source: S3 copies all of it, or nothing."""
    said = Description(
        description.content_type or source.content_type,
        description.content_encoding or source.content_encoding,
        description.cache_control or source.cache_control,
        description.metadata or source.metadata or {},
    )
    asked = (description.content_type, description.content_encoding, description.cache_control, description.metadata)
    return described(said) if always or any(asked) else {}
