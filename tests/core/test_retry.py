from __future__ import annotations

import time

import pytest

from cloudctl.errors import CloudError, DeadlineExceeded, Kind
from cloudctl.retry import ATTEMPTS, Call, Deadline


class ProviderError(Exception):
    """What an SDK raises."""


def translate(error: Exception) -> CloudError | None:
    return CloudError(Kind.UNAVAILABLE, str(error), retryable=True) if isinstance(error, ProviderError) else None


class Endpoint:
    """Fails a number of times, then answers."""

    def __init__(self, failures: int, error: Exception) -> None:
        self.failures, self.error, self.calls = failures, error, 0

    def __call__(self) -> str:
        self.calls += 1
        if self.calls <= self.failures:
            raise self.error
        return "answer"


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    waits: list[float] = []
    monkeypatch.setattr(Deadline, "sleep", lambda self, seconds: waits.append(seconds))
    return waits


def test_a_retryable_error_is_tried_again() -> None:
    endpoint = Endpoint(2, ProviderError("busy"))
    assert Call(translate, Deadline(60))(endpoint) == "answer"
    assert endpoint.calls == 3


def test_attempts_are_bounded_and_the_last_error_is_raised() -> None:
    endpoint = Endpoint(100, ProviderError("busy"))
    with pytest.raises(CloudError, match="busy"):
        Call(translate, Deadline(60))(endpoint)
    assert endpoint.calls == ATTEMPTS


def test_an_error_that_is_not_retryable_is_raised_at_once_from_the_providers_own() -> None:
    original = ProviderError("no")
    call = Call(lambda error: CloudError(Kind.DENIED, "no"), Deadline(60))
    endpoint = Endpoint(1, original)
    with pytest.raises(CloudError) as caught:
        call(endpoint)
    assert caught.value.__cause__ is original
    assert endpoint.calls == 1


def test_an_exception_that_is_not_the_providers_passes_through() -> None:
    with pytest.raises(ZeroDivisionError):
        Call(translate, Deadline(60))(lambda: 1 / 0)


def test_the_wait_is_at_least_what_the_provider_asked_for(no_waiting: list[float]) -> None:
    error = CloudError(Kind.THROTTLED, "slow down", retryable=True, retry_after=7)
    Call(translate, Deadline(60))(Endpoint(1, error))
    assert no_waiting[0] >= 7


def test_nothing_is_called_after_the_deadline() -> None:
    endpoint = Endpoint(0, ProviderError())
    with pytest.raises(DeadlineExceeded):
        Call(translate, Deadline(0))(endpoint)
    assert endpoint.calls == 0


def test_running_out_of_time_between_attempts_is_a_passed_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    endpoint = Endpoint(100, CloudError(Kind.UNAVAILABLE, "down", retryable=True))
    started = time.monotonic()
    with pytest.raises(DeadlineExceeded):
        Call(translate, Deadline(0.3))(endpoint)
    assert time.monotonic() - started < 2


def test_time_outs_shrink_with_the_time_that_is_left() -> None:
    assert Deadline().timeouts() == (10.0, 60.0)
    connect, read = Deadline(3).timeouts()
    assert connect <= 3
    assert read <= 3


def test_a_deadline_can_be_extended_but_never_shortened() -> None:
    deadline = Deadline(1)
    deadline.extend(100)
    assert deadline.left() > 90
    deadline.extend(1)
    assert deadline.left() > 90


def test_a_wait_that_is_longer_than_the_time_left_is_not_begun() -> None:
    endpoint = Endpoint(100, CloudError(Kind.THROTTLED, "slow down", retryable=True, retry_after=60))
    with pytest.raises(CloudError, match="slow down") as caught:
        Call(translate, Deadline(5))(endpoint)
    assert caught.value.exit_code == 8
    assert endpoint.calls == 1


def test_a_conflict_that_ends_by_itself_is_waited_for_longer_than_a_failure() -> None:
    endpoint = Endpoint(ATTEMPTS * 2, CloudError(Kind.CONFLICT, "reserved", retryable=True))
    assert Call(translate, Deadline(60))(endpoint) == "answer"
