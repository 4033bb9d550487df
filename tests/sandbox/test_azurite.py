"""A second opinion (``make azurite``): Microsoft's own emulator answers the same requests as the sandbox does."""

from __future__ import annotations

import base64
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from azure.core import MatchConditions
from azure.core.exceptions import AzureError, HttpResponseError
from azure.storage.blob import BlobBlock, BlobPrefix, BlobServiceClient, ContainerClient, ContentSettings
from azure_storage import account, blob_service, storage_service

from cloudctl.sandbox.server import listen

AZURITE = os.environ.get("CLOUDCTL_AZURITE", "")
# Published for everybody: https://learn.microsoft.com/azure/storage/common/storage-connect-azurite
NAME = "devstoreaccount1"
KEY = base64.b64encode(b"sandbox" * 8).decode()
ODD = ("a//b", "a%2Fb", "a+b", "dir", "dir/", "sp ace", "ä/ö", "😀", "100%", "q?x=1#y&z", "k" * 1024)

pytestmark = pytest.mark.skipif(not AZURITE, reason="make azurite runs it: it needs node and npm")

SAME = MatchConditions.IfNotModified
Scenario = Callable[[ContainerClient], Any]


@contextmanager
def azurite(state: Path) -> Iterator[BlobServiceClient]:
    """The emulator on a free port, with an account of its own."""
    with listen(0) as free:
        port = free.getsockname()[1]
    words = ["--silent", "--skipApiVersionCheck", "--disableTelemetry", "--location", str(state)]
    environment = os.environ | {"AZURITE_ACCOUNTS": f"{NAME}:{KEY}"}
    command = [AZURITE, "--blobHost", "127.0.0.1", "--blobPort", str(port), *words]
    running = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    client = BlobServiceClient(
        f"http://127.0.0.1:{port}/{NAME}", {"account_name": NAME, "account_key": KEY}, retry_total=0
    )
    try:
        _wait(client)
        yield client
    finally:
        running.terminate()
        running.wait(10)


def _wait(client: BlobServiceClient) -> None:
    for _ in range(200):
        try:
            client.get_account_information()
        except HttpResponseError:
            return
        except AzureError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("Azurite does not answer")


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[BlobServiceClient, BlobServiceClient]]:
    """The sandbox and Azurite."""
    with (
        storage_service(tmp_path_factory.mktemp("azure")) as azure,
        azurite(tmp_path_factory.mktemp("azurite")) as theirs,
    ):
        account(azure)
        yield blob_service(azure), theirs


def outcome(act: Callable[[], Any]) -> Any:
    """What was returned, or status and code of the refusal."""
    try:
        return act()
    except HttpResponseError as error:
        return error.status_code, str(getattr(error, "error_code", ""))


def put(box: ContainerClient, name: str, data: bytes = b"text", **how: Any) -> Any:
    return box.get_blob_client(name).upload_blob(data, **how)


def block(number: int) -> str:
    return base64.b64encode(f"{number:05d}".encode()).decode()


def odd_names(box: ContainerClient) -> Any:
    for name in ODD:
        put(box, name, name.encode())
    read = {name: box.download_blob(name).readall() for name in ODD}
    return [blob.name for blob in box.list_blobs()], read


def described(box: ContainerClient) -> Any:
    settings = ContentSettings("text/css", "gzip", "de", "attachment", "no-cache")
    put(box, "a", content_settings=settings, metadata={"Name": "value"})
    found = box.get_blob_client("a").get_blob_properties()
    told = found.content_settings
    return (
        found.size, found.metadata, found.blob_type, told.content_type, told.content_encoding, told.content_language,
        told.content_disposition, told.cache_control, bytes(told.content_md5 or b""), found.blob_tier,
    )  # fmt: skip


def listed(box: ContainerClient) -> Any:
    for name in ("a", "b/1", "b/2", "b/c/3", "logs-1", "z"):
        put(box, name)
    walked = [(type(one) is BlobPrefix, one.name) for one in box.walk_blobs("b/", delimiter="/")]
    pages = [[blob.name for blob in page] for page in box.list_blobs(results_per_page=2).by_page()]
    return walked, pages, [blob.name for blob in box.list_blobs("logs-")]


def in_blocks(box: ContainerClient) -> Any:
    blob = box.get_blob_client("blocks")
    for number in (2, 1):
        blob.stage_block(block(number), f"part{number}".encode())
    uncommitted = outcome(blob.get_blob_properties)
    wrong = outcome(lambda: blob.commit_block_list([BlobBlock(block(3))]))
    blob.commit_block_list([BlobBlock(block(1)), BlobBlock(block(2))])
    return uncommitted, wrong, blob.download_blob().readall(), blob.get_blob_properties().size


def conditional(box: ContainerClient) -> Any:
    made = put(box, "key")
    blob = box.get_blob_client("key")
    return (
        outcome(lambda: put(box, "key")),
        outcome(lambda: put(box, "key", overwrite=True, etag='"0x1"', match_condition=SAME)),
        outcome(lambda: blob.download_blob(etag='"0x1"', match_condition=SAME).readall()),
        outcome(lambda: blob.download_blob(etag=made["etag"], match_condition=SAME).readall()),
        outcome(lambda: blob.delete_blob(etag='"0x1"', match_condition=SAME)),
    )


def ranged(box: ContainerClient) -> Any:
    put(box, "key", b"0123456789")
    blob = box.get_blob_client("key")
    # Azurite answers what begins behind the end with nothing, and not with InvalidRange as the documentation has it.
    spans = ((0, 3), (8, 99), (9, 1))
    return [outcome(lambda at=at, size=size: blob.download_blob(at, size).readall()) for at, size in spans]


def missing(box: ContainerClient) -> Any:
    none = box.get_blob_client("none")
    return [
        outcome(act) for act in (none.delete_blob, none.get_blob_properties, lambda: none.download_blob().readall())
    ]


def absent(box: ContainerClient) -> Any:
    box.delete_container()
    return outcome(lambda: put(box, "key")), outcome(lambda: list(box.list_blobs())), outcome(box.delete_container)


def tiers(box: ContainerClient) -> Any:
    put(box, "key")
    blob = box.get_blob_client("key")
    blob.set_standard_blob_tier("Cool")
    cool = blob.get_blob_properties().blob_tier
    blob.set_standard_blob_tier("Archive")
    return cool, outcome(lambda: blob.download_blob().readall())


def copied(box: ContainerClient) -> Any:
    put(box, "a b", metadata={"k": "v"}, content_settings=ContentSettings("text/css"))
    target = box.get_blob_client("copy")
    target.start_copy_from_url(box.get_blob_client("a b").url)
    found = target.get_blob_properties()
    gone = outcome(lambda: box.get_blob_client("x").start_copy_from_url(box.get_blob_client("none").url))
    return found.metadata, found.content_settings.content_type, found.copy.status, gone[0]


SCENARIOS: list[Scenario] = [
    odd_names, described, listed, in_blocks, conditional, ranged, missing, absent, tiers, copied,
]  # fmt: skip


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__)
def test_the_sandbox_answers_as_azurite_does(
    both: tuple[BlobServiceClient, BlobServiceClient], scenario: Scenario
) -> None:
    seen = []
    for service in both:
        box = service.get_container_client(scenario.__name__.replace("_", "-"))
        box.create_container()
        seen.append(scenario(box))
    assert seen[0] == seen[1]
