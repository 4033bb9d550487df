"""What every walk gets: a quick sandbox, a stage on it, and a tally that is printed at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import forked
import pytest
from described import PLACES, Described
from stage import Stage
from tally import Tally

_LINES = "walk"


def place_id(place: object) -> str:
    described, cloud = place if isinstance(place, tuple) else (place, "")
    return f"{getattr(described, 'noun', described)}-{cloud}"


@pytest.fixture(scope="session", autouse=True)
def forking_server() -> None:
    forked.start_server()


@pytest.fixture(params=PLACES, ids=place_id)
def place(request: pytest.FixtureRequest) -> tuple[Described, str]:
    """Every noun on every cloud where it can be created."""
    found: tuple[Described, str] = request.param
    return found


@pytest.fixture
def stage(place: tuple[Described, str], make_sandbox: Callable[..., Any], tmp_path: Path) -> Stage:
    """The noun on the cloud, everything empty."""
    return _empty(place, make_sandbox(transition=0.05), tmp_path)


@pytest.fixture
def lagging_stage(place: tuple[Described, str], make_sandbox: Callable[..., Any], tmp_path: Path) -> Stage:
    """The same, where a new resource cannot be seen for a moment."""
    return _empty(place, make_sandbox(transition=0.05, read_lag=0.3), tmp_path, hurried=False)


def _empty(place: tuple[Described, str], sandbox: Any, home: Path, *, hurried: bool = True) -> Stage:
    sandbox.reset()
    return Stage(sandbox, *place, home / "walk", hurried=hurried)


@pytest.fixture
def tally(
    request: pytest.FixtureRequest,
    place: tuple[Described, str],
    record_property: Callable[[str, object], None],
) -> Iterator[Tally]:
    """The count of the walk's cases, reported whether it fails or not."""
    counted = Tally(request.node.name)
    yield counted
    record_property(_LINES, str(counted))
