"""The flags that mean the same on every command: declared once, accepted before the noun and after the verb.

They are not parameters of the command functions: a value that is given, wherever it stands, goes into the
invocation (commands/invocation.py), and the same flag given twice with different values is a usage error.
"""

from __future__ import annotations

import os
from copy import copy
from dataclasses import dataclass
from functools import cache
from typing import Any

from typer import Exit
from typer import _click as click
from typer._click.exceptions import UsageError
from typer.core import TyperCommand, TyperGroup, TyperOption

from cloudctl import version
from cloudctl.commands.flag_values import check, check_text
from cloudctl.output import FORMATS


@dataclass(frozen=True, slots=True)
class Flag:
    """One shared flag. ``kind`` is ``text``, ``flag`` (on/off) or ``many`` (may be repeated).

    ``words`` are the only values that it takes; empty: any text.
    """

    name: str
    declarations: tuple[str, ...]
    group: str
    help: str
    kind: str = "text"
    metavar: str | None = None
    words: tuple[str, ...] = ()


FILES = frozenset({"PATH", "FILE", "SOURCE", "TARGET"})
"""What is called so is, or may be, a file of this machine: its name is any bytes, and TAB completes it."""
EVERYWHERE = "everywhere"
DRY_RUN = "dry-run"
"""Part of the group ``change``, and of its own for commands that never leave work behind."""

FLAGS = (
    Flag("context", ("-c", "--context"), "where", "The context to work in.", "many", "NAME"),
    Flag("provider", ("-p", "--provider"), "where", "Only this cloud: aws, azure or gcp.", "many", "CLOUD"),
    Flag("region", ("-r", "--region"), "where", "The region, by its native name.", "text", "NAME"),
    Flag("zone", ("--zone",), "where", "The zone, by its native name.", "text", "NAME"),
    Flag("all_contexts", ("--all-contexts",), "many", "Every context, configured or found.", "flag"),
    Flag("all_regions", ("--all-regions",), "many", "Every region that the account has enabled.", "flag"),
    Flag("output", ("-o", "--output"), EVERYWHERE, f"The format: {' '.join(FORMATS)}.", "text", "FORMAT", FORMATS),
    Flag("query", ("--query",), "output", "A JMESPath expression over the whole array.", "text", "JMESPATH"),
    Flag("columns", ("--columns",), "output", "The columns, comma-separated.", "text", "NAMES"),
    Flag("sort", ("--sort",), "output", "Sort by these fields; -FIELD for descending.", "text", "FIELDS"),
    Flag("filter", ("--filter",), "output", "Only records with FIELD=VALUE (or !=).", "many", "FIELD=VALUE"),
    Flag("limit", ("--limit",), "output", "At most this many records.", "text", "N"),
    Flag("headers", ("--headers/--no-headers",), "output", "Whether tables start with a header.", "flag"),
    Flag("native", ("--native",), "output", "Add the provider's own record under 'native'.", "flag"),
    Flag("dry_run", ("-n", "--dry-run"), DRY_RUN, "Show the plan; change nothing.", "flag"),
    Flag("explain", ("--explain",), "explain", "Show the native commands instead.", "flag"),
    Flag("wait", ("--wait/--no-wait",), "change", "Wait until the work is done, or only accepted.", "flag"),
    Flag("yes", ("-y", "--yes"), "danger", "Do not ask.", "flag"),
    Flag("confirm", ("--confirm",), "danger", "Confirm a bulk change by its names, comma-separated.", "text", "NAMES"),
    Flag("no_input", ("--no-input",), EVERYWHERE, "Never prompt: what would ask is an error.", "flag"),
    Flag("timeout", ("--timeout",), "time", "The deadline, such as 90s, 10m, 1h30m.", "text", "DURATION"),
    Flag("sandbox", ("--sandbox",), EVERYWHERE, "Talk to the sandbox only.", "flag"),
    Flag("quiet", ("-q", "--quiet"), EVERYWHERE, "Only warnings and errors on stderr.", "flag"),
    Flag("verbose", ("-v", "--verbose"), EVERYWHERE, "Every call on stderr.", "flag"),
    Flag("debug", ("--debug",), EVERYWHERE, "Everything on stderr, with tracebacks.", "flag"),
    Flag("log_format", ("--log-format",), EVERYWHERE, "Diagnostics: text json.", "text", "FORMAT", ("text", "json")),
    Flag("color", ("--color/--no-color",), EVERYWHERE, "Colours (default: on a terminal).", "flag"),
)


class Given(dict[str, Any]):
    """The shared flags given on one command line."""

    def merge(self, flag: Flag, value: Any) -> None:
        """Add a value. Raises UsageError when the flag does not take it, or was given before with another one."""
        if flag.kind != "flag":
            for text in value if flag.kind == "many" else (value,):
                check(flag.name, flag.declarations[-1], flag.words, text)
        if flag.kind == "many":
            self[flag.name] = (*self.get(flag.name, ()), *value)
        elif flag.name in self and self[flag.name] != value:
            raise UsageError(f"{flag.declarations[-1]} is given twice with different values")
        else:
            self[flag.name] = value


def given(ctx: click.Context) -> Given:
    root = ctx.find_root()
    if not isinstance(root.obj, Given):
        root.obj = Given()
    return root.obj


def _option(flag: Flag) -> TyperOption:
    def take(ctx: click.Context, _param: click.Parameter, value: Any) -> None:
        if value is not None and value != ():
            given(ctx).merge(flag, value)

    return TyperOption(
        param_decls=[flag.name, *flag.declarations],
        type=None if flag.kind == "flag" else str,
        is_flag=True if flag.kind == "flag" else None,
        multiple=flag.kind == "many",
        default=None,
        metavar=flag.metavar,
        help=flag.help,
        callback=take,
        expose_value=False,
    )


def _version_option() -> TyperOption:
    def show(_ctx: click.Context, _param: click.Parameter, wanted: bool) -> None:
        if wanted:
            version.show()
            raise Exit

    return TyperOption(
        param_decls=["version", "--version"],
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=show,
        help="Show the version and exit.",
    )


def with_flags(*groups: str) -> type[TyperCommand]:
    """A command class that also takes the shared flags of these groups, and those that go everywhere."""
    wanted = {*groups, EVERYWHERE, *([DRY_RUN] if "change" in groups else [])}
    flags = [flag for flag in FLAGS if flag.group in wanted]

    class Command(TyperCommand):
        shared = tuple(flags)

        def __init__(self, name: str | None, *, params: list[click.Parameter] | None = None, **rest: Any) -> None:
            super().__init__(name, params=[*(params or []), *map(_option, flags)], **rest)

        def invoke(self, ctx: click.Context) -> Any:
            _refuse_others(ctx, flags)
            _refuse_bytes(ctx)
            _check_variables(ctx, flags)
            return super().invoke(ctx)

    return Command


def _refuse_others(ctx: click.Context, flags: list[Flag]) -> None:
    """A shared flag before the noun that means nothing to the verb is an error, as it is after the verb."""
    known = {flag.name for flag in flags}
    for flag in FLAGS:
        if flag.name in given(ctx) and flag.name not in known:
            raise UsageError(f"{flag.declarations[-1]} does not apply to {ctx.command_path}")


def label(param: click.Parameter) -> str:
    """What a parameter is called where it is not given: ``NAME``, ``PATH``."""
    return str(getattr(param, "metavar", None) or param.name).strip("[].").upper().replace("_", "-")


def _refuse_bytes(ctx: click.Context) -> None:
    """Whatever is no path is text."""
    for param in ctx.command.params:
        value = None if label(param) in FILES else ctx.params.get(str(param.name))
        for text in value if isinstance(value, list | tuple) else (value,):
            if isinstance(text, str):
                check_text(param.opts[-1] if param.param_type_name == "option" else label(param), text)


def _check_variables(ctx: click.Context, flags: list[Flag]) -> None:
    """What the environment says in place of a flag is checked as the flag is: before anything is done."""
    for flag in flags:
        name = f"CLOUDCTL_{flag.name.upper()}"
        value = os.environ.get(name) if flag.kind == "text" and flag.name not in given(ctx) else None
        if value:
            check(flag.name, name, flag.words, value)


_VERB = "cloudctl.verb"
"""Where a context keeps the word behind the noun."""


@cache
def _commands(module: str, verb: str | None) -> click.Command:
    """A noun's commands; only the one of a verb, if there is one: making all of them takes 1 ms for each."""
    from importlib import import_module

    from typer.main import get_command, get_group

    app = import_module(module).app
    commands = [command for command in app.registered_commands if command.name == verb]
    groups = [group for group in app.registered_groups if group.name == verb]
    if not (commands or groups) or len(app.registered_commands) < 2:
        return get_command(app)
    only = copy(app)
    only.registered_commands, only.registered_groups = commands, groups
    return get_group(only)


class RootGroup(TyperGroup):
    """The program: takes every shared flag, and imports a noun's commands only when the noun is named."""

    modules: dict[str, tuple[str, str]]
    """Noun -> (module that holds its ``app``, one line of help)."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.params = [*self.params, *map(_option, FLAGS), _version_option()]

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.modules)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        ctx.meta[_VERB] = args[1] if len(args) > 1 else None
        return super().resolve_command(ctx, args)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.modules:
            return None
        command = _commands(self.modules[cmd_name][0], ctx.meta.get(_VERB))
        command.name = cmd_name
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The nouns with their lines of help, without importing any of them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in self.modules.items()])
