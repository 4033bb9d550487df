"""The parts of multipart uploads: uploaded, listed, put together."""

from __future__ import annotations

import hashlib
import time
from itertools import pairwise
from typing import Any

from cloudctl.sandbox.aws.s3 import checksums, conditions, uploads, versions, writing
from cloudctl.sandbox.aws.s3.call import Call
from cloudctl.sandbox.aws.s3.object_refusals import ObjectRefusal
from cloudctl.sandbox.aws.s3.refusals import Refusal
from cloudctl.sandbox.objects.content import Content, Cut
from cloudctl.sandbox.objects.store import Upload

Result = dict[str, Any]

_MOST = 10_000
_PAGE = 1000
_SMALLEST = 5 * 1024 * 1024
_CHUNK = 1 << 20


def upload_part(call: Call) -> Result:
    """UploadPart: a part that is sent again replaces the one before."""
    upload = uploads.upload_of(call, call.bucket)
    wanted = upload.attributes.get("algorithm")
    for given in call.checksums:
        if wanted not in (None, given):
            raise ObjectRefusal.PART_CHECKSUM.error(expected=wanted.lower(), actual=given.lower())
    return {**keep(call, upload), **upload.attributes["encryption"]}


def keep(call: Call, upload: Upload) -> Result:
    """Add the call's content to an upload; what replies say of the part. Raises S3Error for its number."""
    number, content = call.params["PartNumber"], call.content
    assert content
    if not 1 <= number <= _MOST:
        raise ObjectRefusal.PART_NUMBER.error(ArgumentName="partNumber", ArgumentValue=str(number))
    call.store.contents.discard(upload.parts.get(str(number)))
    upload.parts[str(number)] = content
    made = time.time()
    upload.attributes["parts"][str(number)] = {"made": made, "checksums": call.checksums}
    return {"ETag": f'"{content.md5}"', "LastModified": made, **_named(call.checksums)}


def list_parts(call: Call) -> Result:
    """ListParts."""
    bucket, params = call.bucket, call.params
    upload = uploads.upload_of(call, bucket)
    marker = params.get("PartNumberMarker", 0)
    numbers = sorted(int(number) for number in upload.parts if int(number) > marker)
    shown = numbers[: call.page(params.get("MaxParts"), _PAGE)]
    more = len(shown) < len(numbers) and bool(shown)
    return {
        "Bucket": bucket.name,
        "Key": upload.key,
        "UploadId": upload.id,
        "PartNumberMarker": marker,
        "NextPartNumberMarker": shown[-1] if more else None,
        "MaxParts": min(params.get("MaxParts", _PAGE), _PAGE),
        "IsTruncated": more,
        "Parts": [_listed(upload, number) for number in shown],
        "StorageClass": upload.attributes["class"],
        "ChecksumAlgorithm": upload.attributes.get("algorithm"),
        "ChecksumType": upload.attributes.get("checksum_type"),
    }


def _listed(upload: Upload, number: int) -> Result:
    content, known = upload.parts[str(number)], upload.attributes["parts"][str(number)]
    named = _named(known["checksums"])
    return {
        "PartNumber": number,
        "LastModified": known["made"],
        "ETag": f'"{content.md5}"',
        "Size": content.size,
        **named,
    }


def complete(call: Call) -> Result:
    """CompleteMultipartUpload: the parts that are named become one object, and the others go."""
    bucket = call.bucket
    upload = uploads.upload_of(call, bucket)
    numbers = _chosen(call, upload)
    conditions.check_write(call.params, bucket, upload.key)
    contents = [upload.parts[number] for number in numbers]
    _check_size(call, contents)
    kept = {name: upload.attributes[name] for name in ("class", "headers", "metadata", "encryption")}
    kept |= {"etag": _etag(contents), "parts": [each.size for each in contents], **_checksums(call, upload, numbers)}
    whole = call.store.contents.join(Cut.whole(content) for content in contents)
    entry = versions.add(call.store, bucket, upload.key, whole, kept)
    call.store.abort(bucket, upload)
    place = {"Location": f"/{bucket.name}/{upload.key}", "Bucket": bucket.name, "Key": upload.key}
    return {**place, **writing.written(bucket, entry)}


def _chosen(call: Call, upload: Upload) -> list[str]:
    """The numbers of the parts that are named, each as it was uploaded."""
    named: list[Result] = call.params.get("MultipartUpload", {}).get("Parts", [])
    numbers = [part.get("PartNumber", 0) for part in named]
    if not numbers:
        raise Refusal.BAD_XML.error()
    if any(later <= earlier for earlier, later in pairwise(numbers)):
        raise ObjectRefusal.PART_ORDER.error(UploadId=upload.id)
    for part in named:
        _check_part(part, upload)
    return [str(number) for number in numbers]


def _check_part(part: Result, upload: Upload) -> None:
    number = str(part.get("PartNumber"))
    content = upload.parts.get(number)
    if content is None or part.get("ETag", "").strip('"') != content.md5:
        raise ObjectRefusal.PART.error(UploadId=upload.id, PartNumber=number)
    kept = _named(upload.attributes["parts"][number]["checksums"])
    if any(kept.get(name, value) != value for name, value in part.items() if name.startswith("Checksum")):
        raise ObjectRefusal.PART.error(UploadId=upload.id, PartNumber=number)


def _check_size(call: Call, contents: list[Content]) -> None:
    for number, content in enumerate(contents[:-1], 1):
        if content.size < _SMALLEST:
            proposed = {"ProposedSize": str(content.size), "MinSizeAllowed": str(_SMALLEST)}
            raise ObjectRefusal.PART_SMALL.error(**proposed, PartNumber=str(number), ETag=content.md5)  # type: ignore[arg-type]
    size, expected = sum(content.size for content in contents), call.params.get("MpuObjectSize")
    if expected not in (None, size):
        raise ObjectRefusal.PART_TOTAL.error(expected=str(expected), actual=str(size))


def _etag(contents: list[Content]) -> str:
    together = b"".join(bytes.fromhex(content.md5) for content in contents)
    return f"{hashlib.md5(together, usedforsecurity=False).hexdigest()}-{len(contents)}"


def _checksums(call: Call, upload: Upload, numbers: list[str]) -> Result:
    """The checksum of the whole, if the upload was begun with one; a value that is sent along must be the same."""
    algorithm, kind = upload.attributes.get("algorithm"), upload.attributes.get("checksum_type")
    if algorithm is None:
        return {"checksums": {}, "checksum_type": None}
    value = _composite(upload, numbers) if kind == checksums.COMPOSITE else _full(call, upload, numbers)
    given = call.params.get(checksums.member(algorithm))
    if given not in (None, value, value.partition("-")[0]):
        raise ObjectRefusal.CHECKSUM.error(algorithm=algorithm)
    return {"checksums": {algorithm: value}, "checksum_type": kind}


def _composite(upload: Upload, numbers: list[str]) -> str:
    algorithm, kept = upload.attributes["algorithm"], _kept(upload, numbers)
    if None in kept:
        raise ObjectRefusal.PART.error(UploadId=upload.id)
    return checksums.composite(algorithm, kept)


def _full(call: Call, upload: Upload, numbers: list[str]) -> str:
    """Of the checksums of the parts; the bytes are read where one came without."""
    algorithm, kept = upload.attributes["algorithm"], _kept(upload, numbers)
    parts = [upload.parts[number] for number in numbers]
    if None not in kept:
        return checksums.combined(algorithm, zip(kept, (part.size for part in parts), strict=True))
    hasher = checksums.hasher(algorithm)
    for part in parts:
        for start in range(0, part.size, _CHUNK):
            hasher.update(call.store.contents.read(part, start, _CHUNK))
    return checksums.text(hasher.digest())


def _kept(upload: Upload, numbers: list[str]) -> list[Any]:
    """What each part's checksum by the upload's algorithm is, if it came with one."""
    algorithm = upload.attributes["algorithm"]
    return [upload.attributes["parts"][number]["checksums"].get(algorithm) for number in numbers]


def _named(given: dict[str, str]) -> dict[str, str]:
    return {checksums.member(algorithm): value for algorithm, value in given.items()}
