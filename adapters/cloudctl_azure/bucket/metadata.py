"""cloudctl's marks in a container's metadata, whose names are C# identifiers: ``cloudctl_owner``. No calls.

https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata#metadata-names
"""

from __future__ import annotations

from collections.abc import Mapping

from cloudctl.marks import CLAIM, OWNER, RUN, SPEC, Mark

_NAMES: Mapping[str, str] = {key: key.replace("-", "_") for key in (OWNER, RUN, SPEC, CLAIM)}
PREFIX = "cloudctl_"
"""How the names of marks begin."""


def marked(mark: Mark) -> dict[str, str]:
    """A mark as metadata."""
    return {_NAMES[key]: value for key, value in mark.tags().items()}


def mark_of(metadata: Mapping[str, str] | None) -> Mark | None:
    """The mark among metadata, whose names keep their case but are compared without it."""
    found = {key.casefold(): value for key, value in (metadata or {}).items()}
    return Mark.from_tags({key: found[name] for key, name in _NAMES.items() if name in found})


def merged(metadata: Mapping[str, str], mark: Mark) -> dict[str, str]:
    """The metadata with this mark instead of the one that is there."""
    own = set(_NAMES.values())
    return {**{key: value for key, value in metadata.items() if key.casefold() not in own}, **marked(mark)}
