"""Items that are carried out side by side: they end when the command does."""

from __future__ import annotations

import threading

import pytest

from cloudctl.errors import CloudError, DeadlineExceeded, Kind
from cloudctl.objects.jobs import Action, Job, run
from cloudctl.objects.work import Work
from cloudctl.retry import Deadline


def job(act: object) -> Job:
    assert callable(act)
    return Job(Action("download", "s3://bucket/key", "key", 1), act)


def test_what_is_under_way_is_told_to_stop_when_a_run_ends_early() -> None:
    work, begun, ended = Work(), threading.Event(), list[bool]()

    def slow() -> bool:
        begun.set()
        ended.append(work.stopping.wait(20))
        return True

    results = run(work, [job(begun.wait), job(slow)])
    assert next(results).done
    results.close()
    assert ended == [True]
    with pytest.raises(CloudError) as caught:
        work.check()
    assert caught.value.kind is Kind.INTERRUPTED


def test_an_error_that_all_would_have_stops_them() -> None:
    work = Work()

    def refuse() -> bool:
        raise CloudError(Kind.UNAUTHENTICATED, "who are you")

    with pytest.raises(CloudError, match="who are you"):
        list(run(work, [job(refuse), job(lambda: work.stopping.wait(20))]))


def test_a_run_that_came_to_its_end_can_be_followed_by_another() -> None:
    work = Work()
    for _ in range(2):
        assert [result.done for result in run(work, [job(lambda: True)] * 3)] == [True] * 3
        work.check()


def test_a_transfer_ends_when_its_time_is_over() -> None:
    told: list[int] = []
    with pytest.raises(DeadlineExceeded):
        Work(told=told.append, deadline=Deadline(0)).advance(5)
    assert not told
