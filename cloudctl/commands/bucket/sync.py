"""bucket sync."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cloudctl.commands.bucket.connect import Connections
from cloudctl.commands.bucket.copy import How, wanted
from cloudctl.commands.bucket.progress import progress
from cloudctl.commands.bucket.running import Running, checked_output, dry_run, would
from cloudctl.commands.invocation import Invocation
from cloudctl.errors import CloudError, Kind, UsageError
from cloudctl.objects.jobs import Job, run
from cloudctl.objects.places import Local, Place, Stream, Url, overlap, place
from cloudctl.objects.removal import remove_names
from cloudctl.objects.sync import Side, Sync, check_deletion, deletions
from cloudctl.objects.targets import folder_key, target_of
from cloudctl.objects.transfer import Transfer
from cloudctl.objects.work import Work
from cloudctl.output import View
from cloudctl.retry import Deadline
from cloudctl.services.objects import ObjectService


@dataclass(frozen=True, slots=True)
class Deleting:
    """Whether what only the target has is deleted, and how much of it at most (None: any number)."""

    wanted: bool
    most: int | None


def synchronise(go: Invocation, source: str, target: str, how: How, deleting: Deleting, *, checksum: bool) -> None:
    view = checked_output(go)
    if deleting.most is not None and not deleting.wanted:
        raise UsageError("--max-delete is a limit of --delete", fix="add --delete")
    first, second = _folder(place(source)), _folder(place(target))
    _check(first, second)
    connect = Connections(go, "sync", Deadline(go.seconds(math.inf)))
    work = Work(how.parallel, deadline=connect.deadline)
    to = target_of(second, connect, several=True, transfer=Transfer(work, wanted(how.said, second)))
    sync = Sync(
        _side(first, connect),
        _side(second, connect),
        to,
        how.filters,
        checksum=checksum,
        delete=deleting.wanted,
        follow=how.follow,
        decide=go.flag("dry_run"),
    )
    if sync.decide:
        return dry_run(go, view, would(sync.jobs()), lambda failed: _would_go(sync, failed, deleting.most))
    return _carry_out(go, view, work, sync, deleting.most)


def _carry_out(go: Invocation, view: View, work: Work, sync: Sync, most: int | None) -> None:
    running = Running(go, view)
    refusal: CloudError | None = None
    with running.summed_up(work), progress(go, work, running):
        running.take(run(work, running.found.counted(sync.jobs())))
        running.outcome.summary.skipped += sync.unchanged
        running.total += sync.unchanged
        try:
            check_deletion(sync, running.outcome.summary.failed, most)
            running.take(remove_names(work, sync.target, sync.extra))
        except CloudError as error:
            refusal = error
    running.end(refusal=refusal)


def _would_go(sync: Sync, failed: int, most: int | None) -> Iterator[Job]:
    check_deletion(sync, failed, most)
    for action in deletions(sync):
        yield Job(action)


def _ordered(service: ObjectService) -> ObjectService:
    """Raises UNSUPPORTED for a bucket whose lists have no order: two of them could not be compared as they come."""
    if service.unordered:
        raise CloudError(
            Kind.UNSUPPORTED,
            f"{service.url} cannot be a side of a sync",
            why=service.unordered,
            fix="use cp --recursive",
        )
    return service


def _folder(found: Place) -> Url | Local:
    """A URL means the folder of its key: what is below the slash that is put behind it."""
    if isinstance(found, Stream):
        raise UsageError("- cannot be one side of a sync")
    return found.at(folder_key(found)) if isinstance(found, Url) else found


def _check(source: Url | Local, target: Url | Local) -> None:
    if isinstance(source, Local) and isinstance(target, Local):
        raise UsageError("one side must be in a bucket", fix="use rsync for files of this machine")
    if overlap(source, target):
        raise UsageError(f"{source} and {target} are the same, or one is inside the other")
    if isinstance(target, Local) and target.path.exists() and not target.path.is_dir():
        raise UsageError(f"{target} is no folder")


def _side(found: Url | Local, connect: Connections) -> Side:
    if isinstance(found, Url):
        return Side(Path(), found.key, _ordered(connect(found)))
    return Side(found.path)
