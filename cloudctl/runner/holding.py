"""Holding a plan's claim: write ourselves into it, keep the lease alive, wait for another holder."""

from __future__ import annotations

import time
from collections.abc import Callable

from cloudctl.claims import lease, lease_seconds, released
from cloudctl.diagnostics import Report
from cloudctl.errors import CloudError, Conflict, Kind
from cloudctl.marks import Claim, ClaimState
from cloudctl.plan import ClaimAccess, Found
from cloudctl.retry import Call
from cloudctl.runner.outcome import pauses


class Holding:
    """The claim of one execution. ``holder`` is this process; ``dead`` are holders known to have ended."""

    def __init__(self, access: ClaimAccess | None, holder: str, dead: list[str], call: Call, report: Report) -> None:
        self.holder = holder
        self.dead = dead
        self._access = access
        self._call = call
        self._report = report
        self._held: Found | None = None
        self._lease: Claim | None = None

    def look(self) -> Found | None:
        """The claim resource as it is now."""
        return self._call(self._access.find) if self._access else None

    def is_anothers(self, found: Found) -> bool:
        """Whether a process that may still work holds it, and not this one."""
        claim = found.mark.claim if found.mark else None
        return claim is not None and not claim.expired and claim.holder not in (self.holder, *self.dead)

    def keep(self, found: Found) -> None:
        """The claim is ours as it stands."""
        self._held, self._lease = found, found.mark.claim if found.mark else None

    def drop(self) -> None:
        self._held = self._lease = None

    def release(self) -> None:
        """Mark the claim ``ready``: the create has come to its end."""
        if self._held:
            self._written(self._held, released(self.holder))
            self.drop()

    def take(self, found: Found, state: ClaimState) -> bool:
        """Write ourselves into a claim, and see whether it stayed so: the last writer holds it. False: it did not."""
        mine = lease(state, self.holder)
        before = found.mark.claim if found.mark else None
        if not self._written(found, mine):
            return False
        for pause in pauses():
            again = self.look()
            claim = again.mark.claim if again and again.mark else None
            if again is None or claim not in (mine, before):
                return False
            if claim == mine:
                self.keep(again)
                return True
            self._call.deadline.sleep(pause)
        return False

    def take_to_delete(self, found: Found) -> bool:
        """Take a claim of ours for a rollback; a mark that cannot be written must not keep us from undoing."""
        claim = found.mark.claim if found.mark else None
        if claim is None or claim.holder != self.holder:
            return False
        try:
            return self.take(found, ClaimState.DELETING)
        except CloudError as error:
            self._report.detail(f"the claim could not be marked: {error.message}")
            return not claim.expired

    def renew(self) -> None:
        """Make the lease longer before half of it is gone. A lease that has ended may be another's by now."""
        held, claim = self._held, self._lease
        if held is None or claim is None or claim.until - time.time() > lease_seconds() / 2:
            return
        if claim.expired and not self._still_ours():
            self.drop()
            raise Conflict("another process went on with this run after this one's lease had ended")
        self._lease = lease(claim.state, self.holder)
        if not self._written(held, self._lease):
            self.drop()  # the claim's own deletion was accepted

    def wait_for_other(self, found: Found, find: Callable[[], Found | None]) -> None:
        """Look until the claim is gone, has changed, or its lease has ended."""
        mark = found.mark
        self._report.warn(f"run {mark.run if mark else '?'} works on it: waiting for it or the end of its lease")
        for pause in pauses():
            now = self._call(find)
            if now is None or now.mark != mark or (mark and mark.claim and mark.claim.expired):
                return
            self._call.deadline.sleep(pause)

    def _still_ours(self) -> bool:
        found = self.look()
        claim = found.mark.claim if found and found.mark else None
        return claim is not None and claim.holder == self.holder

    def _written(self, found: Found, claim: Claim) -> bool:
        """Write the mark; False when the claim is gone, by its own deletion or by another's hand."""
        if not self._access or not found.mark:
            return False
        try:
            self._call(self._access.write, found, found.mark.with_claim(claim))
        except CloudError as error:
            if error.kind is not Kind.NOT_FOUND:
                raise
            return False
        return True
