"""What is said of an object that is written: by the flags, else by its name or its source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from mimetypes import MimeTypes

from cloudctl.services.objects import Description, StoredObject

# What a compressed file is, whatever is in it: https://www.iana.org/assignments/media-types/media-types.xhtml
_COMPRESSED = {"gzip": "application/gzip", "bzip2": "application/x-bzip2", "xz": "application/x-xz"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the flags say of every object that a command writes. ``storage_class`` is the target's native name."""

    content_type: str | None = None
    cache_control: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    storage_class: str | None = None
    absent: bool = False

    def of_file(self, name: str) -> Description:
        """The description of what was a file; its type is guessed by its name."""
        return Description(
            self.content_type or guessed(name), None, self.cache_control, self.metadata, self.storage_class, self.absent
        )

    def of_copy(self) -> Description:
        """That of a copy within a cloud, which leaves the rest as it is with the source."""
        return Description(self.content_type, None, self.cache_control, self.metadata, self.storage_class, self.absent)

    def of_object(self, found: StoredObject) -> Description:
        """That of a copy from another cloud, which says all that is known of the source."""
        return Description(
            self.content_type or found.content_type,
            found.content_encoding,
            self.cache_control or found.cache_control,
            self.metadata or found.metadata or {},
            self.storage_class,
            self.absent,
        )


def guessed(name: str) -> str | None:
    """The media type for the ending of a name."""
    kind, encoding = _types().guess_type(name.rpartition("/")[2].replace(":", "_"))
    return _COMPRESSED.get(encoding) if encoding else kind


@cache
def _types() -> MimeTypes:
    """Python's own table, so that the machine makes no difference."""
    return MimeTypes()
