"""The verbs of ``cloudctl bucket lifecycle``: their arguments and flags."""

from __future__ import annotations

from typing import Annotated

import typer

from cloudctl.commands.invocation import invocation
from cloudctl.commands.shared import with_flags

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)

Name = Annotated[str, typer.Argument(metavar="NAME", help="NAME (Azure: ACCOUNT/CONTAINER), CONTEXT:NAME or a URL.")]


@app.command("show", cls=with_flags("where", "output", "explain", "time"))
def show(ctx: typer.Context, name: Name) -> None:
    """Show the rules of a bucket."""
    from cloudctl.commands.bucket.rules import show_rules

    show_rules(invocation(ctx), name)


@app.command("add", cls=with_flags("where", "output", "explain", "change", "time"))
def add(
    ctx: typer.Context,
    name: Name,
    prefix: Annotated[str, typer.Option(help="For objects whose keys begin so (default: all).")] = "",
    transition: Annotated[
        list[str] | None, typer.Option(metavar="DAYS:CLASS", help="To a storage class at that age; may be repeated.")
    ] = None,
    expire_after: Annotated[int | None, typer.Option(metavar="DAYS", min=1, help="Delete objects at that age.")] = None,
    expire_noncurrent_after: Annotated[
        int | None, typer.Option(metavar="DAYS", min=1, help="Delete old versions.")
    ] = None,
    abort_multipart_after: Annotated[
        int | None, typer.Option(metavar="DAYS", min=1, help="Give up unfinished uploads.")
    ] = None,
    rule_id: Annotated[str | None, typer.Option("--id", metavar="ID", help="What the rule is called.")] = None,
) -> None:
    """Add a rule to a bucket; the others stay as they are."""
    from cloudctl.commands.bucket.rules import Asked, add_rule

    asked = Asked(
        rule_id, prefix, tuple(transition or ()), expire_after, expire_noncurrent_after, abort_multipart_after
    )
    add_rule(invocation(ctx), name, asked)


@app.command("set", cls=with_flags("where", "output", "explain", "change", "danger", "time"))
def set_(
    ctx: typer.Context,
    name: Name,
    file: Annotated[str, typer.Option("--file", metavar="FILE", help="A list of rules in JSON or YAML, or -.")],
) -> None:
    """Replace all rules of a bucket by those of a file, written as `lifecycle show -o json` writes them."""
    from cloudctl.commands.bucket.rules import set_rules

    set_rules(invocation(ctx), name, file)


@app.command("remove", cls=with_flags("where", "output", "explain", "change", "danger", "time"))
def remove(
    ctx: typer.Context,
    name: Name,
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ID...]", help="Rules, as `lifecycle show` calls them.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every rule.")] = False,
    if_exists: Annotated[bool, typer.Option("--if-exists", help="A rule that is not there is no error.")] = False,
) -> None:
    """Remove rules from a bucket."""
    from cloudctl.commands.bucket.rules import remove_rules

    remove_rules(invocation(ctx), name, ids or [], everything=everything, if_exists=if_exists)
