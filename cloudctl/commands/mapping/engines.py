"""``cloudctl mapping engine``."""

from __future__ import annotations

from cloudctl.commands.invocation import Invocation
from cloudctl.commands.mapping.answer import answer
from cloudctl.commands.mapping.side_by_side import by_cloud, matches
from cloudctl.mapping import Engine, Match, engines, find_engine
from cloudctl.output import Kind, Row

_FIELDS = ("name", "title", "provider", "service", "engine", "versions", "extended", "ha", "missing", "differs")
ENGINE = Kind(
    name="engine",
    columns=("name", "provider", "service", "engine", "versions", "missing"),
    wide=_FIELDS,
    fields=_FIELDS,
    key=("provider", "name"),
)


def show_engines(go: Invocation, wanted: str | None) -> None:
    """Write the engines that a name leads to, or all, a row for each cloud."""
    answer(go, ENGINE, lambda: by_cloud(matches(wanted, find_engine, engines), _row))


def _row(match: Match[Engine], provider: str) -> Row:
    engine = match.entry
    side = engine.clouds.get(provider)
    return {
        "name": engine.name,
        "title": engine.title,
        "provider": provider,
        "service": side and side.service,
        "engine": side.engine if side else (),
        "versions": side.versions or None if side else (),
        "extended": side.extended if side else (),
        "ha": side and side.ha,
        "missing": engine.missing.get(provider),
        "differs": engine.differs,
    }
