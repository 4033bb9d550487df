"""Calls that run beside each other, a bounded number at a time."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import suppress
from typing import Any, TypeVar

A = TypeVar("A")
T = TypeVar("T")


class SideBySide:
    """Runs functions in the order in which they are given, at most ``size`` at once.

    The threads are daemons, so a call that nobody waits for any more does not keep the process; they end when nothing
    is left to do.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._working = 0
        self._waiting: deque[tuple[Future[Any], Callable[[], Any]]] = deque()
        self._lock = threading.Lock()

    def begin(self, function: Callable[[], T]) -> Callable[[], T]:
        """The result waits for the function, and gives what it returned or raised."""
        return self.start(function).result

    def start(self, function: Callable[[], T]) -> Future[T]:
        """What becomes of the function, which runs when its turn has come."""
        future: Future[T] = Future()
        with self._lock:
            self._waiting.append((future, function))
            if self._working < self._size:
                self._working += 1
                threading.Thread(target=self._work, daemon=True).start()
        return future

    def drop(self) -> None:
        """Forget what has not begun."""
        with self._lock:
            self._waiting.clear()

    def _work(self) -> None:
        while found := self._next():
            future, function = found
            try:
                future.set_result(function())
            except BaseException as error:
                future.set_exception(error)

    def _next(self) -> tuple[Future[Any], Callable[[], Any]] | None:
        with self._lock:
            if self._waiting:
                return self._waiting.popleft()
            self._working -= 1
            return None


def spread(
    pool: SideBySide,
    function: Callable[[A], T],
    items: Iterable[A],
    ahead: int,
    together: int = 1,
    untaken: Callable[[T], object] = lambda _: None,
) -> Iterator[T]:
    """What a function gives for items, in their order; at most ``ahead`` of them are taken before they are needed.

    When it ends early nothing begun is running any more, and what had not begun does nothing. ``together`` results are
    waited for at once: waking up for each takes as long as the work on a small one. ``untaken`` hears of those that
    nobody took because it ended early.
    """

    def start(item: A, over: threading.Event) -> Future[T | None]:
        return pool.start(lambda: None if over.is_set() else function(item))

    return in_order(start, items, ahead, together, untaken=untaken)


def in_order(
    start: Callable[[A, threading.Event], Future[T | None]],
    items: Iterable[A],
    ahead: int,
    together: int = 1,
    over: threading.Event | None = None,
    untaken: Callable[[T], object] = lambda _: None,
) -> Iterator[T]:
    """The same with what ``start`` begins somewhere. It does nothing where ``over`` is set, as when this ends early."""
    waiting: deque[Future[T | None]] = deque()
    over = over or threading.Event()
    try:
        for item in items:
            waiting.append(start(item, over))
            if len(waiting) >= ahead:
                waiting[together - 1].exception()
                for _ in range(together):
                    yield waiting.popleft().result()  # type: ignore[misc]
        while waiting:
            yield waiting.popleft().result()  # type: ignore[misc]
    finally:
        if waiting:
            over.set()
        for future in waiting:
            with suppress(Exception):
                result = future.result()
                if result is not None:
                    untaken(result)
