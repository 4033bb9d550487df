"""The tables of refusals of the emulated S3, provoked by requests as they stand; and its faults."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from s3_fixtures import SIGNED, ServedS3, enable_versions, serving_s3

from cloudctl.sandbox.aws.s3.faults import FAULTS
from cloudctl.sandbox.aws.s3.object_refusals import ObjectRefusal
from cloudctl.sandbox.aws.s3.operations import SERVED
from cloudctl.sandbox.aws.s3.refusal_table import Table
from cloudctl.sandbox.aws.s3.refusals import Refusal

Provoke = Callable[[ServedS3], tuple[int, str, str]]
RULE = "<Status>Enabled</Status><Filter><Prefix>a</Prefix></Filter>"
EXPIRE = "<Expiration><Days>1</Days></Expiration>"
PUBLIC = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::bucket/*"}


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedS3]:
    with serving_s3(tmp_path_factory.mktemp("s3")) as cloud:
        s3 = cloud.client()
        s3.create_bucket(Bucket="bucket")
        s3.put_object(Bucket="bucket", Key="a", Body=b"text")
        s3.create_bucket(Bucket="versioned")
        enable_versions(s3, "versioned")
        s3.delete_object(Bucket="versioned", Key="gone")
        ireland = {"LocationConstraint": "eu-west-1"}
        cloud.client("eu-west-1").create_bucket(Bucket="ireland", CreateBucketConfiguration=ireland)
        yield cloud


def send(method: str, target: str, body: str = "", region: str = "us-east-1", **headers: str) -> Provoke:
    return lambda cloud: cloud.send(method, target, body.encode(), region, **headers).error


def document(target: str, body: str, method: str = "PUT") -> Provoke:
    digest = base64.b64encode(hashlib.md5(body.encode()).digest()).decode()
    return send(method, target, body, content_md5=digest)


def make(name: str, body: str = "", region: str = "us-east-1", **headers: str) -> Provoke:
    wrapped = f"<CreateBucketConfiguration>{body}</CreateBucketConfiguration>" if body else ""
    return send("PUT", f"/{name}", wrapped, region, **headers)


def tagged(*pairs: tuple[str, str]) -> Provoke:
    tags = "".join(f"<Tag><Key>{key}</Key><Value>{value}</Value></Tag>" for key, value in pairs)
    return document("/bucket?tagging", f"<Tagging><TagSet>{tags}</TagSet></Tagging>")


def rules(*each: str) -> Provoke:
    text = "".join(f"<Rule>{rule}</Rule>" for rule in each)
    return document("/bucket?lifecycle", f"<LifecycleConfiguration>{text}</LifecycleConfiguration>")


def encrypted(rule: str) -> Provoke:
    root = "ServerSideEncryptionConfiguration"
    return document("/bucket?encryption", f"<{root}><Rule>{rule}</Rule></{root}>")


def policy(**statement: str) -> Provoke:
    return document("/bucket?policy", json.dumps({"Statement": [{**PUBLIC, **statement}]}))


def copied(source: str, **headers: str) -> Provoke:
    return send("PUT", "/bucket/a", x_amz_copy_source=source, **headers)


def without_public_block(cloud: ServedS3) -> tuple[int, str, str]:
    s3 = cloud.client()
    s3.create_bucket(Bucket="open")
    s3.delete_public_access_block(Bucket="open")
    return cloud.send("GET", "/open?publicAccessBlock").error


def presigned(change: Callable[[str], str]) -> Provoke:
    def provoke(cloud: ServedS3) -> tuple[int, str, str]:
        url = cloud.client().generate_presigned_url("get_object", Params={"Bucket": "bucket", "Key": "a"})
        return cloud.send("GET", change(url.partition(str(cloud.port))[2])).error

    return provoke


def with_upload(method: str, query: str, body: str = "", **headers: str) -> Provoke:
    def provoke(cloud: ServedS3) -> tuple[int, str, str]:
        begun = cloud.client().create_multipart_upload(Bucket="bucket", Key="a", ChecksumAlgorithm="SHA1")
        return cloud.send(method, f"/bucket/a?uploadId={begun['UploadId']}{query}", body.encode(), **headers).error

    return provoke


def marker_read(cloud: ServedS3) -> tuple[int, str, str]:
    marker = cloud.client().delete_object(Bucket="versioned", Key="gone")
    return cloud.send("GET", f"/versioned/gone?versionId={marker['VersionId']}").error


def not_modified(cloud: ServedS3) -> tuple[int, str, str]:
    """A 304 has no body, and so no code."""
    reply = cloud.send("GET", "/bucket/a", if_none_match="*")
    assert reply.body == b""
    return reply.status, ObjectRefusal.NOT_MODIFIED.value.code, ""


def completed(*numbers: int) -> Provoke:
    """The end of an upload of two small parts, with the parts of these numbers."""

    def provoke(cloud: ServedS3) -> tuple[int, str, str]:
        s3 = cloud.client()
        one = {"Bucket": "bucket", "Key": "parts"}
        one["UploadId"] = s3.create_multipart_upload(**one)["UploadId"]
        tags = {s3.upload_part(**one, PartNumber=number, Body=b"text")["ETag"] for number in (1, 2)}
        parts = "".join(f"<Part><PartNumber>{n}</PartNumber><ETag>{max(tags)}</ETag></Part>" for n in numbers)
        body = f"<CompleteMultipartUpload>{parts}</CompleteMultipartUpload>"
        return cloud.send("POST", f"/bucket/parts?uploadId={one['UploadId']}", body.encode()).error

    return provoke


ARN_ELSEWHERE = {"Resource": "arn:aws:s3:::other/*"}
DEFAULT = (
    "<ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm>{}</ApplyServerSideEncryptionByDefault>"
)
PROVOKED: dict[Table, Provoke] = {
    Refusal.UNSIGNED: send("GET", "/bucket", Authorization=""),
    Refusal.OLD_SIGNATURE: send("GET", "/bucket", Authorization="AWS sandbox:c2lnbmF0dXJl"),
    Refusal.UNKNOWN_KEY: send("GET", "/", Authorization=SIGNED.format(key="nobody", region="us-east-1")),
    Refusal.NOT_SERVED: send("GET", "/bucket?cors"),
    Refusal.URI: send("GET", "/bucket/%ff"),
    Refusal.SIGNING_REGION: send("GET", "/", region="moon-west-1"),
    Refusal.OTHER_REGION: send("GET", "/ireland?versioning"),
    Refusal.BAD_XML: document("/bucket?versioning", "<VersioningConfiguration>"),
    Refusal.ARGUMENT: send("GET", "/bucket?max-keys=many"),
    Refusal.MISSING_ARGUMENT: send("GET", "/bucket/a?attributes"),
    Refusal.MISSING_CHECKSUM: send("POST", "/bucket?delete", "<Delete><Object><Key>a</Key></Object></Delete>"),
    Refusal.MESSAGE_LENGTH: document("/bucket?versioning", " " * (16 << 20) + "<"),
    Refusal.OTHER_OWNER: send("GET", "/bucket", x_amz_expected_bucket_owner="210987654321"),
    Refusal.FOREIGN: send("GET", "/taken-bucket"),
    Refusal.NO_BUCKET: send("GET", "/missing"),
    Refusal.BUCKET_NAME: make("Upper"),
    Refusal.BUCKET_TAKEN: make("taken-bucket"),
    Refusal.BUCKET_OWNED: make("ireland", "<LocationConstraint>eu-west-1</LocationConstraint>", "eu-west-1"),
    Refusal.LOCATION_INVALID: make("new", "<LocationConstraint>moon</LocationConstraint>"),
    Refusal.LOCATION_MISFIT: make("new", region="eu-west-1"),
    Refusal.BUCKET_ACL: make("new", x_amz_acl="public-read"),
    Refusal.NOT_EMPTY: send("DELETE", "/bucket"),
    Refusal.NO_TAGS: send("GET", "/bucket?tagging"),
    Refusal.TAG_COUNT: tagged(*[(str(number), "") for number in range(51)]),
    Refusal.TAG_TWICE: tagged(("a", "1"), ("a", "2")),
    Refusal.TAG_RESERVED: tagged(("aws:a", "1")),
    Refusal.TAG_KEY: tagged(("k" * 129, "")),
    Refusal.TAG_VALUE: tagged(("k", "v" * 257)),
    Refusal.ENCRYPTION_RULES: encrypted("<BucketKeyEnabled>true</BucketKeyEnabled>"),
    Refusal.KEY_WITHOUT_KMS: encrypted(DEFAULT.format("<KMSMasterKeyID>k</KMSMasterKeyID>")),
    Refusal.NO_PUBLIC_BLOCK: without_public_block,
    Refusal.NO_POLICY: send("GET", "/bucket?policyStatus"),
    Refusal.POLICY_MALFORMED: policy(**ARN_ELSEWHERE),
    Refusal.POLICY_PUBLIC: policy(),
    Refusal.NO_LIFECYCLE: send("GET", "/bucket?lifecycle"),
    Refusal.LIFECYCLE_SHAPE: rules(f"<Status>Enabled</Status>{EXPIRE}"),
    Refusal.LIFECYCLE_ARGUMENT: rules(f"{RULE}<Expiration><Days>0</Days></Expiration>"),
    Refusal.LIFECYCLE_REQUEST: rules(RULE),
    Refusal.LIST_REGION: send("GET", "/?bucket-region=eu-west-1"),
    Refusal.LIST_TOKEN: send("GET", "/bucket?list-type=2&continuation-token=eHh4"),
    Refusal.LIST_MARKERS: send("GET", "/bucket?versions&version-id-marker=null"),
    Refusal.VERSION_INVALID: send("GET", "/bucket/a?versionId=mine"),
    Refusal.DELETE_COUNT: document(
        "/bucket?delete", f"<Delete>{'<Object><Key>a</Key></Object>' * 1001}</Delete>", "POST"
    ),
    Refusal.EXPIRES: presigned(lambda target: target.replace("Expires=3600", "Expires=604801")),
    Refusal.QUERY_AUTH: presigned(lambda target: target.replace("X-Amz-Date", "X-Amz-Day")),
    Refusal.SIGNATURE: presigned(lambda target: target.replace("Expires=3600", "Expires=7200")),
    Refusal.EXPIRED: presigned(lambda target: target.replace("Date=20", "Date=19")),
    ObjectRefusal.DELETED: send("GET", "/versioned/gone"),
    ObjectRefusal.MARKER_READ: marker_read,
    ObjectRefusal.KEY_LENGTH: send("PUT", f"/bucket/{'k' * 1025}"),
    ObjectRefusal.KEY_PATH: send("PUT", "/bucket/a/%2E%2E/%2E%2E/b"),
    ObjectRefusal.METADATA_LENGTH: send("PUT", "/bucket/b", x_amz_meta_a="a" * 2048),
    ObjectRefusal.STORAGE_CLASS: send("PUT", "/bucket/b", x_amz_storage_class="COLD"),
    ObjectRefusal.OBJECT_ACL: send("PUT", "/bucket/b", x_amz_acl="public-read"),
    ObjectRefusal.PRECONDITION: send("GET", "/bucket/a", if_match='"other"'),
    ObjectRefusal.NOT_MODIFIED: not_modified,
    ObjectRefusal.RANGE: send("GET", "/bucket/a", range="bytes=4-"),
    ObjectRefusal.DIGEST_FORM: send("PUT", "/bucket/b", content_md5="bm90IDE2"),
    ObjectRefusal.DIGEST: send("PUT", "/bucket/b", content_md5=base64.b64encode(b"x" * 16).decode()),
    ObjectRefusal.CHECKSUM: send("PUT", "/bucket/b", "text", x_amz_checksum_crc32="AAAAAA=="),
    ObjectRefusal.CONTENT_SHA: send("PUT", "/bucket/b", "text", x_amz_content_sha256="0" * 64),
    ObjectRefusal.CONTENT_SHA_FORM: send("PUT", "/bucket/b", x_amz_content_sha256="SIGNED"),
    ObjectRefusal.INCOMPLETE: send(
        "PUT", "/bucket/b", "4\r\nte", x_amz_content_sha256="STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        x_amz_decoded_content_length="4",
    ),
    ObjectRefusal.PART_ORDER: completed(2, 1),
    ObjectRefusal.PART: completed(1, 3),
    ObjectRefusal.PART_SMALL: completed(1, 2),
    ObjectRefusal.NO_KEY: send("GET", "/bucket/missing"),
    ObjectRefusal.NO_VERSION: send("GET", "/bucket/missing?versionId=null"),
    ObjectRefusal.COPY_SOURCE: copied("bucket"),
    ObjectRefusal.COPY_SELF: copied("bucket/a"),
    ObjectRefusal.CHECKSUM_FORM: send("PUT", "/bucket/b", x_amz_checksum_sha256="AAAA"),
    ObjectRefusal.CHECKSUM_ABSENT: send("PUT", "/bucket/b", x_amz_sdk_checksum_algorithm="CRC32"),
    ObjectRefusal.TRAILER: send(
        "PUT", "/bucket/b", "0\r\n\r\n", x_amz_content_sha256="STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        x_amz_decoded_content_length="0", x_amz_trailer="x-amz-checksum-crc32",
    ),
    ObjectRefusal.NO_UPLOAD: send("GET", "/bucket/a?uploadId=none"),
    ObjectRefusal.PART_NUMBER: with_upload("PUT", "&partNumber=10001"),
    ObjectRefusal.PART_RANGE: send("GET", "/bucket/a?partNumber=2"),
    ObjectRefusal.PART_CHECKSUM: with_upload("PUT", "&partNumber=1", x_amz_checksum_crc32="AAAAAA=="),
    ObjectRefusal.COPY_RANGE: with_upload(
        "PUT", "&partNumber=1", x_amz_copy_source="bucket/a", x_amz_copy_source_range="bytes=0-9"
    ),
    ObjectRefusal.CHECKSUM_TYPE: send(
        "POST", "/bucket/a?uploads", x_amz_checksum_algorithm="SHA1", x_amz_checksum_type="FULL_OBJECT"
    ),
}  # fmt: skip


@pytest.mark.parametrize("refusal", PROVOKED, ids=lambda refusal: refusal.name)
def test_a_refusal_of_the_table_happens_as_it_says(cloud: ServedS3, refusal: Table) -> None:
    assert PROVOKED[refusal](cloud)[:2] == (refusal.value.status, refusal.value.code)


def test_every_refusal_is_provoked() -> None:
    # The ones that need more than a request have tests of their own, below.
    apart = {Refusal.CRASHED, ObjectRefusal.COPY_MARKER, ObjectRefusal.COPY_SIZE, ObjectRefusal.PART_TOTAL}
    assert [each.name for each in (*Refusal, *ObjectRefusal) if each not in PROVOKED and each not in apart] == []


@pytest.mark.parametrize("table", [Refusal, ObjectRefusal])
def test_the_documentation_page_lists_every_refusal(table: type[Table]) -> None:
    page = Path(__file__).parents[2].joinpath("docs", "sandbox-aws.md").read_text().splitlines()
    rows = [refusal.value for refusal in table]
    told = [f"| {r.operation} | {r.status} {r.code} | {r.condition} | [page]({r.page}) |" for r in rows]
    assert [line for line in told if line not in page] == []


def test_the_documentation_page_lists_the_operations_that_are_served() -> None:
    page = Path(__file__).parents[2].joinpath("docs", "sandbox-aws.md").read_text()
    assert [name for name in SERVED if f"`{name}`" not in page] == []


def test_a_source_that_is_a_delete_marker_or_too_large_is_not_copied(
    cloud: ServedS3, monkeypatch: pytest.MonkeyPatch
) -> None:
    marker = cloud.client().delete_object(Bucket="versioned", Key="gone")["VersionId"]
    refused = ObjectRefusal.COPY_MARKER.value, ObjectRefusal.COPY_SIZE.value
    assert copied(f"versioned/gone?versionId={marker}")(cloud) == (400, refused[0].code, refused[0].message)
    monkeypatch.setattr("cloudctl.sandbox.aws.s3.copying._LARGEST", 3)
    assert copied("bucket/a")(cloud) == (400, refused[1].code, refused[1].message)


def test_an_upload_of_another_size_than_said_is_not_completed(cloud: ServedS3) -> None:
    s3 = cloud.client()
    one = {"Bucket": "bucket", "Key": "sized"}
    one["UploadId"] = s3.create_multipart_upload(**one)["UploadId"]
    tag = s3.upload_part(**one, PartNumber=1, Body=b"text")["ETag"]
    body = (
        f"<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>{tag}</ETag></Part></CompleteMultipartUpload>"
    )
    target = f"/bucket/sized?uploadId={one['UploadId']}"
    assert cloud.send("POST", target, body.encode(), x_amz_mp_object_size="5").error[:2] == (400, "InvalidRequest")
    assert cloud.send("POST", target, body.encode(), x_amz_mp_object_size="4").status == 200


@pytest.mark.parametrize("table", [Refusal, ObjectRefusal])
def test_two_rows_of_a_table_are_never_one(table: type[Table]) -> None:
    assert len(table.__members__) == len(list(table))


def test_a_crash_is_an_internal_error(cloud: ServedS3, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cloudctl.sandbox.aws.s3.service.xml.reply", lambda *_: 1 / 0)
    assert cloud.send("GET", "/bucket?versioning").error[:2] == (500, "InternalError")


@pytest.mark.parametrize("kind", FAULTS)
def test_a_fault_is_s3s_own_error(cloud: ServedS3, kind: str) -> None:
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/bucket",
        "HTTP_AUTHORIZATION": SIGNED.format(key="sandbox", region="us-east-1"),
    }
    reply = cloud.app.failure(environ, kind)
    assert reply.status == FAULTS[kind].status
    assert f"<Error><Code>{FAULTS[kind].code}</Code>" in reply.body.decode()
