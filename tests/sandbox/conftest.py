from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from cloudctl.sandbox import process
from cloudctl.sandbox.statefile import Status

STAND_IN = (sys.executable, str(Path(__file__).with_name("stand_in_cloud.py")))


@pytest.fixture(scope="session")
def stand_in_status(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Status]:
    """A host of three stand-in clouds, in its own process."""
    status = process.start(tmp_path_factory.mktemp("stand-in"), host=STAND_IN)
    yield status
    process.stop(status.state)


@pytest.fixture
def stand_in(stand_in_status: Status) -> Status:
    """The stand-in clouds, empty and without faults."""
    process.reset(stand_in_status)
    return stand_in_status


@pytest.fixture
def start_stand_in() -> Callable[..., Status]:
    """Starts a host of stand-in clouds: ``start_stand_in(state, **settings)``."""
    return partial(process.start, host=STAND_IN)


@pytest.fixture
def eventually() -> Callable[[Callable[[], Any]], Any]:
    """Polls a condition until it is true and gives its outcome; fails after 10 seconds."""

    def poll(condition: Callable[[], Any]) -> Any:
        end = time.monotonic() + 10
        while not (outcome := condition()):
            assert time.monotonic() < end, "did not happen within 10 s"
            time.sleep(0.01)
        return outcome

    return poll
