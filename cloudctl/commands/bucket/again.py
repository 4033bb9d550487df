"""The plan of a journaled bucket change, in another process (``operation wait``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cloudctl.commands.bucket.change import deletion
from cloudctl.commands.bucket.create import Wanted, planned
from cloudctl.commands.bucket.rules import change_of, changing
from cloudctl.commands.bucket.settings import SETTINGS, switching
from cloudctl.commands.changing import Change
from cloudctl.diagnostics import Report
from cloudctl.retry import Deadline
from cloudctl.scope import Scope
from cloudctl.services.bucket import Bucket


def again(scope: Scope, verb: str, arguments: Mapping[str, Any], deadline: Deadline, report: Report) -> Change:
    """The change that the arguments describe; the bucket to change may be gone by now."""
    if verb == "create":
        fields = dict(arguments["wanted"])
        return planned(scope, Wanted(**fields | {"tags": tuple(fields["tags"])}), deadline, report)
    bucket = Bucket(
        provider=scope.context.provider, context=scope.context.name, **arguments["bucket"], created=None,
        versioning=None, public=None, encryption=None, storage_class=None, tags=None,
    )  # fmt: skip
    if verb == "lifecycle":
        return changing(scope, bucket, change_of(arguments["change"]), deadline)
    if verb in SETTINGS:
        return switching(scope, bucket, verb, arguments["state"], deadline)
    return deletion(scope, bucket, deadline, recursive=arguments["recursive"])
