"""``cloudctl operation``: changes that are under way or ended, from the journal on this machine."""

from __future__ import annotations

import sys
from dataclasses import replace
from importlib import import_module
from typing import Annotated, Any

import typer

from cloudctl.commands.invocation import CHANGE_SECONDS, Invocation, invocation
from cloudctl.commands.shared import with_flags
from cloudctl.errors import UsageError
from cloudctl.output import Kind

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None, help="Changes under way.")

_FIELDS = ("id", "status", "noun", "verb", "name", "context", "region", "started")
KIND = Kind(name="operation", columns=_FIELDS, wide=_FIELDS, fields=_FIELDS, key=("context", "id"))

Id = Annotated[str, typer.Argument(metavar="ID", help="The id that --no-wait or a passed deadline printed.")]


@app.command("list", cls=with_flags("output"))
def list_(ctx: typer.Context) -> None:
    """List the last change of each resource that was changed from this machine."""
    from cloudctl import journal
    from cloudctl.output import records, validate

    view = invocation(ctx).view()
    validate(view, KIND)
    records((entry.record() for entry in journal.entries()), KIND, view, sys.stdout)


@app.command("show", cls=with_flags("output"))
def show(ctx: typer.Context, operation: Id) -> None:
    """Show one change."""
    from cloudctl.output import validate

    go = invocation(ctx)
    validate(go.view(), KIND)
    _write(go, [operation], many=False)


@app.command("wait", cls=with_flags("output", "time"))
def wait(ctx: typer.Context, operation: Id) -> None:
    """Finish a change that was left under way, from any process, after a reboot too."""
    from cloudctl import journal
    from cloudctl.commands.changing import execute
    from cloudctl.output import validate

    go = invocation(ctx)
    validate(go.view(), KIND)
    entry = journal.entry(operation)
    if entry.unfinished:
        execute(go, _change(go, entry))
    _write(go, [operation], many=False)


def _change(go: Invocation, entry: Any) -> Any:
    """The journaled plan again, built by its noun's commands."""
    from cloudctl.retry import Deadline
    from cloudctl.scope import Scope

    header = entry.header
    if header["sandbox"] and not go.flag("sandbox"):
        go.flags["sandbox"] = True
    if header["arguments"].get("wanted", {}).get("has_user_data") and not entry.applied:
        raise UsageError(
            "this create was given user data, which is never journaled",
            fix=f"run the same create of {header['noun']} {header['name']} again",
        )
    context = go.contexts()[header["context"]]
    scope = Scope(context, header["region"], header["zone"])
    commands = import_module(f"cloudctl.commands.{header['noun']}.again")
    deadline = Deadline(go.seconds(CHANGE_SECONDS))
    change = commands.again(scope, header["verb"], header["arguments"], deadline, go.report)
    # The run goes on with the digest that it began with, whatever the machine looks like by now.
    return replace(change, plan=replace(change.plan, spec=header["spec"], name=header["name"]))


def write_accepted(go: Invocation, *runs: str) -> None:
    """What ``--no-wait`` prints: the operations to wait for."""
    _write(go, list(runs), many=len(runs) > 1)


def _write(go: Invocation, runs: list[str], *, many: bool) -> None:
    from cloudctl import journal
    from cloudctl.output import record, records

    found = [journal.entry(run).record() for run in runs]
    if many:
        records(found, KIND, go.view(), sys.stdout)
    else:
        record(found[0], KIND, go.view(), sys.stdout)
