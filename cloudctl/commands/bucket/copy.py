"""bucket cp and mv."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from cloudctl.commands.bucket.connect import Connections
from cloudctl.commands.bucket.create import native_class
from cloudctl.commands.bucket.progress import progress
from cloudctl.commands.bucket.running import Running, checked_output, dry_run, would
from cloudctl.commands.invocation import Invocation
from cloudctl.errors import UsageError
from cloudctl.objects.copying import Copying
from cloudctl.objects.describe import Wanted
from cloudctl.objects.filters import Filters
from cloudctl.objects.jobs import looked, run
from cloudctl.objects.places import Place, Stream, Url, place
from cloudctl.objects.transfer import Transfer
from cloudctl.objects.work import Work
from cloudctl.retry import Deadline


@dataclass(frozen=True, slots=True)
class Said:
    """What flags say of the objects that are written, as it was typed."""

    storage_class: str | None = None
    content_type: str | None = None
    cache_control: str | None = None
    metadata: tuple[str, ...] = ()
    absent: bool = False


@dataclass(frozen=True, slots=True)
class How:
    """The flags that cp, mv and sync share."""

    parallel: int
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    follow: bool
    said: Said

    @property
    def filters(self) -> Filters:
        return Filters(self.include, self.exclude)


def copy(
    go: Invocation,
    sources: Sequence[str],
    target: str,
    how: How,
    *,
    recursive: bool,
    move: bool = False,
    version: str | None = None,
) -> None:
    view = checked_output(go)
    places, to = [place(text) for text in sources], place(target)
    connect = Connections(go, "mv" if move else "cp", Deadline(go.seconds(math.inf)))
    work = Work(how.parallel, deadline=connect.deadline)
    transfer = Transfer(work, wanted(how.said, to))
    copying = Copying(transfer, connect, how.filters, recursive, move, how.follow, version)
    jobs = copying.jobs(places, to)
    if go.flag("dry_run"):
        return dry_run(go, view, looked(work, jobs) if how.said.absent else would(jobs))
    running, shown = Running(go, view), not isinstance(to, Stream)
    with running.summed_up(work, shown=shown), progress(go, work, running):
        running.take(run(work, running.found.counted(jobs)))
    return running.end(shown=shown)


def wanted(said: Said, target: Place) -> Wanted:
    """What is said of the objects. Raises UsageError where that cannot be, before any call."""
    if not isinstance(target, Url):
        if said.storage_class or said.content_type or said.cache_control or said.metadata:
            raise UsageError("--storage-class, --content-type, --cache-control and --metadata are of objects")
        return Wanted(absent=said.absent)
    return Wanted(
        said.content_type,
        said.cache_control,
        dict(_pair(text) for text in said.metadata),
        said.storage_class and native_class(target.provider, said.storage_class),
        said.absent,
    )


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise UsageError(f"--metadata {text} is not KEY=VALUE")
    return name, value
