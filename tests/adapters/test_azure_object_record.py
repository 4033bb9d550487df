"""From answers of Blob Storage to the neutral object: the documented list, with every optional element absent."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest
from cloudctl_azure.objects import record
from requests.structures import CaseInsensitiveDict

URL = "az://myaccount/mycontainer/"
PAGE = Path(__file__).parent.parent / "fixtures" / "azure" / "list_blobs.xml"
MD5 = "b10a8db164e0754105b7a99be72e3fe5"
# https://learn.microsoft.com/rest/api/storageservices/get-blob#sample-response, with the headers of newer versions
HEADERS = {
    "Content-Length": "1024", "Content-Type": "text/plain", "Content-MD5": "sQqNsWTgdUEFt6mb5y4/5Q==",
    "Last-Modified": "Wed, 24 May 2023 19:10:02 GMT", "ETag": '"0x8DB5C8B0A6E2C4B"', "Cache-Control": "no-cache",
    "Content-Encoding": "gzip", "x-ms-blob-type": "BlockBlob", "x-ms-meta-Mtime": "1.5", "x-ms-access-tier": "Hot",
    "x-ms-version-id": "2023-05-24T19:10:02.8747841Z",
}  # fmt: skip


def blobs() -> list[Element]:
    return ElementTree.parse(PAGE).findall("Blobs/Blob")


def less(blob: Element) -> Iterator[Element]:
    """The example without each of its optional elements, and without all but its name."""
    for path in (".", "Properties"):
        for child in blob.findall(f"{path}/*"):
            if child.tag != "Name":
                smaller = copy.deepcopy(blob)
                parent = smaller.find(path)
                assert parent is not None
                parent.remove(parent.findall(child.tag)[0])
                yield smaller
    bare = copy.deepcopy(blob)
    bare[:] = bare.findall("Name")
    yield bare


def test_a_current_version() -> None:
    found = record.listed(URL, blobs()[0], versions=True)
    assert (found.url, found.key, found.size) == (URL + "blob1.txt", "blob1.txt", 1024)
    assert found.modified == datetime(2023, 5, 24, 19, 10, 2, tzinfo=UTC)
    assert (found.etag, found.storage_class) == ("0x8DB5C8B0A6E2C4B", "Hot")
    assert (found.version, found.latest, found.deleted) == ("2023-05-24T19:10:02.8747841Z", True, False)
    assert found.checksums == {"md5": MD5}


def test_a_deleted_blob_with_a_name_that_xml_cannot_hold() -> None:
    found = record.listed(URL, blobs()[1], versions=True)
    assert (found.key, found.deleted, found.latest, found.checksums) == ("odd￾name", True, False, {})


def test_a_blob_that_was_never_versioned_is_its_own_latest_one() -> None:
    found = record.listed(URL, blobs()[2], versions=True)
    assert (found.version, found.latest, found.deleted, found.storage_class) == (None, True, False, None)
    assert (record.listed(URL, blobs()[2], versions=False).latest, found.size) == (None, 512)


def test_a_prefix() -> None:
    (one,) = ElementTree.parse(PAGE).findall("Blobs/BlobPrefix")
    assert record.prefix(URL, one).url == URL + "myfolder/"


@pytest.mark.parametrize("blob", [one for blob in blobs() for one in less(blob)])
@pytest.mark.parametrize("versions", [True, False])
def test_a_listed_blob_with_less(blob: Element, versions: bool) -> None:
    found = record.listed(URL, blob, versions=versions)
    assert found.key in ("blob1.txt", "odd￾name", "page.vhd")
    assert (found.size is None) == (blob.find("Properties/Content-Length") is None)
    assert (found.modified is None) == (blob.find("Properties/Last-Modified") is None)
    assert found.checksums == ({"md5": MD5} if blob.findtext("Properties/Content-MD5") else {})


def look(headers: Mapping[str, str]) -> record.StoredObject:
    return record.looked_at(URL, "blob1.txt", CaseInsensitiveDict(headers))


def test_a_look() -> None:
    found = look(HEADERS)
    assert (found.size, found.content_type, found.content_encoding) == (1024, "text/plain", "gzip")
    assert (found.cache_control, found.storage_class) == ("no-cache", "Hot")
    assert {name.lower(): value for name, value in (found.metadata or {}).items()} == {"mtime": "1.5"}
    assert found.checksums == {"md5": MD5}


@pytest.mark.parametrize("name", HEADERS)
def test_a_look_with_less(name: str) -> None:
    found = look({header: value for header, value in HEADERS.items() if header != name})
    assert (found.size is None, found.etag is None) == (name == "Content-Length", name == "ETag")
    assert (found.version is None, not found.checksums) == (name == "x-ms-version-id", name == "Content-MD5")


def test_a_range_tells_of_the_whole() -> None:
    part = HEADERS | {"Content-Range": "bytes 0-9/1024", "Content-Length": "10", "Content-MD5": "AAAA"}
    assert (look(part).size, look(part).checksums) == (1024, {})
    assert look(part | {"x-ms-blob-content-md5": HEADERS["Content-MD5"]}).checksums == {"md5": MD5}


@pytest.mark.parametrize("text", ["", "yesterday", "Wed, 99 May 2023 19:10:02 GMT"])
def test_a_time_that_is_none_is_not_known(text: str) -> None:
    assert look(HEADERS | {"Last-Modified": text}).modified is None


def test_a_checksum_that_is_no_base64_is_not_known() -> None:
    assert look(HEADERS | {"Content-MD5": "not base64!"}).checksums == {}
