"""What a change is made of: adapters plan, the runner (cloudctl/runner) executes.

A plan is a restartable generator of steps. It yields a `Step` and gets the id of its outcome back::

    group = yield Step("group", "security group web", "ec2:CreateSecurityGroup", arguments, find, apply)
    yield Step("machine", ..., arguments={"SecurityGroupIds": [group], ...}, ...)

Only string ids travel between steps, so the journal is trivial, and a dry run sends placeholders
(``<group.id>``) in their place. The rule for authors: never branch on a sent value.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from cloudctl.errors import CloudError
from cloudctl.marks import Claim, Mark
from cloudctl.scope import Scope

T = TypeVar("T")


class Secret(str):
    """A value that is sent to the provider and never shown, logged or journaled."""

    __slots__ = ()
    MASK = "********"


@dataclass(frozen=True, slots=True)
class Found:
    """What a look found. ``ref`` is the id sent back to the plan.

    ``mark`` is our mark on it, or None. ``ready`` is False while the provider still works on it: the
    runner looks again. ``error`` is set when the provider gave up on it.
    """

    ref: str
    mark: Mark | None = None
    ready: bool = True
    error: CloudError | None = None

    @property
    def run(self) -> str:
        """The run that made it; empty without a mark."""
        return self.mark.run if self.mark else ""


@dataclass(frozen=True, slots=True)
class Step:
    """One mutating call, and how to see whether its outcome is there.

    ``key`` names the step in journal and dry run, ``title`` in progress messages; ``operation`` is the provider's own
    name and ``arguments`` exactly what is sent (`Secret` values are masked when shown).
    ``find`` looks for the outcome: what was to be made, or, for a delete, its absence; None means "not
    there, apply". ``apply`` is ONE mutating call; it may return a handle of the long operation it started.
    ``poll`` looks again after an apply that returned a handle (default: ``find``).
    ``result`` are the words that make the native tool print the id (``--query GroupId ...``), for ``--explain``.
    ``shared`` adopts anyone's resource and never takes it away again. ``claim`` says that this resource is
    the plan's claim. ``settle`` are the seconds after which a claim is looked at again, where a create of another may
    still replace it. ``detach`` lets ``--no-wait`` end the run once the call is accepted.
    """

    key: str
    title: str
    operation: str
    arguments: Mapping[str, Any]
    find: Callable[[], Found | None]
    apply: Callable[[], str | None]
    poll: Callable[[str], Found | None] | None = None
    result: tuple[str, ...] = ()
    shared: bool = False
    claim: bool = False
    settle: float = 0.0
    detach: bool = False


Steps = Generator[Step, str, None]


@dataclass(frozen=True, slots=True)
class ClaimAccess:
    """How the runner looks at a plan's claim and writes its mark.

    ``find`` returns the claim resource with its mark (None: not there); ``write`` puts the whole mark on the resource
    with this ref in one call.
    """

    find: Callable[[], Found | None]
    write: Callable[[Found, Mark], None]


@dataclass(slots=True)
class Run:
    """One execution of a plan. ``id`` survives a kill (journal) and a take-over (claim).

    ``claim`` is the claim that a step makes with its resource. ``offline`` forbids calls: `read` then gives
    the preview. ``note`` tells the user of a choice that was made, ``warn`` of a danger; both on stderr, the
    same warning once.
    """

    id: str
    owner: str
    spec: str
    claim: Claim | None = None
    offline: bool = False
    warn: Callable[[str], None] = lambda text: None
    note: Callable[[str], None] = lambda text: None

    @property
    def mark(self) -> Mark:
        return Mark(self.owner, self.id, self.spec)

    @property
    def claim_mark(self) -> Mark:
        """The mark for the claim resource."""
        return Mark(self.owner, self.id, self.spec, self.claim)

    def read(self, look_up: Callable[[], T], preview: T) -> T:
        """A look-up that the plan needs for its arguments; ``preview`` stands in for it offline."""
        return preview if self.offline else look_up()

    def token(self, *parts: str) -> str:
        """A deterministic UUID from the parts: idempotency tokens and request ids."""
        return str(uuid.uuid5(_NAMESPACE, "/".join(parts)))


_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "cloudctl")


def new_run_id() -> str:
    return uuid.uuid4().hex[:16]


def digest(arguments: Mapping[str, object]) -> str:
    """A short digest of the arguments of a create, the same for equal arguments in any order.

    Secrets must not be among them: a digest of a short secret can be searched for.
    """
    text = repr(sorted((key, value) for key, value in arguments.items() if value is not None))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Plan:
    """A change to one resource.

    ``steps`` starts the generator for a run. ``final`` looks for the whole outcome: of a create the
    machine itself, anyone's. ``claim`` and ``cleanup`` belong to plans that make things: ``cleanup(run id)``
    yields the deletion of everything with this plan's owner and that run id, the claim last.
    ``arguments`` rebuild the plan in another process (``operation wait``); never secrets. ``no_room`` is what helps
    where the cloud has no capacity for it; None: what the cloud's own error says.
    """

    scope: Scope
    noun: str
    verb: str
    name: str
    steps: Callable[[Run], Steps]
    final: Callable[[], Found | None]
    spec: str = ""
    claim: ClaimAccess | None = None
    cleanup: Callable[[str], Steps] | None = None
    arguments: Mapping[str, object] = field(default_factory=dict)
    no_room: str | None = None

    @property
    def owner(self) -> str:
        return f"{self.noun}.{self.name}"

    @property
    def makes(self) -> bool:
        """Whether the plan makes a resource, which must then carry our mark."""
        return self.cleanup is not None
