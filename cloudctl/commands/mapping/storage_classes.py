"""``cloudctl mapping storage-class``."""

from __future__ import annotations

from cloudctl.commands.invocation import Invocation
from cloudctl.commands.mapping.answer import answer
from cloudctl.commands.mapping.side_by_side import by_cloud, matches
from cloudctl.mapping import Match, StorageClass, find_storage_class, lost_class, storage_classes
from cloudctl.output import Kind, Row

_FIELDS = (
    "name", "title", "provider", "storage_class", "min_days", "retrieval", "retrieval_hours", "sla_percent", "zones",
    "missing", "differs", "lost",
)  # fmt: skip
STORAGE_CLASS = Kind(
    name="storage-class",
    columns=("name", "provider", "storage_class", "min_days", "retrieval", "retrieval_hours", "missing", "lost"),
    wide=_FIELDS,
    fields=_FIELDS,
    key=("provider", "storage_class"),
)


def show_storage_classes(go: Invocation, wanted: str | None) -> None:
    """Write the classes that a name leads to, or all, a row for each cloud; ``lost`` is against a native name."""
    answer(go, STORAGE_CLASS, lambda: by_cloud(matches(wanted, find_storage_class, storage_classes), _row))


def _row(match: Match[StorageClass], provider: str) -> Row:
    found = match.entry
    side = found.clouds.get(provider)
    source = found.clouds[match.provider] if match.provider else None
    return {
        "name": found.name,
        "title": found.title,
        "provider": provider,
        "storage_class": side and side.native,
        "min_days": side and side.min_days,
        "retrieval": side and side.retrieval,
        "retrieval_hours": side and side.hours,
        "sla_percent": side and side.sla_percent,
        "zones": side and side.zones,
        "missing": found.missing.get(provider),
        "differs": found.differs,
        "lost": tuple(lost_class(source, side)) if source and side else (),
    }
