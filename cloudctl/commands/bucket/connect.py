"""From a URL on the command line to the objects of its bucket."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from cloudctl.commands.invocation import Invocation, one_of
from cloudctl.dispatch import check_supported, service
from cloudctl.errors import UsageError
from cloudctl.objects.places import Url
from cloudctl.retry import Deadline
from cloudctl.scope import Context, Scope
from cloudctl.services.objects import ObjectService


@dataclass(slots=True)
class Connections:
    """The buckets that a command works with, each connected once. Making one makes no call."""

    go: Invocation
    verb: str
    deadline: Deadline
    made: dict[tuple[str, str], ObjectService] = field(default_factory=dict)

    def __call__(self, url: Url) -> ObjectService:
        """Raises UsageError where it is not clear which context is meant, UNSUPPORTED for the cloud's verb."""
        context = self._context(url)
        known = self.made.get((context.name, url.bucket))
        if known is None:
            check_supported("bucket", self.verb, context.provider)
            scope = self.go.listed_scope(context, "bucket", regional=False)
            known = service("bucket", Scope(context, scope.region), self.deadline).objects(url.bucket)
            known.recorder.recording = self.go.flag("explain")
            self.made[context.name, url.bucket] = known
        return known

    def _context(self, url: Url) -> Context:
        if url.context is None:
            return one_of(self.go.narrowed(url.provider).targets())
        named = self.go.contexts().get(url.context)
        if named is None or named.provider != url.provider:
            raise UsageError(f"{url.context} is no context of {url.provider}", fix="cloudctl context list shows them")
        return replace(named, implicit=False)
