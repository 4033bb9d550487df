"""A bucket of any number of keys that S3 lists and nothing else: so a list costs its reader, and hardly the server."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from subprocess import PIPE, Popen
from urllib.parse import parse_qs, urlsplit

PAGE = 1000
_ROW = (
    "<Contents><Key>logs/2026/{0:08d}.log</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified>"
    "<ETag>&quot;d41d8cd98f00b204e9800998ecf8427e&quot;</ETag><Size>4096</Size>"
    "<StorageClass>STANDARD</StorageClass></Contents>"
)


def page(start: int, keys: int) -> str:
    """The keys from ``start`` on."""
    end = min(start + PAGE, keys)
    rows = "".join(map(_ROW.format, range(start, end)))
    more = f"<IsTruncated>true</IsTruncated><NextContinuationToken>{end}</NextContinuationToken>"
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
        f"<Name>keys</Name><Prefix></Prefix><MaxKeys>{PAGE}</MaxKeys><KeyCount>{end - start}</KeyCount>"
        f"{more if end < keys else '<IsTruncated>false</IsTruncated>'}{rows}</ListBucketResult>"
    )


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    keys = 0

    def do_HEAD(self) -> None:
        self._answer(b"")

    def do_GET(self) -> None:
        query = parse_qs(urlsplit(self.path).query)
        start = int(query.get("continuation-token", ["0"])[0])
        self._answer(page(start, self.keys).encode())

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/xml")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("x-amz-bucket-region", "us-east-1")
        self.send_header("x-amz-request-id", "1")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing is logged."""


@contextmanager
def serving(keys: int) -> Iterator[str]:
    """The endpoint of a bucket ``keys`` with so many keys."""
    with Popen([sys.executable, "-m", "tests.bench.many_keys", str(keys)], stdout=PIPE, text=True) as process:
        assert process.stdout
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


if __name__ == "__main__":
    _Handler.keys = int(sys.argv[1])
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()
