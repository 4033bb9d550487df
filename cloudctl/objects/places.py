"""What a transfer is from and to: an object's URL, a local path, or ``-``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from cloudctl.errors import UsageError
from cloudctl.output.text import is_text
from cloudctl.services.bucket import SCHEMES

_PROVIDERS: Mapping[str, str] = {scheme: provider for provider, scheme in SCHEMES.items()}
_URL = re.compile(r"(?:(?P<context>[^:/]+):)?(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<rest>.*)", re.DOTALL)
_STREAMS = ("-", "/dev/stdin", "/dev/stdout")
_FORMS = "s3://BUCKET/KEY, az://ACCOUNT/CONTAINER/KEY, gs://BUCKET/KEY"


@dataclass(frozen=True, slots=True)
class Url:
    """A bucket and a key in it, or the beginning of keys; ``context`` is the one that is named before it."""

    provider: str
    bucket: str
    key: str
    context: str | None = None

    def __str__(self) -> str:
        return f"{SCHEMES[self.provider]}://{self.bucket}/{self.key}"

    @property
    def is_folder(self) -> bool:
        return not self.key or self.key.endswith("/")

    def at(self, key: str) -> Url:
        return replace(self, key=key)

    @property
    def stem(self) -> str:
        """What of the key is before the names that a copy of everything below it keeps: up to the last slash."""
        return self.key[: self.key.rfind("/") + 1]

    @property
    def folder(self) -> str:
        """What is before the name of the one object with this key, which may end with a slash itself."""
        return self.key[: self.key[:-1].rfind("/") + 1]


@dataclass(frozen=True, slots=True)
class Local:
    """A path of this machine; ``is_folder`` when it ends with a slash or a folder is there."""

    path: Path
    is_folder: bool

    def __str__(self) -> str:
        return str(self.path)


@dataclass(frozen=True, slots=True)
class Stream:
    """Standard input or output."""

    def __str__(self) -> str:
        return "-"


Place = Url | Local | Stream


def place(text: str) -> Place:
    """Read an argument. Raises UsageError for another scheme, and for a URL that lacks its bucket."""
    if text in _STREAMS:
        return Stream()
    if not text:
        raise UsageError("a name is empty", fix=f"write a path or {_FORMS}")
    found = _URL.fullmatch(text)
    return _url(text, found) if found else Local(Path(text), text.endswith("/") or Path(text).is_dir())


def url(text: str) -> Url:
    """Read the URL of an object, or of the beginning of keys. Raises UsageError for anything else."""
    found = place(text)
    if not isinstance(found, Url):
        raise UsageError(f"{text} is no URL of a bucket", fix=f"write {_FORMS}")
    return found


def _url(text: str, found: re.Match[str]) -> Url:
    if not is_text(text):
        what = f"{text!r} is not UTF-8, as the names of buckets and objects are"
        raise UsageError(what, fix="only paths of files can be other bytes")
    provider = _PROVIDERS.get(found["scheme"].lower())
    if provider is None:
        raise UsageError(f"{text} has an unknown scheme", fix=f"write {_FORMS}")
    parts = found["rest"].split("/", 2 if provider == "azure" else 1)
    count = 2 if provider == "azure" else 1
    if len(parts) < count or not all(parts[:count]):
        raise UsageError(f"{text} lacks a bucket", fix=f"write {_FORMS}")
    if provider == "azure":
        # The account is a host's name, whose case is nothing: two spellings are one place.
        parts[0] = parts[0].lower()
    return Url(provider, "/".join(parts[:count]), parts[count] if len(parts) > count else "", found["context"])


def overlap(first: Place, second: Place) -> bool:
    """Whether one place is the other, or lies below it."""
    if isinstance(first, Url) and isinstance(second, Url):
        same = (first.provider, first.bucket) == (second.provider, second.bucket)
        return same and (first.key.startswith(second.key) or second.key.startswith(first.key))
    if isinstance(first, Local) and isinstance(second, Local):
        one, other = first.path.resolve(), second.path.resolve()
        return one == other or one in other.parents or other in one.parents
    return False
