"""Objects of S3 whose only checksum is CRC-64/NVME, as the tools of AWS have made them since 2025."""

from __future__ import annotations

import os
from base64 import b64encode
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from cloudctl_aws.objects import AwsObjects

from cloudctl.errors import CloudError, Kind
from cloudctl.objects.crc import Crc
from cloudctl.objects.download import download_file
from cloudctl.objects.files import Folder
from cloudctl.objects.work import PART, Work
from cloudctl.retry import Deadline
from cloudctl.scope import Context, Scope

BUCKET = "checksums"
LARGE = os.urandom(1 << 20) * 17


@pytest.fixture
def client(sandbox: Any) -> Any:
    sandbox.reset()
    session = boto3.Session("sandbox", "sandbox", region_name="us-east-1")
    made = session.client("s3", endpoint_url=sandbox.endpoint("aws"), config=Config(signature_version="s3v4"))
    made.create_bucket(Bucket=BUCKET)
    return made


@pytest.fixture
def objects(sandbox: Any, client: Any) -> AwsObjects:
    context = Context("aws", "aws", {}, sandbox.endpoint("aws"), sandbox=True)
    return AwsObjects(Scope(context, "us-east-1"), Deadline(60), BUCKET)


def told(data: bytes) -> dict[str, str]:
    seen = Crc("crc64nvme")
    seen.update(data)
    return {"ChecksumCRC64NVME": b64encode(seen.value.to_bytes(8, "big")).decode()}


def upload(client: Any, key: str, data: bytes) -> None:
    """In parts, so that the etag is no MD5."""
    named = {"Bucket": BUCKET, "Key": key}
    upload = client.create_multipart_upload(**named, ChecksumAlgorithm="CRC64NVME")
    assert upload["ChecksumType"] == "FULL_OBJECT"
    named["UploadId"], parts = upload["UploadId"], []
    for number, at in enumerate(range(0, len(data), PART), 1):
        piece = data[at : at + PART]
        sent = client.upload_part(**named, PartNumber=number, Body=piece, **told(piece))
        parts.append({"PartNumber": number, "ETag": sent["ETag"], **told(piece)})
    whole = {"ChecksumType": "FULL_OBJECT", **told(data)}
    client.complete_multipart_upload(**named, MultipartUpload={"Parts": parts}, **whole)


def download(objects: AwsObjects, key: str, folder: Path) -> bytes:
    download_file(Work(4), objects, objects.stat(key), Folder(folder), [key], replace=True)
    return (folder / key).read_bytes()


@pytest.mark.parametrize("data", [b"small", LARGE], ids=["small", "large"])
def test_what_arrives_is_compared_with_it(
    client: Any, objects: AwsObjects, sandbox: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: bytes
) -> None:
    monkeypatch.setattr(Deadline, "sleep", lambda *_: None)
    upload(client, "key", data)
    assert objects.stat("key").checksums.keys() == {"crc64nvme"}
    assert download(objects, "key", tmp_path) == data
    sandbox.fault("damage", "aws", "s3:GetObject", count=0)
    with pytest.raises(CloudError) as caught:
        download(objects, "key", tmp_path)
    sandbox.clear_faults()
    assert caught.value.kind is Kind.UNAVAILABLE
    assert "crc64nvme" in str(caught.value.why)
