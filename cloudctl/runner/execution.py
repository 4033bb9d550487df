"""One plan on its way to its end: turns, steps, the claim, and what happens when a step fails."""

from __future__ import annotations

import uuid

from cloudctl.claims import Verdict, judge, lease
from cloudctl.diagnostics import Report
from cloudctl.errors import CloudError, DeadlineExceeded, Kind, word_of
from cloudctl.journal import Journal
from cloudctl.marks import ClaimState
from cloudctl.plan import Found, Plan, Run, Step, Steps, new_run_id
from cloudctl.retry import Call
from cloudctl.runner.holding import Holding
from cloudctl.runner.outcome import (
    Again,
    AlreadyThere,
    Detached,
    Options,
    Outcome,
    not_ours,
    other_arguments,
    refuse_foreign,
    unfinished,
)
from cloudctl.runner.waiting import until_ready, until_seen

UNDO_SECONDS = 300.0


class Execution:
    """One plan being executed: the run it works as, and the claim that it holds."""

    def __init__(self, plan: Plan, book: Journal, call: Call, report: Report, options: Options) -> None:
        self._plan, self._book, self._call, self._report, self._options = plan, book, call, report, options
        self._machine: Found | None = None
        self._claiming = False  # a call that may have made our claim was sent
        self._clearing = False  # taking things away that a create made
        self._accepted = False  # the provider has accepted the last of the work
        self._changed = False
        self._resume_or_begin()

    def _resume_or_begin(self) -> None:
        """Go on as the run that the journal left unfinished, if it wanted the same; else as a new one."""
        before = self._book.before
        same = (before.header.get("verb"), before.header.get("spec")) == (self._plan.verb, self._plan.spec)
        self._resumed = before.unfinished and same
        run = before.run if self._resumed else None
        holder = (before.holder if self._resumed else None) or uuid.uuid4().hex[:8]
        dead = [before.holder] if before.holder else []
        self._holding = Holding(self._plan.claim, holder, dead, self._call, self._report)
        self._begun = self._resumed
        self._work_as(run or new_run_id())

    def _work_as(self, run: str) -> None:
        self.run = Run(run, self._plan.owner, self._plan.spec, warn=self._report.warn, note=self._report.note)
        self._report.fields["run"] = run

    def _begin(self) -> None:
        """Journal who works, before the first call that changes anything."""
        if not self._begun:
            self._book.begin(self._plan, self.run.id, self._holding.holder)
        self._begun = True

    def _begin_anew(self, run: str) -> None:
        self._work_as(run)
        self._resumed = self._claiming = self._begun = False
        self._begin()

    # the whole

    def to_the_end(self) -> Outcome:
        """Work until the plan's outcome is there, the work is accepted (``--no-wait``), or a step fails."""
        while True:
            try:
                return self._turn()
            except Again:
                continue

    def _turn(self) -> Outcome:
        try:
            ref = self._work()
        except Again:
            raise
        except Detached as detached:
            return Outcome(self.run.id, detached.ref, True, finished=False)
        except DeadlineExceeded as error:
            raise unfinished(self._plan, self.run.id if self._begun else None, error) from error
        except BaseException as error:
            self._fail(error)
            raise
        if self._begun:
            self._book.end("done")
        return Outcome(self.run.id, ref, self._changed, finished=True)

    def _work(self) -> str | None:
        plan = self._plan
        if plan.makes:
            self._machine = self._call(plan.final)
            refuse_foreign(self._plan, f"{plan.noun} {plan.name}", self._machine)
        else:
            self._hold_for_deletion()
        self.run.claim = lease(ClaimState.CREATING, self._holding.holder)
        ref = self._drive(plan.steps(self.run))
        if plan.makes:
            self._holding.release()
        return ref

    def _drive(self, steps: Steps) -> str | None:
        ref = None
        try:
            step = next(steps)
            while True:
                ref = self._do(step).ref
                step = steps.send(ref)
        except StopIteration:
            return ref

    def _clear(self, run: str) -> None:
        """Take away what a run made, by the plan's own deletion."""
        if self._plan.cleanup is None:
            return
        self._clearing = True
        try:
            self._drive(self._plan.cleanup(run))
        finally:
            self._clearing = False

    # one step

    @property
    def _making(self) -> bool:
        return self._plan.makes and not self._clearing

    def _do(self, step: Step) -> Found:
        making = self._making
        self._holding.renew()
        found = self._call(step.find)
        if making and step.claim:
            return self._obtain(step, found)
        owned = making and not step.shared
        if owned:
            refuse_foreign(self._plan, step.title, found, self.run.id)
        handle = None
        if found is None and not making:
            handle = self._accepted_before(step)
        if found is None and handle is None:
            handle, found = self._apply(step)
            if owned:
                refuse_foreign(self._plan, step.title, found, self.run.id)
        self._detach(step, found)
        return until_ready(self._call, self._holding, step, found, handle)

    def _accepted_before(self, step: Step) -> str | None:
        """The handle of a call that this run made before its process ended (not trusted for things made)."""
        return self._book.before.applied.get(step.key) if self._resumed else None

    def _apply(self, step: Step) -> tuple[str | None, Found | None]:
        """The mutating call. After any error look first: what is there goes on, what is not may be repeated."""

        def attempt() -> tuple[str | None, Found | None]:
            try:
                return self._call.once(step.apply), None
            except CloudError as error:
                found = self._call(step.find)
                if found:
                    return None, found
                error.retryable = error.retryable or error.kind is Kind.EXISTS
                raise

        self._begin()
        self._report.detail(f"{step.operation}: {step.title}", operation=step.operation)
        handle, found = self._call.repeat(attempt)
        if found is None or (found.mark and found.mark.run == self.run.id):
            self._changed = True
            self._book.applied(step.key, handle)
            verb = "made " if self._making else ""
            text = f"{self._plan.scope.context.name}: {verb}{step.title}"
            self._report.note(text, operation=step.operation, step=step.key)
        return handle, found

    def _detach(self, step: Step, found: Found | None) -> None:
        detach = step.detach and not self._clearing
        self._accepted = self._accepted or detach
        if detach and not self._options.wait and not (found and found.ready):
            raise Detached(found.ref if found else None)

    # the claim

    def _obtain(self, step: Step, found: Found | None) -> Found:
        """Hold the plan's claim: make it, or wait for its holder, take it over, or clear it away."""
        if found is None and self._machine:
            raise AlreadyThere(self._plan)
        handle = None
        if found is None:
            self._claiming = True
            handle, found = self._apply(step)
            found = self._settled(step, found or until_seen(self._call, step, handle))
        if self._verdict(found) is Verdict.OURS:
            self._claiming = True
            self._holding.keep(found)
            self._detach(step, found)
            return until_ready(self._call, self._holding, step, found, handle)
        if self._finished_before(found):
            return found
        self._react(step, found)
        raise Again

    def _verdict(self, claim: Found) -> Verdict:
        return judge(claim.mark, self.run.mark, self._holding.holder, self._holding.dead)

    def _settled(self, step: Step, found: Found) -> Found:
        """The claim, once a create that had looked before ours was there has had time to replace it."""
        if not step.settle or self._verdict(found) is not Verdict.OURS:
            return found
        self._call.deadline.sleep(step.settle)
        return self._call(step.find) or found

    def _finished_before(self, claim: Found) -> bool:
        """Whether this run's process was killed after its very last call, the release of its claim."""
        complete = self._machine is not None and self._verdict(claim) is Verdict.COMPLETE
        return self._resumed and complete and claim.run == self.run.id

    def _react(self, step: Step, found: Found) -> None:
        """Deal with a claim that is not ours, so that a new turn finds another situation."""
        self._claiming = False
        match self._verdict(found):
            case Verdict.FOREIGN:
                raise not_ours(step.title, found)
            case Verdict.COMPLETE if self._call(self._plan.final):
                raise AlreadyThere(self._plan)
            case Verdict.OTHER_ARGUMENTS:
                raise other_arguments(self._plan, found)
            case Verdict.WAIT:
                self._holding.wait_for_other(found, step.find)
            case Verdict.TAKE:
                self._take_over(found)
            case _:
                self._clear_away(found)

    def _take_over(self, found: Found) -> None:
        """Go on as the run whose process is gone; what it made is ours then, undo included."""
        self._begin()
        if self._holding.take(found, ClaimState.CREATING):
            self._report.note(f"going on with the unfinished run {found.run}")
            self._begin_anew(found.run)

    def _clear_away(self, found: Found) -> None:
        """Finish a deletion that nobody works on any more, then start as a new run."""
        self._begin()
        if self._holding.take(found, ClaimState.DELETING):
            self._report.note(f"taking away what run {found.run} left")
            self._clear(found.run)
            self._holding.drop()
            self._begin_anew(new_run_id())

    def _hold_for_deletion(self) -> None:
        """Mark the claim ``deleting`` first, so that nobody goes on with what is about to go."""
        found = self._holding.look()
        mark = found.mark if found else None
        if found is None or mark is None or mark.owner != self._plan.owner:
            return
        if self._holding.is_anothers(found):
            self._holding.wait_for_other(found, self._holding.look)
            raise Again
        self._begin()
        if not self._holding.take(found, ClaimState.DELETING):
            raise Again

    # failure

    def _fail(self, error: BaseException) -> None:
        """Undo what a failed create made; leave other changes, and what the provider has accepted, alone."""
        if isinstance(error, KeyboardInterrupt) and (self._accepted or not self._plan.makes):
            return
        if self._plan.makes and self._claiming and not self._options.keep:
            self._undo(error)
        elif self._begun:
            self._book.end(word_of(error))

    def _undo(self, error: BaseException) -> None:
        self._call.deadline.extend(UNDO_SECONDS)
        try:
            found = self._holding.look()
            if found and self._holding.take_to_delete(found):
                self._report.note(f"undoing what run {self.run.id} made")
                self._clear(self.run.id)
        except CloudError as second:
            self._report.warn(
                f"undoing run {self.run.id} failed: {second.message}; "
                f"cloudctl {self._plan.noun} delete {self._plan.name} takes away the rest"
            )
        else:
            self._book.end(word_of(error))
