"""The emulated Compute Engine API on a loopback port, with the clients that the tests use."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from google.auth.credentials import AnonymousCredentials
from google.cloud import compute_v1
from werkzeug.serving import WSGIRequestHandler, make_server

from cloudctl.sandbox.cloud import SandboxCloud, Settings
from cloudctl.sandbox.gcp.app import create

PROJECT = "sandbox-project"
ZONE = "us-central1-a"
Json = dict[str, Any]


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        """Requests are not printed."""


@dataclass(frozen=True)
class Service:
    """The running API: raw requests, and Google's own clients."""

    cloud: SandboxCloud
    endpoint: str

    def call(self, verb: str, path: str, body: Any = None, **options: Any) -> requests.Response:
        """A request below ``projects/sandbox-project`` (or anywhere, for a path that begins with ``/``)."""
        path = path if path.startswith("/") else f"/compute/v1/projects/{PROJECT}/{path}"
        return requests.request(verb, self.endpoint + path, json=body, timeout=30, **options)

    def client(self, name: str) -> Any:
        """For example ``client("Instances")``: a ``compute_v1.InstancesClient``."""
        options = {"api_endpoint": self.endpoint}
        kind = getattr(compute_v1, f"{name}Client")
        nobody = AnonymousCredentials()  # type: ignore[no-untyped-call]
        return kind(credentials=nobody, client_options=options, transport="rest")

    def create(self, name: str = "web-1", zone: str = ZONE, **changes: Any) -> Json:
        """Insert an instance and give the operation as it is when done."""
        reply = self.call("POST", f"zones/{zone}/instances", instance(name, zone=zone, **changes))
        assert reply.status_code == 200, reply.text
        return self.finish(reply.json())

    def finish(self, operation: Json) -> Json:
        """Wait for the operation."""
        path = operation["selfLink"].partition("/compute/v1/")[2]
        done: Json = self.call("POST", f"/compute/v1/{path}/wait").json()
        assert done["status"] == "DONE"
        return done


@contextmanager
def serving(state: Path, transition: float = 0.0, **settings: Any) -> Iterator[Service]:
    """Serve the API with this state directory; stopped, not saved, at the end."""
    cloud = create(Settings(state, transition, **settings))
    server = make_server("127.0.0.1", 0, cloud, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Service(cloud, f"http://127.0.0.1:{server.server_port}")
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def boot_disk(image: str = "debian-cloud/global/images/family/debian-12", **parameters: Any) -> Json:
    source = {"sourceImage": f"projects/{image}"}
    return {"boot": True, "autoDelete": True, "initializeParams": source | parameters}


def instance(name: str = "web-1", machine_type: str = "e2-small", zone: str = ZONE, **changes: Any) -> Json:
    """The body of an insert that succeeds."""
    return {
        "name": name,
        "machineType": f"zones/{zone}/machineTypes/{machine_type}",
        "disks": [boot_disk()],
        "networkInterfaces": [{"network": "global/networks/default", "accessConfigs": [{}]}],
    } | changes
