"""The text of ``config.toml`` after a change: what does not change stays as its owner wrote it, comments too.

Loaded only to write; `cloudctl.config` reads with the standard library, which is faster.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise, takewhile

import tomlkit
from tomlkit.items import InlineTable, Table

from cloudctl.scope import Context


def rewritten(text: str, contexts: Mapping[str, Context], current: str | None) -> str:
    """The text with these contexts and no others. Raises nothing for a text that `cloudctl.config.load` reads."""
    document = tomlkit.parse(text)
    if current is None:
        document.pop("current", None)
    elif document.get("current") != current:
        document["current"] = current
    if contexts or "contexts" in document:
        _set(document.setdefault("contexts", tomlkit.table(is_super_table=True)), contexts)
    return document.as_string()


def _remove(tables: Table | InlineTable, name: str) -> None:
    """What stands between a table and the next heading counts as the table's, and is about the next one."""
    gone = tables[name]
    following = next((tables[after] for before, after in pairwise(tables) if before == name), None)
    if isinstance(gone, Table) and isinstance(following, Table):
        between = takewhile(lambda pair: pair[0] is None, reversed(gone.value.body))
        following.trivia.indent = "".join(reversed([item.as_string() for _, item in between]))
    del tables[name]


def _set(tables: Table | InlineTable, contexts: Mapping[str, Context]) -> None:
    for name in [name for name in tables if name not in contexts]:
        _remove(tables, name)
    for name, context in contexts.items():
        wanted = {"provider": context.provider, **context.settings}
        if tables.get(name) != wanted:
            # Within braces there are only braces.
            tables[name] = tomlkit.inline_table() if isinstance(tables, InlineTable) else tomlkit.table()
            tables[name].update(wanted)
