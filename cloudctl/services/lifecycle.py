"""Lifecycle rules of a bucket: the neutral record, what is asked for, and the change of a cloud's own rules."""

from __future__ import annotations

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cloudctl.errors import Conflict
from cloudctl.errors import Kind as ErrorKind
from cloudctl.output import ABSENT, Absent, Kind

Native = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Transition:
    """From an age of ``days`` on an object has another storage class, by its native name."""

    days: int
    storage_class: str


@dataclass(frozen=True, slots=True)
class LifecycleRule:
    """A rule as the output contract has it, for objects whose keys begin with ``prefix``.

    Days count from an object's last write, those of noncurrent versions from when they became so (Azure: from their
    creation). ``id`` is the provider's; on GCP, where rules have none, a digest of the rule. ``exact`` is False where
    the provider's rule says more than these fields can: `native` (``--native``) has all of it.
    """

    bucket: str
    id: str
    enabled: bool
    prefix: str
    transitions: tuple[Transition, ...]
    expire_days: int | None
    noncurrent_expire_days: int | None
    abort_multipart_days: int | None
    exact: bool
    native: Native | Absent = ABSENT


_FIELDS = (
    "bucket", "id", "enabled", "prefix", "transitions", "expire_days", "noncurrent_expire_days", "abort_multipart_days",
    "exact",
)  # fmt: skip
KIND = Kind(name="lifecycle", columns=_FIELDS[1:], wide=_FIELDS, fields=_FIELDS, key=("bucket", "id"))


@dataclass(frozen=True, slots=True)
class RuleSpec:
    """A rule that is asked for; storage classes by their native names, ``id`` None: one that follows from the rest."""

    id: str | None = None
    prefix: str = ""
    transitions: tuple[Transition, ...] = ()
    expire_days: int | None = None
    noncurrent_expire_days: int | None = None
    abort_multipart_days: int | None = None
    enabled: bool = True

    @property
    def name(self) -> str:
        """The id, or one that is the same for the same rule; letters and digits."""
        said = (self.prefix, sorted((move.days, move.storage_class) for move in self.transitions), self.expire_days,
                self.noncurrent_expire_days, self.abort_multipart_days)  # fmt: skip
        return self.id or f"cloudctl{digest(said)}"


@dataclass(frozen=True, slots=True)
class RuleChange:
    """Rules that go, by id or ``everything``, and then those that come."""

    add: tuple[RuleSpec, ...] = ()
    remove: tuple[str, ...] = ()
    everything: bool = False


class Dialect(ABC):
    """How a cloud writes the rules of one bucket. Makes no call."""

    @abstractmethod
    def neutral(self, native: Native) -> LifecycleRule:
        """A cloud's rule as the record; `LifecycleRule.native` is the rule itself."""

    @abstractmethod
    def natives(self, spec: RuleSpec) -> Sequence[Native]:
        """The rules of the cloud that say what is asked for."""

    def foreign(self, native: Native) -> bool:
        """Whether a rule is not of this bucket alone, and so not to be changed with it."""
        return False

    def changed(self, rules: Sequence[Native], change: RuleChange) -> list[Native]:
        """The rules after a change. Those that stay do so as they are.

        Raises EXISTS for another rule with an id, CONFLICT where a rule is to go that others need as well.
        """
        for rule in filter(self.foreign, rules):
            if self.neutral(rule).id in change.remove:
                raise Conflict(f"rule {self.neutral(rule).id} is not of this bucket alone", fix="the cloud's own tool")
        kept = [rule for rule in rules if self.foreign(rule) or not self._goes(rule, change)]
        for spec in change.add:
            for native in self.natives(spec):
                self._join(kept, native)
        return kept

    def settled(self, rules: Sequence[Native], change: RuleChange) -> bool:
        """Whether a change has nothing left to do; a cloud may write a rule in other words than it was sent."""
        return self._said(self.changed(rules, change)) == self._said(rules)

    def _said(self, rules: Sequence[Native]) -> set[tuple[object, ...]]:
        found = [self.neutral(rule) for rule in rules if not self.foreign(rule)]
        return {(rule.id, *comparable(rule)) for rule in found}

    def _goes(self, rule: Native, change: RuleChange) -> bool:
        return change.everything or self.neutral(rule).id in change.remove

    def _join(self, kept: list[Native], native: Native) -> None:
        wanted = self.neutral(native)
        there = next((rule for rule in kept if self.neutral(rule).id == wanted.id), None)
        if there is None:
            kept.append(native)
        elif comparable(self.neutral(there)) != comparable(wanted):
            raise Conflict(f"rule {wanted.id} is there, and says something else", kind=ErrorKind.EXISTS)


def comparable(rule: LifecycleRule) -> tuple[object, ...]:
    """What a rule says, but for its id."""
    moves = sorted((move.days, move.storage_class) for move in rule.transitions)
    return (
        rule.enabled, rule.prefix, tuple(moves), rule.expire_days, rule.noncurrent_expire_days,
        rule.abort_multipart_days, rule.exact,
    )  # fmt: skip


def digest(value: object) -> str:
    """Eight hexadecimal digits that are the same for the same rule."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()[:8]
