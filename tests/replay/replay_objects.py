"""The objects of one bucket of each cloud, as real ones have them, and the records that they must give.

Shapes: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html, API_HeadObject, API_GetObject;
https://learn.microsoft.com/rest/api/storageservices/list-blobs, get-blob; https://cloud.google.com/storage/docs/json_api/v1/objects.
"""

from __future__ import annotations

import hashlib
import zlib
from base64 import b64encode
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

import google_crc32c
from replay_buckets import XML, XMLNS
from replay_script import Reply, Request, Script

CONTENT = b"2026-01-02 started\n" * 20
MD5 = hashlib.md5(CONTENT, usedforsecurity=False)
CRC32 = b64encode(zlib.crc32(CONTENT).to_bytes(4, "big")).decode()
CRC32C = b64encode(google_crc32c.value(CONTENT).to_bytes(4, "big")).decode()
LENGTH = str(len(CONTENT))
ODD = "a//b 100%+ä"
DATE = "Fri, 02 Jan 2026 03:04:05 GMT"
URLS = {"aws": "s3://logs/", "azure": "az://data/logs/", "gcp": "gs://logs/"}


def row(cloud: str, key: str, **more: Any) -> dict[str, Any]:
    usual = {
        "url": URLS[cloud] + key, "key": key, "size": None, "modified": None, "etag": None, "storage_class": None,
        "version": None, "latest": None, "deleted": None,
    }  # fmt: skip
    return usual | more


# S3

S3 = "logs.s3.eu-west-1.amazonaws.com/"
_OWNER = "<Owner><ID>79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be</ID></Owner>"
_S3_APP = (
    "<Contents><Key>app.log</Key><LastModified>2026-01-02T03:04:05.000Z</LastModified>"
    f"<ETag>&quot;{MD5.hexdigest()}&quot;</ETag><ChecksumAlgorithm>CRC32</ChecksumAlgorithm>"
    f"<ChecksumType>FULL_OBJECT</ChecksumType><Size>{LENGTH}</Size><StorageClass>STANDARD</StorageClass></Contents>"
)
_S3_FIRST = (
    f"{_S3_APP}<Contents><Key>old/2009.tar</Key><LastModified>2009-10-12T17:50:30.000Z</LastModified>"
    "<ETag>&quot;9b2cf535f27731c974343645a3985328-3&quot;</ETag><ChecksumAlgorithm>SHA256</ChecksumAlgorithm>"
    f"<ChecksumType>COMPOSITE</ChecksumType><Size>5368709120</Size><StorageClass>GLACIER</StorageClass>{_OWNER}"
    "<RestoreStatus><IsRestoreInProgress>false</IsRestoreInProgress>"
    "<RestoreExpiryDate>2026-12-25T00:00:00.000Z</RestoreExpiryDate></RestoreStatus>"
    "<NotKnownYet><Inner>1</Inner></NotKnownYet></Contents>"
)
_S3_HEAD = {
    "x-amz-id-2": "ef8yU9AS1ed4OpIszj7UDNEHGran", "x-amz-request-id": "318BC8BC143432E5", "Last-Modified": DATE,
    "x-amz-version-id": "3HL4kqtJlcpXroDTDmjVBH40Nrjfkd", "ETag": f'"{MD5.hexdigest()}"', "Accept-Ranges": "bytes",
    "x-amz-checksum-crc32": CRC32, "x-amz-checksum-type": "FULL_OBJECT", "x-amz-meta-team": "ops", "Server": "AmazonS3",
    "x-amz-server-side-encryption": "AES256", "Cache-Control": "no-cache", "Content-Type": "text/plain",
    "x-amz-expiration": 'expiry-date="Fri, 23 Dec 2026 00:00:00 GMT", rule-id="1"', "Content-Length": LENGTH,
}  # fmt: skip


def _s3_page(inside: str, *, token: str = "", encoded: bool = True) -> Reply:
    more = f"<NextContinuationToken>{token}</NextContinuationToken>" if token else ""
    kind = "<EncodingType>url</EncodingType>" if encoded else ""
    head = f"<Name>logs</Name><Prefix/><KeyCount>2</KeyCount><MaxKeys>1000</MaxKeys>{kind}"
    ends = f"<IsTruncated>{str(bool(token)).lower()}</IsTruncated>{more}"
    return Reply(f"{XML}<ListBucketResult {XMLNS}>{head}{ends}{inside}</ListBucketResult>")


def _s3_list(request: Request) -> Reply:
    if "versions" in request.parameters:
        return _s3_versions()
    # S3 encodes as a form does: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
    assert request.parameters["encoding-type"] == "url"
    if request.parameters.get("delimiter"):
        return _s3_page(f"<CommonPrefixes><Prefix>old/</Prefix></CommonPrefixes>{_S3_APP}")
    if request.parameters.get("continuation-token") == "1ueGcxLPRx1Tr/XYExHnhbYLgveDs2J/wm36Hy4vbOwM=":
        return _s3_page(f"<Contents><Key>{quote(ODD, safe='/').replace('%20', '+')}</Key></Contents>")
    return _s3_page(_S3_FIRST, token="1ueGcxLPRx1Tr/XYExHnhbYLgveDs2J/wm36Hy4vbOwM=")


def _s3_versions() -> Reply:
    owner = _OWNER
    inside = (
        "<Version><Key>app.log</Key><VersionId>null</VersionId><IsLatest>false</IsLatest>"
        "<LastModified>2025-01-02T03:04:05.000Z</LastModified><ETag>&quot;396fefef536d5ce46c7537ecf978a360&quot;</ETag>"
        f"<Size>217</Size>{owner}<StorageClass>STANDARD</StorageClass></Version>"
        "<DeleteMarker><Key>app.log</Key><VersionId>03jpff543dhffds434rfdsFDN943fdsFkdmqnh892</VersionId>"
        f"<IsLatest>true</IsLatest><LastModified>2026-01-02T03:04:05.000Z</LastModified>{owner}</DeleteMarker>"
    )
    head = "<Name>logs</Name><Prefix/><KeyMarker/><VersionIdMarker/><IsTruncated>false</IsTruncated>"
    return Reply(f"{XML}<ListVersionsResult {XMLNS}>{head}{inside}</ListVersionsResult>")


def _aws(script: Script) -> None:
    script.on("HEAD *logs*amazonaws.com/*", Reply("", 200, {"x-amz-bucket-region": "eu-west-1"}))
    script.on(f"GET {S3}", _s3_list)
    script.on(f"HEAD {S3}app.log", Reply("", 200, _S3_HEAD))
    script.on(f"GET {S3}app.log", Reply(CONTENT, 200, _S3_HEAD))


# Blob Storage

BLOBS = "data.blob.core.windows.net/logs"
_BLOBS_APP = (
    "<Blob><Name>app.log</Name><Properties><Creation-Time>Fri, 02 Jan 2026 03:04:05 GMT</Creation-Time>"
    f"<Last-Modified>{DATE}</Last-Modified><Etag>0x8DB5C8B0A6E2C4B</Etag><Content-Length>{LENGTH}</Content-Length>"
    "<Content-Type>text/plain</Content-Type><Content-Encoding /><Content-Language /><Content-CRC64 />"
    f"<Content-MD5>{b64encode(MD5.digest()).decode()}</Content-MD5><Cache-Control /><Content-Disposition />"
    "<BlobType>BlockBlob</BlobType><AccessTier>Hot</AccessTier><AccessTierInferred>true</AccessTierInferred>"
    "<LeaseStatus>unlocked</LeaseStatus><LeaseState>available</LeaseState><ServerEncrypted>true</ServerEncrypted>"
    "</Properties><OrMetadata /></Blob>"
)
_BLOBS_FIRST = (
    f"{_BLOBS_APP}"
    "<Blob><Name>disk.vhd</Name><Properties><Last-Modified>Sat, 03 May 2014 10:00:00 GMT</Last-Modified>"
    "<Etag>0x8D135</Etag><Content-Length>1073742336</Content-Length><Content-Type>application/octet-stream</Content-Type>"
    "<x-ms-blob-sequence-number>3</x-ms-blob-sequence-number><BlobType>PageBlob</BlobType>"
    "<LeaseStatus>locked</LeaseStatus><LeaseState>leased</LeaseState><LeaseDuration>infinite</LeaseDuration>"
    "</Properties></Blob>"
)
_BLOB_HEAD = {
    "Content-Length": LENGTH, "Content-Type": "text/plain", "Content-MD5": b64encode(MD5.digest()).decode(),
    "Last-Modified": DATE, "Accept-Ranges": "bytes", "ETag": '"0x8DB5C8B0A6E2C4B"', "x-ms-meta-team": "ops",
    "Server": "Windows-Azure-Blob/1.0 Microsoft-HTTPAPI/2.0", "x-ms-request-id": "86ddd1a9-801e-0072-5a4b-8e2a5d000000",
    "x-ms-version": "2023-11-03", "x-ms-creation-time": DATE, "x-ms-lease-status": "unlocked",
    "x-ms-blob-type": "BlockBlob", "x-ms-server-encrypted": "true", "x-ms-access-tier": "Hot",
    "x-ms-access-tier-inferred": "true", "Cache-Control": "no-cache",
}  # fmt: skip


def blob_page(inside: str, marker: str = "") -> Reply:
    named = 'ServiceEndpoint="https://data.blob.core.windows.net/" ContainerName="logs"'
    # Azure begins its documents with a byte order mark.
    text = f"<EnumerationResults {named}><Blobs>{inside}</Blobs><NextMarker>{marker}</NextMarker></EnumerationResults>"
    return Reply(f"\ufeff{XML.strip()}{text}", 200, {"Content-Type": "application/xml"})


def _blob_list(request: Request) -> Reply:
    if request.parameters.get("delimiter"):
        return blob_page(f"{_BLOBS_APP}<BlobPrefix><Name>old/</Name></BlobPrefix>")
    if "versions" in request.parameters.get("include", ""):
        size = "<Properties><Content-Length>217</Content-Length></Properties>"
        base = f"<Blob><Name>app.log</Name><VersionId>{{}}</VersionId>{{}}{size}</Blob>"
        old, new = "2025-01-02T03:04:05.1234567Z", "2026-01-02T03:04:05.1234567Z"
        return blob_page(base.format(old, "") + base.format(new, "<IsCurrentVersion>true</IsCurrentVersion>"))
    if request.parameters.get("marker"):
        return blob_page(f"<Blob><Name>{ODD}</Name></Blob>")
    return blob_page(_BLOBS_FIRST, "2!92!MDAwMDE3IWEvL2I-")


def _azure(script: Script) -> None:
    script.on(f"GET {BLOBS}", _blob_list, comp="list")
    script.on(f"HEAD {BLOBS}/app.log", Reply("", 200, _BLOB_HEAD))
    script.on(f"GET {BLOBS}/app.log", Reply(CONTENT, 200, _BLOB_HEAD))


# Cloud Storage

GCS = "storage.googleapis.com/storage/v1/b/logs/o"
MEDIA = "storage.googleapis.com/download/storage/v1/b/logs/o/app.log"
GCS_APP: Mapping[str, Any] = {
    "kind": "storage#object", "id": "logs/app.log/1767323045123456", "name": "app.log", "bucket": "logs",
    "selfLink": "https://www.googleapis.com/storage/v1/b/logs/o/app.log", "generation": "1767323045123456",
    "metageneration": "1", "contentType": "text/plain", "storageClass": "STANDARD", "size": LENGTH,
    "md5Hash": b64encode(MD5.digest()).decode(), "crc32c": CRC32C, "etag": "CMDX/ayZ7o0DEAE=",
    "cacheControl": "no-cache", "metadata": {"team": "ops"}, "timeCreated": "2026-01-02T03:04:05.123Z",
    "updated": "2026-01-02T03:04:05.123Z", "timeStorageClassUpdated": "2026-01-02T03:04:05.123Z",
    "timeFinalized": "2026-01-02T03:04:05.123Z",
}  # fmt: skip
_GCS_OLD = {
    "kind": "storage#object", "name": "composed.tar", "bucket": "logs", "generation": "1400000000000001",
    "storageClass": "ARCHIVE", "size": "5368709120", "crc32c": "AAAAAA==", "componentCount": 3,
    "updated": "2014-05-13T16:53:20.001Z", "etag": "CIGA=",
}  # fmt: skip
_GCS_MEDIA = {
    "X-Goog-Generation": "1767323045123456", "X-Goog-Metageneration": "1", "X-Goog-Stored-Content-Encoding": "identity",
    "X-Goog-Stored-Content-Length": LENGTH, "X-Goog-Hash": f"crc32c={CRC32C},md5={b64encode(MD5.digest()).decode()}",
    "X-Goog-Storage-Class": "STANDARD", "ETag": "CMDX/ayZ7o0DEAE=", "Last-Modified": DATE, "Vary": "Origin",
    "Content-Type": "text/plain", "Server": "UploadServer",
}  # fmt: skip


def _gcs_list(request: Request) -> Reply:
    kind = {"kind": "storage#objects"}
    if request.parameters.get("delimiter"):
        return Reply({**kind, "prefixes": ["old/"], "items": [GCS_APP]})
    if request.parameters.get("versions"):
        old = {"name": "app.log", "generation": "1", "size": "217", "timeDeleted": "2026-01-02T03:04:05.123Z"}
        return Reply({**kind, "items": [old, GCS_APP]})
    if request.parameters.get("pageToken") == "CgdhcHAubG9n":
        return Reply({**kind, "items": [{"name": ODD}]})
    return Reply({**kind, "nextPageToken": "CgdhcHAubG9n", "items": [GCS_APP, _GCS_OLD]})


def _gcp(script: Script) -> None:
    script.on(f"GET {GCS}", _gcs_list)
    script.on(f"GET {GCS}/app.log", GCS_APP)
    script.on(f"GET {MEDIA}", Reply(CONTENT, 200, _GCS_MEDIA), alt="media")


SCRIPTS: dict[str, Callable[[Script], None]] = {"aws": _aws, "azure": _azure, "gcp": _gcp}
_TOLD: dict[str, Any] = {"size": len(CONTENT), "modified": "2026-01-02T03:04:05Z"}
_WHOLE: dict[str, dict[str, Any]] = {
    "aws": {**_TOLD, "etag": MD5.hexdigest(), "storage_class": "STANDARD"},
    "azure": {**_TOLD, "etag": "0x8DB5C8B0A6E2C4B", "storage_class": "Hot"},
    "gcp": {**_TOLD, "etag": "CMDX/ayZ7o0DEAE=", "storage_class": "STANDARD", "version": "1767323045123456"},
}
LISTED = {
    "aws": [
        row("aws", "app.log", **_WHOLE["aws"]),
        row("aws", "old/2009.tar", size=5368709120, modified="2009-10-12T17:50:30Z",
            etag="9b2cf535f27731c974343645a3985328-3", storage_class="GLACIER"),
        row("aws", ODD),
    ],
    "azure": [
        row("azure", "app.log", **_WHOLE["azure"]),
        row("azure", "disk.vhd", size=1073742336, modified="2014-05-03T10:00:00Z", etag="0x8D135"),
        row("azure", ODD),
    ],
    "gcp": [
        row("gcp", "app.log", **_WHOLE["gcp"]),
        row("gcp", "composed.tar", size=5368709120, modified="2014-05-13T16:53:20Z", etag="CIGA=",
            storage_class="ARCHIVE", version="1400000000000001"),
        row("gcp", ODD),
    ],
}  # fmt: skip
VERSIONS = {
    "aws": [("03jpff543dhffds434rfdsFDN943fdsFkdmqnh892", True, True), ("null", False, False)],
    "azure": [("2026-01-02T03:04:05.1234567Z", True, False), ("2025-01-02T03:04:05.1234567Z", False, False)],
    "gcp": [("1767323045123456", True, False), ("1", False, False)],
}
"""Version, latest, deleted."""

READ = {"aws": f"GET {S3}app.log", "azure": f"GET {BLOBS}/app.log", "gcp": f"GET {MEDIA}"}
WRITE = {"aws": f"PUT {S3}new", "azure": f"PUT {BLOBS}/new", "gcp": "POST storage.googleapis.com/upload/*"}
LIST = {"aws": f"GET {S3}", "azure": f"GET {BLOBS}", "gcp": f"GET {GCS}"}


ONE_PAGE = {
    "aws": _s3_page(_S3_FIRST),
    "azure": blob_page(_BLOBS_FIRST),
    "gcp": Reply({"kind": "storage#objects", "items": [GCS_APP, _GCS_OLD]}),
}
"""A list of the first two objects only."""
