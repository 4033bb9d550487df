"""Names that are not known, and what may have been meant."""

from __future__ import annotations

from collections.abc import Iterable

from cloudctl.errors import UsageError


def unknown(what: str, name: str, known: Iterable[str], *, prefix: str = "") -> UsageError:
    """The error for a name that no table has, with the names nearest to it; ``prefix`` may be absent in the name."""
    # difflib costs more than reading a table, and only mistakes need it.
    from difflib import get_close_matches

    prefix = prefix.casefold()
    folded = {candidate.casefold(): candidate for candidate in known}
    matches = get_close_matches(prefix + name.casefold().removeprefix(prefix), folded, n=5, cutoff=0.5)
    near = ", ".join(folded[match] for match in matches)
    return UsageError(f"unknown {what}: {name}", fix=f"did you mean {near}?" if near else None)
