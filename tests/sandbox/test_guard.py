from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from cloudctl.sandbox import guard

# Addresses reserved for documentation (RFC 5737, RFC 3849) and a metadata address.
OUTSIDE = ["192.0.2.1", "169.254.169.254", "0.0.0.0", "10.0.0.1", "::ffff:192.0.2.1", "2001:db8::1"]


@pytest.fixture(autouse=True)
def guarded() -> None:
    guard.install()


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


@pytest.mark.parametrize("address", OUTSIDE)
def test_a_connection_to_another_machine_is_refused_by_address(address: str) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as sock, pytest.raises(guard.OutsideConnectionError, match=address):
        sock.connect((address, 443))


@pytest.mark.parametrize("address", OUTSIDE)
def test_a_datagram_to_another_machine_is_refused(address: str) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as sock:
        with pytest.raises(guard.OutsideConnectionError, match=address):
            sock.sendto(b"x", (address, 53))
        with pytest.raises(guard.OutsideConnectionError, match=address):
            sock.sendmsg([b"x"], [], 0, (address, 53))


@pytest.mark.parametrize(
    "look_up",
    [
        lambda name: socket.getaddrinfo(name, 443),
        lambda name: socket.getaddrinfo(name.encode(), 443),
        lambda name: socket.gethostbyname(name),
        lambda name: socket.gethostbyname_ex(name),
        lambda name: socket.create_connection((name, 443), timeout=1),
    ],
)
def test_a_name_is_not_looked_up(look_up: Callable[[str], object]) -> None:
    with pytest.raises(guard.OutsideConnectionError, match=r"ec2\.us-east-1\.amazonaws\.com"):
        look_up("ec2.us-east-1.amazonaws.com")


def test_a_name_that_only_looks_like_loopback_is_refused() -> None:
    with pytest.raises(guard.OutsideConnectionError, match=r"localhost\.example\.com"):
        socket.getaddrinfo("localhost.example.com", 80)


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_loopback_is_reachable(listener: socket.socket, name: str) -> None:
    with socket.create_connection((name, listener.getsockname()[1]), timeout=5) as client:
        client.sendall(b"hello")
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.recv(5) == b"hello"


def test_a_datagram_over_loopback_arrives() -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as receiver, socket.socket(type=socket.SOCK_DGRAM) as sender:
        receiver.bind(("127.0.0.1", 0))
        receiver.settimeout(5)
        sender.sendto(b"hello", receiver.getsockname())
        assert receiver.recv(5) == b"hello"


def test_a_unix_socket_is_reachable(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = str(tmp_path_factory.mktemp("s") / "s")
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client:
        server.bind(path)
        server.listen()
        client.connect(path)
        assert client.getpeername() == path


def test_the_refusal_is_not_mistaken_for_a_network_fault() -> None:
    assert not issubclass(guard.OutsideConnectionError, OSError)


def test_an_unguarded_process_is_not_restricted_until_it_installs_the_guard() -> None:
    program = (
        "import socket\n"
        "from cloudctl.sandbox import guard\n"
        "def attempt():\n"
        "    sock = socket.socket(type=socket.SOCK_DGRAM)\n"
        "    try: sock.connect(('192.0.2.1', 9))\n"
        "    except OSError: pass\n"
        "attempt()\n"
        "guard.install(); guard.install()\n"
        "try: attempt()\n"
        "except guard.OutsideConnectionError as error: print(error.address)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "192.0.2.1:9\n"
