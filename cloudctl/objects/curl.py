"""Requests by libcurl, which takes a fraction of the processor time of the SDKs' HTTP.

Each is made once. Where anything is not as it should be the SDK makes it again, repeats it, and says what is wrong: no
error of libcurl's is told, and nothing depends on it but time.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from cloudctl.errors import CloudError
from cloudctl.objects.checksums import Check
from cloudctl.retry import Deadline
from cloudctl.services.objects import Opened, StoredObject

T = TypeVar("T")

LARGEST = 1024 * 1024
"""Bytes of an object that is held in memory until it is whole."""
_READ = 512 * 1024
# In a row; then it is the bucket or the network, and trying costs more than it saves.
_FAILURES = 3


@dataclass(slots=True)
class Way:
    """How a bucket is reached: until when, with which file of certificate authorities, by which kind of signature.

    ``signature`` is libcurl's own (https://curl.se/libcurl/c/CURLOPT_AWS_SIGV4.html); empty: the headers have it all.
    """

    deadline: Deadline
    authorities: str
    signature: str = ""
    failed: int = 0

    @property
    def closed(self) -> bool:
        return self.failed >= _FAILURES


@dataclass(frozen=True, slots=True)
class Request:
    """A GET. ``found`` reads what an answer's headers tell of the object; ``user`` is what it is signed for."""

    way: Way
    url: str
    found: Callable[[Mapping[str, str]], StoredObject]
    headers: tuple[str, ...] = field(default=(), repr=False)
    user: tuple[str, str] | None = field(default=None, repr=False)
    status: int = 200


@dataclass(frozen=True, slots=True)
class Errand(Generic[T]):
    """A request and what is done with its answer, in the courier's thread: ``take`` pieces of it, and at the ``end``.

    Where the answer is not the wanted one, or the end raises what is worth repeating, ``otherwise`` is called instead.
    """

    request: Request
    take: Callable[[bytes], object]
    end: Callable[[StoredObject], T]
    otherwise: Callable[[], T]


class Held:
    """A small answer as it comes. Raises Unfit where it is larger than it was said to be."""

    def __init__(self) -> None:
        self.chunks: list[bytes] = []
        self._size = 0

    def take(self, chunk: bytes) -> None:
        self._size += len(chunk)
        if self._size > LARGEST:
            raise Unfit
        self.chunks.append(chunk)


_own = threading.local()


def bring(request: Request) -> Opened | None:
    """A small object, in this thread; None where the answer is not the wanted one, or not what it is said to be."""
    held = Held()
    handle = _own.handle = getattr(_own, "handle", None) or Handle()

    def end(found: StoredObject) -> Opened:
        check = Check(found.url, found.size, found.checksums)
        for chunk in held.chunks:
            check.update(chunk)
        check.end()
        return Opened(found, iter(held.chunks))

    def otherwise() -> Opened:
        raise Unfit

    try:
        handle.begin(Errand(request, held.take, end, otherwise))
        found: Opened = handle.result(failed=not handle.perform())
    except Unfit:
        return None
    return found


class Unfit(Exception):
    """What came is not what was wanted."""


class Handle:
    """A connection of libcurl's, for one errand after the other."""

    def __init__(self) -> None:
        self.curl: Any = None
        self._errand: Errand[Any] | None = None
        self._way: Way | None = None
        self._user: tuple[str, str] | None = None
        self._lines: list[bytes] = []
        self._answer: tuple[int, Mapping[str, str]] | None = None
        self._error: BaseException | None = None

    def begin(self, errand: Errand[Any]) -> None:
        """Raises Unfit where this libcurl cannot make the request."""
        import pycurl

        self._errand, self._answer, self._error = errand, None, None
        self._lines.clear()
        try:
            self._ask(errand.request)
        except (pycurl.error, AttributeError, TypeError, ValueError) as error:
            errand.request.way.failed += 1
            raise Unfit from error

    def _ask(self, request: Request) -> None:
        import pycurl

        if request.way is not self._way:
            self._way, self._user, self.curl = request.way, None, self._going(request.way)
        if not math.isinf(left := request.way.deadline.left()):
            self.curl.setopt(pycurl.TIMEOUT_MS, max(1, int(left * 1000)))
        self.curl.setopt(pycurl.URL, request.url)
        self.curl.setopt(pycurl.HTTPHEADER, list(request.headers))
        if request.user and request.user != self._user:
            self._user = request.user
            self.curl.setopt(pycurl.USERNAME, request.user[0])
            self.curl.setopt(pycurl.PASSWORD, request.user[1])

    def _going(self, way: Way) -> Any:
        """A handle of libcurl's: https://curl.se/libcurl/c/curl_easy_setopt.html"""
        import pycurl

        curl, (connect, read) = pycurl.Curl(), way.deadline.timeouts()
        for option, value in (
            (pycurl.NOSIGNAL, 1),
            (pycurl.HTTP_VERSION, pycurl.CURL_HTTP_VERSION_1_1),
            (pycurl.PROTOCOLS, pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS),
            (pycurl.NOPROXY, "*"),
            (pycurl.USERAGENT, "cloudctl"),
            (pycurl.BUFFERSIZE, _READ),
            # A function of ours would be called for each line.
            (pycurl.HEADERFUNCTION, self._lines.append),
            (pycurl.WRITEFUNCTION, self._take),
            (pycurl.CONNECTTIMEOUT_MS, max(1, int(connect * 1000))),
            (pycurl.LOW_SPEED_LIMIT, 1),
            (pycurl.LOW_SPEED_TIME, max(1, round(read))),
            (pycurl.CAINFO, way.authorities),
            # libcurl does not sign a path that it must leave as it is.
            (pycurl.AWS_SIGV4, way.signature) if way.signature else (pycurl.PATH_AS_IS, 1),
        ):
            curl.setopt(option, value)
        return curl

    def perform(self) -> bool:
        """Make the request in this thread; whether an answer has come."""
        import pycurl

        try:
            self.curl.perform()
        except pycurl.error:
            return False
        return True

    def _told(self) -> tuple[int, Mapping[str, str]]:
        """The status and the headers of the answer, all of which have come when its content comes."""
        self._answer = self._answer or _last(b"".join(self._lines).decode("iso-8859-1"))
        return self._answer

    def _take(self, data: bytes) -> int | None:
        """Of an answer that is not the wanted one nothing is taken. What is raised here would only be printed."""
        assert self._errand
        if self._told()[0] != self._errand.request.status:
            return 0
        try:
            self._errand.take(data)
        except BaseException as error:
            self._error = error
            return 0
        return None

    def result(self, *, failed: bool) -> Any:
        """What the end of the errand gives. Raises Unfit where it is to be done otherwise."""
        assert self._errand
        errand, self._errand = self._errand, None
        way = errand.request.way
        try:
            result = self._ended(errand, failed=failed)
        except Unfit:
            way.failed += 1
            raise
        way.failed = 0
        return result

    def _ended(self, errand: Errand[Any], *, failed: bool) -> Any:
        if self._error:
            raise self._error
        status, headers = self._told()
        if failed or status != errand.request.status:
            raise Unfit
        found = errand.request.found(headers)
        if found.etag is None and found.version is None:
            # The sign-in page of a network, say.
            raise Unfit
        try:
            return errand.end(found)
        except CloudError as error:
            if error.retryable:
                raise Unfit from error
            raise


def _last(text: str) -> tuple[int, Mapping[str, str]]:
    """The status of the last of several answers (the others are interim), and its headers by names in lower case."""
    first, *lines = text[text.rfind("\nHTTP/") + 1 :].split("\n")
    headers = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if colon:
            headers[name.lower()] = value.strip(" \t\r")
    code = first[9:12]
    return int(code) if code.isdigit() else 0, headers


def available() -> bool:
    """Whether libcurl is there: it comes with the extras for AWS and GCP."""
    try:
        import pycurl  # noqa: F401
    except ImportError:
        return False
    return True
