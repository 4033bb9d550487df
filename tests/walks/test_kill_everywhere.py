"""SIGKILL after the provider has executed a call and before its reply: the same command then comes to the same end.

``kept``: the next command finds the journal of the killed one. ``lost``: it finds only the marks on the resources. One
thing nobody can tell apart: killed after its very last call, the claim's release, and with the journal lost, a create
has made a complete machine, and the same command says so (exit 6; docs/changes.md).
"""

from __future__ import annotations

import pytest
from stage import Call, Stage, View
from tally import Tally

KEPT, LOST = "kept", "lost"
TURNS = pytest.mark.parametrize(
    ("journals", "stride"),
    [((KEPT, LOST), 2), *(pytest.param(turns, 1, marks=pytest.mark.soak) for turns in ((KEPT, LOST), (LOST, KEPT)))],
    ids=["every other call", "in turns", "the other turns"],
)
"""The journal is kept at every other kill and lost at the others; with both kinds of turns each is at every call."""


def flags_of(stage: Stage) -> str:
    return next(iter(stage.described.variants.values()))


def empty(stage: Stage) -> View:
    stage.sandbox.reset()
    return stage.view()


def killed(stage: Stage, tally: Tally, case: str, call: Call, verb: str, flags: str, journal: str) -> str:
    """Kill a command at a call; its state directory."""
    tally.case()
    state = f"case-{tally.cases}"
    if not stage.kill_at(call, verb, flags, state=state):
        tally.problem(case, "the call was not made")
    elif journal == LOST:
        stage.lose_journal(state)
    return state


def recreate(stage: Stage, tally: Tally, case: str, state: str, before: View) -> None:
    """The same create again, and then a deletion."""
    tally.ended(case, stage.run("create", flags_of(stage), state=state), [0])
    finish(stage, tally, case, state, before)


def finish(stage: Stage, tally: Tally, case: str, state: str, before: View) -> None:
    tally.one_whole(case, stage, before)
    tally.ended(f"{case}, deletion", stage.run("delete", state=state), [0])
    tally.nothing_more(f"{case}, deletion", stage, before)


@TURNS
def test_a_create_killed_after_any_call_is_finished_by_the_same_command(
    stage: Stage, tally: Tally, journals: tuple[str, ...], stride: int
) -> None:
    calls = stage.changes("create", flags_of(stage))
    for number, call in enumerate(calls[::stride]):
        before, journal = empty(stage), journals[number % len(journals)]
        case = f"{stage.cloud} create killed at {call}, journal {journal}"
        state = killed(stage, tally, case, call, "create", flags_of(stage), journal)
        if journal == LOST and stage.view().claims == ["ready"]:
            assert call == calls[-1], f"{case}: complete before the last call"
            tally.ended(case, stage.run("create", flags_of(stage), state=state), [6])
            tally.ended(case, stage.run("create", f"{flags_of(stage)} --if-not-exists", state=state), [0])
            finish(stage, tally, case, state, before)
        else:
            recreate(stage, tally, case, state, before)
    tally.end()


@TURNS
def test_a_delete_killed_after_any_call_is_finished_by_the_same_command(
    stage: Stage, tally: Tally, journals: tuple[str, ...], stride: int
) -> None:
    stage.succeed("create", flags_of(stage))
    calls = stage.changes("delete")
    for number, call in enumerate(calls[::stride]):
        before, journal = empty(stage), journals[number % len(journals)]
        case = f"{stage.cloud} delete killed at {call}, journal {journal}"
        stage.succeed("create", flags_of(stage))
        state = killed(stage, tally, case, call, "delete", "", journal)
        # After the last call there is nothing left to delete.
        codes = [0, 3] if call == calls[-1] else [0]
        tally.ended(case, stage.run("delete", state=state), codes)
        tally.nothing_more(case, stage, before)
    tally.end()


def undone(stage: Stage) -> tuple[Call, list[Call]]:
    """The first call, from that which makes the thing on, whose failure leaves something to undo; what undoes it."""
    making = Call(stage.described.making[stage.cloud], 1)
    changes = stage.changes("create", flags_of(stage))
    for failing in changes[changes.index(making) :]:
        stage.sandbox.reset()
        with stage.fault("quota", failing):
            calls = stage.changes("create", flags_of(stage), code=11)
        undo = calls[calls.index(failing) + 1 :]
        if undo:
            return failing, undo
    raise AssertionError(f"{stage.cloud}: no failure is undone")


@TURNS
def test_an_undo_killed_after_any_call_is_finished_by_the_same_create(
    stage: Stage, tally: Tally, journals: tuple[str, ...], stride: int
) -> None:
    failing, undo = undone(stage)
    for number, call in enumerate(undo[::stride]):
        before, journal = empty(stage), journals[number % len(journals)]
        case = f"{stage.cloud} undo killed at {call}, journal {journal}"
        stage.sandbox.fault("quota", stage.cloud, failing.operation, skip=failing.nth - 1)
        # A call that one fault hits is not counted by another of the same operation.
        seen = Call(call.operation, call.nth - (call.operation == failing.operation))
        state = killed(stage, tally, case, seen, "create", flags_of(stage), journal)
        recreate(stage, tally, case, state, before)
    tally.end()
