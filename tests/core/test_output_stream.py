"""The stream that is written to: terminals, encodings, and data that tries to be more than data."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO, StringIO, TextIOWrapper
from itertools import islice
from typing import TextIO

import pytest
import yaml
from output_sample import KIND, ROWS, WIDE_NAME, listed

from cloudctl.output import View, records
from cloudctl.output.terminal import coloured

HOSTILE = (
    {
        "context": "aws",
        "id": "i\x1b]0;owned\x07",
        "name": "a\r\nFAKE",
        "state": "\x9b31m",
        "tags": {"\x1b[2J": "\u202egnp"},
    },
)


@pytest.mark.parametrize("name", ["table", "wide", "name"])
def test_what_people_read_holds_no_control_character(name: str) -> None:
    text = listed(View(name), HOSTILE)
    assert all(one.isprintable() or one == "\n" for one in text)
    assert len(text.splitlines()) == (1 if name == "name" else 2)


def test_escapes_in_data_are_shown_not_obeyed() -> None:
    assert listed(View("name"), HOSTILE) == "aws:i\\x1b]0;owned\\x07\n"
    assert listed(View("table", columns=("name", "tags"), headers=False), HOSTILE) == (
        "a\\r\\nFAKE  \\x1b[2J=\\u202egnp\n"
    )


def test_keys_that_a_query_makes_are_data_too() -> None:
    assert listed(View("table", query="[].tags"), HOSTILE).splitlines()[0] == "\\x1b[2J"
    assert listed(View("table", query="[0].tags"), HOSTILE) == "\\x1b[2J  \\u202egnp\n"


def test_data_formats_keep_every_character() -> None:
    assert json.loads(listed(View("json"), HOSTILE)) == list(HOSTILE)
    assert yaml.safe_load(listed(View("yaml"), HOSTILE)) == list(HOSTILE)
    assert listed(View("csv", columns=("state",), headers=False), HOSTILE) == "\x9b31m\n"


def encoded(view: View, encoding: str, rows: tuple[object, ...] = ROWS) -> str:
    raw = BytesIO()
    out = TextIOWrapper(raw, encoding=encoding)
    records(rows, KIND, view, out)
    out.flush()
    return raw.getvalue().decode(encoding)


def test_json_and_yaml_stay_valid_in_an_encoding_that_lacks_the_characters() -> None:
    expected = json.loads(listed(View("json")))
    assert json.loads(encoded(View("json"), "ascii")) == expected
    assert yaml.safe_load(encoded(View("yaml"), "latin-1")) == expected
    assert [json.loads(line) for line in encoded(View("ndjson"), "ascii").splitlines()] == expected


def test_unencodable_text_is_escaped_in_tables() -> None:
    assert encoded(View("table", columns=("name",), headers=False), "ascii") == "w\\xe9b\n-\n\\u65e5\\u672c\n"


def test_a_lone_surrogate_does_not_fail_the_list() -> None:
    assert json.loads(encoded(View("json"), "utf-8", ({"name": "\udc80"},))) == [{"name": "\udc80"}]


@contextmanager
def terminal() -> Iterator[tuple[TextIO, list[str]]]:
    """A pseudo-terminal to write to; what arrived is in the list after the block."""
    reader, writer = os.openpty()
    arrived: list[str] = []
    with open(writer, "w", encoding="utf-8") as out:  # noqa: PTH123
        yield out, arrived
        out.write(_END)
        out.flush()
        arrived.append(_read_to(reader, _END.encode()).decode().removesuffix(_END))
    os.close(reader)


_END = "\x04end"


def _read_to(reader: int, end: bytes) -> bytes:
    """The kernel passes on what was written in pieces, so one read may be short."""
    read = b""
    while not read.endswith(end):
        read += os.read(reader, 65536)
    return read


def on_terminal(view: View, rows: tuple[object, ...], columns: int, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setenv("COLUMNS", str(columns))
    with terminal() as (out, arrived):
        records(rows, KIND, view, out)
    return [line.rstrip() for line in arrived[0].splitlines()]


@pytest.fixture(autouse=True)
def usual_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)


LONG_ID = "/subscriptions/" + "0" * 60


def test_on_a_terminal_long_text_wraps_and_identifiers_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    row = {"context": "azure", "id": LONG_ID, "name": "[red]web", "tags": {"note": "some longer words " * 5}}
    view = View(color=False, columns=("id", "name", "tags"))
    lines = on_terminal(view, (row,), 100, monkeypatch)
    assert lines[0].split() == ["ID", "NAME", "TAGS"]
    assert lines[1].startswith(f"{LONG_ID}  [red]web  note=some")
    assert len(lines) > 3
    assert max(map(len, lines)) <= 102


def test_on_a_narrow_terminal_no_column_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    row = {"context": "azure", "id": LONG_ID, "name": "web", "state": "running"}
    lines = on_terminal(View(color=False, columns=("context", "id", "name", "state")), (row,), 20, monkeypatch)
    assert lines[1].split() == ["azure", LONG_ID, "web", "running"]


def test_a_terminal_gets_the_same_words_as_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = on_terminal(View("wide", color=False), ROWS, 200, monkeypatch)
    assert [line.split() for line in lines] == [line.split() for line in listed(View("wide")).splitlines()]


def test_headers_can_be_left_out_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = on_terminal(View(color=False, headers=False), (WIDE_NAME,), 80, monkeypatch)
    assert [line.split() for line in lines] == [["azure", "日本", "running", "-"]]


def test_states_have_colours_that_can_be_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b[32mrunning" in "".join(on_terminal(View(), ROWS, 80, monkeypatch))
    assert "\x1b" not in "".join(on_terminal(View(color=False), ROWS, 80, monkeypatch))
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in "".join(on_terminal(View(), ROWS, 80, monkeypatch))


def test_a_dumb_terminal_is_written_to_like_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    assert on_terminal(View(), ROWS, 20, monkeypatch) == listed(View()).splitlines()


def test_the_colour_flag_beats_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    with terminal() as (out, _):
        out.write("something to read")
        assert [coloured(View(color=flag), out) for flag in (None, True, False)] == [False, True, False]


LAZY = ("rich", "yaml", "jmespath", "csv", "tenacity", "typer")


def loaded_after(code: str) -> set[str]:
    """The lazy modules that a fresh interpreter has loaded after the code."""
    report = f"import sys\n{code}\nsys.stderr.write(' '.join(m for m in {LAZY} if m in sys.modules))"
    done = subprocess.run([sys.executable, "-c", report], capture_output=True, text=True, check=True)
    return set(done.stderr.split())


RUN = """
from cloudctl.output import Kind, View, records, validate
kind, view = Kind('x', ('id',), ('id',), ('id',)), View({view})
validate(view, kind)
records([{{'context': 'aws', 'id': 1}}], kind, view, sys.stdout)
"""


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        *((f"'{name}'", set()) for name in ("table", "wide", "json", "csv", "tsv", "ndjson", "name", "none")),
        ("'yaml'", {"yaml"}),
        ("'json', query='[]'", {"jmespath"}),
    ],
)
def test_a_format_loads_only_what_it_needs(view: str, expected: set[str]) -> None:
    assert loaded_after(RUN.format(view=view)) == expected


def test_importing_the_package_loads_nothing_heavy() -> None:
    assert loaded_after("import cloudctl.output") == set()


LONG = 2500


def machines(read: list[int]) -> Iterator[dict[str, object]]:
    """Records of which the later ones have longer names; ``read`` tells how many were asked for."""
    for number in range(LONG):
        read.append(number)
        yield {"context": "aws", "id": str(number), "name": "w" * (1 + number // 1000), "state": "running"}


def test_a_long_table_is_written_as_it_comes() -> None:
    read: list[int] = []
    seen: list[int] = []

    class Watched(StringIO):
        def write(self, text: str) -> int:
            seen.append(len(read))
            return super().write(text)

    out = Watched()
    records(machines(read), KIND, View("table", columns=("id", "name", "state")), out)
    lines = out.getvalue().splitlines()
    assert (len(lines), lines[:2]) == (LONG + 1, ["ID   NAME  STATE", "0    w     running"])
    assert lines[-1] == "2499  www   running"
    assert seen[0] <= 1001


def test_a_long_table_on_a_terminal_is_written_as_it_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    read: list[int] = []
    with terminal() as (out, arrived):
        monkeypatch.setattr("cloudctl.output.table.WINDOW", 10)
        monkeypatch.setattr("cloudctl.output.formats.WINDOW", 10)
        records(islice(machines(read), 25), KIND, View("table", columns=("id", "name")), out)
    lines = [line.rstrip() for line in arrived[0].splitlines()]
    assert (len(lines), lines[0], lines[-1]) == (26, "ID  NAME", "24  w")
