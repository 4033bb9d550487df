"""bucket rm and undelete."""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass

from cloudctl.commands.bucket.connect import Connections
from cloudctl.commands.bucket.progress import progress
from cloudctl.commands.bucket.running import Running, checked_output, dry_run, would
from cloudctl.commands.invocation import LIST_SECONDS, Invocation
from cloudctl.commands.reading import show_records
from cloudctl.errors import CloudError, Kind, UsageError
from cloudctl.objects.filters import Filters
from cloudctl.objects.jobs import Action, Job, Result
from cloudctl.objects.places import Url, url
from cloudctl.objects.removal import remove
from cloudctl.objects.work import Work
from cloudctl.output import validate
from cloudctl.retry import Deadline
from cloudctl.services.objects import KIND, ObjectService, StoredObject, Victim


@dataclass(frozen=True, slots=True)
class Removal:
    """What of the URLs is meant."""

    recursive: bool
    versions: bool
    version: str | None
    if_exists: bool
    filters: Filters

    def check(self, places: Sequence[Url]) -> None:
        """Raises UsageError for flags that make no sense together."""
        if self.version and (self.recursive or self.versions or len(places) > 1):
            raise UsageError("--version-id is of one object")
        if not self.recursive and (self.filters.include or self.filters.exclude):
            raise UsageError("--include and --exclude choose among what --recursive finds")
        for place in places:
            if not place.key and not self.recursive:
                raise UsageError(f"{place} is a whole bucket", fix="add --recursive")


def remove_objects(go: Invocation, texts: Sequence[str], removal: Removal, parallel: int) -> None:
    view = checked_output(go)
    places = [url(text) for text in texts]
    removal.check(places)
    connect = Connections(go, "rm", Deadline(go.seconds(math.inf)))
    for place in places:
        _checked(connect(place), place, removal)
    if go.flag("dry_run"):
        return dry_run(go, view, would(_planned(connect, places, removal)))
    _confirm(go, connect, places, texts, removal)
    running, work = Running(go, view), Work(parallel, deadline=connect.deadline)
    with running.summed_up(work), progress(go, work, running):
        for place in places:
            running.take(_removed(work, connect(place), place, removal))
    return running.end()


def _checked(objects: ObjectService, place: Url, removal: Removal) -> None:
    if not removal.recursive:
        objects.check(place.key)


def _confirm(
    go: Invocation, connect: Connections, places: Sequence[Url], texts: Sequence[str], removal: Removal
) -> None:
    account = connect(places[0]).scope.context
    what = "every version below" if removal.recursive and removal.versions else "everything below"
    what = what if removal.recursive else "every version of" if removal.versions else ""
    names = ", ".join(map(str, places))
    go.confirm(
        f"Delete {what + ' ' if what else ''}{names} ({account.name}, {account.account})?",
        texts,
        typed=removal.recursive,
    )


def _removed(work: Work, objects: ObjectService, place: Url, removal: Removal) -> Iterator[Result]:
    try:
        unversioned = yield from _pass(work, objects, _victims(objects, place, removal))
        if removal.versions and unversioned:
            # What Azure had no version of becomes one by its deletion.
            again = (Victim(one.key, one.version) for one in _listed(objects, place, removal))
            yield from _pass(work, objects, again)
        yield from _emptied(work, objects, place, removal)
    except CloudError as error:
        yield Result(Job(Action("delete", None, str(place), None)), done=False, error=error)


def _emptied(work: Work, objects: ObjectService, place: Url, removal: Removal) -> Iterator[Result]:
    """Delete the directories that are empty now, one after the other: each may hold those before it.

    One that holds something again, or what could not be deleted, stays.
    """
    if removal.recursive and not (removal.filters.include or removal.filters.exclude):
        for key in objects.directories(place.key):
            results = remove(work, objects, [Victim(key)])
            yield from (one for one in results if not (one.error and one.error.kind is Kind.CONFLICT))


def _pass(work: Work, objects: ObjectService, victims: Iterator[Victim]) -> Generator[Result, None, bool]:
    """Delete what is found; whether any of it had no version."""
    unversioned = False

    def noted() -> Iterator[Victim]:
        nonlocal unversioned
        for victim in victims:
            unversioned = unversioned or victim.version is None
            yield victim

    yield from remove(work, objects, noted())
    return unversioned


def _planned(connect: Connections, places: Sequence[Url], removal: Removal) -> Iterator[Job]:
    for place in places:
        try:
            for victim in _victims(connect(place), place, removal):
                yield Job(Action("delete", None, str(place.at(victim.key)), None, victim.version))
        except CloudError as error:
            yield Job(Action("delete", None, str(place), None), error=error)


def _victims(objects: ObjectService, place: Url, removal: Removal) -> Iterator[Victim]:
    """What is to be deleted. Raises NOT_FOUND for a single object that is not there, unless that is no error."""
    if removal.recursive or removal.versions:
        found = 0
        for one in _listed(objects, place, removal):
            found += 1
            yield Victim(one.key, one.version if removal.versions else None)
        if not found and not removal.recursive and not removal.if_exists:
            raise CloudError(Kind.NOT_FOUND, f"there is no {place}")
        return
    try:
        objects.stat(place.key, removal.version)
    except CloudError as error:
        if error.kind is Kind.NOT_FOUND and removal.if_exists:
            return
        raise
    yield Victim(place.key, removal.version)


def _listed(objects: ObjectService, place: Url, removal: Removal) -> Iterator[StoredObject]:
    for one in objects.list(place.key, versions=removal.versions):
        if not removal.recursive and one.key != place.key:
            return
        if removal.filters.take(one.key[len(place.stem) :]):
            yield one


def undelete_objects(go: Invocation, texts: Sequence[str], version: str | None) -> None:
    view = go.view()
    validate(view, KIND, listed=False)
    places = [url(text) for text in texts]
    if version and len(places) > 1:
        raise UsageError("--version-id is of one object")
    connect = Connections(go, "undelete", Deadline(go.seconds(LIST_SECONDS)))
    for place in places:
        connect(place).check(place.key)
    found = [connect(place).undelete(place.key, version) for place in places]
    show_records(found, KIND, view, many=len(places) > 1)
