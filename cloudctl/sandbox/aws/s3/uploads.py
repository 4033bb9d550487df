"""Multipart uploads from begin to abort, and the list of those that are unfinished."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from typing import Any

from cloudctl.sandbox.aws.s3 import checksums, walking, writing
from cloudctl.sandbox.aws.s3.call import Call
from cloudctl.sandbox.aws.s3.identity import OWNER
from cloudctl.sandbox.aws.s3.object_refusals import ObjectRefusal
from cloudctl.sandbox.objects.store import Bucket, Upload

Result = dict[str, Any]

_MOST = 1000


def begin(call: Call) -> Result:
    """CreateMultipartUpload."""
    bucket = call.bucket
    kept = {**writing.attributes(call, bucket), "parts": {}, **_checksum(call)}
    upload = Upload(secrets.token_urlsafe(96), call.request.key, time.time(), kept)
    bucket.uploads[upload.id] = upload
    algorithm = {"ChecksumAlgorithm": kept.get("algorithm"), "ChecksumType": kept.get("checksum_type")}
    return {"Bucket": bucket.name, "Key": upload.key, "UploadId": upload.id, **algorithm, **kept["encryption"]}


def _checksum(call: Call) -> Result:
    """The algorithm that the parts are to have, and how the whole is made of them."""
    if "ChecksumAlgorithm" not in call.params:
        return {}
    algorithm = checksums.served(call.params["ChecksumAlgorithm"])
    kind = call.params.get("ChecksumType", checksums.TYPES[algorithm][0])
    if kind not in checksums.TYPES[algorithm]:
        raise ObjectRefusal.CHECKSUM_TYPE.error(type=kind, algorithm=algorithm.lower())
    return {"algorithm": algorithm, "checksum_type": kind}


def abort(call: Call) -> Result:
    """AbortMultipartUpload."""
    bucket = call.bucket
    call.store.abort(bucket, upload_of(call, bucket))
    return {}


def upload_of(call: Call, bucket: Bucket) -> Upload:
    """The upload that the request names. Raises S3Error NoSuchUpload."""
    upload = bucket.uploads.get(call.params["UploadId"])
    if upload is None or upload.key != call.request.key:
        raise ObjectRefusal.NO_UPLOAD.error(UploadId=call.params["UploadId"])
    return upload


def list_uploads(call: Call) -> Result:
    """ListMultipartUploads: by key, and of one key in the order in which they were begun."""
    bucket, params = call.bucket, call.params
    window = walking.Window(params.get("Prefix", ""), params.get("Delimiter", ""))
    items, more = walking.page(_items(bucket, window, params), call.page(params.get("MaxUploads")))
    encode = walking.encoder(params.get("EncodingType"))
    return {
        "Bucket": bucket.name,
        "KeyMarker": encode(params.get("KeyMarker", "")),
        "UploadIdMarker": params.get("UploadIdMarker", ""),
        "Prefix": encode(window.prefix),
        "Delimiter": encode(window.delimiter) if window.delimiter else None,
        "MaxUploads": min(params.get("MaxUploads", _MOST), _MOST),
        "EncodingType": params.get("EncodingType"),
        "IsTruncated": more,
        "Uploads": [_described(each, encode(each.key)) for each in items if isinstance(each, Upload)],
        "CommonPrefixes": [{"Prefix": encode(each)} for each in items if isinstance(each, str)],
        **(_following(items[-1], encode) if more else {}),
    }


def _items(bucket: Bucket, window: walking.Window, params: Result) -> Iterator[Upload | str]:
    key, start = params.get("KeyMarker", ""), window.after(params.get("KeyMarker", ""))
    ordered = sorted(bucket.uploads.values(), key=lambda upload: (upload.key, upload.begun))
    marked = bucket.uploads.get(params.get("UploadIdMarker", ""))
    last = ""
    for upload in ordered:
        rest = marked and upload.key == key and upload.begun > marked.begun
        if not upload.key.startswith(window.prefix) or (upload.key < start and not rest):
            continue
        group = window.group(upload.key)
        if group is None:
            yield upload
        elif group != last:
            last = group
            yield group


def _described(upload: Upload, written: str) -> Result:
    owner = {"ID": OWNER}
    return {
        "UploadId": upload.id,
        "Key": written,
        "Initiated": upload.begun,
        "StorageClass": upload.attributes["class"],
        "Owner": owner,
        "Initiator": owner,
        "ChecksumAlgorithm": upload.attributes.get("algorithm"),
        "ChecksumType": upload.attributes.get("checksum_type"),
    }


def _following(last: Upload | str, encode: Any) -> Result:
    if isinstance(last, str):
        return {"NextKeyMarker": encode(last)}
    return {"NextKeyMarker": encode(last.key), "NextUploadIdMarker": last.id}
