"""The README's matrix of what works where, from the mapping. ``python -m tests.matrix`` writes it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from cloudctl import mapping
from cloudctl.scope import PROVIDERS

README = Path(__file__).parent.parent / "README.md"
_PLACE = re.compile(r"(<!-- matrix: .*? -->\n).*?(<!-- end of matrix -->)", re.DOTALL)


def matrix() -> str:
    """The table, a row a verb; unsupported verbs with their reason in a footnote."""
    lines = [f"| | {' | '.join(PROVIDERS)} |", f"| --- |{' --- |' * len(PROVIDERS)}"]
    notes: list[str] = []
    for noun in mapping.nouns():
        lines += _rows(noun, notes)
    return "\n".join([*lines, "", *(f"{number}. {note}" for number, note in enumerate(notes, 1)), ""])


def _rows(noun: str, notes: list[str]) -> Iterator[str]:
    clouds = [mapping.noun(noun).clouds[provider] for provider in PROVIDERS]
    for verb in mapping.noun(noun).verbs:
        cells = []
        for provider, cloud in zip(PROVIDERS, clouds, strict=True):
            note = cloud.unsupported.get(verb) or cloud.notes.get(verb)
            if note:
                notes.append(f"`{noun} {verb}` on {provider}: {note}")
            cells.append(("no" if verb in cloud.unsupported else "yes") + (f" ({len(notes)})" if note else ""))
        yield f"| `{noun} {verb}` | {' | '.join(cells)} |"


def with_matrix(text: str) -> str:
    return _PLACE.sub(lambda match: match[1] + "\n" + matrix() + "\n" + match[2], text)


if __name__ == "__main__":
    README.write_text(with_matrix(README.read_text(encoding="utf-8")), encoding="utf-8")
