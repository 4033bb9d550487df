"""The emulated S3 behind the sandbox's own server, boto3 clients for it, and requests that no SDK sends."""

from __future__ import annotations

import http.client
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import unescape

import boto3
from botocore.config import Config

from cloudctl.sandbox.aws.app import AwsCloud
from cloudctl.sandbox.cloud import Settings
from cloudctl.sandbox.server import listen, make_server

SIGNED = (
    "AWS4-HMAC-SHA256 Credential={key}/20260101/{region}/s3/aws4_request, SignedHeaders=host, Signature=" + "0" * 64
)
# Every kind of key that S3 allows and that a client or a server might lose on the way.
ODD_KEYS = [
    "a//b", "//", "a/../up", "a/../b", "./here", "/lead", "dir", "dir/", "100%", "%2F", "a+b", "with space", " ",
    "new\nline", "return\r", "tab\t", "ümlaut-日本-😀", "a\\b", "q?x=1#y&z", "<&>\"'", "\x01", "k" * 1024, ".",
]  # fmt: skip


@dataclass(frozen=True)
class Answered:
    """A raw reply; header names are in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def error(self) -> tuple[int, str, str]:
        """Status, code and message of an error document."""
        text = self.body.decode()
        assert text.startswith('<?xml version="1.0" encoding="UTF-8"?>\n<Error>')
        code, message = re.findall("<Code>(.*?)</Code><Message>(.*?)</Message>", text, re.DOTALL)[0]
        return self.status, code, unescape(message)


@dataclass(frozen=True)
class ServedS3:
    """The cloud, listening."""

    app: AwsCloud
    port: int

    def client(self, region: str = "us-east-1", key: str = "sandbox", **config: Any) -> Any:
        return boto3.client(
            "s3",
            endpoint_url=f"http://127.0.0.1:{self.port}",
            region_name=region,
            aws_access_key_id=key,
            aws_secret_access_key="sandbox",
            config=Config(signature_version="s3v4", retries={"total_max_attempts": 1, "mode": "standard"}, **config),
        )

    def send(self, method: str, target: str, body: bytes = b"", region: str = "us-east-1", **headers: str) -> Answered:
        """A request as it stands, signed for a region; header names with ``_`` for ``-``."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        signed = {} if "X-Amz-" in target else {"Authorization": SIGNED.format(key="sandbox", region=region)}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request(method, target, body, {**signed, **named})
        reply = connection.getresponse()
        found = Answered(reply.status, {name.lower(): value for name, value in reply.getheaders()}, reply.read())
        connection.close()
        return found


@contextmanager
def serving_s3(state: Path, **settings: Any) -> Iterator[ServedS3]:
    app = AwsCloud(Settings(state, **settings))
    listener = listen(0)
    port = listener.getsockname()[1]
    server = make_server(listener, app)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield ServedS3(app, port)
    server.shutdown()
    thread.join()
    server.server_close()


def text_of(s3: Any, bucket: str, key: str, **more: Any) -> str:
    """The content of an object as text."""
    body: bytes = s3.get_object(Bucket=bucket, Key=key, **more)["Body"].read()
    return body.decode()


def keys_of(page: dict[str, Any]) -> list[str]:
    """The keys of a page of a list."""
    return [entry["Key"] for entry in page.get("Contents", [])]


def enable_versions(s3: Any, bucket: str, status: str = "Enabled") -> None:
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": status})
