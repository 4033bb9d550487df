"""A cloud that keeps names in a set, to test the sandbox's host with; as a script it runs a host of three."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterable

from cloudctl.sandbox import host
from cloudctl.sandbox.cloud import Environ, Reply, Settings, StartResponse

STATUSES = {
    "throttle": 429,
    "error": 503,
    "denied": 403,
    "unauthenticated": 401,
    "expired": 401,
    "quota": 400,
    "capacity": 409,
}


class StandInCloud:
    """GET lists the names (``things:List``), PUT adds one (``things:Create``), /fail raises."""

    def __init__(self, name: str, settings: Settings) -> None:
        self.name = name
        self._file = settings.state / f"{name}.json"
        self._lock = threading.Lock()
        self._names: list[str] = json.loads(self._file.read_text()) if self._file.exists() else []

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path == "/fail":
            raise RuntimeError("broken on purpose")
        with self._lock:
            if environ["REQUEST_METHOD"] == "PUT":
                self._names.append(path[1:] + environ["wsgi.input"].read().decode())
            body = json.dumps(self._names).encode()
        start_response("200 OK", [("Content-Type", "application/json")])
        return [body]

    def operation(self, environ: Environ) -> str:
        return "things:Create" if environ["REQUEST_METHOD"] == "PUT" else "things:List"

    def failure(self, environ: Environ, kind: str) -> Reply:
        return Reply(STATUSES[kind], {"X-Fault": kind}, kind.encode())

    def reset(self) -> None:
        with self._lock:
            self._names.clear()

    def save(self) -> None:
        with self._lock:
            self._file.write_text(json.dumps(self._names))


def factory(name: str) -> host.Factory:
    return lambda settings: StandInCloud(name, settings)


if __name__ == "__main__":
    sys.exit(host.main(sys.argv[1:], {name: factory(name) for name in ("aws", "azure", "gcp")}))
