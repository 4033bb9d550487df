"""What cloudctl writes into labels, and what labels allow.

https://cloud.google.com/compute/docs/labeling-resources: keys and values hold lower-case letters (of any script),
digits, ``_`` and ``-``, at most 63; keys begin with a letter; a resource has at most 64.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterator, Mapping

from cloudctl.errors import UsageError
from cloudctl.marks import CLAIM, OWNER, RUN, SPEC, Mark

IMAGE = "cloudctl-image"
_OWN = (OWNER, RUN, SPEC, CLAIM, IMAGE)
_LONGEST, _MOST = 63, 64
_RULE = "lower-case letters, digits, _ and -, at most 63; keys begin with a letter"

# The names that go into marks have no underscore. Longest first, for reading.
_CODES = (("___", ":"), ("__", "/"), ("_", "."))


def encode(value: str) -> str:
    """A value of ours as a label's; a long one is cut and begins with its digest. Encoding twice changes nothing."""
    for code, character in _CODES:
        value = value.replace(character, code)
    if len(value) <= _LONGEST:
        return value
    return f"{hashlib.sha256(value.encode()).hexdigest()[:8]}-{value[9 - _LONGEST :]}"


def decode(value: str) -> str:
    """What :func:`encode` made a label of, unless it was cut."""
    for code, character in _CODES:
        value = value.replace(code, character)
    return value


def labels(mark: Mark, image: str, tags: Mapping[str, str]) -> dict[str, str]:
    """The labels of what a create makes: mark, wanted image, and the user's own."""
    return {key: encode(value) for key, value in (mark.tags() | {IMAGE: image}).items()} | dict(tags)


def relabelled(native: Mapping[str, str], mark: Mark) -> dict[str, str]:
    """The labels with the whole mark in the place of the one that they hold."""
    rest = {key: value for key, value in native.items() if key not in (OWNER, RUN, SPEC, CLAIM)}
    return rest | {key: encode(value) for key, value in mark.tags().items()}


def read(native: Mapping[str, str] | None) -> dict[str, str]:
    """Labels as tags: our own decoded, all others as they are."""
    return {key: decode(value) if key in _OWN else value for key, value in (native or {}).items()}


def mark(native: Mapping[str, str] | None) -> Mark | None:
    """Our mark among labels."""
    return Mark.from_tags(read(native))


def check(tags: Mapping[str, str]) -> Iterator[UsageError]:
    """What labels do not allow of the user's tags."""
    if len(tags) > _MOST - len(_OWN):
        yield UsageError(
            f"too many tags: {len(tags)}", why=f"Google Cloud allows {_MOST} labels, and cloudctl adds {len(_OWN)}"
        )
    for key, value in tags.items():
        if not _allowed(key) or not key[:1].isalpha():
            yield UsageError(f"Google Cloud does not allow the tag name {key!r}", why=f"labels have {_RULE}")
        if not _allowed(value):
            yield UsageError(f"Google Cloud does not allow {value!r} as value of tag {key}", why=f"labels have {_RULE}")


def _allowed(text: str) -> bool:
    return len(text) <= _LONGEST and all(
        character in "_-" or unicodedata.category(character) in ("Ll", "Lo", "Nd") for character in text
    )
