"""The entry point: assembles the program; the only place where errors become exit codes."""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cloudctl.errors import CloudError

NOUNS = {
    "vm": ("cloudctl.commands.vm", "Virtual machines: list, show, create, delete, start, stop, restart, wait."),
    "operation": ("cloudctl.commands.operation", "Changes under way: list, show, wait."),
    "context": ("cloudctl.commands.context", "Which accounts of which clouds: list, show, add, use, remove."),
    "sandbox": ("cloudctl.commands.sandbox", "The three clouds on this machine: no account needed."),
    "schema": ("cloudctl.commands.schema", "The JSON Schema of a noun's records."),
    "completion": ("cloudctl.commands.completion", "The completion script for a shell."),
}


def run() -> None:
    """Run the program with the process's arguments and end the process with its exit code."""
    if sys.argv[1:] == ["--version"]:
        from importlib.metadata import version

        print(f"cloudctl {version('cloudctl')}")
        return
    code = main(sys.argv[1:])
    sys.stderr.flush()
    os._exit(code) if _threads_left() else sys.exit(code)


def main(arguments: list[str]) -> int:
    """Run one command line; returns the exit code. Nothing is raised."""
    _prepare()
    root: Any = None
    try:
        root = program()
        root.main(arguments, prog_name="cloudctl", standalone_mode=False)
        sys.stdout.flush()
        return 0
    except SystemExit as end:
        return int(end.code or 0)
    except BrokenPipeError:
        return _closed_pipe()
    except BaseException as error:
        return _report(error, arguments)


def program() -> Any:
    """The command tree; the nouns are imported when they are named."""
    import typer
    from typer.main import get_group

    from cloudctl.commands.shared import RootGroup

    class Program(RootGroup):
        modules = NOUNS

    app = typer.Typer(
        cls=Program, add_completion=False, rich_markup_mode=None, no_args_is_help=True, pretty_exceptions_enable=False
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


def _interrupt(number: int, _frame: FrameType | None) -> None:
    from cloudctl.errors import Interrupted, Kind

    raise Interrupted(Kind.INTERRUPTED if number == signal.SIGINT else Kind.TERMINATED)


def _threads_left() -> bool:
    """Whether a fan-out left a thread behind that still waits for a provider; it must not hold up the exit."""
    threading = sys.modules.get("threading")
    return threading is not None and threading.active_count() > 1


def _closed_pipe() -> int:
    """The reader is gone: end quietly, and keep the interpreter from complaining about the rest."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 141


def _report(error: BaseException, arguments: list[str]) -> int:
    from cloudctl.errors import CloudError
    from cloudctl.failure import as_cloud_error, render

    failure = error if isinstance(error, CloudError) else as_cloud_error(error)
    render(failure, sys.stderr, as_json=_wants_json(arguments))
    if "--debug" in arguments or os.environ.get("CLOUDCTL_DEBUG"):
        import traceback

        traceback.print_exception(error)
    return failure.exit_code


def _wants_json(arguments: list[str]) -> bool:
    """Whether errors are written as JSON; told from the words, since the parser itself may have failed."""
    words = [*arguments, ""]
    given = {word.partition("=")[2] for word in arguments if word.startswith(("--output=", "--log-format="))}
    given |= {
        after for word, after in zip(words, words[1:], strict=False) if word in ("-o", "--output", "--log-format")
    }
    given |= {word[2:] for word in arguments if word.startswith("-o") and len(word) > 2}
    return bool(given & {"json", "ndjson"}) or (not given and os.environ.get("CLOUDCTL_OUTPUT") in ("json", "ndjson"))
