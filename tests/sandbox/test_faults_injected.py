"""Faults as an HTTP client sees them, over real sockets."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection, IncompleteRead, RemoteDisconnected
from typing import Any

import pytest

from cloudctl.sandbox import process
from cloudctl.sandbox.faults import FaultKind, Rule
from cloudctl.sandbox.statefile import Status

Eventually = Callable[[Callable[[], Any]], Any]


@pytest.fixture
def connection(stand_in: Status) -> Iterator[HTTPConnection]:
    client = HTTPConnection("127.0.0.1", stand_in.ports["aws"], timeout=10)
    yield client
    client.close()


def request(client: HTTPConnection, method: str, path: str) -> tuple[int, str]:
    client.request(method, path)
    reply = client.getresponse()
    return reply.status, reply.read().decode()


def names(running: Status) -> list[str]:
    client = HTTPConnection("127.0.0.1", running.ports["aws"], timeout=10)
    try:
        return list(json.loads(request(client, "GET", "/")[1]))
    finally:
        client.close()


def in_phase(running: Status, phase: str) -> list[dict[str, Any]]:
    return [call for call in process.operations(running) if call["phase"] == phase]


def inject(running: Status, kind: FaultKind, **options: Any) -> int:
    rule = Rule(kind, "aws", "things:Create", **options)
    return int(process.fault_add(running, rule)["id"])


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (FaultKind.THROTTLE, 429),
        (FaultKind.ERROR, 503),
        (FaultKind.DENIED, 403),
        (FaultKind.UNAUTHENTICATED, 401),
        (FaultKind.EXPIRED, 401),
        (FaultKind.QUOTA, 400),
        (FaultKind.CAPACITY, 409),
    ],
)
def test_an_error_fault_gives_the_clouds_own_reply_and_executes_nothing(
    stand_in: Status, connection: HTTPConnection, kind: FaultKind, status: int
) -> None:
    inject(stand_in, kind)
    assert request(connection, "PUT", "/one") == (status, kind.value)
    assert names(stand_in) == []
    assert request(connection, "PUT", "/one") == (200, '["one"]')


def test_the_status_of_an_error_fault_can_be_chosen(stand_in: Status, connection: HTTPConnection) -> None:
    inject(stand_in, FaultKind.ERROR, status=502)
    assert request(connection, "PUT", "/one")[0] == 502


def test_a_truncated_reply_says_its_whole_length_and_ends(stand_in: Status, connection: HTTPConnection) -> None:
    inject(stand_in, FaultKind.TRUNCATE)
    connection.request("PUT", "/one")
    reply = connection.getresponse()
    with pytest.raises(IncompleteRead) as cut:
        reply.read()
    assert cut.value.partial == b'["o'
    assert names(stand_in) == ["one"]


def test_a_damaged_reply_has_its_length_and_one_other_byte(stand_in: Status, connection: HTTPConnection) -> None:
    inject(stand_in, FaultKind.DAMAGE)
    connection.request("PUT", "/one")
    body = connection.getresponse().read()
    assert len(body) == len('["one"]')
    assert sum(one != other for one, other in zip(body, b'["one"]', strict=True)) == 1


def test_a_latency_fault_delays_and_then_serves(stand_in: Status, connection: HTTPConnection) -> None:
    inject(stand_in, FaultKind.LATENCY, latency=0.3)
    began = time.monotonic()
    assert request(connection, "PUT", "/one") == (200, '["one"]')
    assert time.monotonic() - began >= 0.3


def test_a_reset_fault_resets_the_connection_and_executes_nothing(stand_in: Status, connection: HTTPConnection) -> None:
    inject(stand_in, FaultKind.RESET)
    with pytest.raises(ConnectionResetError) as caught:
        request(connection, "PUT", "/one")
    assert not isinstance(caught.value, RemoteDisconnected)
    assert names(stand_in) == []


def test_a_lost_reply_leaves_the_change_made(stand_in: Status, connection: HTTPConnection) -> None:
    inject(stand_in, FaultKind.LOST)
    with pytest.raises(RemoteDisconnected):
        request(connection, "PUT", "/one")
    assert names(stand_in) == ["one"]
    [call] = in_phase(stand_in, "dropped")
    assert (call["operation"], call["executed"], call["status"]) == ("things:Create", True, None)


def test_the_server_serves_on_after_dropped_connections(stand_in: Status, connection: HTTPConnection) -> None:
    inject(stand_in, FaultKind.RESET, count=5)
    inject(stand_in, FaultKind.LOST, count=5)
    for _ in range(10):
        with pytest.raises(ConnectionError):
            request(connection, "PUT", "/one")
        connection.close()
    assert request(connection, "PUT", "/two") == (200, json.dumps(["one"] * 5 + ["two"]))


def test_a_hanging_call_ends_without_being_executed_when_the_fault_is_cleared(
    stand_in: Status, connection: HTTPConnection, eventually: Eventually
) -> None:
    fault = inject(stand_in, FaultKind.HANG)
    connection.request("PUT", "/one")
    [call] = eventually(lambda: in_phase(stand_in, "hanging"))
    assert not call["executed"]
    assert process.fault_clear(stand_in, fault) == 1
    with pytest.raises(RemoteDisconnected):
        connection.getresponse()
    assert names(stand_in) == []


def test_a_hanging_call_never_answers_a_client_that_gives_up(stand_in: Status, eventually: Eventually) -> None:
    inject(stand_in, FaultKind.HANG)
    client = HTTPConnection("127.0.0.1", stand_in.ports["aws"], timeout=0.2)
    with pytest.raises(TimeoutError):
        request(client, "PUT", "/one")
    client.close()
    eventually(lambda: in_phase(stand_in, "dropped"))
    assert names(stand_in) == []


def test_a_held_reply_arrives_when_the_fault_is_cleared(
    stand_in: Status, connection: HTTPConnection, eventually: Eventually
) -> None:
    inject(stand_in, FaultKind.HOLD)
    connection.request("PUT", "/one")
    [call] = eventually(lambda: in_phase(stand_in, "holding"))
    assert call["executed"]
    assert names(stand_in) == ["one"]
    process.fault_clear(stand_in)
    assert connection.getresponse().read() == b'["one"]'


def test_a_client_can_be_killed_between_the_change_and_its_reply(stand_in: Status, eventually: Eventually) -> None:
    inject(stand_in, FaultKind.HOLD)
    program = (
        "import sys; from http.client import HTTPConnection\n"
        "client = HTTPConnection('127.0.0.1', int(sys.argv[1]))\n"
        "client.request('PUT', '/one'); client.getresponse()\n"
    )
    with subprocess.Popen([sys.executable, "-c", program, str(stand_in.ports["aws"])]) as client:
        eventually(lambda: in_phase(stand_in, "holding"))
        client.kill()
    eventually(lambda: in_phase(stand_in, "dropped"))
    assert names(stand_in) == ["one"]


def test_resetting_the_sandbox_frees_whoever_waits_in_a_fault(
    stand_in: Status, connection: HTTPConnection, eventually: Eventually
) -> None:
    inject(stand_in, FaultKind.HOLD)
    connection.request("PUT", "/one")
    eventually(lambda: in_phase(stand_in, "holding"))
    process.reset(stand_in)
    assert connection.getresponse().status == 200


def test_exactly_as_many_concurrent_calls_are_hit_as_the_fault_counts(stand_in: Status) -> None:
    inject(stand_in, FaultKind.THROTTLE, count=7, skip=3)
    statuses: list[int] = []

    def call() -> None:
        client = HTTPConnection("127.0.0.1", stand_in.ports["aws"], timeout=10)
        statuses.append(request(client, "PUT", "/x")[0])
        client.close()

    threads = [threading.Thread(target=call) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200] * 13 + [429] * 7
    assert process.fault_list(stand_in)[0]["hits"] == 7


def test_a_truncated_request_is_not_executed(stand_in: Status) -> None:
    with socket.create_connection(("127.0.0.1", stand_in.ports["aws"]), timeout=10) as client:
        client.sendall(b"PUT /half HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nabc")
        client.shutdown(socket.SHUT_WR)
        assert client.recv(100) == b""
    assert names(stand_in) == []
