"""Many processes want one name at once, and some of them fail half-way: one whole thing is there afterwards."""

from __future__ import annotations

import random

import pytest
from stage import Stage
from tally import Tally

RACERS = 10
QUICK_ROUNDS = 1
ROUNDS = [n if n < QUICK_ROUNDS else pytest.param(n, marks=pytest.mark.soak) for n in range(16)]
DONE, NOT_THERE, CONFLICT, DEADLINE, QUOTA = 0, 3, 6, 10, 11


def race(stage: Stage, chance: random.Random, verbs: list[str]) -> list[tuple[str, int]]:
    """Start a process for each verb at once; verbs and exit codes. The first four share two state directories."""
    chance.shuffle(verbs)
    started = [
        stage.begin(verb, "--timeout 90s", state=f"racer-{number // 2 if number < 4 else number}", hurried=False)
        for number, verb in enumerate(verbs)
    ]
    return [(verb, racer.end().code) for verb, racer in zip(verbs, started, strict=True)]


def creates(stage: Stage, tally: Tally, round_: int) -> None:
    chance, before = random.Random(f"{stage.cloud} {round_}"), stage.view()
    stage.sandbox.fault("quota", stage.cloud, stage.described.making[stage.cloud], count=chance.randint(1, 4))
    codes = [code for _, code in race(stage, chance, ["create"] * RACERS)]
    case = f"{stage.cloud} round {round_}: {codes}"
    tally.case()
    if not set(codes) <= {DONE, CONFLICT, DEADLINE, QUOTA} or codes.count(DONE) != 1:
        tally.problem(case, "one must succeed, and the others be told why they did not")
    tally.one_whole(case, stage, before)
    tally.ended(f"{case}, deletion", stage.run("delete"), [DONE])
    tally.nothing_more(f"{case}, deletion", stage, before)
    tally.end()


@pytest.mark.soak  # the quick rounds of it are those under read lag, which is harder
@pytest.mark.parametrize("round_", range(len(ROUNDS)))
def test_ten_racing_creates_of_which_some_fail_give_one_whole(stage: Stage, tally: Tally, round_: int) -> None:
    creates(stage, tally, round_)


@pytest.mark.parametrize("round_", ROUNDS)
def test_creates_that_race_with_deletes_leave_one_whole_or_none(stage: Stage, tally: Tally, round_: int) -> None:
    chance, before = random.Random(f"{stage.cloud} delete {round_}"), stage.view()
    if round_ % 2:
        stage.succeed("create")
    results = race(stage, chance, ["create"] * 7 + ["delete"] * 3)
    case = f"{stage.cloud} round {round_}: {results}"
    tally.case()
    if not {code for _, code in results} <= {DONE, NOT_THERE, CONFLICT, DEADLINE}:
        tally.problem(case, "an exit code that tells no truth")
    if stage.made(before, stage.view()):
        tally.one_whole(case, stage, before)
        tally.ended(f"{case}, deletion", stage.run("delete"), [DONE])
    tally.nothing_more(case, stage, before)
    tally.end()
