"""bucket list and show."""

from __future__ import annotations

from cloudctl.commands.bucket.address import named
from cloudctl.commands.invocation import LIST_SECONDS, Invocation
from cloudctl.commands.reading import explain_look_up, list_records, one_match, show_records
from cloudctl.output import validate
from cloudctl.retry import Deadline
from cloudctl.services.bucket import KIND


def list_buckets(go: Invocation) -> None:
    view = go.view()
    validate(view, KIND)
    list_records(go, "bucket", KIND, view, Deadline(go.seconds(LIST_SECONDS)), lambda buckets: buckets.list())


def show_buckets(go: Invocation, names: list[str]) -> None:
    view = go.view()
    validate(view, KIND, listed=False)
    deadline = Deadline(go.seconds(LIST_SECONDS))
    places = [named(go, name) for name in names]
    if go.flag("explain"):
        for there, name in places:
            explain_look_up(there, "bucket", "show", name, deadline)
        return
    found = [one_match(there, "bucket", "show", name, deadline).record for there, name in places]
    show_records(found, KIND, view, many=len(names) > 1)
