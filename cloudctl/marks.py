"""The marks that cloudctl leaves on what it makes: who owns it, which run made it, from which arguments.

Marks are tags (AWS, Azure), labels (GCP instances and disks) or a line in the description (GCP firewall
rules). Values hold only lower-case letters, digits, ``-``, ``_`` and ``.``; an adapter whose cloud allows less
(GCP labels: no dot) encodes them.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

OWNER = "cloudctl-owner"
RUN = "cloudctl-run"
SPEC = "cloudctl-spec"
CLAIM = "cloudctl-claim"


class ClaimState(StrEnum):
    CREATING = "creating"
    READY = "ready"
    DELETING = "deleting"


@dataclass(frozen=True, slots=True)
class Claim:
    """The state of a claim: the first uniquely named resource of a create carries it.

    ``until`` is the end of the holder's lease in Unix seconds (0 once ready), ``holder`` the process that
    works under it.
    """

    state: ClaimState
    until: int
    holder: str

    @property
    def expired(self) -> bool:
        return time.time() >= self.until

    def __str__(self) -> str:
        return f"{self.state.value}-{self.until}-{self.holder}"

    @classmethod
    def parse(cls, text: str) -> Claim | None:
        state, _, rest = text.partition("-")
        until, _, holder = rest.partition("-")
        if state not in set(ClaimState) or not until.isdecimal():
            return None
        return cls(ClaimState(state), int(until), holder)


@dataclass(frozen=True, slots=True)
class Mark:
    """Owner (``vm.web``), run id, digest of the arguments; on the claim also its state."""

    owner: str
    run: str
    spec: str
    claim: Claim | None = None

    def with_claim(self, claim: Claim) -> Mark:
        return replace(self, claim=claim)

    def tags(self) -> dict[str, str]:
        tags = {OWNER: self.owner, RUN: self.run, SPEC: self.spec}
        return tags | {CLAIM: str(self.claim)} if self.claim else tags

    def line(self) -> str:
        """The mark as one line of text, for resources that have a description but no tags."""
        return " ".join(f"{key}={value}" for key, value in self.tags().items())

    @classmethod
    def from_tags(cls, tags: Mapping[str, str] | None) -> Mark | None:
        """The mark among a resource's tags; None when cloudctl did not make it."""
        if not tags or OWNER not in tags or RUN not in tags:
            return None
        return cls(tags[OWNER], tags[RUN], tags.get(SPEC, ""), Claim.parse(tags.get(CLAIM, "")))

    @classmethod
    def from_line(cls, line: str | None) -> Mark | None:
        pairs = (word.partition("=") for word in (line or "").split())
        return cls.from_tags({key: value for key, sep, value in pairs if sep})


def run_of(mark: Mark | None) -> str | None:
    """The run that made a thing; None for one that cloudctl did not make."""
    return mark.run if mark else None
