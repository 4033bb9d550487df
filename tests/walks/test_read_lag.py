"""The walks where a new resource cannot be seen for a moment: read-after-write lag, as EC2 has it."""

from __future__ import annotations

import pytest
from stage import Stage
from tally import Tally
from test_lost_replies import KINDS, walk
from test_race import ROUNDS, creates


@pytest.mark.parametrize("kind", [pytest.param(kind, marks=pytest.mark.soak) for kind in KINDS])
def test_a_lost_reply_under_read_lag_makes_no_duplicate(lagging_stage: Stage, tally: Tally, kind: str) -> None:
    walk(lagging_stage, tally, kind, 1)


@pytest.mark.parametrize("round_", ROUNDS)
def test_ten_racing_creates_under_read_lag_give_one_whole(lagging_stage: Stage, tally: Tally, round_: int) -> None:
    creates(lagging_stage, tally, round_)
