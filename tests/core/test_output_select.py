"""Which rows and fields are written: filters, sort, limit, columns, and what is refused before any work."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import StringIO

import pytest
from output_sample import KIND, ROWS, listed, shown

from cloudctl.errors import UsageError
from cloudctl.output import View, records, validate


def ids(view: View, rows: tuple[dict[str, object], ...] | None = None) -> list[str]:
    return [row["id"] for row in json.loads(listed(view, ROWS if rows is None else rows))]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (("state=running",), ["i-1", "/sub/1"]),
        (("state!=running",), ["42"]),
        (("tags.env=prod",), ["/sub/1"]),
        (("tags.env!=prod",), ["i-1", "42"]),
        (('tags.k8s.io/role=say "hi"\nthere',), ["i-1"]),
        (("memory_gib=4.0",), ["i-1"]),
        (("memory_gib=.5",), ["42"]),
        (("memory_gib=many",), []),
        (("memory_gib=",), ["/sub/1"]),
        (("name=null",), ["42"]),
        (("zones=b",), ["i-1"]),
        (("zones!=b",), ["42", "/sub/1"]),
        (("state=running", "context=azure"), ["/sub/1"]),
        (("created=2026-01-02T03:04:05Z",), ["i-1"]),
    ],
)
def test_filters_choose_rows(filters: tuple[str, ...], expected: list[str]) -> None:
    assert ids(View("json", filters=filters)) == expected


def test_a_filter_value_may_hold_an_equals_sign() -> None:
    assert ids(View("json", filters=("tags.env=a=b",)), ({"id": "x", "tags": {"env": "a=b"}},)) == ["x"]


def test_a_filter_on_true_and_false_reads_as_json_does() -> None:
    rows = ({"id": "x", "state": True}, {"id": "y", "state": False})
    assert ids(View("json", filters=("state=true",)), rows) == ["x"]


NUMBERS = (
    {"id": "a", "memory_gib": 16, "state": "x"},
    {"id": "b", "memory_gib": None, "state": "x"},
    {"id": "c", "memory_gib": 0.5, "state": "y"},
    {"id": "d", "memory_gib": 8, "state": "x"},
    {"id": "e", "memory_gib": 8, "state": "y"},
)


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        (("memory_gib",), "cdeab"),
        (("-memory_gib",), "adecb"),
        (("state", "memory_gib"), "dabce"),
        (("-state", "memory_gib"), "cedab"),
        (("-state", "-memory_gib"), "ecadb"),
    ],
)
def test_sort_is_numeric_and_stable_with_the_unknown_last(sort: tuple[str, ...], expected: str) -> None:
    assert "".join(ids(View("json", sort=sort), NUMBERS)) == expected


def test_limit_comes_after_filter_and_sort() -> None:
    view = View("json", filters=("state=x",), sort=("-memory_gib",), limit=2)
    assert ids(view, NUMBERS) == ["a", "d"]


class Source:
    """Counts the rows that were asked for and notes whether it was closed."""

    def __init__(self) -> None:
        self.read = 0
        self.closed = False

    def rows(self) -> Iterator[dict[str, object]]:
        try:
            for index in range(100):
                self.read += 1
                yield {"context": "aws", "id": str(index), "state": "even" if index % 2 == 0 else "odd"}
        finally:
            self.closed = True


def test_limit_stops_the_stream_early_and_closes_it() -> None:
    source, out = Source(), StringIO()
    rows = source.rows()
    records(rows, KIND, View("name", filters=("state=odd",), limit=2), out)
    assert out.getvalue() == "aws:1\naws:3\n"
    assert (source.read, source.closed) == (4, True)


def test_a_reader_that_leaves_closes_the_source_and_its_error_reaches_the_caller() -> None:
    class Gone(StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    source = Source()
    rows = source.rows()
    with pytest.raises(BrokenPipeError):
        records(rows, KIND, View("ndjson"), Gone())
    assert (source.read, source.closed) == (1, True)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("table", "TAGS.ENV  ID\n-         i-1\n-         42\nprod      /sub/1\n"),
        ("wide", "TAGS.ENV  ID\n-         i-1\n-         42\nprod      /sub/1\n"),
        ("csv", "tags.env,id\n,i-1\n,42\nprod,/sub/1\n"),
        ("tsv", "tags.env\tid\n\ti-1\n\t42\nprod\t/sub/1\n"),
        ("ndjson", '{"tags.env":null,"id":"i-1"}\n{"tags.env":null,"id":"42"}\n{"tags.env":"prod","id":"/sub/1"}\n'),
        ("yaml", "- tags.env: null\n  id: i-1\n- tags.env: null\n  id: '42'\n- tags.env: prod\n  id: /sub/1\n"),
    ],
)
def test_columns_pick_and_order_fields_in_every_format(name: str, expected: str) -> None:
    assert listed(View(name, columns=("tags.env", "id"))) == expected


def test_columns_apply_to_one_object_too() -> None:
    assert shown(View("json", columns=("id",)), ROWS[0]) == '{\n  "id": "i-1"\n}\n'
    assert shown(View("table", columns=("id",)), ROWS[0]) == "id  i-1\n"


KNOWN = "context, id, name, state, memory_gib, zones, created, tags"


@pytest.mark.parametrize(
    ("view", "message", "fix"),
    [
        (View("xml"), "unknown output format: xml", "table, wide, json, yaml, csv, tsv, ndjson, name, none"),
        (View(columns=("id", "foo")), "--columns: machine has no field 'foo'", KNOWN),
        (View(columns=("foo.bar",)), "--columns: machine has no field 'foo.bar'", KNOWN),
        (View(columns=("disks",)), "--columns: machine has no field 'disks' in a list, only in show", KNOWN),
        (View(columns=("native",)), "--columns: machine has no field 'native' without --native", KNOWN),
        (View(sort=("-foo",)), "--sort: machine has no field 'foo'", KNOWN),
        (View(filters=("foo=1",)), "--filter: machine has no field 'foo'", KNOWN),
        (View(filters=("state",)), "invalid filter: 'state'", "FIELD=VALUE"),
        (View(filters=("=x",)), "invalid filter: '=x'", "FIELD=VALUE"),
        (View(columns=("id",), query="[]"), "--columns and --query cannot be combined", "in the query"),
        (View("name", columns=("id",)), "-o name has no columns", "-o csv or tsv"),
        (View(limit=0), "--limit must be 1 or more, not 0", ""),
    ],
)
def test_a_slip_in_a_flag_is_a_usage_error_that_says_what_is_right(view: View, message: str, fix: str) -> None:
    with pytest.raises(UsageError) as caught:
        validate(view, KIND)
    assert caught.value.message == message
    assert fix in (caught.value.fix or "")


def test_show_knows_the_fields_that_a_list_leaves_out() -> None:
    validate(View(columns=("disks",)), KIND, listed=False)


def test_the_provider_record_can_be_a_column_once_asked_for() -> None:
    validate(View(columns=("native.State.Name",), native=True), KIND)
