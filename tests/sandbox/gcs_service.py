"""The emulated Cloud Storage on a loopback port, with raw requests and Google's own client."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import requests
from gcp_service import PROJECT, serving
from google.auth.credentials import AnonymousCredentials
from google.cloud.storage import Client

from cloudctl.sandbox.cloud import SandboxCloud

API = "/storage/v1"
Json = dict[str, Any]
BUCKETS = f"{API}/b?project={PROJECT}"


@dataclass(frozen=True)
class Gcs:
    """``call("GET", "b/web")`` asks below the API's own path, or for any path that begins with a slash."""

    endpoint: str
    cloud: SandboxCloud

    def call(self, verb: str, path: str, body: Any = None, **options: Any) -> requests.Response:
        path = path if path.startswith("/") else f"{API}/{path}"
        data = {"json": body} if body is None or isinstance(body, dict) else {"data": body}
        return requests.request(verb, self.endpoint + path, timeout=30, allow_redirects=False, **data, **options)

    def bucket(self, name: str = "web", **settings: Any) -> Json:
        """A new bucket as its answer has it."""
        reply = self.call("POST", BUCKETS, {"name": name, **settings})
        assert reply.status_code == 200, reply.text
        document: Json = reply.json()
        return document

    def insert(self, name: str, data: bytes = b"text", bucket: str = "web", **options: Any) -> requests.Response:
        """An upload in one request."""
        path = f"/upload{API}/b/{bucket}/o?uploadType=media&name={quote(name, safe='')}"
        return self.call("POST", path, data, **options)

    def made(self, name: str, data: bytes = b"text", bucket: str = "web", **options: Any) -> Json:
        reply = self.insert(name, data, bucket, **options)
        assert reply.status_code == 200, reply.text
        document: Json = reply.json()
        return document

    def begun(self, name: str = "large", **headers: str) -> str:
        """The path of a resumable upload that has begun."""
        path = f"/upload{API}/b/web/o?uploadType=resumable&name={name}"
        reply = self.call("POST", path, {}, headers=headers)
        assert reply.status_code == 200, reply.text
        return str(reply.headers["Location"].removeprefix(self.endpoint))

    def client(self) -> Client:
        nobody = AnonymousCredentials()  # type: ignore[no-untyped-call]
        return Client(PROJECT, nobody, client_options={"api_endpoint": self.endpoint})


@contextmanager
def serving_gcs(state: Path) -> Iterator[Gcs]:
    with serving(state) as service:
        yield Gcs(service.endpoint, service.cloud)
