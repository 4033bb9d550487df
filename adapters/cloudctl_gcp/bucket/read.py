"""Reading buckets: one call a page, and who may read each bucket, side by side."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial

from cloudctl.errors import CloudError, Kind
from cloudctl.parallel import SideBySide
from cloudctl.scope import Scope
from cloudctl.services.bucket import Bucket
from cloudctl_gcp.bucket import record
from cloudctl_gcp.http import Json
from cloudctl_gcp.storage import Storage

_AT_ONCE = 10
# What is wrong with the whole list, and not with one bucket of it.
_RAISED = (Kind.THROTTLED, Kind.UNAUTHENTICATED, Kind.DEADLINE, Kind.NOT_FOUND)
# https://cloud.google.com/asset-inventory/docs/asset-names
_FULL = re.compile(r"(//storage\.googleapis\.com/)?projects/_/buckets/")
# Old names may have upper-case letters and be longer than those that are given today.
_NAME = re.compile(r"[A-Za-z0-9._-]{1,222}")


class Reader:
    """The buckets of one project."""

    def __init__(self, storage: Storage, scope: Scope) -> None:
        self._storage, self._scope = storage, scope

    def list(self) -> Iterator[Bucket]:
        """All buckets, in the scope's region where it is set. Who may read is None where that may not be asked."""
        for page in self._storage.buckets():
            yield from self._records([one for one in page if self._scope.region in (None, record.region(one))])

    def find(self, name: str) -> Iterator[Bucket]:
        """The bucket with this name or full resource name, in whatever region: names are unique over all projects."""
        bare = _FULL.sub("", name, count=1)
        found = self._storage.bucket(bare) if _NAME.fullmatch(bare) else None
        if found:
            yield from self._records([found])

    def _records(self, page: Iterable[Json]) -> Iterator[Bucket]:
        """The records of a page, in its order; a bucket that has gone meanwhile is left out."""
        beside = SideBySide(_AT_ONCE)
        begun = [(one, None if record.shut(one) else self._begin(beside, one)) for one in page]
        try:
            for one, later in begun:
                try:
                    document = {**one, **later()} if later else one
                except CloudError as error:
                    if error.kind is Kind.NOT_FOUND:
                        continue
                    raise
                yield record.bucket(document, self._scope.context.name)
        finally:
            beside.drop()

    def _begin(self, beside: SideBySide, bucket: Json) -> Callable[[], Json]:
        return beside.begin(partial(self._access, str(bucket["name"])))

    def _access(self, name: str) -> Json:
        try:
            return {"iamPolicy": self._storage.policy(name)}
        except CloudError as error:
            if error.kind in _RAISED:
                raise
            return {}
