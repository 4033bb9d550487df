"""Every row of the table of what the blob service refuses, provoked by a request as it stands."""

from __future__ import annotations

import html
import re
from base64 import b64encode
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import formatdate
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

import pytest
from azure.storage.blob import generate_blob_sas
from azure_service import STORAGE, Azure
from azure_storage import ACCOUNT, account, blob_service, container_path, storage_service

from cloudctl.sandbox.azure.refusals import BLOB_TABLE, BlobRefusal

LIST = "restype=container&comp=list"
BLOCK = b64encode(b"0001").decode()


class Answer(NamedTuple):
    """What a reply says; an error without a body says its code in a header only, and no message."""

    status: int
    code: str
    message: str
    headers: dict[str, str]


Provoke = Callable[[Azure], Answer]


@pytest.fixture(scope="module")
def azure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Azure]:
    with storage_service(tmp_path_factory.mktemp("azure"), transition=0.5) as azure:
        account(azure)
        account(azure, "openaccount", allowBlobPublicAccess=True)
        account(azure, "locked", allowSharedKeyAccess=False)
        account(azure, "versioned")
        service = {"properties": {"isVersioningEnabled": True}}
        azure.request("PUT", f"{STORAGE}/versioned/blobServices/default", service)
        for name in (ACCOUNT, "openaccount", "locked", "versioned"):
            azure.request("PUT", container_path("data", name), {})
        blob_service(azure).get_blob_client("data", "a").upload_blob(b"text")
        yield azure


def send(
    method: str = "GET", path: str = "data/a", query: str = "", body: str = "", *, of: str = ACCOUNT, **headers: str
) -> Provoke:
    """A request with the sandbox's token; names of headers have ``_`` for ``-``, an empty one is not sent."""
    given = {"authorization": "Bearer sandbox", "x_ms_version": "2026-04-06", **headers}
    sent = {name.replace("_", "-"): value for name, value in given.items() if value}
    target = f"/{of}/{path}" + (f"?{query}" if query else "")
    return lambda azure: _send(azure, method, target, body, sent)


def _send(azure: Azure, method: str, target: str, body: str, headers: dict[str, str]) -> Answer:
    connection = HTTPConnection("127.0.0.1", azure.port, timeout=10)
    connection.request(method, target, body, headers)
    reply = connection.getresponse()
    data, found = reply.read(), dict(reply.getheaders())
    connection.close()
    code = found.get("x-ms-error-code", "")
    root = ElementTree.fromstring(data) if data.startswith(b"<?xml") else None
    if root is not None and root.tag == "Error":
        assert root.findtext("Code") == code
    return Answer(reply.status, code, (root.findtext("Message") if root is not None else "") or "", found)


def put(path: str = "data/new", query: str = "", body: str = "text", **headers: str) -> Provoke:
    return send("PUT", path, query, body, **{"x_ms_blob_type": "BlockBlob", **headers})


def keyed(of: str) -> Provoke:
    return send(of=of, authorization=f"SharedKey {of}:d3Jvbmc=", x_ms_date=formatdate(usegmt=True))


def signed(method: str = "GET", **options: Any) -> Provoke:
    """A request with a shared access signature that permits reading."""

    def provoke(azure: Azure) -> Answer:
        key = azure.storage.storage_accounts.list_keys("group", ACCOUNT).keys_property[0].value
        given = {"permission": "r", "expiry": datetime.now(UTC) + timedelta(hours=1), **options}
        token = generate_blob_sas(ACCOUNT, "data", "a", account_key=key, **given)
        return send(method, "data/a", token, authorization="")(azure)

    return provoke


def archived(method: str, query: str = "", *, back: bool = False, **headers: str) -> Provoke:
    """A request on a blob in the archive, or on its way ``back``."""

    def provoke(azure: Azure) -> Answer:
        put("data/old", x_ms_access_tier="Archive")(azure)
        if back:
            send("PUT", "data/old", "comp=tier", x_ms_access_tier="Hot")(azure)
        return send(method, "data/old", query, **headers)(azure)

    return provoke


def current_version(azure: Azure) -> Answer:
    made = put("data/v", of="versioned")(azure).headers["x-ms-version-id"]
    return send("DELETE", "data/v", f"versionid={made}", of="versioned")(azure)


def copied(source: str, **headers: str) -> Provoke:
    return lambda azure: send("PUT", "data/copy", x_ms_copy_source=_url(azure, source), **headers)(azure)


def _url(azure: Azure, path: str) -> str:
    return f"http://127.0.0.1:{azure.port}/{path}"


CASES: dict[BlobRefusal, Provoke] = {
    BlobRefusal.NOT_SERVED: send(query="comp=tags"),
    BlobRefusal.ACCOUNT: send(of="nobody"),
    BlobRefusal.SIGNATURE: keyed(ACCOUNT),
    BlobRefusal.TOKEN: send(authorization="Bearer stolen"),
    BlobRefusal.ANONYMOUS: send(of="openaccount", authorization=""),
    BlobRefusal.PUBLIC: send(authorization=""),
    BlobRefusal.KEYS: keyed("locked"),
    BlobRefusal.CONTAINER: send(path="missing/a"),
    BlobRefusal.CONTAINER_NAME: send(path="A_b/a"),
    BlobRefusal.LENGTH: put(f"data/{'a' * 1025}"),
    BlobRefusal.CONTROL: put("data/a%0Ab"),
    BlobRefusal.BLOB: send(path="data/missing"),
    BlobRefusal.VERB: send("PATCH"),
    BlobRefusal.QUERY: send(path="data", query=f"{LIST}&include=secrets"),
    BlobRefusal.QUERY_RANGE: send(path="data", query=f"{LIST}&maxresults=0"),
    BlobRefusal.HEADER: send(range="bytes=2-1"),
    BlobRefusal.HEADER_MISSING: put(x_ms_blob_type=""),
    BlobRefusal.METADATA: put(x_ms_meta_1st="x"),
    BlobRefusal.MD5: put(content_md5=b64encode(b"x" * 16).decode()),
    BlobRefusal.MD5_FORM: put(content_md5="bm90IDE2"),
    BlobRefusal.CRC64: put(query=f"comp=block&blockid={BLOCK}", x_ms_content_crc64="AQIDBAUGBwg="),
    BlobRefusal.BLOCK_ID: put(query="comp=block&blockid=*"),
    BlobRefusal.CONDITION: send(if_match='"0x1"'),
    BlobRefusal.UNCHANGED: send(if_none_match="*"),
    BlobRefusal.EXISTS: put("data/a", if_none_match="*"),
    BlobRefusal.PERMISSION: signed("DELETE"),
    BlobRefusal.PROTOCOL: signed(protocol="https"),
    BlobRefusal.SOURCE_IP: signed(ip="198.51.100.1"),
    BlobRefusal.CONTAINER_EXISTS: send("PUT", "data", "restype=container"),
    BlobRefusal.BLOCK_LIST: put(query="comp=blocklist", body=f"<BlockList><Latest>{BLOCK}</Latest></BlockList>"),
    BlobRefusal.XML: put(query="comp=blocklist", body="<BlockList>"),
    BlobRefusal.RANGE: send(range="bytes=4-"),
    BlobRefusal.ARCHIVED: archived("GET"),
    BlobRefusal.REHYDRATING: archived("PUT", "comp=tier", back=True, x_ms_access_tier="Cool"),
    BlobRefusal.ROOT: current_version,
    BlobRefusal.COPY_SOURCE: copied("openaccount/data/a"),
    BlobRefusal.COPY_CONDITION: copied(f"{ACCOUNT}/data/a", x_ms_source_if_match='"0x1"'),
    BlobRefusal.LEASE: send(x_ms_lease_id="00000000-0000-4000-8000-000000000001"),
    BlobRefusal.CONTAINER_LEASE: send(
        path="data", query="restype=container", x_ms_lease_id="00000000-0000-4000-8000-000000000001"
    ),
}


@pytest.mark.parametrize("refusal", BLOB_TABLE, ids=str)
def test_the_blob_service_refuses_as_the_table_says(azure: Azure, refusal: BlobRefusal) -> None:
    row = refusal.value
    answer = CASES[refusal](azure)
    assert (answer.status, answer.code) == (row.status, row.code)
    if row.status != 304:
        told = re.sub(r"\\{\w+\\}", ".+", re.escape(row.message))
        assert re.fullmatch(rf"{told}\nRequestId:\S+\nTime:\S+Z", answer.message), answer.message
    assert answer.headers["x-ms-request-id"]


def test_two_rows_of_the_table_are_never_one() -> None:
    assert len(BlobRefusal.__members__) == len(list(BlobRefusal))


def test_a_refusal_of_head_says_its_code_without_a_body(azure: Azure) -> None:
    assert send("HEAD", "data/missing")(azure)[:3] == (404, "BlobNotFound", "")


def test_a_refused_write_leaves_the_blob_and_no_bytes(azure: Azure) -> None:
    state = azure.cloud._store.objects.contents._directory  # type: ignore[attr-defined]
    CASES[BlobRefusal.ARCHIVED](azure)
    before = sorted(state.iterdir())
    for refusal in (BlobRefusal.MD5, BlobRefusal.EXISTS, BlobRefusal.LENGTH, BlobRefusal.BLOCK_ID, BlobRefusal.LEASE):
        CASES[refusal](azure)
    assert sorted(state.iterdir()) == before
    assert blob_service(azure).get_blob_client("data", "a").download_blob().readall() == b"text"


def test_the_documentation_lists_every_refusal() -> None:
    page = (Path(__file__).parents[2] / "docs" / "sandbox-azure.md").read_text()
    lines = html.unescape(page).splitlines()
    for row in (refusal.value for refusal in BLOB_TABLE):
        assert f"| `{row.operation}` | {row.condition} | {row.status} `{row.code}` | [page]({row.page}) |" in lines
