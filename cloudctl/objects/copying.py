"""The items of ``bucket cp`` and ``mv``: every source, and where it goes."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path

from cloudctl.errors import CloudError, Kind, UsageError
from cloudctl.objects.files import failed
from cloudctl.objects.filters import EVERYTHING, Filters
from cloudctl.objects.jobs import Action, Job
from cloudctl.objects.places import Local, Place, Stream, Url
from cloudctl.objects.targets import Target, target_of
from cloudctl.objects.transfer import Transfer
from cloudctl.objects.walking import File, Problem, walk
from cloudctl.services.objects import ObjectService, StoredObject, Victim

Connect = Callable[[Url], ObjectService]


@dataclass(frozen=True, slots=True)
class Copying:
    """``move`` deletes each source once it has been copied; ``follow`` goes where symbolic links lead."""

    transfer: Transfer
    connect: Connect
    filters: Filters = EVERYTHING
    recursive: bool = False
    move: bool = False
    follow: bool = False
    version: str | None = None

    def jobs(self, sources: Sequence[Place], target: Place) -> Iterator[Job]:
        """Raises UsageError for a combination that makes no sense, before any call."""
        self._check(sources, target)
        several, stream = self._several(sources), any(isinstance(source, Stream) for source in sources)
        to = target_of(target, self.connect, several=several, transfer=self.transfer, stream=stream)
        jobs = chain.from_iterable(self._of(source, target, to) for source in sources)
        yield from _once(jobs) if len(sources) > 1 else jobs

    def _several(self, sources: Sequence[Place]) -> bool:
        """Whether there may be more than one item: in a file there is nothing to descend to."""
        return len(sources) > 1 or (self.recursive and not _is_file(sources[0]))

    def _check(self, sources: Sequence[Place], target: Place) -> None:
        streams = [place for place in (*sources, target) if isinstance(place, Stream)]
        if streams and (self.recursive or self.move or len(sources) > 1 or len(streams) > 1):
            raise UsageError("- stands for one object: it is not recursive, not moved, and only on one side")
        if len(sources) > 1 and not self.recursive and not _folder(target):
            raise UsageError(f"{target} is no folder, and there are several sources", fix="end it with a slash")
        if self.version and (self.recursive or len(sources) > 1):
            raise UsageError("--version-id is of one object")
        for source in sources:
            self._check_pair(source, target)

    def _check_pair(self, source: Place, target: Place) -> None:
        if not isinstance(source, Url) and not isinstance(target, Url):
            raise UsageError("one side must be in a bucket", fix="use cp for files of this machine")
        if isinstance(target, Local) and target.path.exists() and _is_special(target.path.stat()):
            raise UsageError(f"{target} is no regular file", fix=f"write to - instead, with > {target} behind it")
        if isinstance(source, Url) and not source.key and not self.recursive:
            raise UsageError(f"{source} is a whole bucket", fix="add --recursive")
        if isinstance(source, Url) and isinstance(target, Url):
            self._check_urls(source, target)
        if isinstance(target, Url) and isinstance(source, Stream) and not target.key:
            raise UsageError(f"{target} needs a key: standard input has no name")

    def _check_urls(self, source: Url, target: Url) -> None:
        if self._same_bucket(source, target) and self._inside(source, target.key) and not self.version:
            raise _within(str(target))

    def _same_bucket(self, source: Url, target: Place) -> bool:
        """Two contexts may have endpoints of their own, and so two buckets of one name: too little for a move."""
        if not isinstance(target, Url) or (source.provider, source.bucket) != (target.provider, target.bucket):
            return False
        return self.move or source.context == target.context

    def _inside(self, source: Url, key: str) -> bool:
        return key.startswith(source.key) if self.recursive else key == source.key

    # one source

    def _of(self, source: Place, target: Place, to: Target) -> Iterator[Job]:
        if isinstance(source, Stream):
            yield to.from_input()
        elif isinstance(source, Local):
            yield from self._files(source, to)
        else:
            yield from self._apart(source, target, self._objects(source, to))

    def _files(self, source: Local, to: Target) -> Iterator[Job]:
        if not self.recursive or _is_file(source):
            left_out = self.recursive and source.path.exists() and not self.filters.take(source.path.name)
            yield from () if left_out else [self._file(source.path, source.path.name, to)]
            return
        try:
            for one in walk(source.path, self.filters, follow=self.follow):
                yield problem(source.path, one) if isinstance(one, Problem) else self._upload(one, to)
        except CloudError as error:
            yield Job(Action("copy", str(source), None, None), error=error)

    def _file(self, path: Path, name: str, to: Target) -> Job:
        try:
            status = path.stat()
        except OSError as error:
            return Job(Action("copy", str(path), None, None), error=failed(error, path))
        if not stat.S_ISREG(status.st_mode):
            return Job(Action("copy", str(path), None, None), error=_no_file(path, status))
        return self._upload(File(str(path), name, status.st_size, status.st_mtime_ns), to)

    def _upload(self, file: File, to: Target) -> Job:
        return self._moving(to.of_file(file), file.path.unlink)

    def _objects(self, source: Url, to: Target) -> Iterator[Job]:
        objects = self.connect(source)
        try:
            for found in self._found(objects, source):
                name = found.key[len(source.stem) if self.recursive else len(source.folder) :]
                if not name or (self.recursive and not self.filters.take(name)):
                    continue
                delete = partial(_delete, objects, Victim(found.key, self.version))
                yield self._moving(to.of_object(objects, found, name), delete)
        except CloudError as error:
            yield Job(Action("copy", str(source), None, None), error=error)

    def _apart(self, source: Url, target: Place, jobs: Iterator[Job]) -> Iterator[Job]:
        """Names can lead back into the source: what is there would be replaced uncopied, or moved to itself."""
        if self.version or not self._same_bucket(source, target):
            yield from jobs
            return
        bucket = str(source.at(""))
        for job in jobs:
            to = job.action.target
            if to is not None and self._inside(source, to.removeprefix(bucket)):
                yield Job(job.action, error=_within(to))
            else:
                yield job

    def _found(self, objects: ObjectService, source: Url) -> Iterator[StoredObject]:
        if self.recursive:
            return objects.list(source.key)
        objects.check(source.key)
        return iter([objects.stat(source.key, self.version)])

    def _moving(self, job: Job, delete: Callable[[], None]) -> Job:
        if not self.move or job.act is None:
            return job
        action = Action("move", job.action.source, job.action.target, job.action.size)
        return Job(action, partial(_then, job.act, delete), there=job.there)


def _within(target: str) -> UsageError:
    return UsageError(f"{target} is the source itself, or inside it")


def _once(jobs: Iterable[Job]) -> Iterator[Job]:
    """Of several sources two may have one name, and the second must not replace the first, which a move deletes."""
    seen: set[str] = set()
    for job in jobs:
        to = job.action.target
        if to in seen and job.act:
            yield Job(job.action, error=CloudError(Kind.CONFLICT, f"{to} is what another source is copied to"))
        else:
            yield job
        if to and job.act:
            seen.add(to)


def problem(root: Path, found: Problem) -> Job:
    """What a walk came upon that is no file: an error, or what is skipped by rule."""
    source = str(root / found.name)
    if found.skipped:
        return Job(Action("skip", source, None, None, found.error.message))
    return Job(Action("copy", source, None, None), error=found.error)


def _is_special(status: os.stat_result) -> bool:
    """A pipe, device or socket, whose size tells nothing of what comes from it, and which a file must not replace."""
    return not (stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode))


def _no_file(path: Path, status: os.stat_result) -> CloudError:
    if stat.S_ISDIR(status.st_mode):
        return CloudError(Kind.CONFLICT, f"{path} is a folder", fix="add --recursive")
    return CloudError(Kind.CONFLICT, f"{path} is no regular file", fix=f"read from -, with < {path} behind it")


def _is_file(source: Place) -> bool:
    """The wildcards of a shell name files and folders alike."""
    return isinstance(source, Local) and not source.is_folder


def _folder(target: Place) -> bool:
    return not isinstance(target, Stream) and target.is_folder


def _then(act: Callable[[], bool], delete: Callable[[], None]) -> bool:
    """Delete what has been copied. What stays because of --no-clobber stays on both sides."""
    done = act()
    if done:
        try:
            delete()
        except OSError as error:
            raise failed(error, error.filename) from error
    return done


def _delete(objects: ObjectService, victim: Victim) -> None:
    for _, error in objects.delete([victim]):
        raise error
