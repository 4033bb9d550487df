"""Objects on their way here: many requests in one thread, which takes half of what one thread for each would."""

from __future__ import annotations

import threading
import time
from collections import deque
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from cloudctl.objects.curl import Errand, Handle, Unfit
from cloudctl.parallel import SideBySide

T = TypeVar("T")

# Seconds to wait for connections: for long, or for a moment.
_WAIT, _GLANCE = 1.0, 0.005
_CONNECTIONS = 64


class Courier:
    """Runs errands, at most ``size`` at once, in one thread, which ends when nothing is left to do.

    Those that are done otherwise go to the ``pool``.
    """

    def __init__(self, size: int, pool: SideBySide) -> None:
        self._size, self._pool = size, pool
        self._waiting: deque[_Started[Any]] = deque()
        self._lock = threading.Lock()
        self._working = False
        self._multi: Any = None
        self._idle: list[Handle] = []
        self._busy: dict[Any, tuple[Handle, _Started[Any]]] = {}

    def start(self, errand: Errand[T], over: threading.Event) -> Future[T | None]:
        """What becomes of an errand; None where it had not begun when it was ``over``."""
        future: Future[T | None] = Future()
        with self._lock:
            self._waiting.append(_Started(errand, over, future))
            if not self._working:
                self._working = True
                threading.Thread(target=self._work, daemon=True).start()
        return future

    def _work(self) -> None:
        try:
            self._run()
        except BaseException as error:
            # Nobody must wait for what will not come.
            with self._lock:
                left = [*(started for _, started in self._busy.values()), *self._waiting]
                self._working, self._multi = False, None
                self._busy.clear()
                self._waiting.clear()
            for started in left:
                started.future.set_exception(error)

    def _run(self) -> None:
        self._multi = self._multi or _multi()
        while True:
            while len(self._busy) < self._size and (started := self._next()):
                self._begin(started)
            if not self._busy:
                return
            self._multi.perform()
            if not self._finish_all():
                self._wait(_GLANCE if len(self._busy) < self._size else _WAIT)

    def _wait(self, seconds: float) -> None:
        """Until something comes, or, where there is room for it, there may be more to do."""
        if not self._multi.select(seconds):
            # Where there is no connection yet, it does not wait.
            time.sleep(_GLANCE)

    def _next(self) -> _Started[Any] | None:
        with self._lock:
            if self._waiting:
                return self._waiting.popleft()
            self._working = bool(self._busy)
            return None

    def _begin(self, started: _Started[Any]) -> None:
        if started.over.is_set():
            started.future.set_result(None)
            return
        handle = self._idle.pop() if self._idle else Handle()
        try:
            handle.begin(started.errand)
        except Unfit:
            self._otherwise(started)
            return
        self._busy[handle.curl] = handle, started
        self._multi.add_handle(handle.curl)

    def _finish_all(self) -> int:
        """How many have come to their end."""
        count, left = 0, 1
        while left:
            left, right, wrong = self._multi.info_read()
            for curl, failed in [*((curl, False) for curl in right), *((curl, True) for curl, *_ in wrong)]:
                self._multi.remove_handle(curl)
                self._finish(*self._busy.pop(curl), failed=failed)
                count += 1
        return count

    def _finish(self, handle: Handle, started: _Started[Any], *, failed: bool) -> None:
        try:
            result = handle.result(failed=failed)
        except Unfit:
            self._otherwise(started)
        except BaseException as error:
            started.future.set_exception(error)
        else:
            started.future.set_result(result)
        self._idle.append(handle)

    def _otherwise(self, started: _Started[Any]) -> None:
        self._pool.start(started.errand.otherwise).add_done_callback(started.follow)


@dataclass(slots=True)
class _Started(Generic[T]):
    errand: Errand[T]
    over: threading.Event
    future: Future[T | None]

    def follow(self, other: Future[T]) -> None:
        error = other.exception()
        if error:
            self.future.set_exception(error)
        else:
            self.future.set_result(other.result())


def _multi() -> Any:
    import pycurl

    multi = pycurl.CurlMulti()
    multi.setopt(pycurl.M_MAXCONNECTS, _CONNECTIONS)
    return multi
