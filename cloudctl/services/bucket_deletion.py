"""How a bucket is deleted on every cloud: the one that was meant, and with what is in it only if that is wanted."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Generic, Protocol, TypeAlias, TypeVar

from cloudctl.errors import CloudError, Conflict, Kind
from cloudctl.marks import Mark, run_of
from cloudctl.plan import ClaimAccess, Found, Run, Step, Steps

# A bucket that may not be looked at, or is not this account's to see.
_UNSEEN = (Kind.DENIED, Kind.EXISTS)


class Looked(Protocol):
    """A bucket as plans look at it."""

    name: str

    def look(self) -> Found | None: ...

    def write(self, claim: Found, mark: Mark) -> None: ...


B = TypeVar("B", bound=Looked)


class BucketDeletion(ABC, Generic[B]):
    """The steps of one deletion; with ``recursive`` also of what is in the bucket.

    ``mark`` is that of the bucket that is to go: names are used again, so what carries another run's mark is another
    bucket, which stays. With ``known`` False it is whichever is there at the first look.
    """

    def __init__(self, bucket: B, mark: Mark | None, *, known: bool, recursive: bool) -> None:
        self._bucket, self._recursive = bucket, recursive
        self._looked = recursive
        self._runs = [run_of(mark)] if known else []

    @property
    def claim(self) -> ClaimAccess:
        return ClaimAccess(self._claim, self._bucket.write)

    def steps(self, run: Run) -> Steps:
        """Raises Conflict for a bucket that holds anything, if it is not to be emptied."""
        run.read(self._refuse_what_holds_something, preview=None)
        if self._recursive:
            yield from self._emptied(run)
        yield self._last(self._gone)

    @abstractmethod
    def _refuse_content(self) -> None:
        """Raise Conflict for a bucket that holds anything."""

    @abstractmethod
    def _emptied(self, run: Run) -> Steps:
        """The steps that delete what is in the bucket, where that does not go with it."""

    @abstractmethod
    def _last(self, gone: Callable[[], Found | None]) -> Step:
        """The step that deletes the bucket."""

    def _claim(self) -> Found | None:
        """The bucket, to be marked: after the look that may refuse its deletion. What may not be read has no mark."""
        self._refuse_what_holds_something()
        try:
            return self._found()
        except CloudError as error:
            if error.kind in _UNSEEN:
                return None
            raise

    def _gone(self) -> Found | None:
        """Found once the bucket is not there. One that may not be looked at is."""
        try:
            there = self._found()
        except CloudError as error:
            if error.kind not in _UNSEEN:
                raise
            return None
        return None if there else Found(self._bucket.name)

    def _found(self) -> Found | None:
        """The bucket that is to go, while it is there."""
        found = self._bucket.look()
        if found and not self._runs:
            self._runs.append(run_of(found.mark))
        return found if found and run_of(found.mark) in self._runs else None

    def _refuse_what_holds_something(self) -> None:
        if not self._looked:
            self._refuse_content()
        self._looked = True


def not_empty(name: str, what: str) -> Conflict:
    """``what`` is one thing that is in the bucket."""
    return Conflict(f"bucket {name} is not empty", why=f"there is {what}", fix=fix(name))


def fix(name: str) -> str:
    return f"cloudctl bucket delete {name} --recursive --confirm {name} deletes everything in it, too"


Act: TypeAlias = Callable[[], object]
Look: TypeAlias = Callable[[], Found | None]


def once_accepted(act: Act, gone: Look, name: str) -> tuple[Callable[[], None], Look]:
    """A deletion and its look: once the call is accepted the bucket is gone, and a look would find a new one."""
    deleted: list[Found] = []

    def apply() -> None:
        act()
        deleted.append(Found(name))

    return apply, lambda: deleted[0] if deleted else gone()


def after_listing(still: Callable[[], bool], name: str) -> Look:
    """A look whether things of a list are gone; the first look is the list that they were found in."""
    again = False

    def find() -> Found | None:
        nonlocal again
        first, again = not again, True
        return None if first or still() else Found(name)

    return find
