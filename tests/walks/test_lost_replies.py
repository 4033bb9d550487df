"""A call whose reply is lost, late, or an error that passes changes nothing about the outcome of any command."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from stage import Call, Stage, View
from tally import Tally

KINDS: Mapping[str, Mapping[str, Any]] = {
    "lost": {},
    "reset": {},
    "throttle": {"count": 2},
    "error": {"count": 2},
    "latency": {"latency": 0.5},
}
QUICK = ("lost",)


Command = tuple[str, str]
"""A verb, with the words before the name, and the flags after it."""


def life(stage: Stage) -> dict[Command, list[Call]]:
    """The changes that each verb makes, from the first create in an account to the deletion."""
    flags = next(iter(stage.described.variants.values()))
    verbs = {"create": flags, **dict.fromkeys(stage.described.changes, ""), "delete": ""}
    found = {(verb, more): stage.changes(verb, more) for verb, more in verbs.items()}
    stage.sandbox.reset()
    return found


def hit(stage: Stage, tally: Tally, kind: str, command: Command, calls: list[Call], nth: int, before: View) -> None:
    """One command of a life with a fault at its ``nth`` change, if it has that many."""
    verb, flags = command
    if nth >= len(calls):
        if verb in ("create", "delete"):
            stage.succeed(verb, flags)
        return
    case = f"{stage.cloud} {kind} at {calls[nth]}, {verb}"
    tally.case()
    with stage.fault(kind, calls[nth], **KINDS[kind]) as fault:
        ended = stage.run(verb, flags)
        hits = stage.hits(fault)
    if not hits:
        tally.problem(case, "the call was not made")
    tally.ended(case, ended, [0])
    if verb == "delete":
        tally.nothing_more(case, stage, before)
    else:
        tally.one_whole(case, stage, before)


def walk(stage: Stage, tally: Tally, kind: str, stride: int) -> None:
    commands = life(stage)
    for nth in range(0, max(len(calls) for calls in commands.values()), stride):
        stage.sandbox.reset()
        before = stage.view()
        for command, calls in commands.items():
            hit(stage, tally, kind, command, calls, nth, before)
    tally.end()


@pytest.mark.parametrize("stride", [4, pytest.param(1, marks=pytest.mark.soak)], ids=["every fourth", "every"])
@pytest.mark.parametrize(
    "kind", [kind if kind in QUICK else pytest.param(kind, marks=pytest.mark.soak) for kind in KINDS]
)
def test_a_reply_that_does_not_come_makes_no_duplicate_and_no_left_over(
    stage: Stage, tally: Tally, kind: str, stride: int
) -> None:
    walk(stage, tally, kind, stride)
