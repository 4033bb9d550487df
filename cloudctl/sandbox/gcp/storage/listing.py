"""storage.objects.list: https://cloud.google.com/storage/docs/json_api/v1/objects/list"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from cloudctl.sandbox.gcp.storage import buckets, objects
from cloudctl.sandbox.gcp.storage.call import Call
from cloudctl.sandbox.gcp.storage.documents import Json
from cloudctl.sandbox.gcp.storage.refusals import Refusal
from cloudctl.sandbox.objects.store import Bucket, Entry

_NOT_SERVED = ("matchGlob", "filter", "includeFoldersAsPrefixes", "includeTrailingDelimiter")
_Item = str | Entry


def list_page(call: Call) -> Json:
    """A page of objects, or of all their versions with ``versions``; prefixes count as items."""
    call.refuse(*_NOT_SERVED)
    bucket = call.bucket
    marker = buckets.read_token(call.query.get("pageToken"))
    most = call.page
    found = list(islice(_items(call, bucket, marker), most + 1))
    shown, full = found[:most], call.full()
    entries = [item for item in shown if isinstance(item, Entry)]
    prefixes = [item for item in shown if isinstance(item, str)]
    page: Json = {"kind": "storage#objects"}
    if entries:
        page["items"] = [objects.view(call, bucket, entry, full=full) for entry in entries]
    if prefixes:
        page["prefixes"] = prefixes
    return {**page, "nextPageToken": buckets.token(_marker(shown[-1]))} if len(found) > most else page


def _items(call: Call, bucket: Bucket, marker: str) -> Iterator[_Item]:
    """Versions and common prefixes after the marker, in the order of their names."""
    query = call.query
    prefix, delimiter, end = query.get("prefix", ""), query.get("delimiter", ""), query.get("endOffset")
    group, generation, name = _read(marker)
    start = max(query.get("startOffset", ""), name)
    keys = _gone_keys(bucket, prefix, start) if query.get("softDeleted") else bucket.keys(prefix, start)
    for key in keys:
        if end and key >= end:
            return
        if group and key.startswith(group):
            continue
        versions = _versions(call, bucket, key, generation if key == name else 0)
        cut = key.find(delimiter, len(prefix)) if delimiter else -1
        if cut < 0:
            yield from versions
        elif versions:
            group = key[: cut + len(delimiter)]
            yield group


def _gone_keys(bucket: Bucket, prefix: str, start: str) -> list[str]:
    return sorted(key for key in bucket.gone if key.startswith(prefix) and key >= start)


def _versions(call: Call, bucket: Bucket, key: str, after: int) -> list[Entry]:
    """The live version, or with ``versions`` every one, the oldest first; or those that were soft-deleted.

    ``after`` is the generation that was shown last, if one was.
    """
    if call.query.get("softDeleted"):
        return [entry for entry in reversed(bucket.gone[key]) if entry.generation > after]
    if call.query.get("versions"):
        return [entry for entry in reversed(bucket.entries[key]) if entry.generation > after]
    live = None if after else bucket.current(key)
    return [live] if live else []


def _marker(item: _Item) -> str:
    """What a page ended with, for its token."""
    return f"p{item}" if isinstance(item, str) else f"o{item.generation} {item.key}"


def _read(marker: str) -> tuple[str, int, str]:
    """The prefix, or the generation and name, that the page before ended with."""
    if not marker:
        return "", 0, ""
    kind, rest = marker[0], marker[1:]
    if kind == "p":
        return rest, 0, rest
    generation, _, name = rest.partition(" ")
    if kind == "o" and generation.isdigit():
        return "", int(generation), name
    raise Refusal.PAGE_TOKEN.error()
