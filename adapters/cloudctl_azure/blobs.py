"""The Blob service of one storage account: its REST API over the pipeline of the SDK.

https://learn.microsoft.com/rest/api/storageservices/blob-service-rest-api. Requests are written here and not by the
clients of azure-storage-blob, which cut and buffer content as they see fit, and cost several times the CPU.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO
from urllib.parse import quote, urlencode
from xml.etree import ElementTree

from azure.core.exceptions import DecodeError, HttpResponseError
from azure.core.rest import HttpRequest

from cloudctl.retry import Call
from cloudctl_azure.session import Session

VERSION = "2023-11-03"
_PAGE = 5000

Query = Mapping[str, str | None]
Headers = Mapping[str, str | None]


class Blobs:
    """A container and the blobs in it; ``endpoint`` is that of the account's Blob service."""

    def __init__(self, session: Session, call: Call, endpoint: str, container: str) -> None:
        self._session, self._call = session, call
        self.endpoint, self.container = endpoint.rstrip("/"), container

    def url(self, key: str | None = None) -> str:
        """The address of the container, or of a blob in it."""
        at = f"{self.endpoint}/{quote(self.container, safe='$')}"
        return at if key is None else f"{at}/{quote(key, safe='/~')}"

    def once(
        self,
        method: str,
        url: str,
        query: Query | None = None,
        headers: Headers | None = None,
        body: bytes | BinaryIO | None = None,
        *,
        stream: bool = False,
    ) -> Any:
        """One request; the answer. What is None in ``query`` or ``headers`` is left out. Raises the SDK's errors."""
        wanted = {name: value for name, value in (query or {}).items() if value is not None}
        address = f"{url}?{urlencode(wanted, quote_via=quote)}" if wanted else url
        told = {name: value for name, value in (headers or {}).items() if value is not None}
        request = HttpRequest(method, address, headers={"x-ms-version": VERSION, **told}, content=body)
        answer = self._session.blob(request, stream=stream)
        if answer.status_code >= 300:
            if stream:
                answer.read()
            raise HttpResponseError(message=_message(answer), response=answer)
        if _is_page(answer.headers):
            answer.close()
            raise DecodeError(f"{url} was answered with a page of HTML")
        return answer

    def send(self, method: str, key: str | None = None, *arguments: Any) -> Any:
        """One request, repeated where that is worth it: query, headers, body. Raises CloudError."""
        return self._call(self.once, method, self.url(key), *arguments)

    def document(self, method: str, key: str | None, query: Query, body: bytes | None = None) -> ElementTree.Element:
        """The XML of an answer."""
        return self._call(self._document, method, self.url(key), query, body)

    def _document(self, method: str, url: str, query: Query, body: bytes | None) -> ElementTree.Element:
        data: bytes = self.once(method, url, query, None, body).content
        try:
            return ElementTree.fromstring(data)
        except ElementTree.ParseError as error:
            raise DecodeError(f"{url} was not answered in XML: {error}") from error

    def pages(self, query: Query) -> Iterator[ElementTree.Element]:
        """Pages of blobs: https://learn.microsoft.com/rest/api/storageservices/list-blobs"""
        marker: str | None = None
        while True:
            asked = {"restype": "container", "comp": "list", "maxresults": str(_PAGE), **query, "marker": marker}
            page = self.document("GET", None, asked)
            yield page
            marker = page.findtext("NextMarker") or None
            if marker is None:
                return

    def delegation_key(self, start: str, expiry: str) -> ElementTree.Element:
        """https://learn.microsoft.com/rest/api/storageservices/get-user-delegation-key"""
        body = f"<KeyInfo><Start>{start}</Start><Expiry>{expiry}</Expiry></KeyInfo>"
        query = {"restype": "service", "comp": "userdelegationkey"}
        return self._call(self._document, "POST", self.endpoint + "/", query, body.encode())


def _is_page(headers: Mapping[str, str]) -> bool:
    """Whether it is the sign-in page of a network; blobs may well be pages, but come with headers of the service."""
    told = any(name.lower().startswith("x-ms-") for name in headers)
    return headers.get("Content-Type", "").startswith("text/html") and not told


def _message(answer: Any) -> str:
    """What an error's document says; a reply to HEAD has none."""
    try:
        return ElementTree.fromstring(answer.content).findtext("Message") or ""
    except ElementTree.ParseError:
        return ""
