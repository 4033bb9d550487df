"""Looking until something is there, or ready: no SDK poller, one rhythm, within the deadline."""

from __future__ import annotations

from cloudctl.plan import Found, Step
from cloudctl.retry import Call
from cloudctl.runner.holding import Holding
from cloudctl.runner.outcome import pauses


def until_seen(call: Call, step: Step, handle: str | None) -> Found:
    """What was made, once a look shows it with its mark; raises the error of an operation that failed."""
    for pause in pauses():
        if step.poll and handle:
            call(step.poll, handle)
        found = call(step.find)
        if found:
            return found
        call.deadline.sleep(pause)
    raise AssertionError("pauses never end")


def until_ready(call: Call, holding: Holding, step: Step, found: Found | None, handle: str | None) -> Found:
    """What is there, once the provider has done with it; raises the error of what it gave up."""
    for pause in pauses():
        if found and found.error:
            raise found.error
        if found and found.ready:
            break
        call.deadline.sleep(pause)
        holding.renew()
        found = call(step.poll, handle) if step.poll and handle else call(step.find)
    assert found is not None
    return found
