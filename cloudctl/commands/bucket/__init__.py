"""``cloudctl bucket``: object storage on the three clouds."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

import typer

from cloudctl.commands.bucket import data, lifecycle
from cloudctl.commands.invocation import invocation
from cloudctl.commands.shared import with_flags

app = typer.Typer(
    no_args_is_help=True, add_completion=False, rich_markup_mode=None, help="Buckets (Azure: containers)."
)

Names = Annotated[
    list[str], typer.Argument(metavar="NAME...", help="NAME (Azure: ACCOUNT/CONTAINER), CONTEXT:NAME or a URL.")
]
Name = Annotated[str, typer.Argument(metavar="NAME", help="NAME (Azure: ACCOUNT/CONTAINER), CONTEXT:NAME or a URL.")]


class Switch(Enum):
    """Whether old versions are kept."""

    ON = "on"
    OFF = "off"


class Block(Enum):
    """Whether the public is kept out whatever policies say."""

    BLOCK = "block"
    ALLOW = "allow"


@app.command("list", cls=with_flags("where", "many", "output", "explain", "time"))
def list_(ctx: typer.Context) -> None:
    """List buckets over clouds and contexts, with versioning, tags and whether anyone may read."""
    from cloudctl.commands.bucket.read import list_buckets

    list_buckets(invocation(ctx))


@app.command("show", cls=with_flags("where", "output", "explain", "time"))
def show(ctx: typer.Context, names: Names) -> None:
    """Show buckets: s3://NAME, gs://NAME, az://ACCOUNT/CONTAINER, or by name."""
    from cloudctl.commands.bucket.read import show_buckets

    show_buckets(invocation(ctx), names)


@app.command("create", cls=with_flags("where", "output", "explain", "change", "time"))
def create(
    ctx: typer.Context,
    name: Name,
    versioning: Annotated[
        bool | None, typer.Option("--versioning/--no-versioning", help="Keep old versions (default: the cloud's).")
    ] = None,
    encryption: Annotated[
        str | None, typer.Option(metavar="KEY", help="Id of your own key (default: the provider's).")
    ] = None,
    storage_class: Annotated[
        str | None, typer.Option(metavar="CLASS", help="Default class of objects: infrequent, NEARLINE ...")
    ] = None,
    tag: Annotated[list[str] | None, typer.Option(metavar="KEY=VALUE", help="A tag; may be repeated.")] = None,
    group: Annotated[str | None, typer.Option(help="Azure resource group (default cloudctl-REGION).")] = None,
    if_not_exists: Annotated[bool, typer.Option("--if-not-exists", help="Accept one that is there.")] = False,
    keep_on_failure: Annotated[bool, typer.Option("--keep-on-failure", help="Do not undo a failed create.")] = False,
) -> None:
    """Create a private, encrypted bucket. Can be re-run: never a duplicate, never a left-over."""
    from cloudctl.commands.bucket.create import Wanted, create_bucket

    wanted = Wanted(name, versioning, encryption, storage_class, tuple(tag or ()), group)
    create_bucket(invocation(ctx), wanted, if_not_exists=if_not_exists, keep=keep_on_failure)


@app.command("delete", cls=with_flags("where", "output", "explain", "change", "danger", "time"))
def delete(
    ctx: typer.Context,
    names: Names,
    recursive: Annotated[
        bool, typer.Option("--recursive", help="Its objects too, every version; asks for the name.")
    ] = False,
    if_exists: Annotated[bool, typer.Option("--if-exists", help="A bucket that is not there is no error.")] = False,
) -> None:
    """Delete empty buckets; with --recursive also what is in them."""
    from cloudctl.commands.bucket.change import delete_buckets

    delete_buckets(invocation(ctx), names, recursive=recursive, if_exists=if_exists)


@app.command("versioning", cls=with_flags("where", "output", "explain", "change", "danger", "time"))
def versioning(ctx: typer.Context, state: Annotated[Switch, typer.Argument(metavar="on|off")], names: Names) -> None:
    """Keep old versions of objects from now on, or stop. Azure: for the whole storage account, and asks."""
    from cloudctl.commands.bucket.settings import switch

    switch(invocation(ctx), "versioning", state.value, names)


@app.command("public", cls=with_flags("where", "output", "explain", "change", "danger", "time"))
def public(ctx: typer.Context, state: Annotated[Block, typer.Argument(metavar="block|allow")], names: Names) -> None:
    """Keep the public out whatever policies say, or let them decide. Azure: for the whole storage account."""
    from cloudctl.commands.bucket.settings import switch

    switch(invocation(ctx), "public", state.value, names)


@app.command("usage", cls=with_flags("where", "output", "explain", "time"))
def usage(ctx: typer.Context, names: Names) -> None:
    """Count objects and bytes by storage class, old versions apart; of a URL, what is below it."""
    from cloudctl.commands.bucket.usage import show_usage

    show_usage(invocation(ctx), names)


app.add_typer(lifecycle.app, name="lifecycle", help="Rules by which objects move to another class, or go.")
app.registered_commands += data.app.registered_commands
