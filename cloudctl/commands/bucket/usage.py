"""bucket usage: what a bucket holds, by storage class."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from cloudctl.commands.bucket.connect import Connections
from cloudctl.commands.bucket.look import explained
from cloudctl.commands.bucket.running import Running
from cloudctl.commands.invocation import LIST_SECONDS, Invocation, one_of
from cloudctl.errors import CloudError
from cloudctl.errors import Kind as ErrorKind
from cloudctl.objects.jobs import Action, Job, Result
from cloudctl.objects.places import Url, url
from cloudctl.output import Kind, records, validate
from cloudctl.retry import Deadline
from cloudctl.services.objects import ObjectService, StoredObject


@dataclass(frozen=True, slots=True)
class Usage:
    """What is below a URL in one storage class (its native name; None: the cloud does not tell it), sizes in bytes.

    Noncurrent are old versions and what was deleted and can come back; None where they must not be listed.
    """

    url: str
    storage_class: str | None
    objects: int
    bytes: int
    noncurrent_objects: int | None
    noncurrent_bytes: int | None


_FIELDS = ("url", "storage_class", "objects", "bytes", "noncurrent_objects", "noncurrent_bytes")
USAGE = Kind(name="usage", columns=_FIELDS, wide=_FIELDS, fields=_FIELDS, key=("url", "storage_class"))


def show_usage(go: Invocation, texts: Sequence[str]) -> None:
    """Buckets that cannot be read are told of; the others are shown."""
    view = go.view()
    validate(view, USAGE)
    connect = Connections(go, "usage", Deadline(go.seconds(LIST_SECONDS)))
    places = [_place(go, text) for text in texts]
    for place in places:
        connect(place)
    running = Running(go, view)
    rows = _rows(connect, places, running)
    if go.flag("explain"):
        explained(connect, rows)
    else:
        records(rows, USAGE, view, sys.stdout)
    running.end(shown=False)


def _place(go: Invocation, text: str) -> Url:
    """A URL, or the name of a bucket in the context that the flags or the text say."""
    if "://" in text:
        return url(text)
    context, colon, name = text.partition(":")
    known = go.contexts().get(context) if colon else None
    found = known or one_of(go.targets())
    return Url(found.provider, name if known else text, "", found.name)


def _rows(connect: Connections, places: Sequence[Url], running: Running) -> Iterator[Usage]:
    for place in places:
        job = Job(Action("count", None, str(place), None))
        try:
            counted = _counted(connect(place), place)
        except CloudError as error:
            running.take([Result(job, done=False, error=error)])
            continue
        running.take([Result(job, done=True)])
        yield from counted


def _counted(objects: ObjectService, place: Url) -> list[Usage]:
    try:
        return _sums(str(place), objects.list(place.key, versions=True))
    except CloudError as error:
        if error.kind not in (ErrorKind.DENIED, ErrorKind.UNSUPPORTED):
            raise
        # Who may list objects may not always list their versions, and not every bucket has some.
        known = _sums(str(place), objects.list(place.key))
        return [replace(usage, noncurrent_objects=None, noncurrent_bytes=None) for usage in known]


def _sums(place: str, found: Iterator[StoredObject]) -> list[Usage]:
    """Objects and bytes, noncurrent ones and theirs, by class; in constant memory."""
    sums: dict[str | None, list[int]] = {}
    for one in found:
        if one.size is None:
            continue
        at = 2 if one.deleted or one.latest is False else 0
        counted = sums.setdefault(one.storage_class, [0, 0, 0, 0])
        counted[at] += 1
        counted[at + 1] += one.size
    return [Usage(place, name, *sums[name]) for name in sorted(sums, key=str)]
