"""--query: JMESPath over the whole array, with a result of any shape in every format."""

from __future__ import annotations

from io import StringIO

import pytest
from output_sample import KIND, ROWS, WEB, listed, shown

from cloudctl.errors import UsageError
from cloudctl.output import View, records, validate

OBJECTS = "[?state=='running'].{n:name,gib:memory_gib}"
LISTS = "[].[id,memory_gib]"
SCALARS = "[].id"


@pytest.mark.parametrize(
    ("query", "name", "expected"),
    [
        (OBJECTS, "table", "N     GIB\nwéb   4\n日本  -\n"),
        (OBJECTS, "csv", "n,gib\nwéb,4\n日本,\n"),
        (OBJECTS, "ndjson", '{"n":"wéb","gib":4}\n{"n":"日本","gib":null}\n'),
        (OBJECTS, "yaml", "- n: wéb\n  gib: 4\n- n: 日本\n  gib: null\n"),
        (LISTS, "table", "i-1     4\n42      0.5\n/sub/1  -\n"),
        (LISTS, "tsv", "i-1\t4\n42\t0.5\n/sub/1\t\n"),
        (LISTS, "ndjson", '["i-1",4]\n["42",0.5]\n["/sub/1",null]\n'),
        (SCALARS, "table", "i-1\n42\n/sub/1\n"),
        (SCALARS, "csv", "i-1\n42\n/sub/1\n"),
        (SCALARS, "name", "i-1\n42\n/sub/1\n"),
        (SCALARS, "json", '[\n  "i-1",\n  "42",\n  "/sub/1"\n]\n'),
        (SCALARS, "ndjson", '"i-1"\n"42"\n"/sub/1"\n'),
        ("[?state=='stopped']", "name", "gcp:42\n"),
        ("length(@)", "table", "3\n"),
        ("length(@)", "json", "3\n"),
        ("avg([].memory_gib|[?@]) ", "json", "2.25\n"),
        ("sum([].memory_gib|[?@!=`0.5`])", "json", "4\n"),
        ("[0].name", "table", "wéb\n"),
        ("[0].{id:id}", "table", "id  i-1\n"),
        ("[0].{id:id}", "csv", "id\ni-1\n"),
        ("[?name=='none']", "json", "[]\n"),
        ("[?name=='none']", "table", ""),
        ("[?name=='none']|[0]", "json", "null\n"),
        ("[?name=='none']|[0]", "table", "-\n"),
        ("[?name=='none']|[0]", "name", ""),
        ("[0].[id, tags]", "table", 'i-1\nName=x\\x1b[31m,k8s.io/role=say "hi"\\nthere\n'),
        (SCALARS, "none", ""),
    ],
)
def test_a_result_of_any_shape_prints_as_expected(query: str, name: str, expected: str) -> None:
    assert listed(View(name, query=query)) == expected


def test_sort_and_limit_come_before_the_query() -> None:
    assert listed(View("csv", query="[].id", sort=("-memory_gib",), limit=2)) == "i-1\n42\n"


def test_the_query_of_show_sees_the_object() -> None:
    assert shown(View("table", query="tags.Name"), WEB) == "x\\x1b[31m\n"


@pytest.mark.parametrize(
    ("query", "why"),
    [("[?", "Incomplete expression"), ("", "empty"), ("[].nope(@)", "unknown function nope()"), ("a b", "")],
)
def test_an_expression_that_cannot_work_is_refused_before_any_work(query: str, why: str) -> None:
    with pytest.raises(UsageError, match="invalid query") as caught:
        validate(View(query=query), KIND)
    assert why in (caught.value.why or "")
    assert "\n" not in (caught.value.why or "")


def test_a_function_that_does_not_fit_the_data_is_a_usage_error_without_output() -> None:
    out = StringIO()
    with pytest.raises(UsageError, match="invalid query"):
        records(ROWS, KIND, View("json", query="sum([].name)"), out)
    assert out.getvalue() == ""


def test_name_says_what_it_needs_from_a_query() -> None:
    with pytest.raises(UsageError, match="context and id"):
        listed(View("name", query=LISTS))
