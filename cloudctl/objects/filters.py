"""Which names of a tree a command means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase


@dataclass(frozen=True, slots=True)
class Filters:
    """Patterns of the shell, in which ``*`` stands for slashes too, for names below the root of a tree.

    A name is meant if it fits one of ``include`` (or there are none) and none of ``exclude``.
    """

    include: Sequence[str] = ()
    exclude: Sequence[str] = ()

    def take(self, name: str) -> bool:
        return (not self.include or _fits(name, self.include)) and not _fits(name, self.exclude)

    def may_take_below(self, folder: str) -> bool:
        """Whether what is in a folder may be meant; its name ends with a slash, but for that of the root."""
        return not _fits(folder, self.exclude)


EVERYTHING = Filters()


def _fits(name: str, patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)
