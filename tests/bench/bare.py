"""Objects moved with nothing around it: the least that a tool in Python can take.

``python -m tests.bench.bare up|down "URL FILE" ...`` puts files to presigned URLs, or gets them, by the standard
library, beside each other, in one stream each and without a second try. The digests that a tool must compute of the
bytes are computed: CRC-32C, and of what is sent over plain HTTP the SHA-256 that is signed there.
"""

from __future__ import annotations

import hashlib
import sys
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import anycrc

_BLOCK = 512 * 1024


def command(way: str, places: list[tuple[str, str]]) -> list[str]:
    """The command line for files, each with its presigned URL before it."""
    return [sys.executable, "-m", "tests.bench.bare", way, *(f"{url} {path}" for url, path in places)]


def _up(url: str, path: Path) -> None:
    connection, target = _connection(url)
    with path.open("rb", buffering=0) as file:
        model, crc, sha = anycrc.Model("CRC32C"), 0, hashlib.sha256()
        while block := file.read(_BLOCK):
            crc = model.calc(block, crc)
            sha.update(block)
        file.seek(0)
        connection.putrequest("PUT", target)
        connection.putheader("Content-Length", str(path.stat().st_size))
        connection.endheaders()
        assert connection.sock
        connection.sock.sendfile(file)
    response = connection.getresponse()
    response.read()
    _check(response.status)


def _down(url: str, path: Path) -> None:
    connection, target = _connection(url)
    connection.request("GET", target)
    response = connection.getresponse()
    _check(response.status)
    model, crc = anycrc.Model("CRC32C"), 0
    with path.open("wb", buffering=0) as file:
        while block := response.read(_BLOCK):
            crc = model.calc(block, crc)
            file.write(block)


def _connection(url: str) -> tuple[HTTPConnection, str]:
    parts = urlsplit(url)
    return HTTPConnection(parts.netloc), f"{parts.path}?{parts.query}"


def _check(status: int) -> None:
    if status != 200:
        raise SystemExit(f"the server answered {status}")


if __name__ == "__main__":
    way, *words = sys.argv[1:]
    move, pairs = {"up": _up, "down": _down}[way], [pair.split(" ") for pair in words]
    with ThreadPoolExecutor(len(pairs)) as pool:
        list(pool.map(lambda pair: move(pair[0], Path(pair[1])), pairs))
