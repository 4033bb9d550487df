"""The entry point: assembles the program; the only place where errors become exit codes."""

from __future__ import annotations

import gc
import io
import os
import re
import signal
import sys
from itertools import pairwise, takewhile
from types import FrameType
from typing import Any, TextIO

NOUNS = {
    "vm": ("cloudctl.commands.vm", "Virtual machines: list, show, create, delete, start, stop, restart, wait."),
    "bucket": ("cloudctl.commands.bucket", "Buckets: list, show, create, delete, versioning, public."),
    "operation": ("cloudctl.commands.operation", "Changes under way: list, show, wait."),
    "mapping": ("cloudctl.commands.mapping", "What is called what: services, sizes, regions, images, engines, roles."),
    "context": ("cloudctl.commands.context", "Which accounts of which clouds: list, show, add, use, remove."),
    "sandbox": ("cloudctl.commands.sandbox", "The three clouds on this machine: no account needed."),
    "schema": ("cloudctl.commands.schema", "The JSON Schema of a noun's records."),
    "completion": ("cloudctl.commands.completion", "The completion script for a shell."),
}


def run() -> None:
    """Run the program with the process's arguments and end the process with its exit code."""
    # What is loaded stays until the end; looking through it over and over took a third of the time of a long list.
    gc.set_threshold(100_000, 20, 100)
    _find_home()
    _open_streams()
    _buffer_output()
    code = main(sys.argv[1:])
    _unwritten(sys.stderr)
    if _threads_left():
        os._exit(code)
    # The collection at the end of the interpreter finds nothing to look at: the process's memory goes back as a whole.
    gc.freeze()
    sys.exit(code)


def main(arguments: list[str]) -> int:
    """Run one command line; returns the exit code. Nothing is raised."""
    _prepare()
    code, error = 0, None
    try:
        code = _invoke(arguments)
    except BaseException as raised:
        error = raised
    unwritten = _unwritten(sys.stdout)
    if isinstance(unwritten or error, BrokenPipeError):
        return 141
    if error is None or isinstance(error, OSError):
        error = unwritten or error
    return _report(error, arguments) if error else code


def _unwritten(stream: TextIO) -> OSError | None:
    """What keeps the rest of a stream from leaving the process; the interpreter is kept from complaining of it, too."""
    try:
        stream.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        return error
    return None


def _invoke(arguments: list[str]) -> int:
    """Parse and run. The parser's own ``main`` is not used: it turns a closed pipe into exit 1 and ^C into 0."""
    if arguments == ["--version"]:  # before the parser is loaded
        from cloudctl.version import show

        show()
        return 0
    from typer import Exit

    root = program()
    try:
        with root.make_context("cloudctl", list(arguments or ["--help"])) as context:
            root.invoke(context)
    except Exit as end:
        return int(end.exit_code)
    return 0


def program() -> Any:
    """The command tree; the nouns are imported when they are named."""
    import typer
    from typer.main import get_group

    from cloudctl.commands.shared import RootGroup

    class Program(RootGroup):
        modules = NOUNS

    app = typer.Typer(
        cls=Program,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )

    @app.callback()
    def cloudctl() -> None:
        """One command line for AWS, Azure and GCP: the same verbs, the same JSON, the same exit codes."""

    return get_group(app)


def _prepare() -> None:
    """Signals become errors that end the work cleanly; text that a terminal cannot show never fails."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    signal.signal(signal.SIGINT, _interrupt)
    signal.signal(signal.SIGTERM, _interrupt)


def _find_home() -> None:
    """A user without a name, as containers have them, gets the home that login(1) and Docker give: the root."""
    if os.path.expanduser("~") == "~":  # noqa: PTH111
        os.environ["HOME"] = "/"


def _open_streams() -> None:
    """A stream that the caller closed is opened so that its use fails, and that no connection takes its number.

    So does https://www.gnu.org/software/gnulib/manual/html_node/stdopen.html; messages nobody reads are just lost.
    """
    closed = (("stdin", "r", os.O_WRONLY), ("stdout", "w", os.O_RDONLY), ("stderr", "w", os.O_WRONLY))
    for name, mode, access in closed:
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.open(os.devnull, access), mode, closefd=False))  # noqa: SIM115


def _buffer_output() -> None:
    """Undo PYTHONUNBUFFERED, which images of containers set: it makes a system call of every row that is written.

    Python also does not look, then, at how much of a piece was taken. What must arrive at once is flushed.
    """
    out = sys.stdout
    if isinstance(out, io.TextIOWrapper) and isinstance(out.buffer, io.RawIOBase):
        sys.stdout = open(out.fileno(), "w", encoding=out.encoding, newline="\n", closefd=False)  # noqa: SIM115


def _interrupt(number: int, _frame: FrameType | None) -> None:
    from cloudctl.errors import Interrupted, Kind

    raise Interrupted(Kind.INTERRUPTED if number == signal.SIGINT else Kind.TERMINATED)


def _threads_left() -> bool:
    """Whether a fan-out left a thread behind that still waits for a provider; it must not hold up the exit."""
    threading = sys.modules.get("threading")
    return threading is not None and threading.active_count() > 1


def _report(error: BaseException, arguments: list[str]) -> int:
    from cloudctl.commands.invocation import Invocation
    from cloudctl.commands.shared import Given
    from cloudctl.diagnostics import write_message
    from cloudctl.errors import CloudError
    from cloudctl.failure import as_cloud_error, render, wants_json
    from cloudctl.output.text import neutral

    failure = error if isinstance(error, CloudError) else as_cloud_error(error)
    output = _given(arguments, "--output", "o") or os.environ.get("CLOUDCTL_OUTPUT")
    log_format = _given(arguments, "--log-format") or os.environ.get("CLOUDCTL_LOG_FORMAT")
    render(failure, sys.stderr, as_json=wants_json(output, log_format))
    if "--debug" in arguments or Invocation(Given()).flag("debug"):
        import traceback

        lines = "".join(traceback.format_exception(error)).splitlines()
        write_message("\n".join(map(neutral, lines)), sys.stderr)
    return failure.exit_code


def _given(arguments: list[str], name: str, letter: str | None = None) -> str | None:
    """The value given for a flag, told from the words, since the parser itself may have failed.

    ``--output json``, ``--output=json``, and with its letter ``-o json``, ``-ojson`` or, behind switches, ``-qo json``.
    """
    short = rf"|-[^-cpro]*{letter}(.*)" if letter else ""
    pattern = re.compile(f"{name}(?:=(.*))?{short}", re.DOTALL)
    for word, after in pairwise([*takewhile("--".__ne__, arguments), ""]):
        if found := pattern.fullmatch(word):
            return next(filter(None, found.groups()), after)
    return None
