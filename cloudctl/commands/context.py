"""``cloudctl context``: which accounts of which clouds. Offline; never stores credentials."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import Annotated

import typer

from cloudctl import config
from cloudctl.commands.invocation import invocation
from cloudctl.commands.shared import with_flags
from cloudctl.errors import UsageError
from cloudctl.output import Kind as RecordKind
from cloudctl.scope import Context

app = typer.Typer(
    no_args_is_help=True, add_completion=False, rich_markup_mode=None, help="Which accounts of which clouds."
)

_SETTINGS = ("profile", "subscription", "tenant", "project", "region", "zone", "group", "network", "subnet")
_FIELDS = ("current", "name", "provider", "source", "credentials", *_SETTINGS)
KIND = RecordKind(
    name="context",
    columns=("current", "name", "provider", "source", "credentials", "region"),
    wide=_FIELDS,
    fields=_FIELDS,
    key=("name",),
)

Name = Annotated[str, typer.Argument(metavar="NAME")]


def _record(context: Context, current: str | None) -> dict[str, object]:
    return {
        "current": context.name == current,
        "name": context.name,
        "provider": context.provider,
        "source": "found" if context.implicit else "configured",
        "credentials": context.sandbox or config.has_credentials(context),
        **{key: context.get(key) for key in _SETTINGS},
    }


@app.command("list", cls=with_flags("output"))
def list_(ctx: typer.Context) -> None:
    """List the configured contexts and those found from variables and files."""
    from cloudctl.output import records, validate

    go = invocation(ctx)
    validate(go.view(), KIND)
    current = config.load().current
    records((_record(context, current) for context in go.contexts().values()), KIND, go.view(), sys.stdout)


@app.command("show", cls=with_flags("output"))
def show(ctx: typer.Context, name: Name) -> None:
    """Show one context."""
    from cloudctl.output import record, validate

    go = invocation(ctx)
    validate(go.view(), KIND)
    record(_record(config.context_named(go.contexts(), name), config.load().current), KIND, go.view(), sys.stdout)


@app.command("add", cls=with_flags())
def add(
    name: Name,
    provider: Annotated[str, typer.Option("-p", "--provider", help="aws, azure or gcp.")],
    profile: Annotated[str | None, typer.Option(help="AWS: the profile of ~/.aws/config.")] = None,
    subscription: Annotated[str | None, typer.Option(help="Azure: the subscription id.")] = None,
    tenant: Annotated[str | None, typer.Option(help="Azure: the tenant id.")] = None,
    project: Annotated[str | None, typer.Option(help="GCP: the project id.")] = None,
    region: Annotated[str | None, typer.Option("-r", "--region", help="The region to work in.")] = None,
    zone: Annotated[str | None, typer.Option(help="The zone to create in.")] = None,
    group: Annotated[str | None, typer.Option(help="Azure: the resource group to create in.")] = None,
    network: Annotated[str | None, typer.Option(help="The network to create in.")] = None,
    subnet: Annotated[str | None, typer.Option(help="The subnet to create in.")] = None,
) -> None:
    """Add a context to the configuration file."""
    given = {
        "profile": profile, "subscription": subscription, "tenant": tenant, "project": project, "region": region,
        "zone": zone, "group": group, "network": network, "subnet": subnet,
    }  # fmt: skip
    settings = {key: value for key, value in given.items() if value}
    _check(name, provider, settings)
    config.change(lambda known: config.with_context(known, Context(name, provider, settings)))


def _check(name: str, provider: str, settings: dict[str, str]) -> None:
    if not config.NAME.fullmatch(name):
        raise UsageError(f"{name!r} is no name for a context", fix="letters, digits, '-', '_', '.'; at most 63")
    if provider not in config.SETTINGS:
        raise UsageError(f"unknown provider {provider}", fix=f"use one of {', '.join(config.SETTINGS)}")
    if name in config.SETTINGS and name != provider:
        raise UsageError(f"{name} stands for the cloud itself, not for a context of {provider}", fix="choose another")
    for key in settings:
        if key not in config.SETTINGS[provider]:
            raise UsageError(f"--{key} means nothing on {provider}")
    if "region" in settings:
        from cloudctl import mapping

        mapping.choose_region(provider, settings["region"])


@app.command("use", cls=with_flags())
def use(ctx: typer.Context, name: Name) -> None:
    """Work in this context when neither -c nor -p is given."""
    config.context_named(invocation(ctx).contexts(), name)
    config.change(lambda known: replace(known, current=name))


@app.command("remove", cls=with_flags())
def remove(name: Name) -> None:
    """Remove a context from the configuration file. Nothing in the cloud is touched."""
    config.change(lambda known: config.remove_context(known, name))
