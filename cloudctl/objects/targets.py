"""Where copies go: below a URL, into a folder, to one file, or to standard output."""

from __future__ import annotations

import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import partial
from pathlib import Path

from cloudctl.errors import CloudError, Kind, UsageError
from cloudctl.objects.download import there
from cloudctl.objects.files import Folder, local_parts
from cloudctl.objects.jobs import Action, Job
from cloudctl.objects.places import Local, Place, Stream, Url
from cloudctl.objects.transfer import Transfer
from cloudctl.objects.walking import File
from cloudctl.services.objects import NoBucket, ObjectService, StoredObject


class Target(ABC):
    """One side of a copy. ``name`` is what a source is called below the root of what is copied."""

    def from_input(self) -> Job:
        raise UsageError("standard input can become an object only")

    def of_file(self, file: File) -> Job:
        raise UsageError("a file can become an object only")

    @abstractmethod
    def of_object(self, source: ObjectService, found: StoredObject, name: str) -> Job:
        """The job that copies an object here."""


class BucketTarget(Target):
    """Objects: ``key`` is the key of the only one, or what stands before the names of several."""

    def __init__(self, transfer: Transfer, objects: ObjectService, key: str, *, exact: bool) -> None:
        self._transfer, self._objects, self._key, self._exact = transfer, objects, key, exact

    def key_of(self, name: str) -> str:
        return self._key if self._exact else self._key + name

    def from_input(self) -> Job:
        key = self._key
        act = partial(self._transfer.read_input, self._objects, key)
        return Job(
            Action("upload", "-", self._objects.url + key, None), act, there=partial(_exists, self._objects, key)
        )

    def of_file(self, file: File) -> Job:
        key = self.key_of(file.name)
        act = partial(self._transfer.upload, file.path, self._objects, key)
        return self._job(Action("upload", str(file.path), self._objects.url + key, file.size), key, act)

    def of_object(self, source: ObjectService, found: StoredObject, name: str) -> Job:
        key = self.key_of(name)
        act = partial(self._transfer.copy, source, found, self._objects, key)
        return self._job(Action("copy", found.url, self._objects.url + key, found.size), key, act)

    def _job(self, action: Action, key: str, act: Callable[[], bool]) -> Job:
        """A key that the cloud does not take is found before anything is sent, in a dry run too."""
        try:
            self._objects.check(key)
        except CloudError as error:
            return Job(action, error=error)
        return Job(action, act, there=partial(_exists, self._objects, key))


def _exists(objects: ObjectService, key: str) -> bool:
    try:
        objects.stat(key)
    except CloudError as error:
        if error.kind is Kind.NOT_FOUND and not isinstance(error, NoBucket):
            return False
        raise
    return True


class FolderTarget(Target):
    """Files below a folder, or one file (``exact``: its name)."""

    def __init__(self, transfer: Transfer, root: Path, exact: str | None = None) -> None:
        self._transfer, self._folder, self._exact = transfer, Folder(root), exact
        self._folded: set[str] | None = set() if _folds_case(root) else None

    def of_object(self, source: ObjectService, found: StoredObject, name: str) -> Job:
        action = Action("download", found.url, self._folder.shown([self._exact or name]), found.size)
        try:
            if name.endswith("/") and not found.size and not self._exact:
                return Job(action, partial(self._make_folder, name))
            parts = [self._exact] if self._exact else local_parts(name)
            self._check_case(name)
        except CloudError as error:
            return Job(action, error=error)
        wanted = (source, found, self._folder, parts)
        errand = partial(self._transfer.errand, *wanted)
        shown = self._folder.shown(parts)
        return Job(
            action, partial(self._transfer.download, *wanted), errand=errand, there=partial(there, None, shown, shown)
        )

    def _make_folder(self, name: str) -> bool:
        """An empty object whose key ends with a slash is how consoles make a folder."""
        with self._folder.opened([*local_parts(name.removesuffix("/")), ""]):
            return True

    def _check_case(self, name: str) -> None:
        if self._folded is None:
            return
        folded = unicodedata.normalize("NFC", name).casefold()
        if folded in self._folded:
            raise CloudError(Kind.PARTIAL, f"{name!r} is the same file as another key here, but for its case")
        self._folded.add(folded)


class OutputTarget(Target):
    """Standard output."""

    def __init__(self, transfer: Transfer) -> None:
        self._transfer = transfer

    def of_object(self, source: ObjectService, found: StoredObject, name: str) -> Job:
        return Job(Action("download", found.url, "-", found.size), partial(self._transfer.write_output, source, found))


def target_of(
    target: Place,
    connect: Callable[[Url], ObjectService],
    *,
    several: bool,
    transfer: Transfer,
    stream: bool = False,
) -> Target:
    """The target for an argument. With ``several`` sources it is a folder; a URL then gets a slash behind it.

    A ``stream`` has no name that a folder could keep: the URL is the object's then, whatever its end.
    """
    if isinstance(target, Stream):
        return OutputTarget(transfer)
    if isinstance(target, Local):
        folder = several or target.is_folder
        root = target.path if folder else target.path.parent
        return FolderTarget(transfer, root, None if folder else target.path.name)
    exact = stream or not (several or target.is_folder)
    return BucketTarget(transfer, connect(target), target.key if exact else folder_key(target), exact=exact)


def folder_key(url: Url) -> str:
    """What stands before the keys of objects in a folder."""
    return url.key if url.is_folder else f"{url.key}/"


def _folds_case(root: Path) -> bool:
    """Whether the file system takes names that differ by their case for the same, as those of macOS and Windows do."""
    there = next(path for path in (root.absolute(), *root.absolute().parents) if path.is_dir())
    swapped = there.with_name(there.name.swapcase())
    return there.name.swapcase() != there.name and swapped.exists() and there.samefile(swapped)
