"""When the sandbox writes its state."""

from __future__ import annotations

import threading
from typing import Any, cast

import pytest

from cloudctl.sandbox import saver
from cloudctl.sandbox.cloud import SandboxCloud
from cloudctl.sandbox.saver import Saver


class Clock:
    """Time that passes where somebody waits or saves; ``waited`` are the seconds of each pause."""

    def __init__(self) -> None:
        self.now = 0.0
        self.waited: list[float] = []
        self.over = threading.Event()

    def monotonic(self) -> float:
        return self.now

    def wait(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.now += seconds

    def set(self) -> None:
        self.over.set()

    def is_set(self) -> bool:
        return self.over.is_set()


class Busy:
    """A cloud that changes again while it is saved, each time more slowly; it ends the test after the fourth."""

    name = "busy"

    def __init__(self, clock: Clock) -> None:
        self.saver: Saver | None = None
        self.saves = 0
        self._clock = clock

    def save(self) -> None:
        self._clock.now += self.saves
        self.saves += 1
        assert self.saver
        if self.saves < 4:
            self.saver.changed(self.name)
        else:
            self._clock.set()


def test_what_takes_long_to_save_is_saved_less_often(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    monkeypatch.setattr(saver, "time", clock)
    busy = Busy(clock)
    busy.saver = Saver([cast(SandboxCloud, busy)], delay=0.5)
    monkeypatch.setattr(busy.saver, "_stopping", cast(Any, clock))
    busy.saver.changed(busy.name)
    busy.saver.start()
    assert clock.over.wait(10)
    busy.saver.finish()
    assert (busy.saves, clock.waited) == (4, [0.5, 0.5, 9.0, 18.0])
