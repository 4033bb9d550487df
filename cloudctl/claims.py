"""What a claim tells a run: go on, wait, take over, clear away, or leave it alone."""

from __future__ import annotations

import os
import time
from collections.abc import Collection
from enum import Enum, auto

from cloudctl.marks import Claim, ClaimState, Mark

LEASE_SECONDS = 60.0


class Verdict(Enum):
    FOREIGN = auto()  # not made by cloudctl for this name
    OURS = auto()  # this process holds it
    WAIT = auto()  # another process works under a lease that has not ended
    TAKE = auto()  # its maker is gone and wanted the same: go on as that run
    OTHER_ARGUMENTS = auto()  # its maker is gone and wanted something else
    CLEAR = auto()  # its maker or deleter is gone half-way through a deletion: finish that first
    COMPLETE = auto()  # a create that came to its end


def judge(mark: Mark | None, wanted: Mark, holder: str, dead: Collection[str]) -> Verdict:
    """The verdict on a claim that was found. ``dead`` are holders known to have ended (from the journal)."""
    if mark is None or mark.owner != wanted.owner or mark.claim is None:
        return Verdict.FOREIGN
    claim = mark.claim
    if claim.state is ClaimState.READY:
        return Verdict.COMPLETE
    if claim.state is ClaimState.CREATING and claim.holder == holder and mark.run == wanted.run:
        return Verdict.OURS
    if not claim.expired and claim.holder not in (holder, *dead):
        return Verdict.WAIT
    if claim.state is ClaimState.DELETING:
        return Verdict.CLEAR
    return Verdict.TAKE if mark.spec == wanted.spec else Verdict.OTHER_ARGUMENTS


def lease_seconds() -> float:
    """The length of a lease; ``CLOUDCTL_LEASE`` (seconds) changes it, for all who share the resources."""
    return float(os.environ.get("CLOUDCTL_LEASE") or LEASE_SECONDS)


def lease(state: ClaimState, holder: str) -> Claim:
    """A claim in this state, held from now on for the length of a lease."""
    return Claim(state, int(time.time() + lease_seconds()) + 1, holder)


def released(holder: str) -> Claim:
    return Claim(ClaimState.READY, 0, holder)
