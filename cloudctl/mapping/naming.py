"""Names that are not known, and what may have been meant."""

from __future__ import annotations

from collections.abc import Iterable

from cloudctl.errors import UsageError


class UnknownName(UsageError):
    """A name that no table has: wrong as the value of an option (exit 2), not found where it is what is asked for."""


def unknown(what: str, name: str, known: Iterable[str], *, prefix: str = "") -> UnknownName:
    """The error for a name that no table has, with the names nearest to it; ``prefix`` may be absent in the name."""
    # difflib costs more than reading a table, and only mistakes need it.
    from difflib import get_close_matches

    prefix, name_folded = prefix.casefold(), name.casefold()
    folded = {candidate.casefold(): candidate for candidate in known}
    as_given = get_close_matches(name_folded, folded, n=2, cutoff=0.7)
    prefixed = get_close_matches(prefix + name_folded.removeprefix(prefix), folded, n=5, cutoff=0.5)
    near = ", ".join(folded[match] for match in list(dict.fromkeys([*as_given, *prefixed]))[:5])
    return UnknownName(f"unknown {what}: {name}", fix=f"did you mean {near}?" if near else None)
