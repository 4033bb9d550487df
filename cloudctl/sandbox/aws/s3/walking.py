"""What lists have in common: groups by delimiter, markers, tokens, URL encoding."""

from __future__ import annotations

import base64
import binascii
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar
from urllib.parse import quote

from cloudctl.sandbox.aws.s3.refusals import Refusal
from cloudctl.sandbox.objects.store import Bucket

_TOKEN = b"s3:"
_LAST = chr(sys.maxunicode)
_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class Window:
    """The keys with a prefix, of which those that have the delimiter further on are one group."""

    prefix: str
    delimiter: str

    def group(self, key: str) -> str | None:
        """The common prefix that stands for a key, if it is not listed itself."""
        if not self.delimiter:
            return None
        end = key.find(self.delimiter, len(self.prefix))
        return None if end < 0 else key[: end + len(self.delimiter)]

    def after(self, marker: str) -> str:
        """Where to go on after a key, or after a common prefix and all that it stands for."""
        if marker.startswith(self.prefix) and self.group(marker) == marker:
            return past(marker)
        return f"{marker}\0" if marker else ""

    def walk(self, bucket: Bucket, start: str, visible: Callable[[str], object]) -> Iterator[tuple[str, bool]]:
        """Keys and common prefixes in order from ``start`` on; True with a common prefix."""
        while True:
            for key in bucket.keys(self.prefix, start):
                if not visible(key):
                    continue
                group = self.group(key)
                yield group or key, group is not None
                if group is not None:
                    start = past(group)
                    break
            else:
                return


def past(prefix: str) -> str:
    """The first text in order that comes after everything with this prefix."""
    stem = prefix.rstrip(_LAST)
    if not stem:
        return prefix + _LAST * 1024
    following = ord(stem[-1]) + 1
    return stem[:-1] + chr(0xE000 if following == 0xD800 else following)


def page(items: Iterable[_Item], most: int) -> tuple[list[_Item], bool]:
    """The first items, and whether there are more. A page of none has no more, as in S3."""
    found = list(islice(items, most + 1)) if most else []
    return found[:most], len(found) > most


def token(item: str) -> str:
    return base64.urlsafe_b64encode(_TOKEN + item.encode()).decode()


def item_of(text: str) -> str:
    """What a continuation token stands for. Raises S3Error InvalidArgument for one that was never given."""
    try:
        raw = base64.urlsafe_b64decode(text.encode())
        if raw.startswith(_TOKEN):
            return raw[len(_TOKEN) :].decode()
    except (binascii.Error, ValueError):
        pass
    raise Refusal.LIST_TOKEN.error(ArgumentName="continuation-token", ArgumentValue=text)


def encoder(encoding: str | None) -> Callable[[str], str]:
    """How keys are written in the document: URL encoded if that was asked for."""
    return (lambda text: quote(text, safe="/")) if encoding == "url" else (lambda text: text)
