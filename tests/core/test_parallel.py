"""Calls beside each other."""

from __future__ import annotations

import threading
from functools import partial

import pytest

from cloudctl.parallel import SideBySide


def test_calls_side_by_side_are_bounded_and_give_what_they_returned_or_raised() -> None:
    beside, gate, running, most = SideBySide(3), threading.Lock(), 0, 0

    def work(number: int) -> int:
        nonlocal running, most
        with gate:
            running += 1
            most = max(most, running)
        threading.Event().wait(0.01)
        with gate:
            running -= 1
        return 1 // number

    later = [beside.begin(partial(work, number)) for number in (1, 0, 1, 1, 1, 1, 1)]
    assert [one() for one in (later[0], *later[2:])] == [1] * 6
    with pytest.raises(ZeroDivisionError):
        later[1]()
    assert most == 3


def test_what_is_dropped_never_begins() -> None:
    beside, release, entered = SideBySide(1), threading.Event(), threading.Event()
    begun: list[int] = []

    def first() -> bool:
        entered.set()
        return release.wait(10)

    held = beside.begin(first)
    assert entered.wait(10)
    beside.begin(lambda: begun.append(1))
    beside.drop()
    release.set()
    assert held()
    assert beside.begin(lambda: list(begun))() == []
