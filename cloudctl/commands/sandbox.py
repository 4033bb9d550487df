"""``cloudctl sandbox``: the three clouds on loopback."""

from __future__ import annotations

import shlex
import sys
from typing import Annotated, Any

import typer

from cloudctl.commands.invocation import Invocation, invocation
from cloudctl.commands.shared import with_flags
from cloudctl.errors import NotFound, UsageError
from cloudctl.output import Kind

app = typer.Typer(
    no_args_is_help=True, add_completion=False, rich_markup_mode=None, help="The three clouds on this machine."
)
fault = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)
app.add_typer(fault, name="fault", help="Make calls fail: latency, throttle, error, reset, lost ...")

_STATUS = ("running", "pid", "aws", "azure", "gcp", "state")
STATUS = Kind(name="sandbox", columns=_STATUS, wide=_STATUS, fields=_STATUS, key=("pid",))
_FAULT = ("id", "cloud", "operation", "kind", "count", "skip", "latency", "hits")
FAULT = Kind(name="fault", columns=_FAULT, wide=_FAULT, fields=_FAULT, key=("id",))


def _running() -> Any:
    from cloudctl.sandbox import process

    found = process.status(process.default_state())
    if found is None:
        raise NotFound("the sandbox is not running", fix="cloudctl sandbox start")
    return found


def _checked(ctx: typer.Context, kind: Kind) -> Invocation:
    """The invocation, once its output flags are known to fit: before anything is started or changed."""
    from cloudctl.output import validate

    go = invocation(ctx)
    validate(go.view(), kind)
    return go


def _write(go: Invocation, running: Any) -> None:
    from cloudctl.output import record
    from cloudctl.sandbox import process

    clouds = {cloud: running.endpoint(cloud) if running else None for cloud in ("aws", "azure", "gcp")}
    state = str(process.default_state())
    row = {"running": running is not None, "pid": running.pid if running else None, **clouds, "state": state}
    record(row, STATUS, go.view(), sys.stdout)


@app.command("start", cls=with_flags("output"))
def start(
    ctx: typer.Context,
    transition: Annotated[float, typer.Option(help="Seconds that a long operation takes.")] = 0.5,
    page_size: Annotated[int, typer.Option(help="The largest page of a list (0: the cloud's own).")] = 0,
    read_lag: Annotated[float, typer.Option(help="Seconds for which reads do not see what was made.")] = 0.0,
) -> None:
    """Start the sandbox in the background; its state survives a restart."""
    from cloudctl.sandbox import process

    go = _checked(ctx, STATUS)
    found = process.start(process.default_state(), transition=transition, page_size=page_size, read_lag=read_lag)
    _write(go, found)


@app.command("stop", cls=with_flags())
def stop(ctx: typer.Context) -> None:
    """Stop the sandbox; its state is kept."""
    from cloudctl.sandbox import process

    if not process.stop(process.default_state()):
        invocation(ctx).report.note("the sandbox was not running")


@app.command("status", cls=with_flags("output"))
def status(ctx: typer.Context) -> None:
    """Show whether the sandbox runs, and where. Exits 3 when it does not."""
    go = _checked(ctx, STATUS)
    _write(go, _running())


@app.command("reset", cls=with_flags())
def reset() -> None:
    """Forget everything in the sandbox."""
    from cloudctl.sandbox import process

    process.reset(_running())


@app.command("env", cls=with_flags())
def env(ctx: typer.Context) -> None:
    """Print the variables that point cloudctl and other tools at the sandbox: eval "$(cloudctl sandbox env)"."""
    from cloudctl.output import record
    from cloudctl.sandbox import process

    variables = process.environment(_running())
    view = invocation(ctx).view()
    if view.format == "table":
        for name, value in variables.items():
            sys.stdout.write(f"export {name}={shlex.quote(value)}\n")
    else:
        record(variables, Kind("env", (), (), tuple(variables), key=("CLOUDCTL_SANDBOX",)), view, sys.stdout)


@fault.command("add", cls=with_flags("output"))
def fault_add(
    ctx: typer.Context,
    kind: Annotated[str, typer.Argument(help="latency throttle error reset lost hang hold denied quota ...")],
    operation: Annotated[str, typer.Argument(help="The provider's operation, * and ? allowed.")] = "*",
    cloud: Annotated[str, typer.Option(help="aws, azure, gcp or *.")] = "*",
    count: Annotated[int, typer.Option(help="How many times; 0: until cleared.")] = 1,
    skip: Annotated[int, typer.Option(help="Let this many matching calls pass first.")] = 0,
    latency: Annotated[float, typer.Option(help="Seconds to wait first.")] = 0.0,
) -> None:
    """Make the next calls of an operation fail."""
    from cloudctl.output import record
    from cloudctl.sandbox import process
    from cloudctl.sandbox.faults import Rule

    go = _checked(ctx, FAULT)
    given = {"kind": kind, "operation": operation, "cloud": cloud, "count": count, "skip": skip, "latency": latency}
    try:
        rule = Rule.parse(given)
    except ValueError as error:
        raise UsageError(str(error)) from error
    record(process.fault_add(_running(), rule), FAULT, go.view(), sys.stdout)


@fault.command("list", cls=with_flags("output"))
def fault_list(ctx: typer.Context) -> None:
    """List the faults."""
    from cloudctl.output import records
    from cloudctl.sandbox import process

    go = _checked(ctx, FAULT)
    records(process.fault_list(_running()), FAULT, go.view(), sys.stdout)


@fault.command("clear", cls=with_flags())
def fault_clear(
    fault_id: Annotated[int | None, typer.Argument(metavar="[ID]", help="Only this one.")] = None,
) -> None:
    """Remove faults."""
    from cloudctl.sandbox import process

    if not process.fault_clear(_running(), fault_id) and fault_id is not None:
        raise NotFound(f"no fault {fault_id}", fix="cloudctl sandbox fault list shows them")


@fault.callback()
def _faults() -> None:
    """Faults that the sandbox injects."""
