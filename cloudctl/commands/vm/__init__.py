"""``cloudctl vm``: virtual machines on the three clouds."""

from __future__ import annotations

from typing import Annotated

import typer

from cloudctl.commands.invocation import invocation
from cloudctl.commands.shared import with_flags

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None, help="Virtual machines.")

Names = Annotated[list[str], typer.Argument(metavar="NAME...", help="Names or provider ids, optionally CONTEXT:NAME.")]
Name = Annotated[str, typer.Argument(metavar="NAME", help="The name of the machine.")]


@app.command("list", cls=with_flags("where", "many", "output", "explain", "time"))
def list_(
    ctx: typer.Context,
    all_states: Annotated[bool, typer.Option("--all-states", help="Deleted machines too.")] = False,
) -> None:
    """List machines over clouds, contexts and regions."""
    from cloudctl.commands.vm.read import list_vms

    list_vms(invocation(ctx), all_states=all_states)


@app.command("show", cls=with_flags("where", "output", "explain", "time"))
def show(ctx: typer.Context, names: Names) -> None:
    """Show machines with their interfaces, disks, ports, identity, key and login user."""
    from cloudctl.commands.vm.read import show_vms

    show_vms(invocation(ctx), names)


@app.command("create", cls=with_flags("where", "output", "explain", "change", "time"))
def create(
    ctx: typer.Context,
    name: Name,
    size: Annotated[str, typer.Option(help="Native, another cloud's (azure:NAME), 2x8, or small.")] = "small",
    image: Annotated[str, typer.Option(help="Neutral (ubuntu-24.04) or native.")] = "ubuntu-24.04",
    ssh_key: Annotated[
        str | None, typer.Option(metavar="PATH", help="OpenSSH public key (default ~/.ssh/id_ed25519.pub).")
    ] = None,
    user_data: Annotated[str | None, typer.Option(metavar="PATH", help="User data from a file; - is stdin.")] = None,
    tag: Annotated[list[str] | None, typer.Option(metavar="KEY=VALUE", help="A tag; may be repeated.")] = None,
    disk: Annotated[int | None, typer.Option(metavar="GB", min=1, help="The root disk in GiB.")] = None,
    public_ip: Annotated[bool, typer.Option("--public-ip/--no-public-ip", help="A public address.")] = True,
    open_: Annotated[
        list[str] | None, typer.Option("--open", metavar="PORT[:CIDR]", help="Open a TCP port; may be repeated.")
    ] = None,
    spot: Annotated[bool, typer.Option("--spot", help="Spare capacity that the cloud may take back.")] = False,
    exact: Annotated[bool, typer.Option("--exact", help="Refuse a size that is not exactly what was asked.")] = False,
    network: Annotated[str | None, typer.Option(help="VPC or virtual network (default: the default one).")] = None,
    subnet: Annotated[str | None, typer.Option(help="The subnet.")] = None,
    group: Annotated[str | None, typer.Option(help="Azure resource group (default cloudctl-REGION).")] = None,
    if_not_exists: Annotated[bool, typer.Option("--if-not-exists", help="Accept one that is there.")] = False,
    keep_on_failure: Annotated[bool, typer.Option("--keep-on-failure", help="Do not undo a failed create.")] = False,
) -> None:
    """Create a machine with what the cloud needs around it. Can be re-run: never a duplicate, never a left-over."""
    from cloudctl.commands.vm.create import Wanted, create_vm

    wanted = Wanted(
        name=name, size=size, image=image, ssh_key=ssh_key, tags=tuple(tag or ()), disk_gb=disk, public_ip=public_ip,
        open=tuple(open_ or ()), spot=spot, exact=exact, network=network, subnet=subnet, group=group,
    )  # fmt: skip
    create_vm(invocation(ctx), wanted, user_data, if_not_exists=if_not_exists, keep=keep_on_failure)


@app.command("delete", cls=with_flags("where", "output", "explain", "change", "danger", "time"))
def delete(
    ctx: typer.Context,
    names: Names,
    if_exists: Annotated[bool, typer.Option("--if-exists", help="A machine that is not there is no error.")] = False,
) -> None:
    """Delete machines and what was made for them, nothing else."""
    from cloudctl.commands.vm.change import delete_vms

    delete_vms(invocation(ctx), names, if_exists=if_exists)


@app.command("start", cls=with_flags("where", "output", "explain", "change", "time"))
def start(ctx: typer.Context, names: Names) -> None:
    """Start stopped machines."""
    from cloudctl.commands.vm.change import change_vms

    change_vms(invocation(ctx), "start", names)


@app.command("stop", cls=with_flags("where", "output", "explain", "change", "time"))
def stop(ctx: typer.Context, names: Names) -> None:
    """Stop machines so that they are no longer billed for computing (Azure: deallocate)."""
    from cloudctl.commands.vm.change import change_vms

    change_vms(invocation(ctx), "stop", names)


@app.command("restart", cls=with_flags("where", "output", "explain", "change", "time"))
def restart(ctx: typer.Context, names: Names) -> None:
    """Restart running machines (GCP: a hard reset)."""
    from cloudctl.commands.vm.change import change_vms

    change_vms(invocation(ctx), "restart", names)


@app.command("wait", cls=with_flags("where", "output", "explain", "time"))
def wait(
    ctx: typer.Context,
    names: Names,
    state: Annotated[str, typer.Option("--for", metavar="STATE", help="running, stopped, deleted ...")] = "running",
) -> None:
    """Wait until machines are in a state."""
    from cloudctl.commands.vm.read import wait_for_vms

    wait_for_vms(invocation(ctx), names, state)
