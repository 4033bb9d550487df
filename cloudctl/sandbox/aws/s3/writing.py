"""What is kept with an object that is written: headers, metadata, class, encryption."""

from __future__ import annotations

from itertools import accumulate
from typing import Any

from cloudctl.sandbox.aws.s3 import checksums, conditions, configuration, versions
from cloudctl.sandbox.aws.s3.call import Call
from cloudctl.sandbox.aws.s3.object_refusals import ObjectRefusal
from cloudctl.sandbox.objects.store import Bucket, Entry

Result = dict[str, Any]

# https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-class-intro.html, those of general purpose buckets
CLASSES = (
    "STANDARD", "REDUCED_REDUNDANCY", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER_IR", "GLACIER",
    "DEEP_ARCHIVE",
)  # fmt: skip
HEADERS = ("CacheControl", "ContentDisposition", "ContentEncoding", "ContentLanguage", "ContentType", "Expires")
_DEFAULT_TYPE = "binary/octet-stream"
_LONGEST_KEY = 1024
_LARGEST_METADATA = 2048
_OWNERS_ACL = "bucket-owner-full-control"
_CHUNKED = "aws-chunked"


def put_object(call: Call) -> Result:
    """PutObject."""
    bucket, key, content = call.bucket, call.request.key, call.content
    kept = attributes(call, bucket)
    conditions.check_write(call.params, bucket, key)
    assert content
    kept |= {"etag": content.md5, "checksums": call.checksums, "checksum_type": checksums.FULL_OBJECT}
    return written(bucket, versions.add(call.store, bucket, key, content, kept))


def attributes(call: Call, bucket: Bucket) -> Result:
    """What the request wants kept, checked. Raises S3Error."""
    check_key(call.request.key)
    if call.params.get("ACL", _OWNERS_ACL) != _OWNERS_ACL:
        raise ObjectRefusal.OBJECT_ACL.error()
    return {
        "class": storage_class(call.params),
        "headers": headers(call.params),
        "metadata": metadata(call.params),
        "encryption": encryption(call.params, bucket),
    }


def check_key(key: str) -> None:
    """Raise S3Error KeyTooLongError, InvalidURI."""
    if len(key.encode()) > _LONGEST_KEY:
        raise ObjectRefusal.KEY_LENGTH.error(Size=str(len(key.encode())), MaxSizeAllowed=str(_LONGEST_KEY))
    depths = accumulate(-1 if part == ".." else 1 for part in key.split("/"))
    if any(depth < 0 for depth in depths):
        raise ObjectRefusal.KEY_PATH.error(URI=f"/{key}")


def storage_class(params: Result) -> str:
    """The class that is asked for. Raises S3Error InvalidStorageClass."""
    wanted = str(params.get("StorageClass", CLASSES[0]))
    if wanted not in CLASSES:
        raise ObjectRefusal.STORAGE_CLASS.error(StorageClassRequested=wanted)
    return wanted


def headers(params: Result) -> Result:
    """The headers that come back with the object; the transfer's own encoding is none of them."""
    kept = {name: params[name] for name in HEADERS if name in params}
    encodings = [each.strip() for each in kept.pop("ContentEncoding", "").split(",")]
    encoding = ",".join(each for each in encodings if each not in ("", _CHUNKED))
    return {"ContentType": _DEFAULT_TYPE, **kept, **({"ContentEncoding": encoding} if encoding else {})}


def metadata(params: Result) -> dict[str, str]:
    """The user's metadata. Raises S3Error MetadataTooLarge."""
    kept: dict[str, str] = params.get("Metadata", {})
    size = sum(len(name.encode()) + len(value.encode()) for name, value in kept.items())
    if size > _LARGEST_METADATA:
        raise ObjectRefusal.METADATA_LENGTH.error(Size=str(size), MaxSizeAllowed=str(_LARGEST_METADATA))
    return kept


def encryption(params: Result, bucket: Bucket) -> Result:
    """How the object is encrypted, by the names of the replies: as asked, or as the bucket has it."""
    if "ServerSideEncryption" in params:
        asked = {"SSEAlgorithm": params["ServerSideEncryption"]}
        named = {"SSEKMSKeyId": params["SSEKMSKeyId"]} if "SSEKMSKeyId" in params else {}
        configuration.check_key({**asked, **named}, "SSEKMSKeyId")
        return {"ServerSideEncryption": asked["SSEAlgorithm"], **named}
    rule = bucket.properties["encryption"]["Rules"][0]["ApplyServerSideEncryptionByDefault"]
    key = {"SSEKMSKeyId": rule["KMSMasterKeyID"]} if "KMSMasterKeyID" in rule else {}
    return {"ServerSideEncryption": rule["SSEAlgorithm"], **key}


def written(bucket: Bucket, entry: Entry) -> Result:
    """What replies say of an object that was written."""
    kept = entry.attributes
    return {
        "ETag": f'"{kept["etag"]}"',
        "VersionId": versions.shown_id(bucket, entry),
        **kept["encryption"],
        **checksums_of(entry),
    }


def checksums_of(entry: Entry) -> Result:
    """The checksums of an object by the model's names, and their type if there are any."""
    kept: dict[str, str] = entry.attributes.get("checksums") or {}
    named: Result = {checksums.member(algorithm): value for algorithm, value in kept.items()}
    return {**named, "ChecksumType": entry.attributes["checksum_type"]} if kept else {}
