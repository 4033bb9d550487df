"""What is told on stderr: names and texts from outside move no cursor, retitle no terminal and forge no line."""

from __future__ import annotations

import io

import pytest

from cloudctl.commands.invocation import Invocation
from cloudctl.commands.shared import Given
from cloudctl.diagnostics import Level, Report
from cloudctl.errors import CloudError, Kind
from cloudctl.failure import render
from cloudctl.main import main

EVIL = "a\x1b]0;title\x07\nb\u202e\udcff"
SHOWN = r"a\x1b]0;title\x07\nb\u202e\udcff"


def test_an_error_shows_what_is_not_printable_as_its_escape() -> None:
    stream = io.StringIO()
    error = CloudError(Kind.CONFLICT, EVIL, why=EVIL, fix=EVIL, code=EVIL, request_id=EVIL)
    error.context = EVIL
    render(error, stream, as_json=False)
    first = f"cloudctl: error: {SHOWN}: {SHOWN} [conflict, {SHOWN}, request {SHOWN}]"
    assert stream.getvalue().splitlines() == [first, f"  why: {SHOWN}", f"  fix: {SHOWN}"]


@pytest.mark.parametrize("tell", [Report.debug, Report.detail, Report.note, Report.warn])
def test_so_does_every_message(tell: object) -> None:
    stream = io.StringIO()
    assert callable(tell)
    tell(Report(Level.DEBUG, stream=stream), EVIL)
    assert stream.getvalue().removeprefix("cloudctl: ").removeprefix("warning: ") == f"{SHOWN}\n"


def test_so_does_a_question(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    shown = Terminal()
    monkeypatch.setattr("sys.stderr", shown)
    monkeypatch.setattr("sys.stdin", Terminal("y\n"))
    Invocation(Given()).confirm(f"Delete {EVIL}?", [EVIL])
    assert shown.getvalue() == f"Delete {SHOWN}? [y/N] "


def test_so_does_a_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["mapping", "region", EVIL, "--debug"]) != 0
    told = capsys.readouterr().err
    assert "Traceback" in told
    assert not {"\x1b", "\x07", "\u202e"} & set(told)
