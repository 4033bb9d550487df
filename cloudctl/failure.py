"""Writing errors: for people in three lines at most, for programs as one JSON object, always on stderr."""

from __future__ import annotations

import errno
import json
from typing import TYPE_CHECKING, TextIO

from cloudctl.diagnostics import write_message
from cloudctl.errors import CloudError, Interrupted, Kind
from cloudctl.output.text import neutral

if TYPE_CHECKING:
    from typer._click.exceptions import NoArgsIsHelpError

# What no connection fails with: where no file is named it is standard output.
_OF_OUTPUT = (errno.EBADF, errno.EIO, errno.EFBIG, errno.ENOSPC, errno.EDQUOT)


def wants_json(output: str | None, log_format: str | None) -> bool:
    """Whether errors are JSON: a program reads the records then, or the diagnostics."""
    return output in ("json", "ndjson") or log_format == "json"


def render(error: CloudError, stream: TextIO, *, as_json: bool) -> None:
    """Write an error; ``as_json`` where `wants_json` says so."""
    write_message(json.dumps(error.record()) if as_json else text(error), stream)


def text(error: CloudError) -> str:
    """``cloudctl: error: WHAT``, ``why: ...``, ``fix: ...``, with the code word and the provider's code and request.

    Each stays one line: what the cloud says, or a key, could forge another one.
    """
    where = f"{error.context}: " if error.context else ""
    lines = [f"cloudctl: error: {where}{error.message} [{_codes(error)}]"]
    lines += [f"  why: {error.why}"] if error.why else []
    lines += [f"  fix: {error.fix}"] if error.fix else []
    return "\n".join(map(neutral, lines))


def _codes(error: CloudError) -> str:
    request = f"request {error.request_id}" if error.request_id else None
    return ", ".join(part for part in (error.kind.word, error.code, request) if part)


def as_cloud_error(error: BaseException) -> CloudError:
    """The CloudError for an exception that is none: wrong words on the command line, ^C, or a bug of ours."""
    from typer import Abort
    from typer._click.exceptions import ClickException, NoArgsIsHelpError

    if isinstance(error, NoArgsIsHelpError):
        return _no_verb(error)
    if isinstance(error, ClickException):
        what = " ".join(error.format_message().split())  # a missing choice comes as a list, a word a line
        return CloudError(Kind.USAGE, what, fix=_help_of(error))
    if isinstance(error, Interrupted):
        return CloudError(error.kind, error.kind.word)
    if isinstance(error, KeyboardInterrupt | Abort):
        return CloudError(Kind.INTERRUPTED, Kind.INTERRUPTED.word)
    if isinstance(error, OSError) and (error.filename or error.errno in _OF_OUTPUT):
        return _of_file(error)
    return CloudError(Kind.UNEXPECTED, f"{type(error).__name__}: {error}", fix="--debug shows where; please report it")


def _of_file(error: OSError) -> CloudError:
    """That of a file of ours (state, configuration) or of standard output: denied, no space, or something else."""
    from cloudctl.objects.files import failed

    found = failed(error, error.filename or "standard output")
    if found.kind not in (Kind.DENIED, Kind.CAPACITY, Kind.QUOTA):
        found.kind = Kind.UNEXPECTED  # what was asked for may well be there
    return found


def _no_verb(error: NoArgsIsHelpError) -> CloudError:
    verbs = ", ".join(getattr(error.ctx.command, "commands", ()))
    what = f"{error.ctx.command_path} takes a verb: {verbs}"
    return CloudError(Kind.USAGE, what, fix=_help_of(error))


def _help_of(error: BaseException) -> str:
    context = getattr(error, "ctx", None)
    return f"{context.command_path if context else 'cloudctl'} --help"
