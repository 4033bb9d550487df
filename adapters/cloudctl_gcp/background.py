"""A call that runs beside others."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")


def background(function: Callable[[], T]) -> Callable[[], T]:
    """Start the function at once; the result waits for it and gives what it returned or raised.

    The thread is a daemon: a call that nobody waits for any more does not keep the process.
    """
    future: Future[T] = Future()

    def run() -> None:
        try:
            future.set_result(function())
        except BaseException as error:
            future.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return future.result
