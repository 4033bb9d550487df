"""What every list and every look-up by name does: scopes, fan-out, completeness, names to records."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from cloudctl.commands.invocation import Invocation
from cloudctl.dispatch import Failure, adapter_class, check_supported, common_error, fan_out, regions_of, service
from cloudctl.errors import CloudError, Kind, NotFound, UsageError
from cloudctl.explain import Recorder, line
from cloudctl.output import Kind as RecordKind
from cloudctl.output import View, record, records
from cloudctl.retry import Deadline
from cloudctl.scope import Context, Scope

Read = Callable[[Any], Iterable[Any]]


class Reading:
    """One read over the scopes that the flags name: the rows that arrive, and the scopes that failed."""

    def __init__(self, go: Invocation, noun: str, contexts: Sequence[Context], deadline: Deadline) -> None:
        self._go = go
        self._noun = noun
        self._deadline = deadline
        self._failures: list[Failure] = []
        self._recorders: list[Recorder] = []
        self._scopes: list[Scope] = []
        for context in contexts:
            try:
                self._scopes += self._scopes_of(context)
            except CloudError as error:
                self._failures.append(Failure(Scope(context), error))
        self._total = len(self._scopes) + len(self._failures)

    def _scopes_of(self, context: Context) -> list[Scope]:
        regional = adapter_class(self._noun, context.provider).regional
        scope = self._go.listed_scope(context, self._noun, regional=regional)
        if not self._go.flag("all_regions"):
            return [scope]
        return [Scope(context, region) for region in regions_of(self._noun, context, self._deadline)]

    def rows(self, read: Read, *, in_order: bool) -> Iterator[tuple[Scope, Any]]:
        """The records with their scope, in order of arrival or of the scopes; failures are kept for `end`."""
        arrivals = self._arrivals(read)
        ordered = sorted(arrivals, key=lambda row: row[0]) if in_order else arrivals
        return ((self._scopes[number], row) for number, row in ordered)

    def _arrivals(self, read: Read) -> Iterator[tuple[int, Any]]:
        def one(scope: Scope) -> Iterable[Any]:
            adapter = service(self._noun, scope, self._deadline)
            adapter.recorder.recording = self._go.flag("explain")
            self._recorders.append(adapter.recorder)
            return read(adapter)

        for arrival in fan_out(self._scopes, one, self._deadline):
            if isinstance(arrival, Failure):
                self._failures.append(arrival)
            else:
                yield arrival

    def explain(self) -> None:
        """Write the calls that were made as native commands (``--explain``)."""
        for recorder in self._recorders:
            sys.stdout.writelines(f"{line(words)}\n" for words in recorder.calls)

    def end_if_nothing_was_read(self) -> None:
        """The same before any output, when every scope failed: an empty list must not be written then."""
        if len({item.scope.name for item in self._failures}) >= self._total:
            self.end(rows=False)

    def end(self, *, rows: bool) -> None:
        """Report the failures on stderr and raise what the command ends with, if there were any."""
        if not self._failures:
            return
        for item in self._failures:
            item.error.context = item.scope.name
        if self._total == 1 and not rows:
            raise self._failures[0].error
        for item in self._failures:
            self._go.tell(item.error)
        error = common_error(self._failures, self._total, rows=rows)
        assert error is not None
        raise error


def list_records(go: Invocation, noun: str, kind: RecordKind, view: View, deadline: Deadline, read: Read) -> None:
    """List a noun over all scopes: rows to stdout, failures to stderr, nothing on stdout if every scope failed."""
    contexts = go.targets()
    for context in contexts:
        check_supported(noun, "list", context.provider)
    reading = Reading(go, noun, contexts, deadline)
    rows = reading.rows(read, in_order=view.format != "ndjson")
    if go.flag("explain"):
        list(rows)
        reading.explain()
        return reading.end(rows=True)
    first = next(rows, None)
    if first is None:
        reading.end_if_nothing_was_read()
    records((row for _, row in chain([first] if first else [], rows)), kind, view, sys.stdout)
    return reading.end(rows=True)


@dataclass(frozen=True, slots=True)
class Match:
    """A record that a name led to, and the scope that it was found in."""

    scope: Scope
    record: Any


def matches(go: Invocation, noun: str, verb: str, name: str, deadline: Deadline) -> list[Match]:
    """The records with this name or id (``CONTEXT:NAME`` names the context too), over the contexts of the flags.

    Raises the error of a scope that could not be read: what is there would be unknown. Raises UNSUPPORTED, before any
    call, when the verb is supported in none of the contexts.
    """
    contexts, bare = addressed(go, name)
    contexts = _supporting(noun, verb, contexts)
    reading = Reading(go, noun, contexts, deadline)
    found = [Match(scope, row) for scope, row in reading.rows(lambda adapter: adapter.find(bare), in_order=True)]
    reading.end(rows=False)
    return found


def _supporting(noun: str, verb: str, contexts: Sequence[Context]) -> list[Context]:
    refusals: list[CloudError] = []
    supporting = []
    for context in contexts:
        try:
            check_supported(noun, verb, context.provider)
            supporting.append(context)
        except CloudError as error:
            refusals.append(error)
    if refusals and not supporting:
        raise refusals[0]
    return supporting


def explain_look_up(go: Invocation, noun: str, verb: str, name: str, deadline: Deadline) -> None:
    """Write the calls that look for a name as native commands."""
    contexts, bare = addressed(go, name)
    contexts = _supporting(noun, verb, contexts)
    reading = Reading(go, noun, contexts, deadline)
    list(reading.rows(lambda adapter: adapter.find(bare), in_order=True))
    reading.explain()
    reading.end(rows=False)


def one_match(go: Invocation, noun: str, verb: str, name: str, deadline: Deadline) -> Match:
    """The one record with this name. Raises NotFound, or AMBIGUOUS with the candidates."""
    found = matches(go, noun, verb, name, deadline)
    if not found:
        raise not_found(go, noun, name)
    if len(found) > 1:
        raise ambiguous(noun, name, found)
    return found[0]


def not_found(go: Invocation, noun: str, name: str) -> NotFound:
    contexts, bare = addressed(go, name)
    where = ", ".join(context.name for context in contexts)
    return NotFound(f"no {noun} {bare} in {where}", fix=f"cloudctl {noun} list shows what is there")


def ambiguous(noun: str, name: str, found: Sequence[Match]) -> CloudError:
    candidates = ", ".join(f"{match.scope.context.name}:{match.record.id}" for match in found)
    return CloudError(
        Kind.AMBIGUOUS, f"{len(found)} {noun}s are called {name}", why=candidates, fix="name one by CONTEXT:ID"
    )


def addressed(go: Invocation, name: str) -> tuple[list[Context], str]:
    """The contexts to look in, and the name without its context."""
    context, colon, bare = name.partition(":")
    if not name or (colon and not bare):
        raise UsageError(f"a name is missing in {name!r}", fix="write NAME or CONTEXT:NAME")
    if colon and context in go.contexts():
        return [replace(go.contexts()[context], implicit=False)], bare
    return go.targets(), name


def show_records(found: Sequence[Any], kind: RecordKind, view: View, *, many: bool) -> None:
    """Write one record as an object, several as an array."""
    if many:
        records(found, kind, view, sys.stdout, listed=False)
    else:
        record(found[0], kind, view, sys.stdout)
