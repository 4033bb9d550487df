"""``cloudctl mapping verbs``."""

from __future__ import annotations

from collections.abc import Iterator

from cloudctl.commands.invocation import Invocation
from cloudctl.commands.mapping.answer import answer
from cloudctl.mapping import NounTable, find_noun
from cloudctl.output import Kind, Row

_FIELDS = ("noun", "verb", "provider", "supported", "operations", "why", "note")
VERB = Kind(
    name="verb",
    columns=("noun", "verb", "provider", "supported", "why", "note"),
    wide=_FIELDS,
    fields=_FIELDS,
    key=("provider", "noun", "verb"),
)


def show_verbs(go: Invocation, noun: str) -> None:
    """Write every verb of a noun, a row for each cloud."""
    answer(go, VERB, lambda: _rows(find_noun(noun)))


def _rows(table: NounTable) -> Iterator[Row]:
    for verb in table.verbs:
        for provider in table.clouds:
            yield _row(table, verb, provider)


def _row(table: NounTable, verb: str, provider: str) -> Row:
    cloud = table.clouds[provider]
    return {
        "noun": table.name,
        "verb": verb,
        "provider": provider,
        "supported": verb in cloud.verbs,
        "operations": cloud.verbs.get(verb, ()),
        "why": cloud.unsupported.get(verb),
        "note": cloud.notes.get(verb),
    }
