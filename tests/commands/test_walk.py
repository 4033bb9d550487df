"""Every command of the tree, generically: help, and the errors that cost no call."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest
from command_lines import NODES, VERBS, Answer, answer, words

from cloudctl.commands.shared import FILES
from cloudctl.completion.tree import Node

WITH_OUTPUT = [node for node in VERBS if any("--query" in flag.names for flag in node.flags)]
WITH_DEADLINE = [node for node in VERBS if any("--timeout" in flag.names for flag in node.flags)]
# That of a context is another one: it is kept.
WITH_REGION = [node for node in VERBS if any("-r" in flag.names for flag in node.flags) and node.path[0] != "context"]
WITH_ARGUMENT = [node for node in VERBS if any(argument.required for argument in node.arguments)]
WITH_FIXED_ARGUMENTS = [node for node in VERBS if not any(argument.repeats for argument in node.arguments)]


def _filled(node: Node) -> list[str]:
    """The words of a command with a value for every argument, those that may be left out too."""
    return [*words(node), *("1" for argument in node.arguments if not argument.required)]


def place(node: Node) -> str:
    return node.place or "program"


@pytest.fixture(params=["text", "json"])
def refused(request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]) -> Refused:
    return Refused(capsys, as_json=request.param == "json")


class Refused:
    """Checks that a command line is a usage error, written as it must be, and nothing else."""

    def __init__(self, capsys: pytest.CaptureFixture[str], *, as_json: bool) -> None:
        self._capsys = capsys
        self._as_json = as_json

    def __call__(self, arguments: list[str]) -> str:
        """The message of the error."""
        given = answer(["-o", "json", *arguments] if self._as_json else arguments, self._capsys)
        assert given.code == 2, given
        assert given.out == ""
        assert "Traceback" not in given.err
        return self._message_of_json(given) if self._as_json else self._message_of_text(given)

    @staticmethod
    def _message_of_json(given: Answer) -> str:
        assert given.err.count("\n") == 1
        assert (given.error["error"], given.error["exit_code"]) == ("usage", 2)
        assert given.error["fix"]
        return str(given.error["message"])

    @staticmethod
    def _message_of_text(given: Answer) -> str:
        first, *rest = given.err.splitlines()
        assert first.startswith("cloudctl: error: ")
        assert first.endswith(" [usage]")
        assert rest[-1].startswith("  fix: ")
        return first


@pytest.mark.parametrize("node", NODES, ids=place)
def test_help_says_in_one_sentence_what_a_command_does(node: Node, capsys: pytest.CaptureFixture[str]) -> None:
    given = answer([*node.path, "--help"], capsys)
    assert (given.code, given.err) == (0, "")
    assert given.out.startswith(f"Usage: cloudctl {' '.join(node.path)}".rstrip())
    assert node.help[0].isupper()
    assert node.help.endswith(".")


@pytest.mark.parametrize("node", NODES, ids=place)
def test_every_flag_and_argument_has_help(node: Node) -> None:
    assert [flag.names for flag in node.flags if not flag.help.endswith(".")] == []


@pytest.mark.parametrize("node", [node for node in NODES if node.commands and node.path], ids=place)
def test_a_noun_without_a_verb_names_its_verbs(node: Node, refused: Refused) -> None:
    message = refused(list(node.path))
    assert all(child.path[-1] in message for child in node.commands)


@pytest.mark.parametrize("node", [node for node in NODES if node.commands], ids=place)
def test_an_unknown_verb_is_refused(node: Node, refused: Refused) -> None:
    assert "nonsense" in refused([*node.path, "nonsense"])


@pytest.mark.parametrize("node", NODES, ids=place)
def test_an_unknown_option_is_refused(node: Node, refused: Refused) -> None:
    assert "--nonsense" in refused([*words(node), "--nonsense"])


@pytest.mark.parametrize("node", WITH_ARGUMENT, ids=place)
def test_a_missing_argument_is_refused(node: Node, refused: Refused) -> None:
    assert node.arguments[0].value.label in refused(list(node.path)).upper()


@pytest.mark.parametrize("node", WITH_ARGUMENT, ids=place)
def test_an_argument_that_is_not_utf_8_is_refused_unless_it_is_a_path(node: Node, refused: Refused) -> None:
    """Python has the bytes of such a word as surrogates."""
    if node.arguments[0].value.label not in FILES:
        before = len(node.path)
        assert r"\udcff" in refused([*node.path, "s3://a\udcff/b", *words(node)[before + 1 :]])


@pytest.mark.parametrize(
    "words",
    [
        ["context", "add", "work", "-p", "aws", "--profile", "\udcff"],
        ["context", "list", "--filter", "name=\udcff"],
        ["bucket", "cp", "-", "s3://data/\udcff"],
        ["bucket", "cp", "s3://data/\udcff", "there"],
        ["bucket", "sync", ".", "s3://data/\udcff"],
    ],
    ids=ascii,
)
def test_so_is_a_flag_and_the_url_of_a_copy(words: list[str], refused: Refused) -> None:
    assert r"\udcff" in refused(words)


@pytest.mark.parametrize("node", WITH_FIXED_ARGUMENTS, ids=place)
def test_one_argument_too_many_is_refused(node: Node, refused: Refused) -> None:
    assert "surplus" in refused([*_filled(node), "surplus"])


@pytest.mark.parametrize("node", VERBS, ids=place)
def test_an_unknown_output_format_is_refused(node: Node, capsys: pytest.CaptureFixture[str]) -> None:
    assert "xml" in Refused(capsys, as_json=False)([*words(node), "-o", "xml"])


@pytest.mark.parametrize("node", VERBS, ids=place)
def test_an_unknown_log_format_is_refused(node: Node, refused: Refused) -> None:
    assert "xml" in refused([*words(node), "--log-format", "xml"])


@pytest.mark.parametrize("node", WITH_OUTPUT, ids=place)
@pytest.mark.parametrize(
    "flags", [["--query", "["], ["--columns", "nonsense"], ["--sort", "nonsense"], ["--filter", "nonsense"]]
)
def test_an_output_flag_that_cannot_be_served_is_refused(node: Node, flags: list[str], refused: Refused) -> None:
    refused([*words(node), *flags])


@pytest.mark.parametrize("node", WITH_OUTPUT, ids=place)
@pytest.mark.parametrize("limit", ["0", "-1", "many", "9" * 20, "9" * 5000], ids=lambda text: text[:20])
def test_a_limit_that_is_no_positive_number_is_refused(node: Node, limit: str, refused: Refused) -> None:
    refused([*words(node), "--limit", limit])


@pytest.mark.parametrize("node", WITH_DEADLINE, ids=place)
@pytest.mark.parametrize("text", ["never", "-1", "10x", "", "9" * 20 + "d", "9" * 5000], ids=lambda text: text[:20])
def test_a_timeout_that_is_no_duration_is_refused(node: Node, text: str, refused: Refused) -> None:
    refused([*words(node), "--timeout", text])


@pytest.mark.parametrize("limit", ["0", "-1", "many", "9" * 20, "9" * 5000], ids=lambda text: text[:20])
def test_such_a_limit_of_the_environment_is_refused_too(
    limit: str, monkeypatch: pytest.MonkeyPatch, refused: Refused
) -> None:
    monkeypatch.setenv("CLOUDCTL_LIMIT", limit)
    assert "--limit" in refused(["mapping", "sizes"])


@pytest.mark.parametrize(
    "words",
    [
        ["bucket", "presign", "s3://data/a", "--expires", "9" * 400],
        ["bucket", "lifecycle", "add", "s3://data", "--transition", f"{'9' * 5000}:infrequent"],
    ],
    ids=["expires", "transition"],
)
def test_no_number_is_too_long_to_be_refused(words: list[str], refused: Refused) -> None:
    refused(words)


@pytest.mark.parametrize("node", WITH_REGION, ids=place)
@pytest.mark.parametrize("text", ["s3://bucket/logs", "/tmp", "-o"])
def test_what_cannot_be_a_region_is_refused_for_what_was_meant(node: Node, text: str, refused: Refused) -> None:
    """``cp -r``, as other tools have it, before anything is said of arguments."""
    assert text in refused([*node.path, "-r", text])


@pytest.mark.parametrize("arguments", [["nonsense"], ["vm", "show"], ["-o", "json", "vm", "list", "--nonsense"]])
def test_a_process_ends_with_the_exit_code_of_the_error(arguments: list[str]) -> None:
    command = [sys.executable, "-c", "from cloudctl.main import run; run()", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr


def test_unbuffered_python_does_not_make_a_system_call_of_every_row() -> None:
    """Images of containers set the variable; Python then writes past any buffer, and does not look at how much went."""
    program = (
        "import atexit, sys; from cloudctl.main import run;"
        "atexit.register(lambda: print(type(sys.stdout.buffer).__name__, file=sys.stderr)); run()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "mapping", "services"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert done.stderr == "BufferedWriter\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["-o", "json", "nonsense"],
        ["-ojson", "nonsense"],
        ["-qo", "json", "nonsense"],
        ["vm", "list", "-vojson", "--nonsense"],
        ["--output=ndjson", "nonsense"],
        ["--log-format", "json", "nonsense"],
        ["vm", "list", "--nonsense", "--output", "json"],
    ],
)
def test_an_error_is_json_when_the_output_is(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert answer(arguments, capsys).error["exit_code"] == 2


@pytest.mark.parametrize("variable", ["CLOUDCTL_OUTPUT", "CLOUDCTL_LOG_FORMAT"])
def test_an_error_is_json_when_a_variable_says_so(
    variable: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(variable, "json")
    assert answer(["nonsense"], capsys).error["exit_code"] == 2


@pytest.mark.parametrize("words", [["-po", "json"], ["--", "-o", "json"], ["--output-json"]], ids=" ".join)
def test_it_is_text_when_other_words_only_look_so(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert answer(["nonsense", *words], capsys).err.startswith("cloudctl: error: ")


@pytest.mark.parametrize("node", VERBS, ids=place)
@pytest.mark.parametrize("variable", ["CLOUDCTL_LOG_FORMAT", "CLOUDCTL_OUTPUT"])
def test_a_variable_is_checked_as_its_flag_is_before_anything_is_done(
    node: Node, variable: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(variable, "xml")
    assert variable in Refused(capsys, as_json=False)(words(node))


@pytest.mark.parametrize(("value", "shown"), [("1", True), ("0", False)])
def test_a_traceback_is_shown_on_request_only(
    value: str, shown: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CLOUDCTL_DEBUG", value)
    assert ("Traceback" in answer(["nonsense"], capsys).err) is shown


@pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"]])
def test_the_program_alone_shows_its_help(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    given = answer(arguments, capsys)
    assert (given.code, given.err) == (0, "")
    assert given.out.startswith("Usage: cloudctl")


@pytest.mark.parametrize("arguments", [["--version"], ["-q", "--version"], ["--version", "nonsense"]])
def test_the_version_is_one_line(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    given = answer(arguments, capsys)
    assert given.code == 0
    assert re.fullmatch(r"cloudctl \d+\.\d+\.\d+\n", given.out)
