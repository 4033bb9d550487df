"""bucket lifecycle: one plan per change of a bucket's rules."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from cloudctl.commands.bucket.address import named
from cloudctl.commands.bucket.create import native_class
from cloudctl.commands.changing import Change, checked, dry_run, execute, question, wants_plan
from cloudctl.commands.flag_values import whole
from cloudctl.commands.invocation import LIST_SECONDS, Invocation
from cloudctl.commands.operation import write_accepted
from cloudctl.commands.reading import addressed, one_match
from cloudctl.dispatch import service
from cloudctl.errors import NotFound, UsageError
from cloudctl.explain import line
from cloudctl.output import records, validate
from cloudctl.retry import Deadline
from cloudctl.scope import Scope
from cloudctl.services.bucket import Bucket, BucketService
from cloudctl.services.lifecycle import KIND, RuleChange, RuleSpec, Transition

_KEYS = ("id", "prefix", "enabled", "transitions", "expire_days", "noncurrent_expire_days", "abort_multipart_days")
_DAYS = _KEYS[4:]
# What show writes beside them.
_IGNORED = ("bucket", "exact")


@dataclass(frozen=True, slots=True)
class Asked:
    """The flags of an add; ``transitions`` are written ``DAYS:CLASS``."""

    id: str | None
    prefix: str
    transitions: tuple[str, ...]
    expire_days: int | None
    noncurrent_expire_days: int | None
    abort_multipart_days: int | None

    def spec(self, provider: str) -> RuleSpec:
        """Raises UsageError for what is no transition, or no class of the cloud."""
        moves = tuple(_transition(provider, *_split(text)) for text in self.transitions)
        days = {name: getattr(self, name) for name in _DAYS}
        return _acting(RuleSpec(self.id, self.prefix, moves, **days))


def show_rules(go: Invocation, name: str) -> None:
    view = go.view()
    validate(view, KIND)
    deadline = Deadline(go.seconds(LIST_SECONDS))
    there, bare = named(go, name)
    match = one_match(there, "bucket", "lifecycle", bare, deadline)
    buckets = _buckets(match.scope, match.record, deadline)
    buckets.recorder.recording = go.flag("explain")
    rules = buckets.lifecycle(match.record)
    if go.flag("explain"):
        sys.stdout.writelines(f"{line(words)}\n" for words in buckets.recorder.calls)
    else:
        records(rules, KIND, view, sys.stdout)


def add_rule(go: Invocation, name: str, asked: Asked) -> None:
    _change(
        go,
        checked(go, KIND),
        name,
        lambda provider: [asked.spec(provider)],
        lambda buckets, bucket, specs: RuleChange(specs),
    )


def set_rules(go: Invocation, name: str, file: str) -> None:
    deadline = checked(go, KIND)
    described = _read(file)
    _change(
        go,
        deadline,
        name,
        lambda provider: [_described(provider, rule) for rule in described],
        lambda buckets, bucket, specs: RuleChange(specs, everything=True),
        asks="Replace all lifecycle rules of",
    )


def remove_rules(go: Invocation, name: str, ids: Sequence[str], *, everything: bool, if_exists: bool) -> None:
    deadline = checked(go, KIND)
    if bool(ids) == everything:
        raise UsageError("name the rules to remove, or --all")

    def change(buckets: BucketService, bucket: Bucket, _: tuple[RuleSpec, ...]) -> RuleChange:
        there = {rule.id for rule in buckets.lifecycle(bucket)}
        missing = [one for one in ids if one not in there]
        if missing and not if_exists:
            raise NotFound(f"{bucket.name} has no rule {', '.join(missing)}", fix="cloudctl bucket lifecycle show")
        return RuleChange(remove=tuple(ids), everything=everything)

    _change(go, deadline, name, lambda _: [], change, asks="Remove lifecycle rules of")


Specs = Callable[[str], list[RuleSpec]]
Made = Callable[[BucketService, Bucket, tuple[RuleSpec, ...]], RuleChange]


def _change(go: Invocation, deadline: Deadline, name: str, specs: Specs, made: Made, asks: str | None = None) -> None:
    """Plan a change of one bucket's rules, and carry it out; ``specs`` reads what is wanted for a provider."""
    there, bare = named(go, name)
    contexts, _ = addressed(there, bare)
    for context in contexts if len(contexts) == 1 else ():
        _checked(service("bucket", Scope(context), deadline), specs)
    if asks and not wants_plan(go):
        go.confirmed([name])  # off a terminal an answer that is missing is an error before any call
    match = one_match(there, "bucket", "lifecycle", bare, deadline)
    buckets = _buckets(match.scope, match.record, deadline)
    planned = changing(match.scope, match.record, made(buckets, match.record, _checked(buckets, specs)), deadline)
    if wants_plan(go):
        return dry_run(go, [planned], go.view())
    if asks:
        go.confirm(question([planned], asks), [name])
    outcome = execute(go, planned)
    if not outcome.finished:
        return write_accepted(go, outcome.run)
    return records(buckets.lifecycle(match.record), KIND, go.view(), sys.stdout)


def changing(scope: Scope, bucket: Bucket, change: RuleChange, deadline: Deadline) -> Change:
    """The change of a bucket's rules."""
    buckets = _buckets(scope, bucket, deadline)
    known = {field: getattr(bucket, field) for field in ("id", "name", "url", "region")}
    plan = replace(buckets.plan_lifecycle(bucket, change), arguments={"bucket": known, "change": asdict(change)})
    return Change(buckets, plan, bucket)


def change_of(written: Mapping[str, Any]) -> RuleChange:
    """A change from its JSON, as a journal has it."""
    specs = [
        RuleSpec(**{**spec, "transitions": tuple(Transition(**move) for move in spec["transitions"])})
        for spec in written["add"]
    ]
    return RuleChange(tuple(specs), tuple(written["remove"]), written["everything"])


def _buckets(scope: Scope, bucket: Bucket, deadline: Deadline) -> BucketService:
    found: BucketService = service("bucket", Scope(scope.context, bucket.region), deadline)
    return found


def _checked(buckets: BucketService, specs: Specs) -> tuple[RuleSpec, ...]:
    wanted = tuple(specs(buckets.scope.context.provider))
    for spec in wanted:
        buckets.check_lifecycle(spec)
    names = [spec.name for spec in wanted]
    if len(set(names)) < len(names):
        raise UsageError("two rules have the same id")
    return wanted


# reading what is wanted


def _read(file: str) -> list[Mapping[str, Any]]:
    """The rules of a file. Raises UsageError."""
    import yaml

    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
        found = yaml.safe_load(text)
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror or error}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise UsageError(f"{file} is neither JSON nor YAML", why=str(error).splitlines()[0]) from error
    if not isinstance(found, list) or not all(isinstance(rule, dict) for rule in found):
        raise UsageError(f"{file} is no list of rules", fix="write them as lifecycle show -o json does")
    return found


def _described(provider: str, rule: Mapping[str, Any]) -> RuleSpec:
    """Raises UsageError for what is no rule, or one that the fields do not tell all of."""
    if unknown := [key for key in rule if key not in (*_KEYS, *_IGNORED)]:
        raise UsageError(f"a rule has no field {unknown[0]}", fix=f"known are {', '.join(_KEYS)}")
    if rule.get("exact") is False:
        raise UsageError(
            f"rule {rule.get('id')} says more than these fields can", fix="set it with the cloud's own tool"
        )
    moves = [_moved(provider, move) for move in rule.get("transitions") or ()]
    days = {name: _number(name, rule.get(name)) for name in _DAYS}
    name, enabled = rule.get("id"), rule.get("enabled", True)
    if not isinstance(enabled, bool) or not isinstance(rule.get("prefix") or "", str):
        raise UsageError("enabled is true or false, and prefix a text")
    return _acting(
        RuleSpec(None if name is None else str(name), rule.get("prefix") or "", tuple(moves), **days, enabled=enabled)
    )


def _moved(provider: str, move: object) -> Transition:
    if not isinstance(move, dict) or set(move) != {"days", "storage_class"}:
        raise UsageError("a transition has days and storage_class")
    return _transition(provider, str(move["days"]), str(move["storage_class"]))


def _number(name: str, value: object) -> int | None:
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and value > 0):
        return value
    raise UsageError(f"{name} is a number of days, not {value!r}")


def _split(text: str) -> tuple[str, str]:
    days, colon, wanted = text.partition(":")
    if not colon or not wanted:
        raise UsageError(f"{text!r} is no transition", fix="write DAYS:CLASS, such as 30:infrequent")
    return days, wanted


def _transition(provider: str, days: str, wanted: str) -> Transition:
    number = whole(days)
    if number is None:
        raise UsageError(f"{days!r} is no number of days", fix="write DAYS:CLASS, such as 30:infrequent")
    return Transition(number, native_class(provider, wanted))


def _acting(spec: RuleSpec) -> RuleSpec:
    if not (spec.transitions or any(getattr(spec, name) is not None for name in _DAYS)):
        raise UsageError("a rule does nothing", fix="say when objects move or go: --transition, --expire-after ...")
    return spec
