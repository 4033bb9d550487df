"""The verbs of ``cloudctl bucket`` that work on objects: their arguments and flags."""

from __future__ import annotations

from typing import Annotated

import typer

from cloudctl.commands.invocation import invocation
from cloudctl.commands.shared import with_flags

app = typer.Typer()

Url = Annotated[
    str, typer.Argument(metavar="URL", help="s3://BUCKET/KEY, az://ACCOUNT/CONTAINER/KEY, gs://BUCKET/KEY.")
]
Urls = Annotated[
    list[str], typer.Argument(metavar="URL...", help="s3://BUCKET/KEY, az://ACCOUNT/CONTAINER/KEY, gs://BUCKET/KEY.")
]
Version = Annotated[str | None, typer.Option("--version-id", metavar="ID", help="This version of the object.")]
Paths = Annotated[list[str], typer.Argument(metavar="SOURCE...", help="URLs, paths, or - for standard input.")]
Target = Annotated[str, typer.Argument(metavar="TARGET", help="A URL, a path, or - for standard output.")]
Recursive = Annotated[bool, typer.Option("-R", "--recursive", help="Everything below, too.")]
Parallel = Annotated[int, typer.Option("--parallel", metavar="N", min=1, max=256, help="Transfers at once.")]
Include = Annotated[list[str] | None, typer.Option("--include", metavar="PATTERN", help="Only names that fit one.")]
Exclude = Annotated[list[str] | None, typer.Option("--exclude", metavar="PATTERN", help="No names that fit one.")]
StorageClass = Annotated[str | None, typer.Option("--storage-class", metavar="CLASS", help="Class of new objects.")]
ContentType = Annotated[str | None, typer.Option("--content-type", metavar="TYPE", help="Instead of a guess by name.")]
CacheControl = Annotated[str | None, typer.Option("--cache-control", metavar="TEXT", help="The header of that name.")]
Metadata = Annotated[list[str] | None, typer.Option("--metadata", metavar="KEY=VALUE", help="May be repeated.")]
NoClobber = Annotated[bool, typer.Option("--no-clobber", help="Leave what is there as it is.")]
Follow = Annotated[bool, typer.Option("--follow-symlinks", help="Go where links lead, instead of skipping them.")]

PARALLEL = 16


@app.command("ls", cls=with_flags("where", "output", "explain", "time"))
def ls(
    ctx: typer.Context,
    urls: Urls,
    recursive: Recursive = False,
    versions: Annotated[bool, typer.Option("--versions", help="Every version, and what was deleted.")] = False,
) -> None:
    """List objects whose keys begin with a URL's, down to the next slash."""
    from cloudctl.commands.bucket.look import list_objects

    list_objects(invocation(ctx), urls, recursive=recursive, versions=versions)


@app.command("stat", cls=with_flags("where", "output", "explain", "time"))
def stat(ctx: typer.Context, urls: Urls, version_id: Version = None) -> None:
    """Show all that is known of objects: size, type, checksums, metadata."""
    from cloudctl.commands.bucket.look import show_objects

    show_objects(invocation(ctx), urls, version_id)


@app.command("du", cls=with_flags("where", "output", "explain", "time"))
def du(
    ctx: typer.Context,
    urls: Urls,
    versions: Annotated[bool, typer.Option("--versions", help="Old versions, too.")] = False,
) -> None:
    """Count the objects below URLs, and their bytes."""
    from cloudctl.commands.bucket.look import count_objects

    count_objects(invocation(ctx), urls, versions=versions)


@app.command("cat", cls=with_flags("where", "time"))
def cat(ctx: typer.Context, urls: Urls, version_id: Version = None) -> None:
    """Write objects to standard output, one after the other."""
    from cloudctl.commands.bucket.cat import write_objects

    write_objects(invocation(ctx), urls, version_id)


@app.command("presign", cls=with_flags("where", "output", "time"))
def presign(
    ctx: typer.Context,
    url: Url,
    expires: Annotated[str, typer.Option("--expires", metavar="DURATION", help="How long it works.")] = "1h",
    put: Annotated[bool, typer.Option("--put", help="For an upload, not a download.")] = False,
) -> None:
    """Make a URL with which anyone may download an object for a time, or upload it."""
    from cloudctl.commands.bucket.look import presign_object

    presign_object(invocation(ctx), url, expires, put=put)


@app.command("undelete", cls=with_flags("where", "output", "time"))
def undelete(ctx: typer.Context, urls: Urls, version_id: Version = None) -> None:
    """Bring deleted objects back, where the bucket keeps versions or deleted objects."""
    from cloudctl.commands.bucket.remove import undelete_objects

    undelete_objects(invocation(ctx), urls, version_id)


@app.command("rm", cls=with_flags("where", "output", "dry-run", "danger", "time"))
def rm(
    ctx: typer.Context,
    urls: Urls,
    recursive: Recursive = False,
    versions: Annotated[bool, typer.Option("--versions", help="Every version, for good.")] = False,
    version_id: Version = None,
    include: Include = None,
    exclude: Exclude = None,
    if_exists: Annotated[bool, typer.Option("--if-exists", help="What is not there is no error.")] = False,
    parallel: Parallel = PARALLEL,
) -> None:
    """Delete objects; with --recursive all whose keys begin with the URL's."""
    from cloudctl.commands.bucket.remove import Removal, remove_objects
    from cloudctl.objects.filters import Filters

    removal = Removal(recursive, versions, version_id, if_exists, Filters(include or (), exclude or ()))
    remove_objects(invocation(ctx), urls, removal, parallel)


@app.command("cp", cls=with_flags("where", "output", "dry-run", "time"))
def cp(
    ctx: typer.Context,
    sources: Paths,
    target: Target,
    recursive: Recursive = False,
    version_id: Version = None,
    include: Include = None,
    exclude: Exclude = None,
    no_clobber: NoClobber = False,
    storage_class: StorageClass = None,
    content_type: ContentType = None,
    cache_control: CacheControl = None,
    metadata: Metadata = None,
    follow_symlinks: Follow = False,
    parallel: Parallel = PARALLEL,
) -> None:
    """Copy objects and files in any direction, also between clouds; a folder's or prefix's content with --recursive."""
    from cloudctl.commands.bucket.copy import How, Said, copy

    said = Said(storage_class, content_type, cache_control, tuple(metadata or ()), no_clobber)
    how = How(parallel, tuple(include or ()), tuple(exclude or ()), follow_symlinks, said)
    copy(invocation(ctx), sources, target, how, recursive=recursive, version=version_id)


@app.command("mv", cls=with_flags("where", "output", "dry-run", "time"))
def mv(
    ctx: typer.Context,
    sources: Paths,
    target: Target,
    recursive: Recursive = False,
    include: Include = None,
    exclude: Exclude = None,
    no_clobber: NoClobber = False,
    storage_class: StorageClass = None,
    content_type: ContentType = None,
    cache_control: CacheControl = None,
    metadata: Metadata = None,
    follow_symlinks: Follow = False,
    parallel: Parallel = PARALLEL,
) -> None:
    """Copy, and delete each source when its copy is whole."""
    from cloudctl.commands.bucket.copy import How, Said, copy

    said = Said(storage_class, content_type, cache_control, tuple(metadata or ()), no_clobber)
    how = How(parallel, tuple(include or ()), tuple(exclude or ()), follow_symlinks, said)
    copy(invocation(ctx), sources, target, how, recursive=recursive, move=True)


@app.command("sync", cls=with_flags("where", "output", "dry-run", "time"))
def sync(
    ctx: typer.Context,
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="A folder, or the URL of a bucket or folder in it.")],
    target: Annotated[str, typer.Argument(metavar="TARGET", help="The same.")],
    delete: Annotated[bool, typer.Option("--delete", help="Delete what only the target has, at the end.")] = False,
    max_delete: Annotated[
        int | None, typer.Option("--max-delete", metavar="N", min=0, help="Delete nothing if it were more than this.")
    ] = None,
    checksum: Annotated[bool, typer.Option("--checksum", help="Compare content, not times.")] = False,
    include: Include = None,
    exclude: Exclude = None,
    storage_class: StorageClass = None,
    content_type: ContentType = None,
    cache_control: CacheControl = None,
    metadata: Metadata = None,
    follow_symlinks: Follow = False,
    parallel: Parallel = PARALLEL,
) -> None:
    """Copy what is missing or differs in a target, in either direction or between clouds."""
    from cloudctl.commands.bucket.copy import How, Said
    from cloudctl.commands.bucket.sync import Deleting, synchronise

    said = Said(storage_class, content_type, cache_control, tuple(metadata or ()), absent=False)
    how = How(parallel, tuple(include or ()), tuple(exclude or ()), follow_symlinks, said)
    synchronise(invocation(ctx), source, target, how, Deleting(delete, max_delete), checksum=checksum)
