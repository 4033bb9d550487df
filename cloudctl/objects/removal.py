"""Deleting many objects or files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from cloudctl.errors import CloudError
from cloudctl.objects.files import failed
from cloudctl.objects.jobs import Action, Job, Result, refused
from cloudctl.objects.sync import Side
from cloudctl.objects.work import Work
from cloudctl.parallel import spread
from cloudctl.services.objects import ObjectService, Victim

_BATCH = 1000


def remove(work: Work, objects: ObjectService, victims: Iterable[Victim]) -> Iterator[Result]:
    """Delete objects or versions, many at once and side by side; what became of each."""
    batches = _batches(victims)
    ahead, untaken = 2 * work.parallel, work.ended.extend
    for results in spread(work.parts, lambda batch: _deleted(objects, batch), batches, ahead, untaken=untaken):
        yield from results


def _batches(victims: Iterable[Victim]) -> Iterator[list[Victim]]:
    rest = iter(victims)
    while batch := list(islice(rest, _BATCH)):
        yield batch


def _deleted(objects: ObjectService, batch: Sequence[Victim]) -> list[Result]:
    refused = dict(objects.delete(batch))
    return [_result(objects.url + victim.key, refused.get(victim)) for victim in batch]


def _result(url: str, error: CloudError | None) -> Result:
    job = Job(Action("delete", None, url, None))
    return refused(job, error) if error else Result(job, done=True)


def remove_names(work: Work, side: Side, names: Iterable[str]) -> Iterator[Result]:
    """Delete what is called so on one side of a sync."""
    if side.service:
        return remove(work, side.service, (Victim(side.prefix + name) for name in names))
    return (_unlinked(side, name) for name in names)


def _unlinked(side: Side, name: str) -> Result:
    path = side.root / name
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        return _result(str(path), failed(error, path))
    return _result(str(path), None)
