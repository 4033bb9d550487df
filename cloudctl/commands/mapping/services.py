"""``cloudctl mapping services``."""

from __future__ import annotations

from dataclasses import replace

from cloudctl.commands.invocation import Invocation
from cloudctl.commands.mapping.answer import answer
from cloudctl.commands.mapping.side_by_side import by_cloud, matches
from cloudctl.mapping import Category, Match, categories, find_category
from cloudctl.output import Kind, Row

_FIELDS = ("category", "title", "provider", "services", "api", "documentation", "scope", "noun", "missing", "differs")
SERVICE = Kind(
    name="service",
    columns=("category", "provider", "services", "scope", "noun", "missing"),
    wide=_FIELDS,
    fields=_FIELDS,
    key=("provider", "category"),
)
ONE = replace(SERVICE, columns=("provider", "services", "api", "scope", "missing", "differs"))
"""What is shown of a category that is named."""


def show_services(go: Invocation, wanted: str | None) -> None:
    """Write the categories that a name leads to, or all, a row for each cloud."""
    answer(go, ONE if wanted else SERVICE, lambda: by_cloud(matches(wanted, find_category, categories), _row))


def _row(match: Match[Category], provider: str) -> Row:
    category = match.entry
    side = category.clouds.get(provider)
    return {
        "category": category.name,
        "title": category.title,
        "provider": provider,
        "services": side.services if side else (),
        "api": side.api if side else (),
        "documentation": side and side.documentation,
        "scope": side and side.scope,
        "noun": category.noun,
        "missing": category.missing.get(provider),
        "differs": category.differs,
    }
