"""One bucket of Cloud Storage, as the objects in it are reached: the JSON API over Google's HTTP session.

https://cloud.google.com/storage/docs/json_api/v1/objects
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any, TypeVar
from urllib.parse import quote

import requests
from google.protobuf.json_format import ParseError

from cloudctl.errors import CloudError, Kind, UsageError
from cloudctl.objects.lane import Lane
from cloudctl.retry import Call
from cloudctl.services.objects import NoBucket
from cloudctl_gcp.http import Json
from cloudctl_gcp.lane import Road, lane, road
from cloudctl_gcp.storage import LISTED, Session, bucket_path

_KEY_BYTES = 1024
_AGENT = "cloudctl"
API = "/storage/v1"
UPLOAD = "/upload/storage/v1"
DOWNLOAD = "/download/storage/v1"
JSON = "application/json; charset=UTF-8"

T = TypeVar("T")
Query = Mapping[str, Any]
Headers = Mapping[str, str | None]


class Place:
    """A bucket and the objects in it."""

    def __init__(self, session: Session, call: Call, bucket: str) -> None:
        self.session, self._call, self.bucket = session, call, bucket

    @property
    def url(self) -> str:
        return f"gs://{self.bucket}/"

    @cached_property
    def lane(self) -> Lane | None:
        """The fast way to small objects, where there is one."""
        return lane(self.session, self.bucket)

    @cached_property
    def road(self) -> Road | None:
        """libcurl's way to objects, where there is one."""
        return road(self.session)

    def address(self, key: str | None = None, service: str = API) -> str:
        """The address of the bucket's objects, or of one of them."""
        at = f"{self.session.base}{service}{bucket_path(self.bucket)}/o"
        return at if key is None else f"{at}/{quote(key, safe='')}"

    def once(
        self, method: str, address: str, query: Query | None = None, headers: Headers | None = None, **options: Any
    ) -> requests.Response:
        """One request; the answer. What is None in ``query`` or ``headers`` is left out. Raises the SDK's errors."""
        wanted = {name: value for name, value in (query or {}).items() if value is not None}
        told = {name: value for name, value in (headers or {}).items() if value is not None}
        return self.session.raw(method, address, params=wanted, headers={"User-Agent": _AGENT, **told}, **options)

    def document(self, method: str, address: str, query: Query | None = None, body: Json | None = None) -> Json:
        """The document of an answer to a request that is repeated where that is worth it. Raises CloudError."""
        sent: dict[str, Any] = {} if body is None else {"data": json.dumps(body), "headers": {"Content-Type": JSON}}
        return self.repeated(lambda: parsed(self.once(method, address, query, **sent)))

    def repeated(self, attempt: Callable[[], T]) -> T:
        """What an attempt gives, repeated where that is worth it. Raises CloudError.

        A condition of an object that does not hold will not hold later.
        """

        def one() -> T:
            try:
                return self._call.once(attempt)
            except CloudError as error:
                error.retryable &= not refuses_condition(error)
                raise self.named(error) from error

        return self._call.repeat(one)

    def named(self, error: CloudError, key: str | None = None) -> CloudError:
        """The error, which says what is not there by its URL: Google's own texts do that only for objects."""
        there = error.message
        if error.kind is Kind.NOT_FOUND and "bucket does not exist" in there:
            return NoBucket(self.bucket, error)
        if error.kind is Kind.NOT_FOUND and key is not None and "No such object" in there:
            error.message, error.fix = f"there is no {self.url}{key}", None
        error.args = (error.message,)
        return error

    def pages(self, **query: Any) -> Iterator[Json]:
        """Pages of objects: https://cloud.google.com/storage/docs/json_api/v1/objects/list"""
        token: str | None = None
        while True:
            asked = {"projection": "noAcl", "maxResults": LISTED, **query, "pageToken": token}
            page = self.document("GET", self.address(), asked)
            yield page
            token = page.get("nextPageToken")
            if not token:
                return

    def check(self, key: str) -> None:
        """https://cloud.google.com/storage/docs/objects#naming"""
        if not key:
            raise UsageError("the key is missing", fix=f"write {self.url}KEY")
        try:
            size = len(key.encode())
        except UnicodeEncodeError as error:
            raise UsageError(f"{key!r} is not valid text: names are UTF-8") from error
        if size > _KEY_BYTES:
            raise UsageError(f"the name has {size} bytes, and Cloud Storage allows {_KEY_BYTES}: {key[:60]}...")
        if "\n" in key or "\r" in key:
            raise UsageError(f"{key!r} has a line end, which Cloud Storage does not allow in a name")
        if key in (".", ".."):
            raise UsageError(f"{key!r} is no name that Cloud Storage allows")
        if key.startswith(".well-known/acme-challenge/"):
            raise UsageError(f"{key!r} begins with .well-known/acme-challenge/, which Cloud Storage does not allow")


def refuses_condition(error: CloudError) -> bool:
    """Whether a request was refused for its ``if...Match``; the text of such a refusal is not always JSON.

    https://cloud.google.com/storage/docs/json_api/v1/status-codes#412_Precondition_Failed
    """
    return error.kind is Kind.CONFLICT and error.code in ("conditionNotMet", None)


def exists(key: str, absent: bool, error: CloudError) -> CloudError:
    """What a write that wants no object there (``absent``) was refused for, as EXISTS; any other error as it is."""
    if not absent or not refuses_condition(error):
        return error
    return CloudError(Kind.EXISTS, f"{key} is there already", code=error.code, request_id=error.request_id)


def parsed(answer: requests.Response) -> Json:
    """The document of an answer, empty where there is none. Raises ParseError for a page of something between."""
    if not answer.content:
        return {}
    try:
        found = answer.json()
    except ValueError as error:
        raise ParseError(f"{answer.url.partition('?')[0]} was not answered in JSON: {error}") from error
    if not isinstance(found, dict):
        raise ParseError("the answer is no JSON object")
    return found
