from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudctl.claims import Verdict, judge, lease, released
from cloudctl.marks import Claim, ClaimState, Mark

WANTED = Mark("vm.web", "run-1", "spec-1")
LATER, EARLIER = int(time.time()) + 1000, int(time.time()) - 1000


def held(
    state: ClaimState, until: int = LATER, holder: str = "other", run: str = "run-2", spec: str = "spec-1"
) -> Mark:
    return Mark("vm.web", run, spec, Claim(state, until, holder))


@pytest.mark.parametrize(
    ("mark", "verdict"),
    [
        (None, Verdict.FOREIGN),
        (Mark("vm.other", "r", "s", lease(ClaimState.CREATING, "x")), Verdict.FOREIGN),
        (Mark("vm.web", "r", "s"), Verdict.FOREIGN),
        (Mark("vm.web", "r", "s", released("x")), Verdict.COMPLETE),
        (held(ClaimState.CREATING, holder="me", run="run-1"), Verdict.OURS),
        (held(ClaimState.CREATING, EARLIER, holder="me", run="run-1"), Verdict.OURS),
        (held(ClaimState.CREATING), Verdict.WAIT),
        (held(ClaimState.DELETING), Verdict.WAIT),
        (held(ClaimState.CREATING, EARLIER), Verdict.TAKE),
        (held(ClaimState.CREATING, holder="dead"), Verdict.TAKE),
        (held(ClaimState.CREATING, EARLIER, spec="spec-2"), Verdict.OTHER_ARGUMENTS),
        (held(ClaimState.DELETING, EARLIER), Verdict.CLEAR),
        (held(ClaimState.DELETING, holder="dead"), Verdict.CLEAR),
        (held(ClaimState.DELETING, holder="me"), Verdict.CLEAR),
    ],
)
def test_the_verdict_on_a_claim(mark: Mark | None, verdict: Verdict) -> None:
    assert judge(mark, WANTED, "me", ["dead"]) is verdict


words = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=16)


@given(words, words, words, st.sampled_from(list(ClaimState)), st.integers(0, 2**33), words)
def test_a_mark_survives_tags_and_a_description(
    name: str, run: str, spec: str, state: ClaimState, until: int, holder: str
) -> None:
    mark = Mark(f"vm.{name}", run, spec, Claim(state, until, holder))
    assert Mark.from_tags(mark.tags()) == mark
    assert Mark.from_line(mark.line()) == mark


@given(st.text())
def test_no_text_breaks_the_reading_of_a_mark(text: str) -> None:
    Mark.from_line(text)
    Claim.parse(text)
