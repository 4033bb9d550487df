"""The one retry policy, and the deadline that bounds it.

SDK-internal retries are off (adapters/*/session.py), so that attempts do not multiply.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from cloudctl.errors import CloudError, DeadlineExceeded, Kind

if TYPE_CHECKING:
    import tenacity

P = ParamSpec("P")
T = TypeVar("T")

CONNECT_SECONDS = 10.0
READ_SECONDS = 60.0
ATTEMPTS = 6
CONFLICT_SECONDS = 240.0
_LONGEST_WAIT = 20.0

Translate = Callable[[Exception], CloudError | None]


class Deadline:
    """A point in monotonic time; ``seconds`` from now, or never."""

    def __init__(self, seconds: float | None = None) -> None:
        self._end = float("inf") if seconds is None else time.monotonic() + seconds

    def left(self) -> float:
        """Seconds left, never negative; infinity without a deadline."""
        return max(0.0, self._end - time.monotonic())

    @property
    def expired(self) -> bool:
        return self.left() <= 0

    def extend(self, seconds: float) -> None:
        """Leave at least this many seconds from now: the time budget of a rollback."""
        self._end = max(self._end, time.monotonic() + seconds)

    def timeouts(self) -> tuple[float, float]:
        """Connect and read time-outs in seconds for the next call: the usual ones, or the time left."""
        left = max(0.05, self.left())
        return min(CONNECT_SECONDS, left), min(READ_SECONDS, left)

    def check(self) -> None:
        """Raises DeadlineExceeded when no time is left."""
        if self.expired:
            raise DeadlineExceeded("the deadline has passed", fix="give more time with --timeout")

    def sleep(self, seconds: float) -> None:
        """Sleep, but not past the deadline. Raises DeadlineExceeded when no time is left."""
        self.check()
        time.sleep(min(seconds, self.left()))


class Call:
    """Calls a provider: translates its errors and repeats what is worth repeating, within the deadline.

    Adapters send every read through it: ``self.call(client.describe_instances, **parameters)``.
    """

    def __init__(self, translate: Translate, deadline: Deadline) -> None:
        self.translate = translate
        self.deadline = deadline

    def __call__(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The function's result; raises CloudError from the provider's own exception."""
        return self.repeat(lambda: self.once(function, *args, **kwargs))

    def once(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """One attempt, translated. An exception that is not the provider's passes through as it is."""
        if self.deadline.expired:
            raise DeadlineExceeded("the deadline has passed", fix="give more time with --timeout")
        try:
            return function(*args, **kwargs)
        except CloudError:
            raise
        except Exception as error:
            translated = self.translate(error)
            if translated is None:
                raise
            raise translated from error

    def repeat(self, attempt: Callable[[], T]) -> T:
        """Repeat an attempt while it raises a retryable CloudError, with backoff, within the deadline."""
        try:
            return attempt()  # nearly always that is all; the machinery takes 50 us, and 29 ms to load
        except CloudError as error:
            if not error.retryable:
                raise
            first = error
        # Outside the handler: what fails now did not fail because of the first error.
        return self._again(first, attempt)

    def _again(self, error: CloudError, attempt: Callable[[], T]) -> T:
        """Repeat an attempt of which the first has failed."""
        import tenacity

        failures = [error]

        def counted() -> T:
            if failures:
                raise failures.pop()
            return attempt()

        try:
            return tenacity.Retrying(
                retry=tenacity.retry_if_exception(_worth_repeating),
                wait=_wait,
                stop=self._enough,
                sleep=self.deadline.sleep,
                reraise=True,
            )(counted)
        except CloudError as error:
            if error.retryable and self.deadline.expired:
                raise _too_late(error) from error
            raise

    def _enough(self, state: tenacity.RetryCallState) -> bool:
        """Whether to give up, also because the provider asks for a longer wait than there is time."""
        left = self.deadline.left()
        if left <= 0 or _least_wait(state) > left:
            return True
        if _waits_for_another(state):
            return (state.seconds_since_start or 0.0) > CONFLICT_SECONDS
        return state.attempt_number >= ATTEMPTS


def _waits_for_another(state: tenacity.RetryCallState) -> bool:
    """A conflict that ends by itself (Azure keeps an interface for 180 s) takes as long as the other's work does."""
    error = state.outcome.exception() if state.outcome else None
    return isinstance(error, CloudError) and error.kind is Kind.CONFLICT


def _worth_repeating(error: BaseException) -> bool:
    return isinstance(error, CloudError) and error.retryable


def retry_after(text: str | None) -> float:
    """The wait in seconds that a reply's ``Retry-After`` asks for, in seconds or as a date; 0 when it does not.

    https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
    """
    from datetime import UTC, datetime
    from email.utils import parsedate_to_datetime

    if text and text.isdecimal():
        return float(text)
    try:
        return max(0.0, (parsedate_to_datetime(text or "") - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return 0.0


def _too_late(error: CloudError) -> DeadlineExceeded:
    late = DeadlineExceeded(error.message, why=error.why, fix="give more time with --timeout")
    late.code, late.request_id = error.code, error.request_id
    return late


def _least_wait(state: tenacity.RetryCallState) -> float:
    """What the provider asked for (``Retry-After``)."""
    error = state.outcome.exception() if state.outcome else None
    return error.retry_after if isinstance(error, CloudError) else 0.0


def _wait(state: tenacity.RetryCallState) -> float:
    """Exponential backoff with full jitter, and at least what the provider asked for."""
    from tenacity import wait_random_exponential

    return max(_least_wait(state), wait_random_exponential(multiplier=0.3, max=_LONGEST_WAIT)(state))
