"""Objects brought by libcurl: whatever a server answers, what is not as it should be is done otherwise."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest

from cloudctl.errors import CloudError, Kind
from cloudctl.objects.courier import Courier
from cloudctl.objects.curl import LARGEST, Errand, Handle, Request, Way, bring
from cloudctl.parallel import SideBySide
from cloudctl.retry import Deadline
from cloudctl.services.objects import StoredObject

BODY = b"content" * 100


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    seen: ClassVar[list[dict[str, str]]] = []
    held: ClassVar[threading.Event | None] = None

    def do_GET(self) -> None:
        self.seen.append({name.lower(): value for name, value in self.headers.items()})
        getattr(self, self.path.strip("/").partition("?")[0])()

    def good(self) -> None:
        self._answer(200, BODY)

    def piece(self) -> None:
        self._answer(206, BODY)

    def held_back(self) -> None:
        assert self.held
        self.held.wait(10)
        self._answer(200, BODY)

    def named(self) -> None:
        self._answer(200, BODY, {"Via": "HTTP/1.1 proxy", "ETag": "voil\xc3\xa0", "Last": "1"})

    def missing(self) -> None:
        self._answer(404, b"<Error><Code>NoSuchKey</Code></Error>")

    def elsewhere(self) -> None:
        self._answer(301, b"", {"Location": "/good"})

    def sign_in(self) -> None:
        self._answer(200, b"<html>", {"Content-Type": "text/html"}, etag=None)

    def large(self) -> None:
        self._answer(200, bytes(LARGEST + 1))

    def short(self) -> None:
        self._answer(200, BODY, {"Content-Length": str(len(BODY) + 1)})
        self.close_connection = True

    def reset(self) -> None:
        self.close_connection = True

    def nonsense(self) -> None:
        self.wfile.write(b"HTTP/1.1 what\r\n\r\n")
        self.close_connection = True

    def interim(self) -> None:
        self.wfile.write(b"HTTP/1.1 100 Continue\r\nETag: other\r\n\r\n")
        self.good()

    def _answer(
        self, status: int, body: bytes, headers: Mapping[str, str] | None = None, etag: str | None = "one"
    ) -> None:
        self.send_response(status)
        told = {"Content-Length": str(len(body)), **({"ETag": etag} if etag else {}), **(headers or {})}
        for name, value in told.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing is logged."""


@pytest.fixture
def address() -> Iterator[str]:
    _Handler.seen, _Handler.held = [], threading.Event()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        _Handler.held.set()
        server.shutdown()
        server.server_close()


@pytest.fixture
def way() -> Way:
    return Way(Deadline(2), "/etc/ssl/certs/ca-certificates.crt")


@pytest.fixture
def ask(address: str, way: Way) -> Callable[..., Request]:
    def asked(name: str, status: int = 200, headers: tuple[str, ...] = ()) -> Request:
        return Request(way, f"{address}/{name}", _found, headers, status=status)

    return asked


def _found(headers: Mapping[str, str]) -> StoredObject:
    size = int(headers["content-length"])
    return StoredObject("s3://bucket/key", "key", size, None, headers.get("etag"), None, None)


BAD = ["missing", "elsewhere", "sign_in", "large", "short", "reset", "nonsense", "piece"]


def test_an_answer_is_brought(ask: Callable[..., Request]) -> None:
    opened = bring(ask("good", headers=("X-Own: 1", "Accept-Encoding: gzip")))
    assert opened
    assert (b"".join(opened.chunks), opened.found.etag) == (BODY, "one")
    assert {"x-own": "1", "accept-encoding": "gzip", "user-agent": "cloudctl"}.items() <= _Handler.seen[0].items()


def test_an_interim_answer_is_none_of_it(ask: Callable[..., Request]) -> None:
    opened = bring(ask("interim"))
    assert opened
    assert (b"".join(opened.chunks), opened.found.etag) == (BODY, "one")


def test_headers_are_told_as_they_are(ask: Callable[..., Request]) -> None:
    """A blank of Unicode may be half a letter, and what looks like an answer a header."""
    opened = bring(ask("named"))
    assert opened
    assert opened.found.etag == "voil\xc3\xa0"


@pytest.mark.parametrize("name", BAD)
def test_any_other_answer_is_none(ask: Callable[..., Request], name: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert bring(ask(name)) is None
    assert capfd.readouterr() == ("", "")


def test_the_whole_is_no_answer_where_a_piece_is_wanted(ask: Callable[..., Request]) -> None:
    assert bring(ask("good", 206)) is None
    assert bring(ask("piece", 206))


def test_nobody_there_is_no_answer(way: Way) -> None:
    assert bring(Request(way, "http://127.0.0.1:9/", _found)) is None


def test_a_way_is_closed_after_three_failures_in_a_row(ask: Callable[..., Request], way: Way) -> None:
    for name in ("missing", "missing", "good", "missing", "missing"):
        bring(ask(name))
    assert not way.closed
    bring(ask("missing"))
    assert way.closed


def test_credentials_are_not_shown(way: Way) -> None:
    shown = repr(Request(way, "http://127.0.0.1/", _found, ("Authorization: Bearer secret",), ("id", "secret")))
    assert "secret" not in shown


# many


class Runner:
    """A courier with everything that it did."""

    def __init__(self, ask: Callable[..., Request], size: int = 4) -> None:
        self._ask, self.courier = ask, Courier(size, SideBySide(2))
        self.over = threading.Event()
        self.threads: set[int] = set()

    def start(self, name: str, end: Callable[[bytes], Any] = bytes) -> Future[Any]:
        got: list[bytes] = []

        def ended(found: StoredObject) -> Any:
            self.threads.add(threading.get_ident())
            return end(b"".join(got))

        return self.courier.start(Errand(self._ask(name), got.append, ended, lambda: f"{name} otherwise"), self.over)


@pytest.fixture
def runner(ask: Callable[..., Request]) -> Runner:
    return Runner(ask)


def test_many_are_brought_in_one_thread(runner: Runner) -> None:
    futures = [runner.start("good") for _ in range(100)]
    assert [future.result(10) for future in futures] == [BODY] * 100
    assert len(runner.threads) == 1
    assert threading.get_ident() not in runner.threads


def test_what_is_started_later_is_done_too(runner: Runner) -> None:
    for _ in range(20):
        assert runner.start("good").result(10) == BODY


def test_so_many_at_once_and_no_more(runner: Runner) -> None:
    futures = [runner.start("held_back") for _ in range(6)]
    with pytest.raises(TimeoutError):
        futures[0].result(0.2)
    assert len(_Handler.seen) == 4
    assert _Handler.held
    _Handler.held.set()
    assert [future.result(10) for future in futures] == [BODY] * 6


def test_what_has_not_begun_does_nothing_when_it_is_over(runner: Runner) -> None:
    futures = [runner.start("held_back") for _ in range(6)]
    with pytest.raises(TimeoutError):
        futures[0].result(0.2)
    runner.over.set()
    assert _Handler.held
    _Handler.held.set()
    assert [future.result(10) for future in futures] == [BODY] * 4 + [None] * 2


@pytest.mark.parametrize("name", [name for name in BAD if name != "large"])
def test_what_is_not_as_it_should_be_is_done_otherwise(runner: Runner, name: str) -> None:
    assert runner.start(name).result(10) == f"{name} otherwise"
    assert runner.start("good").result(10) == BODY


def _raising(error: Exception) -> Callable[[bytes], None]:
    def end(_: bytes) -> None:
        raise error

    return end


def test_what_is_worth_repeating_is_done_otherwise(runner: Runner) -> None:
    damaged = CloudError(Kind.UNAVAILABLE, "damaged", retryable=True)
    assert runner.start("good", _raising(damaged)).result(10) == "good otherwise"


@pytest.mark.parametrize("error", [CloudError(Kind.CAPACITY, "no space"), RuntimeError("a mistake")])
def test_other_errors_are_raised(runner: Runner, error: Exception) -> None:
    with pytest.raises(type(error)) as caught:
        runner.start("good", _raising(error)).result(10)
    assert caught.value is error
    assert runner.start("good").result(10) == BODY


def test_an_error_on_the_way_is_raised_and_nothing_printed(
    ask: Callable[..., Request], runner: Runner, capfd: pytest.CaptureFixture[str]
) -> None:
    full = CloudError(Kind.CAPACITY, "no space")

    def take(_: bytes) -> None:
        raise full

    errand = Errand(ask("good"), take, lambda _: 1, lambda: 2)
    with pytest.raises(CloudError) as caught:
        runner.courier.start(errand, runner.over).result(10)
    assert caught.value is full
    assert capfd.readouterr() == ("", "")


def test_an_error_of_what_is_done_otherwise_is_raised(ask: Callable[..., Request], runner: Runner) -> None:
    def otherwise() -> None:
        raise CloudError(Kind.NOT_FOUND, "there is none")

    errand = Errand(ask("missing"), lambda _: None, lambda _: None, otherwise)
    with pytest.raises(CloudError, match="there is none"):
        runner.courier.start(errand, runner.over).result(10)


def test_what_this_libcurl_cannot_ask_for_is_done_otherwise(
    ask: Callable[..., Request], runner: Runner, way: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AttributeError("AWS_SIGV4")

    monkeypatch.setattr(Handle, "_ask", refuse)
    assert runner.start("good").result(10) == "good otherwise"
    assert bring(ask("good")) is None
    assert way.failed == 2


def test_a_mistake_in_the_thread_leaves_nobody_waiting(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("a mistake")

    with monkeypatch.context() as patched:
        patched.setattr(Courier, "_finish_all", fail)
        futures = [runner.start("good") for _ in range(9)]
        for future in futures:
            with pytest.raises(RuntimeError, match="a mistake"):
                future.result(10)
    assert runner.start("good").result(10) == BODY


def test_time_that_is_over_is_no_answer(address: str) -> None:
    begun = time.monotonic()
    assert bring(Request(Way(Deadline(0.2), ""), f"{address}/held_back", _found)) is None
    assert time.monotonic() - begun < 5
