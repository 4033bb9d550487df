"""Calls beside each other."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial

import pytest

from cloudctl.parallel import SideBySide, spread


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


@pytest.mark.parametrize("together", [1, 3, 8])
@pytest.mark.parametrize("count", [0, 1, 7, 50])
def test_what_is_spread_comes_in_order_and_is_not_taken_long_before(together: int, count: int) -> None:
    taken = given = 0

    def items() -> Iterator[int]:
        nonlocal taken
        for number in range(count):
            taken += 1
            assert taken - given <= 8
            yield number

    for result in spread(SideBySide(3), lambda number: number * 2, items(), 8, together):
        assert result == given * 2
        given += 1
    assert given == count


@pytest.mark.parametrize("together", [1, 4])
def test_an_error_ends_what_is_spread_and_what_had_not_begun_does_not_begin(together: int) -> None:
    done: list[int] = []

    def work(number: int) -> int:
        if number == 5:
            raise ZeroDivisionError
        done.append(number)
        return number

    seen = []
    with pytest.raises(ZeroDivisionError):
        for result in spread(SideBySide(1), work, range(1000), 8, together):
            seen.append(result)
    assert seen == [0, 1, 2, 3, 4]
    assert len(done) < 30
