"""bucket ls, stat, du and presign."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from cloudctl.commands.bucket.connect import Connections
from cloudctl.commands.flag_values import duration
from cloudctl.commands.invocation import LIST_SECONDS, Invocation
from cloudctl.commands.reading import show_records
from cloudctl.errors import UsageError
from cloudctl.explain import line
from cloudctl.objects.places import Url, url
from cloudctl.output import Kind, records, validate
from cloudctl.retry import Deadline
from cloudctl.services.objects import KIND, StoredObject

# https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html, and the same on the other clouds
_LONGEST = 7 * 24 * 3600
_OF_VERSIONS = ("size", "modified", "version", "latest", "deleted", "key")


@dataclass(frozen=True, slots=True)
class Count:
    """How much is below a URL: ``objects`` (with versions, each of them), and their ``bytes``."""

    url: str
    objects: int
    bytes: int


COUNT = Kind(
    name="count",
    columns=("objects", "bytes", "url"),
    wide=("objects", "bytes", "url"),
    fields=("url", "objects", "bytes"),
    key=("url",),
)


@dataclass(frozen=True, slots=True)
class Signed:
    """A presigned URL: ``signed`` works for ``method`` during ``seconds``."""

    url: str
    method: str
    seconds: int
    signed: str


SIGNED = Kind(
    name="signed",
    columns=("method", "seconds", "signed"),
    wide=("method", "seconds", "signed"),
    fields=("url", "method", "seconds", "signed"),
    key=("signed",),
)


def list_objects(go: Invocation, texts: Sequence[str], *, recursive: bool, versions: bool) -> None:
    view, kind = go.view(), replace(KIND, columns=_OF_VERSIONS) if versions else KIND
    validate(view, kind)
    connect, places = connected(go, "ls", texts)

    def rows() -> Iterator[StoredObject]:
        for place in places:
            yield from connect(place).list(place.key, delimiter="" if recursive else "/", versions=versions)

    if go.flag("explain"):
        return explained(connect, rows())
    return records(rows(), kind, view, sys.stdout)


def show_objects(go: Invocation, texts: Sequence[str], version: str | None) -> None:
    view = go.view()
    validate(view, KIND, listed=False)
    connect, places = connected(go, "stat", texts, keys=True)
    found = (connect(place).stat(place.key, version) for place in places)
    if go.flag("explain"):
        return explained(connect, found)
    return show_records(list(found), KIND, view, many=len(places) > 1)


def count_objects(go: Invocation, texts: Sequence[str], *, versions: bool) -> None:
    view = go.view()
    validate(view, COUNT)
    connect, places = connected(go, "du", texts)
    counts = (_count(connect, place, versions) for place in places)
    if go.flag("explain"):
        return explained(connect, counts)
    return records(counts, COUNT, view, sys.stdout)


def _count(connect: Connections, place: Url, versions: bool) -> Count:
    sizes = [0, 0]
    for found in connect(place).list(place.key, versions=versions):
        if found.size is not None:
            sizes[0] += 1
            sizes[1] += found.size
    return Count(str(place), *sizes)


def presign_object(go: Invocation, text: str, expires: str, *, put: bool) -> None:
    view = go.view()
    validate(view, SIGNED, listed=False)
    seconds = int(duration(expires))
    if not 1 <= seconds <= _LONGEST:
        raise UsageError(f"--expires {expires} is not between 1s and 7d")
    connect, [place] = connected(go, "presign", [text], keys=True)
    method, objects = "PUT" if put else "GET", connect(place)
    if not put:
        # An address of nothing is seldom what is wanted, and whoever gets it learns that too late.
        objects.stat(place.key)
    signed = Signed(str(place), method, seconds, objects.presign(place.key, method, seconds))
    if go.text("output") is None and view.query is None:
        print(signed.signed)
    else:
        show_records([signed], SIGNED, view, many=False)


def connected(
    go: Invocation, verb: str, texts: Sequence[str], *, keys: bool = False, seconds: float = LIST_SECONDS
) -> tuple[Connections, list[Url]]:
    """The buckets of some URLs; everything that is wrong with them is found before any call."""
    connect = Connections(go, verb, Deadline(go.seconds(seconds)))
    places = [url(text) for text in texts]
    for place in places:
        objects = connect(place)
        if keys:
            objects.check(place.key)
    return connect, places


def explained(connect: Connections, rows: Iterator[object]) -> None:
    """Write the calls that were made as native commands (``--explain``)."""
    for _ in rows:
        continue
    for objects in connect.made.values():
        sys.stdout.writelines(f"{line(words)}\n" for words in objects.recorder.calls)
