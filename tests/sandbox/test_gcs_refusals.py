"""The table of Cloud Storage's refusals: each row has a request here that is refused so."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from gcs_service import API, BUCKETS, Gcs, serving_gcs

from cloudctl.sandbox.gcp.storage import buckets, names, signed
from cloudctl.sandbox.gcp.storage.methods import METHODS
from cloudctl.sandbox.gcp.storage.refusals import Refusal

Case = Callable[[Gcs], requests.Response]
PAGE = Path(__file__).parents[2] / "docs" / "sandbox-gcs.md"
ACL = [{"entity": "allUsers", "role": "READER"}]
UNIFORM = {"iamConfiguration": {"uniformBucketLevelAccess": {"enabled": True}}}
MEDIA = f"/upload{API}/b/web/o?uploadType=media"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gcs]:
    with serving_gcs(tmp_path_factory.mktemp("gcs")) as served:
        yield served


@pytest.fixture
def gcs(served: Gcs) -> Gcs:
    served.cloud.reset()
    return served


def asked(verb: str, path: str, body: Any = None, **options: Any) -> Case:
    return lambda gcs: gcs.call(verb, path, body, **options)


def insert(**settings: Any) -> Case:
    return asked("POST", BUCKETS, {"name": "web", **settings})


def inside(verb: str, path: str, body: Any = None, settings: dict[str, Any] | None = None, **options: Any) -> Case:
    """A request when the bucket ``web`` with the object ``key`` is there."""

    def case(gcs: Gcs) -> requests.Response:
        document = gcs.bucket(**(settings or {}))
        version = gcs.made("key")
        words = {"generation": version["generation"], "metageneration": document["metageneration"]}
        return gcs.call(verb, path.format(**words), body, **options)

    return case


def upload(name: str = "new", data: bytes = b"text", **headers: str) -> Case:
    def case(gcs: Gcs) -> requests.Response:
        gcs.bucket()
        return gcs.insert(name, data, headers=headers)

    return case


def resumed(size: int, **headers: str) -> Case:
    def case(gcs: Gcs) -> requests.Response:
        gcs.bucket()
        return gcs.call("PUT", gcs.begun(), bytes(size), headers=headers)

    return case


def multipart(body: bytes) -> Case:
    path = f"/upload{API}/b/web/o?uploadType=multipart&name=new"
    return inside("POST", path, body, headers={"Content-Type": "multipart/related; boundary=line"})


def signing(**changes: str) -> Case:
    """A read by a signature that lacks something."""
    now = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    told = {
        "X-Goog-Algorithm": "GOOG4-RSA-SHA256",
        "X-Goog-Credential": f"{signed._SIGNER}/{now[:8]}/auto/storage/goog4_request",
        "X-Goog-Date": now,
        "X-Goog-Expires": "60",
        "X-Goog-SignedHeaders": "host",
        "X-Goog-Signature": "00",
    }
    return inside("GET", "/web/key", params=told | {f"X-Goog-{name}": value for name, value in changes.items()})


def expired(gcs: Gcs) -> requests.Response:
    gcs.bucket()
    gcs.made("key")
    blob = gcs.client().bucket("web").blob("key")
    url = blob.generate_signed_url(
        version="v4", expiration=1, credentials=_credentials(), api_access_endpoint=gcs.endpoint
    )
    time.sleep(2.1)
    return requests.get(url, timeout=30)


def _credentials() -> Any:
    from cloudctl_gcp.credentials import SandboxCredentials

    return SandboxCredentials()


def crashed(gcs: Gcs) -> requests.Response:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(names, "check_bucket", lambda name: 1 / 0)
        assert buckets.names is names
        return insert()(gcs)


def batch(body: bytes) -> Case:
    return asked("POST", "/batch/storage/v1", body, headers={"Content-Type": "multipart/mixed; boundary=line"})


PART = b"--line\r\nContent-Type: application/http\r\n\r\nGET /storage/v1/b/web HTTP/1.1\r\n\r\n\r\n"
POLICY = "b/web/iam"
CASES: dict[Refusal, Case] = {
    Refusal.AUTHORIZATION: asked("GET", "b/web", headers={"Authorization": "Bearer other"}),
    Refusal.NO_SUCH_METHOD: asked("GET", "nothing"),
    Refusal.NOT_SERVED: inside("PATCH", "b/web", {"billing": {"requesterPays": True}}),
    Refusal.CRASHED: crashed,
    Refusal.URI: inside("GET", "b/web/o/%ff"),
    Refusal.PARAMETER: inside("GET", "b/web/o?maxResults=many"),
    Refusal.PARAMETER_MISSING: asked("POST", f"{API}/b", {"name": "web"}),
    Refusal.PARSE: asked("POST", BUCKETS, b"{"),
    Refusal.FIELD: insert(labels="none"),
    Refusal.PROJECT: asked("GET", f"{API}/b?project=nobodys"),
    Refusal.DENIED: asked("GET", "b/taken-web"),
    Refusal.NO_BUCKET: asked("GET", "b/web"),
    Refusal.NO_OBJECT: inside("GET", "b/web/o/other"),
    Refusal.PRECONDITION: inside("DELETE", "b/web/o/key?ifGenerationMatch=1"),
    Refusal.NOT_MODIFIED: inside("GET", "b/web/o/key?ifGenerationNotMatch={generation}"),
    Refusal.PAGE_TOKEN: inside("GET", "b/web/o?pageToken=x"),
    Refusal.BUCKET_NAME: insert(name="Web"),
    Refusal.BUCKET_TAKEN: insert(name="taken-web"),
    Refusal.BUCKET_OWNED: inside("POST", BUCKETS, {"name": "web"}),
    Refusal.LOCATION: insert(location="moon"),
    Refusal.LOCATION_FIXED: inside("PATCH", "b/web", {"location": "EU"}),
    Refusal.STORAGE_CLASS: insert(storageClass="COLD"),
    Refusal.LABELS: insert(labels={"Upper": "x"}),
    Refusal.PUBLIC_ACCESS: insert(iamConfiguration={"publicAccessPrevention": "maybe"}),
    Refusal.KEY: insert(encryption={"defaultKmsKeyName": "key"}),
    Refusal.RETENTION: insert(softDeletePolicy={"retentionDurationSeconds": "60"}),
    Refusal.LIFECYCLE: insert(lifecycle={"rule": [{"action": {"type": "Delete"}}]}),
    Refusal.UNIFORM_ACL: insert(acl=ACL, **UNIFORM),
    Refusal.UNIFORM_OBJECT_ACL: inside("PATCH", "b/web/o/key", {"acl": ACL}, UNIFORM),
    Refusal.NOT_EMPTY: inside("DELETE", "b/web"),
    Refusal.PUBLIC_MEMBERS: inside(
        "PUT",
        POLICY,
        {"bindings": [{"role": "roles/storage.objectViewer", "members": ["allUsers"]}]},
        {"iamConfiguration": {"publicAccessPrevention": "enforced"}},
    ),
    Refusal.POLICY: inside("PUT", POLICY, {"bindings": [{"role": "", "members": ["user:a@example.com"]}]}),
    Refusal.POLICY_ETAG: inside("PUT", POLICY, {"etag": "CAk=", "bindings": []}),
    Refusal.PERMISSION: inside("GET", f"{POLICY}/testPermissions?permissions=compute.instances.list"),
    Refusal.OBJECT_NAME: upload(".."),
    Refusal.NAME_MISSING: inside("POST", MEDIA, b"text"),
    Refusal.UPLOAD_TYPE: inside("POST", f"/upload{API}/b/web/o?uploadType=paper&name=new", b"text"),
    Refusal.MULTIPART: multipart(b"no parts"),
    Refusal.MD5: upload(**{"X-Goog-Hash": "md5=AAAAAAAAAAAAAAAAAAAAAA=="}),
    Refusal.CRC32C: upload(**{"X-Goog-Hash": "crc32c=AAAAAA=="}),
    Refusal.NO_UPLOAD: inside("PUT", f"/upload{API}/b/web/o?uploadType=resumable&upload_id=none", b"text"),
    Refusal.CHUNK_RANGE: resumed(10, **{"Content-Range": "bytes 10-19/20"}),
    Refusal.CHUNK_SIZE: resumed(10, **{"Content-Range": "bytes 0-9/20"}),
    Refusal.RANGE: inside("GET", "b/web/o/key?alt=media", headers={"Range": "bytes=4-"}),
    Refusal.CUSTOM_TIME: inside("PATCH", "b/web/o/key", {"customTime": "tomorrow"}),
    Refusal.METADATA: inside("PATCH", "b/web/o/key", {"metadata": {"note": "x" * 8192}}),
    Refusal.SIGNED_FORM: signing(Algorithm="NONE"),
    Refusal.SIGNATURE: signing(),
    Refusal.SIGNATURE_EXPIRED: expired,
    Refusal.BATCH: batch(b"no batch"),
    Refusal.BATCH_SIZE: batch(PART * 101 + b"--line--"),
}
VARIANTS: list[tuple[Refusal, Case]] = [
    (Refusal.NOT_SERVED, inside("PATCH", "b/web/o/key", {"temporaryHold": True})),
    (Refusal.NOT_SERVED, upload(**{"X-Goog-Encryption-Algorithm": "AES256"})),
    (Refusal.PARAMETER, inside("GET", "b/web/o?projection=none")),
    (Refusal.PARSE, asked("POST", BUCKETS, b"[]", headers={"Content-Type": "application/json"})),
    (Refusal.DENIED, asked("DELETE", "b/taken-web")),
    (Refusal.PRECONDITION, inside("PATCH", "b/web?ifMetagenerationMatch=99", {"labels": {"a": "b"}})),
    (Refusal.PRECONDITION, inside("POST", f"{MEDIA}&name=key&ifGenerationMatch=0", b"text")),
    *((Refusal.BUCKET_NAME, insert(name=name)) for name in ("we", "-web", "google-web", "goog", "10.0.0.1", "a" * 64)),
    *((Refusal.OBJECT_NAME, upload(name)) for name in (".", "a\nb", "a\rb", "ä" * 513)),
    (Refusal.OBJECT_NAME, upload(".well-known/acme-challenge/x")),
    (Refusal.STORAGE_CLASS, inside("PATCH", "b/web/o/key", {"storageClass": "NEARLINE"})),
    (Refusal.LIFECYCLE, insert(lifecycle={"rule": [{"action": {"type": "Nothing"}, "condition": {"age": 1}}]})),
    (Refusal.LIFECYCLE, insert(lifecycle={"rule": [{"action": {"type": "Delete"}, "condition": {"age": -1}}]})),
    (Refusal.UPLOAD_TYPE, inside("POST", "b/web/o?name=new", {})),
    (Refusal.MULTIPART, multipart(b"--line\r\n\r\n{}\r\n--line--")),
    (Refusal.MULTIPART, multipart(b"--line\r\n\r\n{}\r\n--line\r\n\r\nbytes without an end")),
    (Refusal.MD5, upload(**{"Content-MD5": "AAAAAAAAAAAAAAAAAAAAAA=="})),
    (Refusal.CHUNK_RANGE, resumed(10, **{"Content-Range": "ten bytes"})),
    (Refusal.CHUNK_RANGE, resumed(10, **{"Content-Range": "bytes 0-4/5"})),
    (Refusal.SIGNED_FORM, signing(Expires="604801")),
    (Refusal.SIGNED_FORM, signing(Credential="somebody")),
]


def reason(reply: requests.Response) -> str:
    """The reason of a document of either API; a reply without one has only its status."""
    if reply.headers.get("Content-Type", "").startswith("application/xml"):
        found = re.search("<Code>(.*?)</Code>", reply.text)
        assert found
        return found[1]
    return str(reply.json()["error"]["errors"][0]["reason"]) if reply.content else ""


def check(refusal: Refusal, reply: requests.Response) -> None:
    row = refusal.value
    assert (reply.status_code, reason(reply)) == (row.status, "" if row.status == 304 else row.reason), reply.text
    if reply.headers.get("Content-Type", "").startswith("application/json"):
        error = reply.json()["error"]
        assert (error["code"], error["message"]) == (row.status, error["errors"][0]["message"])
        assert re.fullmatch(re.sub(r"\\\{\w+\\\}", ".*", re.escape(row.message)), error["message"], re.DOTALL)
        assert ("location" in error["errors"][0]) == bool(row.location)


@pytest.mark.parametrize("refusal", CASES, ids=lambda refusal: refusal.name)
def test_each_row_is_refused_as_it_says(gcs: Gcs, refusal: Refusal) -> None:
    check(refusal, CASES[refusal](gcs))


@pytest.mark.parametrize(("refusal", "case"), VARIANTS, ids=[refusal.name for refusal, _ in VARIANTS])
def test_other_ways_to_a_row(gcs: Gcs, refusal: Refusal, case: Case) -> None:
    check(refusal, case(gcs))


def test_every_row_has_a_request() -> None:
    assert set(CASES) == set(Refusal)


def test_what_is_refused_changes_nothing(gcs: Gcs) -> None:
    gcs.bucket()
    before = gcs.made("key")
    assert gcs.call("PATCH", "b/web/o/key", {"metadata": {"note": "x" * 8192}}).status_code == 400
    assert gcs.insert("key", b"other", headers={"X-Goog-Hash": "crc32c=AAAAAA=="}).status_code == 400
    assert gcs.call("GET", "b/web/o/key").json() == before


def test_the_page_lists_every_row_and_what_is_served() -> None:
    page = PAGE.read_text().splitlines()
    rows = [refusal.value for refusal in Refusal]
    told = [f"| {r.operation} | {r.status} {r.reason} | {r.condition} | [page]({r.page}) |" for r in rows]
    assert [line for line in told if line not in page] == []
    assert len([line for line in page if "| [page](" in line]) == len(told)
    assert [name for name in METHODS if f"`{name}`" not in PAGE.read_text()] == []
