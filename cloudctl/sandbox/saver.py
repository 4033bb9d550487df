"""Writes the state of the clouds to disk shortly after it changes."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable

from cloudctl.sandbox.cloud import SandboxCloud

_log = logging.getLogger(__name__)
_REST = 9


class Saver:
    """Saves each changed cloud after about ``delay`` seconds, in a thread of its own.

    The delay runs from the first change that is not saved yet, so that a steady flow of changes cannot
    put the saving off for ever. It is longer where saving takes long: a tenth of the time goes there at most.
    """

    def __init__(self, clouds: Iterable[SandboxCloud], delay: float = 0.5) -> None:
        self._clouds = {cloud.name: cloud for cloud in clouds}
        self._delay = delay
        self._took = 0.0
        self._changed: set[str] = set()
        self._condition = threading.Condition()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="saver", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def changed(self, cloud: str) -> None:
        with self._condition:
            self._changed.add(cloud)
            self._condition.notify_all()

    def finish(self) -> None:
        """Save what is not saved yet and end the thread."""
        self._stopping.set()
        with self._condition:
            self._condition.notify_all()
        self._thread.join()
        self._save()

    def _run(self) -> None:
        while not self._stopping.is_set():
            with self._condition:
                self._condition.wait_for(lambda: self._changed or self._stopping.is_set())
            self._stopping.wait(max(self._delay, _REST * self._took))
            begun = time.monotonic()
            self._save()
            self._took = time.monotonic() - begun

    def _save(self) -> None:
        with self._condition:
            names, self._changed = self._changed, set()
        for name in sorted(names):
            try:
                self._clouds[name].save()
            except OSError as error:
                _log.error("the state of %s could not be saved: %s", name, error)
                with self._condition:
                    self._changed.add(name)
