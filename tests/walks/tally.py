"""Counting the cases of a walk, and what went wrong in them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from forked import Ended
from stage import Stage, View


@dataclass(slots=True)
class Tally:
    """A walk goes through all its cases before it fails, so that one defect does not hide the next."""

    title: str
    cases: int = 0
    duplicates: int = 0
    left_overs: int = 0
    problems: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{self.title}: {self.cases} cases, {self.duplicates} duplicates, {self.left_overs} left-overs, "
            f"{len(self.problems)} problems"
        )

    def case(self) -> None:
        self.cases += 1

    def problem(self, case: str, what: str) -> None:
        self.problems.append(f"{case}: {what}")

    def ended(self, case: str, ended: Ended, codes: Collection[int]) -> None:
        """The command must have ended with one of these codes."""
        if ended.code not in codes:
            self.problem(case, f"exit {ended.code}, not {sorted(codes)}\n{ended}")

    def nothing_more(self, case: str, stage: Stage, before: View) -> bool:
        """Nothing may be left over, and nothing that was there may have gone or changed."""
        after = stage.view()
        rest, harmed = stage.rest(before, after), stage.harmed(before, after)
        self.left_overs += len(rest)
        if rest:
            self.problem(case, f"left over: {', '.join(rest)}")
        if harmed:
            self.problem(case, ", ".join(harmed))
        return not rest and not harmed

    def one_whole(self, case: str, stage: Stage, before: View) -> bool:
        """Exactly one new thing must be there, its claim released, and what was there before as it was."""
        after = stage.view()
        made, claims = stage.made(before, after), sorted([*before.claims, "ready"])
        self.duplicates += max(0, made - 1)
        harmed = stage.harmed(before, after)
        if made != 1:
            self.problem(case, f"{made} of them, not 1")
        if after.claims != claims:
            self.problem(case, f"claims are {after.claims}, not {claims}")
        if harmed:
            self.problem(case, ", ".join(harmed))
        return made == 1 and after.claims == claims and not harmed

    def end(self) -> None:
        assert not self.problems, "\n".join([str(self), *self.problems])
        assert self.cases, "no case was walked"
