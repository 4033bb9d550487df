"""Conditions of requests: https://cloud.google.com/storage/docs/request-preconditions"""

from __future__ import annotations

from cloudctl.sandbox.gcp.storage.documents import Json
from cloudctl.sandbox.gcp.storage.refusals import Refusal
from cloudctl.sandbox.objects.store import Bucket, Entry

_SOURCE = "Source"


def check_bucket(query: Json, bucket: Bucket, *, reading: bool = False) -> None:
    """Raise GcsError: conditionNotMet, or notModified for a read."""
    _check(query, "Metageneration", "", bucket.properties["metageneration"], reading=reading)


def check_object(query: Json, entry: Entry | None, *, reading: bool = False, source: bool = False) -> None:
    """The same for a version of an object, None for one that is not there, whose generation is 0."""
    side = _SOURCE if source else ""
    _check(query, "Generation", side, entry.generation if entry else 0, reading=reading)
    _check(query, "Metageneration", side, entry.attributes["metageneration"] if entry else 0, reading=reading)


def _check(query: Json, name: str, side: str, number: int, *, reading: bool) -> None:
    wanted, unwanted = query.get(f"if{side}{name}Match"), query.get(f"if{side}{name}NotMatch")
    if wanted is not None and wanted != number:
        raise Refusal.PRECONDITION.error()
    if unwanted is not None and unwanted == number:
        raise (Refusal.NOT_MODIFIED if reading else Refusal.PRECONDITION).error()
