"""``cloudctl mapping region``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cloudctl.commands.invocation import Invocation
from cloudctl.commands.mapping.answer import answer, clouds, fields_of, others
from cloudctl.mapping import Region, RegionChoice, choose_region, home_of_region
from cloudctl.output import Kind, Row

REGION = Kind(
    name="region",
    columns=("wanted", "provider", "name", "city", "country", "zones", "km", "lost"),
    wide=(*fields_of(Region), "wanted", "km", "lost"),
    fields=(*fields_of(Region), "wanted", "km", "lost"),
    key=("provider", "name"),
)


def translate_region(go: Invocation, name: str, to: Sequence[str]) -> None:
    """Write the nearest region of each cloud."""
    answer(go, REGION, lambda: _translations(name, clouds(to)))


def _translations(name: str, targets: Sequence[str]) -> Iterator[Row]:
    home = home_of_region(name)
    for provider in targets or others(home):
        yield _row(choose_region(provider, name))


def _row(choice: RegionChoice) -> Row:
    region = {field: getattr(choice.region, field) for field in fields_of(Region)}
    return {**region, "wanted": choice.wanted, "km": choice.km, "lost": choice.lost}
