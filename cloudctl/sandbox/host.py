"""The sandbox's process: ``python -m cloudctl.sandbox.host --state DIR``."""

from __future__ import annotations

import argparse
import fcntl
import logging
import os
import secrets
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any

from cloudctl.sandbox import guard
from cloudctl.sandbox.calls import Recorder
from cloudctl.sandbox.cloud import SandboxCloud, Settings
from cloudctl.sandbox.control import Control
from cloudctl.sandbox.faults import Faults
from cloudctl.sandbox.front import Front
from cloudctl.sandbox.saver import Saver
from cloudctl.sandbox.server import listen, make_server
from cloudctl.sandbox.statefile import (
    CLOUDS,
    EXIT_LOCKED,
    LOCK_FILE,
    LOG_FILE,
    PORTS_FILE,
    STATUS_FILE,
    Status,
    read_json,
    write_json,
)

_LOCK_PATIENCE = 2.0
_DRAIN_PATIENCE = 2.0
_ACCEPT_POLL = 0.1

Factory = Callable[[Settings], SandboxCloud]


def built_in() -> dict[str, Factory]:
    """The factories of the three emulated clouds."""
    return {name: import_module(f"cloudctl.sandbox.{name}.app").create for name in CLOUDS}


class Host:
    """The clouds, each behind a port of its own, from bind to shutdown."""

    def __init__(self, settings: Settings, factories: Mapping[str, Factory]) -> None:
        self._settings = settings
        self._clouds = {name: create(settings) for name, create in factories.items()}
        self._recorder = Recorder()
        self._faults = Faults()
        self._saver = Saver(self._clouds.values())
        self._stopping = threading.Event()
        self._token = secrets.token_urlsafe(32)
        wanted = read_json(settings.state / PORTS_FILE)
        self._listeners = {name: listen(int(wanted.get(name, 0))) for name in self._clouds}

    def run(self) -> None:
        """Serve until stopped by a signal or through the control interface; then save."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._stopping.set())
        status = self._status()
        servers = self._serve(status)
        write_json(self._settings.state / PORTS_FILE, status.ports)
        status.write()
        self._stopping.wait()
        for server in servers:
            server.shutdown()
        self._recorder.wait_idle(_DRAIN_PATIENCE)
        self._saver.finish()
        (self._settings.state / STATUS_FILE).unlink()

    def _serve(self, status: Status) -> list[Any]:
        control = Control(
            self._token,
            self._faults,
            self._recorder,
            describe=status.record,
            reset=self._reset,
            stop=self._stopping.set,
        )
        front = partial(
            Front,
            faults=self._faults,
            recorder=self._recorder,
            control=control,
            changed=self._saver.changed,
            stopping=self._stopping.is_set,
        )
        servers = [make_server(self._listeners[name], front(cloud)) for name, cloud in self._clouds.items()]
        for server in servers:
            threading.Thread(target=server.serve_forever, args=(_ACCEPT_POLL,), daemon=True).start()
        self._saver.start()
        return servers

    def _status(self) -> Status:
        return Status(
            state=self._settings.state,
            pid=os.getpid(),
            started=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            version=version("cloudctl"),
            ports={name: listener.getsockname()[1] for name, listener in self._listeners.items()},
            transition=self._settings.transition,
            page_size=self._settings.page_size,
            read_lag=self._settings.read_lag,
            token=self._token,
        )

    def _reset(self) -> None:
        self._faults.clear()
        for cloud in self._clouds.values():
            cloud.reset()
            self._saver.changed(cloud.name)
        self._recorder.clear()


def main(arguments: Sequence[str], factories: Mapping[str, Factory] | None = None) -> int:
    """Run a sandbox in this process; with ``--detach`` in a child that outlives it, listening on return."""
    options = _parse(arguments)
    guard.install()
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s")
    settings = Settings(options.state.resolve(), options.transition, options.page_size, options.read_lag)
    settings.state.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = _acquire(settings.state / LOCK_FILE)
    if lock is None:
        print(f"another sandbox runs on {settings.state}", file=sys.stderr)
        return EXIT_LOCKED
    with lock:
        host = Host(settings, factories or built_in())
        if options.detach:
            _detach(settings.state / LOG_FILE)
        host.run()
    return 0


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m cloudctl.sandbox.host")
    parser.add_argument("--state", type=Path, required=True, help="directory of the state files")
    parser.add_argument("--transition", type=float, default=0.5, help="seconds that a long operation takes")
    parser.add_argument("--page-size", type=int, default=0, help="largest page of a list (0: the cloud's own)")
    parser.add_argument("--read-lag", type=float, default=0.0, help="seconds until reads see a new resource")
    parser.add_argument("--detach", action="store_true", help="go to the background once listening")
    return parser.parse_args(arguments)


def _acquire(path: Path) -> IO[str] | None:
    """The lock on the state directory, waiting a moment for a sandbox that is just ending."""
    lock = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+")
    end = time.monotonic() + _LOCK_PATIENCE
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= end:
                lock.close()
                return None
            time.sleep(0.05)
        else:
            return lock


def _detach(log: Path) -> None:
    """Go on in a child process in a session of its own that writes its errors to ``log``."""
    if os.fork():
        os._exit(0)
    os.setsid()
    os.chdir("/")
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    for stream in (1, 2):
        os.dup2(descriptor, stream)
    os.close(descriptor)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
