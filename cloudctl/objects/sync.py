"""``bucket sync``: what differs between two sides, found in one pass over both in constant memory."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import IO

from cloudctl.errors import CloudError, Kind
from cloudctl.objects.copying import problem
from cloudctl.objects.filters import EVERYTHING, Filters
from cloudctl.objects.jobs import Action, Job
from cloudctl.objects.targets import Target
from cloudctl.objects.trees import Entry, files, merged, objects, same_content
from cloudctl.objects.walking import Problem
from cloudctl.services.objects import ObjectService


@dataclass(frozen=True, slots=True)
class Side:
    """A folder, or what is below a prefix of a bucket (``service`` is set)."""

    root: Path
    prefix: str = ""
    service: ObjectService | None = None

    def __str__(self) -> str:
        return self.service.url + self.prefix if self.service else str(self.root)

    def text(self, name: str) -> str:
        return self.service.url + self.prefix + name if self.service else str(self.root / name)


@dataclass(slots=True)
class Sync:
    """One pass. ``checksum`` compares content instead of times, ``delete`` notes what only the target has.

    ``unchanged`` counts what is the same on both sides, ``broken`` what could not be read: nothing is deleted then.
    """

    source: Side
    target: Side
    to: Target
    filters: Filters = EVERYTHING
    checksum: bool = False
    delete: bool = False
    follow: bool = False
    decide: bool = False
    unchanged: int = 0
    seen: int = 0
    broken: bool = False
    extra: Extra = field(default_factory=lambda: Extra())
    _problems: list[Problem] = field(default_factory=list)

    def jobs(self) -> Iterator[Job]:
        """What is to be copied, in the order of the names. With ``decide`` every comparison is made at once."""
        for source, target in merged(self._entries(self.source), self._entries(self.target)):
            yield from self._told()
            self.seen += source is not None
            if source is None:
                self._note_extra(target)
            elif job := self._job(source, target):
                yield job
        yield from self._told()

    def _entries(self, side: Side) -> Iterator[Entry]:
        if side.service:
            folders = bool(self.source.service and self.target.service)
            return objects(side.service, side.prefix, self.filters, folders=folders)
        if side is self.target and not side.root.exists():
            return iter(())
        return files(side.root, self.filters, self.follow and side is self.source, partial(self._met, side))

    def _met(self, side: Side, found: Problem) -> None:
        if side is self.source:
            self._problems.append(found)
            self.broken |= not found.skipped

    def _told(self) -> Iterator[Job]:
        while self._problems:
            yield problem(self.source.root, self._problems.pop(0))

    def _note_extra(self, target: Entry | None) -> None:
        if self.delete and target:
            self.extra.add(target.name)

    def _job(self, source: Entry, target: Entry | None) -> Job | None:
        same = self._same(source, target) if target else None
        if same is True or (self.decide and callable(same) and same()):
            self.unchanged += 1
            return None
        made = self._copy(source)
        if made.act is None or self.decide or not callable(same):
            return made
        return Job(made.action, partial(_unless, same, made.act))

    def _copy(self, source: Entry) -> Job:
        if source.file:
            return self.to.of_file(source.file)
        assert source.found
        assert self.source.service
        return self.to.of_object(self.source.service, source.found, source.name)

    def _same(self, source: Entry, target: Entry) -> bool | Callable[[], bool]:
        """Whether nothing is to be copied; a function where only the content can tell."""
        if source.size != target.size:
            return False
        newer = source.time is None or target.time is None or source.time > target.time
        if not self.checksum and not newer:
            return True
        return partial(same_content, source, target, times=not self.checksum)


def _unless(same: Callable[[], bool], act: Callable[[], bool]) -> bool:
    return False if same() else act()


class Extra:
    """Names that only the target has, kept on disk: there may be millions."""

    def __init__(self) -> None:
        self._file: IO[str] | None = None
        self.count = 0

    def add(self, name: str) -> None:
        if self._file is None:
            self._file = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115
        self._file.write(json.dumps(name) + "\n")
        self.count += 1

    def __iter__(self) -> Iterator[str]:
        if self._file:
            self._file.seek(0)
            for line in self._file:
                yield json.loads(line)


def check_deletion(sync: Sync, failed: int, most: int | None) -> None:
    """Refuse to delete where the source was not read wholly, is empty, or lacks more than ``most`` names.

    Raises CONFLICT; nothing has been deleted then.
    """
    if not sync.extra.count:
        return
    if failed or sync.broken:
        why = "the source was not read or copied wholly"
        raise CloudError(Kind.PARTIAL, f"{sync.extra.count} names are not deleted from {sync.target}", why=why)
    if not sync.seen:
        fix = "cloudctl bucket rm --recursive deletes everything"
        raise CloudError(Kind.CONFLICT, f"{sync.source} is empty: nothing is deleted from {sync.target}", fix=fix)
    if most is not None and sync.extra.count > most:
        why = f"--max-delete is {most}"
        raise CloudError(Kind.CONFLICT, f"{sync.extra.count} names of {sync.target} would be deleted", why=why)


def deletions(sync: Sync) -> Iterator[Action]:
    for name in sync.extra:
        yield Action("delete", None, sync.target.text(name), None, "not in the source")
