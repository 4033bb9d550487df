"""The one runner of plans: adoption, retries, waits, claims, rollback, journal and audit for every change.

The rules are told in docs/changes.md. In short: look before and after every call; never touch what does not carry our
mark; whoever holds the claim works, everybody else waits for it or for the end of its lease; what fails is
taken away again by the plan's own deletion of its run.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from cloudctl import audit, journal
from cloudctl.claims import lease
from cloudctl.diagnostics import Report
from cloudctl.errors import word_of
from cloudctl.marks import ClaimState
from cloudctl.plan import Plan, Run, Step, new_run_id
from cloudctl.retry import Call
from cloudctl.runner.execution import Execution
from cloudctl.runner.outcome import AlreadyThere, Options, Outcome

__all__ = ["AlreadyThere", "Options", "Outcome", "Runner"]


class Runner:
    """Executes plans of one service; ``call`` is that service's, so plans and runner share its deadline."""

    def __init__(self, call: Call, report: Report, options: Options | None = None) -> None:
        self._call = call
        self._report = report
        self._options = options or Options()

    def execute(self, plan: Plan) -> Outcome:
        """Bring the plan's outcome about.

        Raises AlreadyThere, or the CloudError of the step that failed, after undoing what the run made. After
        DeadlineExceeded nothing is undone: the work goes on, and the same command or ``operation wait`` ends it.
        """

        def waiting() -> None:
            self._report.note(f"another cloudctl works on {plan.name}: waiting for it")

        with journal.opened(plan, self._call.deadline.sleep, waiting) as book:
            execution = Execution(plan, book, self._call, self._report, self._options)
            try:
                outcome = execution.to_the_end()
            except BaseException as error:
                audit.record(plan, execution.run.id, word_of(error))
                raise
            audit.record(plan, execution.run.id, "done" if outcome.finished else "accepted")
            return outcome

    def preview(self, plan: Plan, *, offline: bool = False) -> Iterator[Step]:
        """The steps of a plan with placeholders for ids: no mutating call, and no call at all if ``offline``.

        Raises AlreadyThere when the outcome of a create is there already.
        """
        run = Run(new_run_id(), plan.owner, plan.spec, offline=offline, warn=self._report.warn, note=self._report.note)
        run = replace(run, claim=lease(ClaimState.CREATING, "preview"))
        if plan.makes and not offline and self._call(plan.final):
            raise AlreadyThere(plan)
        steps = plan.steps(run)
        try:
            step = next(steps)
            while True:
                yield step
                step = steps.send(f"<{step.key}.id>")
        except StopIteration:
            return
