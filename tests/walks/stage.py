"""One noun on one cloud of a sandbox: run commands, see their calls, hit one with a fault, look what is there."""

from __future__ import annotations

import itertools
import re
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import forked
from accounts import ACCOUNTS, PUBLIC_KEY, Thing
from described import Described
from eventually import until
from leftovers import everything, left_over

from cloudctl.sandbox.statefile import CLOUDS

NAME = "web"
LEASE = 2
"""Seconds of a lease where a walk waits for its end."""
_READS = ("*:Describe*", "*:Get*", "*:List*", "*:Head*", "*/read", "*.get*", "*.list*", "*.aggregatedList", "*.wait")
_CLAIM = re.compile(r"\b(creating|ready|deleting)-\d+-[0-9a-f]{8}\b")


def changes_something(operation: str) -> bool:
    """Whether an operation changes anything, by the provider's way of naming those that do not."""
    return not any(fnmatchcase(operation, pattern) for pattern in _READS)


@dataclass(frozen=True, slots=True)
class Call:
    """The ``nth`` call of an operation that a command makes."""

    operation: str
    nth: int

    @property
    def mutating(self) -> bool:
        return changes_something(self.operation)

    def __str__(self) -> str:
        return f"{self.operation} #{self.nth}"


@dataclass(frozen=True, slots=True)
class View:
    """What is there at a moment: a line for everything, and the records of what has a name."""

    lines: frozenset[str]
    things: dict[str, Thing]

    @property
    def claims(self) -> list[str]:
        """The states of all claims."""
        return sorted(state for thing in self.things.values() for state in _CLAIM.findall(str(thing.record)))


class Stage:
    """``home`` keeps the state directories of the commands and what they wrote; ``hurried`` as in `forked.begin`."""

    def __init__(self, sandbox: Any, described: Described, cloud: str, home: Path, *, hurried: bool = True) -> None:
        self.sandbox, self.described, self.cloud, self.hurried = sandbox, described, cloud, hurried
        self.account = ACCOUNTS[cloud](sandbox.endpoint(cloud))
        self._endpoints = {name: sandbox.endpoint(name) for name in CLOUDS}
        self._home = home
        self._numbers = itertools.count()
        self._key()

    def _key(self) -> None:
        key = self._home / ".ssh" / "id_ed25519.pub"
        key.parent.mkdir(parents=True)
        key.write_text(f"{PUBLIC_KEY}\n")

    # commands

    def words(self, verb: str, flags: str = "", name: str = NAME) -> list[str]:
        """``verb`` with the words that stand before the name."""
        sure = ["--yes"] if verb in self.described.asking else []
        full = f"{self.described.prefix.get(self.cloud, '')}{name}"
        return [self.described.noun, *verb.split(), full, "-p", self.cloud, "-o", "name", *sure, *flags.split()]

    def begin(
        self,
        verb: str,
        flags: str = "",
        *,
        name: str = NAME,
        state: str = "state",
        hurried: bool = True,
        lease: int = 60,
    ) -> forked.Running:
        """Start a command; ``state`` names its state directory (the journal)."""
        environment = {
            **self.sandbox.environment(),
            "HOME": str(self._home),
            "XDG_STATE_HOME": str(self._home / state),
            "CLOUDCTL_LEASE": str(lease),
        }
        folder = self._home / f"command-{next(self._numbers)}"
        return forked.begin(self.words(verb, flags, name), environment, folder, hurried=hurried and self.hurried)

    def run(self, verb: str, flags: str = "", **options: Any) -> forked.Ended:
        return self.begin(verb, flags, **options).end()

    def succeed(self, verb: str, flags: str = "", **options: Any) -> None:
        """Run a command that the walk needs; its failure ends the test."""
        ended = self.run(verb, flags, **options)
        assert ended.code == 0, ended

    def calls(self, verb: str, flags: str = "", *, code: int = 0, **options: Any) -> list[Call]:
        """The calls that a command makes, in order."""
        before = self._last()
        ended = self.run(verb, flags, **options)
        assert ended.code == code, ended
        seen: Counter[str] = Counter()
        found = []
        for record in self.sandbox.operations(before, self.cloud):
            operation = record["operation"]
            seen[operation] += 1
            found.append(Call(operation, seen[operation]))
        return found

    def changes(self, verb: str, flags: str = "", **options: Any) -> list[Call]:
        """The mutating calls among them."""
        return [call for call in self.calls(verb, flags, **options) if call.mutating]

    def _last(self) -> int:
        return max((record["sequence"] for record in self.sandbox.operations(0)), default=0)

    def lose_journal(self, state: str = "state") -> None:
        shutil.rmtree(self._home / state / "cloudctl" / "journal")

    # faults

    @contextmanager
    def fault(self, kind: str, call: Call, count: int = 1, **options: Any) -> Iterator[int]:
        """Hit a call, and with ``count`` 0 or above 1 the later ones of its operation too. Ends all faults."""
        number = self.sandbox.fault(kind, self.cloud, call.operation, skip=call.nth - 1, count=count, **options)
        try:
            yield number
        finally:
            self.sandbox.clear_faults()

    def hits(self, number: int) -> int:
        return next(int(fault["hits"]) for fault in self.sandbox.faults() if fault["id"] == number)

    def refused_last(self) -> bool:
        """Whether the last call that a fault hit came after the last change."""
        records = list(enumerate(self.sandbox.operations(0, self.cloud)))
        changes = [number for number, record in records if changes_something(record["operation"])]
        hits = [number for number, record in records if record["fault"]]
        return bool(hits) and hits[-1] > changes[-1]

    def kill_at(self, call: Call, verb: str, flags: str = "", **options: Any) -> bool:
        """SIGKILL a command once the provider has executed a call and before its reply; false if it is not made."""
        with self.fault("hold", call):
            command = self.begin(verb, flags, lease=LEASE, **options)
            until(lambda: self._holding() or not command.alive)
            reached = self._holding()
            command.kill()
            command.process.join()
        return reached

    def _holding(self) -> bool:
        return any(record["phase"] == "holding" for record in self.sandbox.operations(0, self.cloud))

    # what is there

    def view(self) -> View:
        # Under read lag a duplicate cannot be seen at once, and there is nothing to poll for.
        time.sleep(self.sandbox.status.read_lag)
        things = {f"{thing.kind} {thing.id}": thing for thing in self.account.things()}
        return View(everything(self._endpoints), things)

    def made(self, before: View, after: View) -> int:
        """How many of the noun itself are there that were not."""
        return sum(1 for line in after.lines - before.lines if self.described.itself.match(line))

    @staticmethod
    def rest(before: View, after: View) -> list[str]:
        """What is there that was not, without what is shared."""
        return sorted(left_over(before.lines, after.lines))

    @staticmethod
    def harmed(before: View, after: View) -> list[str]:
        """What was there and has gone or changed."""
        return sorted(
            f"{'changed' if key in after.things else 'gone'}: {key}"
            for key, thing in before.things.items()
            if after.things.get(key) != thing
        )
