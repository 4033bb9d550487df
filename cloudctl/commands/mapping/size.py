"""``cloudctl mapping size``."""

from __future__ import annotations

from collections.abc import Sequence

from cloudctl.commands.invocation import Invocation
from cloudctl.commands.mapping.answer import answer, clouds, fields_of, others
from cloudctl.errors import CloudError, NotFound
from cloudctl.errors import Kind as ErrorKind
from cloudctl.mapping import Choice, NoSizeFits, Size, choose, home_of_size
from cloudctl.output import Kind, Row

TRANSLATION = Kind(
    name="size",
    columns=("wanted", "provider", "name", "vcpus", "memory_gib", "exact", "lost"),
    wide=(*fields_of(Size), "wanted", "exact", "lost"),
    fields=(*fields_of(Size), "wanted", "exact", "lost"),
    key=("provider", "name"),
)


def translate_size(go: Invocation, name: str, to: Sequence[str]) -> None:
    """Write the nearest size of each cloud. NotFound when none can hold it, PARTIAL when some cannot."""
    too_small: list[str] = []
    answer(go, TRANSLATION, lambda: _translations(name, clouds(to), too_small))
    if too_small:
        raise CloudError(ErrorKind.PARTIAL, "; ".join(too_small))


def _translations(name: str, targets: Sequence[str], too_small: list[str]) -> list[Row]:
    home = home_of_size(name)
    rows: list[Row] = []
    for provider in targets or others(home):
        try:
            rows.append(_row(choose(provider, f"{home}:{name}" if _bare(home, name) else name)))
        except NoSizeFits as error:
            too_small.append(error.message)
    if not rows:
        raise NotFound("; ".join(too_small))
    return rows


def _bare(home: str | None, name: str) -> bool:
    return home is not None and ":" not in name


def _row(choice: Choice) -> Row:
    size = {field: getattr(choice.size, field) for field in fields_of(Size)}
    return {**size, "wanted": choice.wanted, "exact": choice.exact, "lost": choice.lost}
