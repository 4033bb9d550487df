"""Injected faults of Azure Storage: JSON from the resource manager, XML from the blob service, seen by the SDKs."""

from __future__ import annotations

import json
from http.client import HTTPConnection
from typing import Any
from xml.etree import ElementTree

import pytest
from azure.core.exceptions import HttpResponseError
from azure.storage.blob import BlobClient
from azure_service import STORAGE, VERSIONS
from azure_storage import ACCOUNT, BODY

from cloudctl.sandbox.azure.storage import keys

SERVICE = "Microsoft.Storage/storageAccounts/blobServices"
BLOB: dict[str, tuple[int, str]] = {
    "throttle": (503, "ServerBusy"),
    "error": (500, "InternalError"),
    "denied": (403, "AuthorizationPermissionMismatch"),
    "unauthenticated": (403, "AuthenticationFailed"),
    "expired": (401, "InvalidAuthenticationInfo"),
    "quota": (503, "ServerBusy"),
    "capacity": (503, "ServerBusy"),
}
MANAGER: dict[str, tuple[int, str]] = {
    "throttle": (429, "TooManyRequests"),
    "error": (500, "InternalError"),
    "denied": (403, "AuthorizationFailed"),
    "unauthenticated": (401, "InvalidAuthenticationToken"),
    "expired": (401, "ExpiredAuthenticationToken"),
    "quota": (409, "MaxStorageAccountsCountPerSubscriptionExceeded"),
}


@pytest.fixture(autouse=True)
def empty(sandbox: Any) -> None:
    sandbox.reset()


def send(sandbox: Any, method: str, target: str, body: str = "") -> tuple[int, dict[str, str], bytes]:
    connection = HTTPConnection("127.0.0.1", sandbox.status.ports["azure"], timeout=10)
    connection.request(method, target, body, {"Authorization": "Bearer sandbox", "x-ms-client-request-id": "mine"})
    reply = connection.getresponse()
    data = reply.read()
    connection.close()
    return reply.status, dict(reply.getheaders()), data


@pytest.mark.parametrize("kind", BLOB)
def test_the_blob_service_fails_in_its_own_envelope(sandbox: Any, kind: str) -> None:
    sandbox.fault(kind, "azure", f"{SERVICE}/containers/blobs/read")
    status, headers, body = send(sandbox, "GET", f"/{ACCOUNT}/data/a")
    error = ElementTree.fromstring(body)
    assert (status, headers["x-ms-error-code"]) == BLOB[kind]
    assert (error.tag, error.findtext("Code")) == ("Error", BLOB[kind][1])
    assert f"RequestId:{headers['x-ms-request-id']}" in str(error.findtext("Message"))
    assert (headers["Content-Type"], headers["x-ms-client-request-id"]) == ("application/xml", "mine")
    assert ("WWW-Authenticate" in headers) is (status == 401)


@pytest.mark.parametrize("kind", BLOB)
def test_the_blob_client_raises_the_code_of_the_fault(sandbox: Any, kind: str) -> None:
    credential: Any = {"account_name": ACCOUNT, "account_key": keys.values(ACCOUNT)[0]}
    account_url = f"{sandbox.endpoint('azure')}/{ACCOUNT}"
    blob = BlobClient(account_url, "data", "a", credential=credential, retry_total=0)
    for call in (blob.download_blob, blob.get_blob_properties, lambda: blob.upload_blob(b"1", overwrite=True)):
        sandbox.fault(kind, "azure", f"{SERVICE}/*")
        with pytest.raises(HttpResponseError) as raised:
            call()
        code: Any = raised.value.error_code  # type: ignore[attr-defined]
        assert (raised.value.status_code, str(getattr(code, "value", code))) == BLOB[kind]


def test_a_fault_of_a_head_request_has_no_body(sandbox: Any) -> None:
    sandbox.fault("throttle", "azure")
    status, headers, body = send(sandbox, "HEAD", f"/{ACCOUNT}/data/a")
    assert (status, headers["x-ms-error-code"], body) == (503, "ServerBusy", b"")


@pytest.mark.parametrize("kind", MANAGER)
def test_the_resource_manager_fails_with_the_codes_of_its_storage_provider(sandbox: Any, kind: str) -> None:
    sandbox.fault(kind, "azure", "Microsoft.Storage/storageAccounts/write")
    target = f"{STORAGE}/{ACCOUNT}?api-version={VERSIONS['Microsoft.Storage']}"
    status, headers, body = send(sandbox, "PUT", target, json.dumps(BODY))
    error = json.loads(body)["error"]
    assert (status, error["code"]) == MANAGER[kind]
    assert error["message"]
    assert ("Retry-After" in headers) is (kind == "throttle")


def test_a_full_subscription_is_told_the_region_that_is_full(sandbox: Any) -> None:
    sandbox.fault("quota", "azure")
    target = f"{STORAGE}/{ACCOUNT}?api-version={VERSIONS['Microsoft.Storage']}"
    message = json.loads(send(sandbox, "PUT", target, json.dumps(BODY))[2])["error"]["message"]
    assert f"in location {BODY['location']} " in message
