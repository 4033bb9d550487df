"""A create that fails, at whatever call and however, leaves nothing of its own and everything of others."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from crowd import NEIGHBOUR, gather, names_wanted
from stage import Call, Stage, View
from tally import Tally

EXIT = {"denied": 5, "quota": 11, "capacity": 11, "error": 8}
VARIANTS = [
    pytest.param(slice(0, 1), id="the usual flags"),
    pytest.param(slice(1, None), id="other flags", marks=pytest.mark.soak),
]


def flags_of(stage: Stage, variants: slice) -> Iterable[str]:
    return list(stage.described.variants.values())[variants]


def fail(stage: Stage, tally: Tally, kind: str, call: Call, flags: str, before: View) -> bool:
    """One case; whether all was well. What is repeated must last, or the call would succeed."""
    kind = "error" if kind in stage.described.unavailable.get(stage.cloud, ()) else kind
    case = f"{stage.cloud} {kind} at {call}, create {flags}"
    tally.case()
    with stage.fault(kind, call, count=0 if kind == "error" else 1) as fault:
        ended = stage.run("create", flags, state=f"case-{tally.cases}")
        hits = stage.hits(fault)
    if not hits:
        tally.problem(case, "the call was not made")
    tally.ended(case, ended, [EXIT[kind]])
    return tally.nothing_more(case, stage, before)


@pytest.mark.parametrize("stride", [2, pytest.param(1, marks=pytest.mark.soak)], ids=["every other", "every"])
@pytest.mark.parametrize("variants", VARIANTS)
@pytest.mark.parametrize(
    "kind", ["denied", *(pytest.param(kind, marks=pytest.mark.soak) for kind in EXIT if kind != "denied")]
)
def test_a_create_that_fails_at_any_change_leaves_nothing(
    stage: Stage, tally: Tally, kind: str, variants: slice, stride: int
) -> None:
    for flags in flags_of(stage, variants):
        shared = stage.changes("create", flags)
        before = gather(stage, flags)
        own = stage.changes("create", flags)
        stage.succeed("delete")
        for call in own[::stride]:
            if not fail(stage, tally, kind, call, flags, before):
                before = gather(stage, flags)
        for call in [call for call in shared if call not in own][::stride]:
            stage.sandbox.reset()
            fail(stage, tally, kind, call, flags, stage.view())
        stage.sandbox.reset()
    tally.end()


@pytest.mark.parametrize("stride", [9, pytest.param(1, marks=pytest.mark.soak)], ids=["every ninth", "every"])
def test_a_create_that_may_not_look_leaves_nothing_or_is_whole(stage: Stage, tally: Tally, stride: int) -> None:
    """From the claim to its release; what is read afterwards only shows what was made."""
    for flags in flags_of(stage, slice(0, 1 if stride > 1 else None)):
        before = gather(stage, flags)
        calls = stage.calls("create", flags)
        stage.succeed("delete")
        first, *_, last = [number for number, call in enumerate(calls) if call.mutating]
        for call in [call for call in calls[first:last] if not call.mutating][::stride]:
            if not refuse_look(stage, tally, call, flags, before):
                before = gather(stage, flags)
        stage.sandbox.reset()
    tally.end()


def refuse_look(stage: Stage, tally: Tally, call: Call, flags: str, before: View) -> bool:
    """One case; whether all was well. A create whose last change was made before the refusal is complete."""
    case = f"{stage.cloud} denied at {call}, create {flags}"
    tally.case()
    with stage.fault("denied", call):
        ended = stage.run("create", flags, state=f"case-{tally.cases}")
    tally.ended(case, ended, [0, EXIT["denied"]])
    if ended.code == 0 or stage.refused_last():
        tally.one_whole(case, stage, before)
        stage.succeed("delete")
    return tally.nothing_more(case, stage, before)


def test_a_name_that_is_taken_is_refused_and_stays_as_it_is(stage: Stage, tally: Tally) -> None:
    flags = next(iter(flags_of(stage, slice(0, 1))))
    for kind, name in names_wanted(stage, flags):
        stage.sandbox.reset()
        stage.succeed("create", name=NEIGHBOUR)
        alone = stage.view()
        stage.account.occupy(kind, name)
        before = stage.view()
        case = f"{stage.cloud} {kind} {name} is somebody else's"
        tally.case()
        tally.ended(case, stage.run("create", flags), [6])
        tally.nothing_more(case, stage, before)
        if not stage.made(alone, before):
            tally.ended(f"{case}, delete", stage.run("delete", "--if-exists"), [0])
            tally.nothing_more(f"{case}, delete", stage, before)
    tally.end()
