"""``cloudctl mapping``: what is called what on the three clouds. Offline: only tables are read."""

from __future__ import annotations

from typing import Annotated

import typer

from cloudctl.commands.invocation import invocation
from cloudctl.commands.shared import with_flags

app = typer.Typer(
    no_args_is_help=True, add_completion=False, rich_markup_mode=None, help="What is called what on the three clouds."
)

To = Annotated[
    list[str] | None,
    typer.Option("--to", metavar="CLOUDS", help="Clouds, comma-separated (default: the others)."),
]


@app.command("services", cls=with_flags("output"))
def services(
    ctx: typer.Context,
    category: Annotated[
        str | None, typer.Argument(metavar="CATEGORY", help="A category, or a service or API of a cloud.")
    ] = None,
) -> None:
    """The services of the three clouds by category, and in what they differ."""
    from cloudctl.commands.mapping.services import show_services

    show_services(invocation(ctx), category)


@app.command("size", cls=with_flags("output"))
def size(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Native, CLOUD:NAME, a shape (2x8) or small ...")],
    to: To = None,
) -> None:
    """The nearest size on other clouds that is not smaller, and what is lost."""
    from cloudctl.commands.mapping.size import translate_size

    translate_size(invocation(ctx), name, to or ())


@app.command("sizes", cls=with_flags("output"))
def sizes(
    ctx: typer.Context,
    vcpus: Annotated[int, typer.Option(metavar="N", min=0, help="At least this many vCPUs.")] = 0,
    memory: Annotated[float, typer.Option(metavar="GIB", min=0, help="At least this much memory, in GiB.")] = 0,
    arch: Annotated[str | None, typer.Option("--arch", metavar="ARCH", help="x86_64 or arm64.")] = None,
    gpu: Annotated[bool | None, typer.Option("--gpu/--no-gpu", help="Only with, or without, a GPU.")] = None,
    burstable: Annotated[
        bool | None, typer.Option("--burstable/--no-burstable", help="Only, or no, burstable sizes.")
    ] = None,
    provider: Annotated[
        list[str] | None,
        typer.Option("-p", "--provider", metavar="CLOUDS", help="Clouds, comma-separated (default: all)."),
    ] = None,
) -> None:
    """The sizes that hold what is asked, smallest first."""
    from cloudctl.commands.mapping.sizes import Wanted, list_sizes

    list_sizes(invocation(ctx), Wanted(vcpus, memory, arch, gpu, burstable), provider or ())


@app.command("region", cls=with_flags("output"))
def region(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Native, CLOUD:NAME or a city.")],
    to: To = None,
) -> None:
    """The nearest region on other clouds, with the distance in km."""
    from cloudctl.commands.mapping.regions import translate_region

    translate_region(invocation(ctx), name, to or ())


@app.command("image", cls=with_flags("output"))
def image(
    ctx: typer.Context,
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="A neutral name (ubuntu-24.04).")] = None,
) -> None:
    """The images by neutral name, and how each cloud finds the newest."""
    from cloudctl.commands.mapping.images import show_images

    show_images(invocation(ctx), name)


@app.command("storage-class", cls=with_flags("output"))
def storage_class(
    ctx: typer.Context,
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="Neutral (cold) or native (NEARLINE).")] = None,
) -> None:
    """The storage classes of objects, with least days and retrieval."""
    from cloudctl.commands.mapping.storage_classes import show_storage_classes

    show_storage_classes(invocation(ctx), name)


@app.command("engine", cls=with_flags("output"))
def engine(
    ctx: typer.Context,
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="Neutral (postgres) or native.")] = None,
) -> None:
    """The database engines, with service and versions."""
    from cloudctl.commands.mapping.engines import show_engines

    show_engines(invocation(ctx), name)


@app.command("role", cls=with_flags("output"))
def role(
    ctx: typer.Context,
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="Neutral (bucket-reader), or native.")] = None,
) -> None:
    """The roles by neutral name, and what to grant on each cloud."""
    from cloudctl.commands.mapping.roles import show_roles

    show_roles(invocation(ctx), name)


@app.command("verbs", cls=with_flags("output"))
def verbs(
    ctx: typer.Context,
    noun: Annotated[str, typer.Argument(metavar="NOUN", help="vm ...")],
) -> None:
    """What a noun can do where, with the provider's operations, and why not."""
    from cloudctl.commands.mapping.verbs import show_verbs

    show_verbs(invocation(ctx), noun)
