"""Shared access signatures, made by azure-storage-blob."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from azure.storage.blob import UserDelegationKey, generate_account_sas, generate_blob_sas, generate_container_sas
from azure_service import Azure
from azure_storage import ACCOUNT, account, blob_service, container_path, storage_service

NAME = "a b/ä+%"
SOON = datetime.now(UTC) + timedelta(hours=1)


@pytest.fixture(scope="module")
def azure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Azure]:
    with storage_service(tmp_path_factory.mktemp("azure")) as azure:
        account(azure)
        account(azure, "locked", allowSharedKeyAccess=False)
        azure.request("PUT", container_path("data"), {})
        blob_service(azure).get_blob_client("data", NAME).upload_blob(b"1")
        yield azure


def key(azure: Azure) -> str:
    return str(azure.storage.storage_accounts.list_keys("group", ACCOUNT).keys_property[1].value)


def signed(azure: Azure, permission: str = "r", blob: str = NAME, **options: Any) -> str:
    given = {"expiry": SOON, "account_key": key(azure), **options}
    return generate_blob_sas(ACCOUNT, "data", blob, permission=permission, **given)


def send(azure: Azure, method: str, token: str, blob: str = NAME, body: bytes = b"", **headers: str) -> tuple[int, Any]:
    connection = HTTPConnection("127.0.0.1", azure.port, timeout=10)
    path = f"/{ACCOUNT}/data/{quote(blob)}" if blob else f"/{ACCOUNT}/data"
    connection.request(method, f"{path}?{token}", body, headers)
    reply = connection.getresponse()
    data = reply.read()
    connection.close()
    return reply.status, reply.getheader("x-ms-error-code") if reply.status >= 400 else data


def test_a_signed_address_needs_no_other_authorization(azure: Azure) -> None:
    assert send(azure, "GET", signed(azure)) == (200, b"1")
    assert send(azure, "HEAD", signed(azure)) == (200, b"")


def test_a_signature_permits_what_it_names(azure: Azure) -> None:
    put = {"x-ms-blob-type": "BlockBlob"}
    assert send(azure, "PUT", signed(azure), body=b"2", **put) == (403, "AuthorizationPermissionMismatch")
    assert send(azure, "PUT", signed(azure, "c"), body=b"2", **put) == (403, "AuthorizationPermissionMismatch")
    assert send(azure, "PUT", signed(azure, "c", "new"), "new", b"2", **put)[0] == 201
    assert send(azure, "PUT", signed(azure, "w", "new"), "new", b"3", **put)[0] == 201
    assert send(azure, "DELETE", signed(azure, "w", "new"), "new") == (403, "AuthorizationPermissionMismatch")
    assert send(azure, "DELETE", signed(azure, "d", "new"), "new")[0] == 202


def test_a_signature_is_for_one_blob_and_not_to_be_changed(azure: Azure) -> None:
    assert send(azure, "GET", signed(azure), "other") == (403, "AuthenticationFailed")
    assert send(azure, "GET", signed(azure).replace("sp=r", "sp=rw")) == (403, "AuthenticationFailed")
    wrong = signed(azure, account_key="d3Jvbmc=")
    assert send(azure, "GET", wrong) == (403, "AuthenticationFailed")


def test_a_signature_has_its_time(azure: Azure) -> None:
    past, future = datetime.now(UTC) - timedelta(seconds=2), datetime.now(UTC) + timedelta(minutes=30)
    assert send(azure, "GET", signed(azure, expiry=past)) == (403, "AuthenticationFailed")
    assert send(azure, "GET", signed(azure, start=future)) == (403, "AuthenticationFailed")
    assert send(azure, "GET", signed(azure, start=past)) == (200, b"1")


def test_a_signature_can_be_for_some_addresses_and_protocols(azure: Azure) -> None:
    assert send(azure, "GET", signed(azure, protocol="https")) == (403, "AuthorizationProtocolMismatch")
    assert send(azure, "GET", signed(azure, protocol="https,http", ip="127.0.0.0-127.0.0.9")) == (200, b"1")
    assert send(azure, "GET", signed(azure, ip="198.51.100.1")) == (403, "AuthorizationSourceIPMismatch")


def test_a_signature_can_set_the_headers_of_the_reply(azure: Azure) -> None:
    token = signed(azure, content_disposition='attachment; filename="x"', content_type="text/plain")
    connection = HTTPConnection("127.0.0.1", azure.port, timeout=10)
    connection.request("GET", f"/{ACCOUNT}/data/{quote(NAME)}?{token}")
    headers = connection.getresponse().headers
    connection.close()
    assert (headers["Content-Disposition"], headers["Content-Type"]) == ('attachment; filename="x"', "text/plain")


def test_the_signature_of_a_container_lists_and_reads_what_is_in_it(azure: Azure) -> None:
    token = generate_container_sas(ACCOUNT, "data", key(azure), permission="rl", expiry=SOON)
    assert send(azure, "GET", token) == (200, b"1")
    assert send(azure, "GET", f"restype=container&comp=list&{token}", "")[0] == 200
    only = signed(azure)
    assert send(azure, "GET", f"restype=container&comp=list&{only}", "") == (403, "AuthenticationFailed")


def test_a_user_delegation_key_signs_too(azure: Azure) -> None:
    token = signed(azure, account_key=None, user_delegation_key=delegation_key(azure))
    assert send(azure, "GET", token) == (200, b"1")
    assert send(azure, "GET", token.replace("sp=r", "sp=rw")) == (403, "AuthenticationFailed")


def delegation_key(azure: Azure) -> UserDelegationKey:
    """What the service answers to a client with a token (the SDK sends none over http)."""
    expiry = f"{SOON:%Y-%m-%dT%H:%M:%SZ}"
    connection = HTTPConnection("127.0.0.1", azure.port, timeout=10)
    headers = {"Authorization": "Bearer sandbox", "x-ms-version": "2026-04-06"}
    body = f"<KeyInfo><Start>2026-01-01T00:00:00Z</Start><Expiry>{expiry}</Expiry></KeyInfo>"
    connection.request("POST", f"/{ACCOUNT}/?restype=service&comp=userdelegationkey", body, headers)
    root = ElementTree.fromstring(connection.getresponse().read())
    connection.close()
    made = UserDelegationKey()  # type: ignore[no-untyped-call]
    made.signed_oid, made.signed_tid = root.findtext("SignedOid"), root.findtext("SignedTid")
    made.signed_start, made.signed_expiry = root.findtext("SignedStart"), root.findtext("SignedExpiry")
    made.signed_service, made.signed_version = root.findtext("SignedService"), root.findtext("SignedVersion")
    made.value = root.findtext("Value")
    return made


def test_the_signature_of_an_account_is_not_served(azure: Azure) -> None:
    token = generate_account_sas(ACCOUNT, key(azure), resource_types="o", permission="r", expiry=SOON)
    assert send(azure, "GET", token) == (501, "NotImplemented")


def test_the_keys_of_an_account_that_forbids_them_sign_nothing(azure: Azure) -> None:
    azure.request("PUT", container_path("data", "locked"), {})
    client = blob_service(azure, "locked").get_container_client("data")
    with pytest.raises(Exception, match="KeyBasedAuthenticationNotPermitted"):
        list(client.list_blobs())


def test_a_copy_from_another_account_needs_a_signature(azure: Azure) -> None:
    account(azure, "second")
    azure.request("PUT", container_path("data", "second"), {})
    target = blob_service(azure, "second").get_blob_client("data", "copy")
    source = blob_service(azure).get_blob_client("data", NAME).url
    with pytest.raises(Exception, match="CannotVerifyCopySource"):
        target.start_copy_from_url(source)
    target.start_copy_from_url(f"{source}?{signed(azure)}")
    assert target.download_blob().readall() == b"1"
    assert "sig=" not in str(target.get_blob_properties().copy.source)
