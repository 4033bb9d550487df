"""The exact text of every format."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import datetime
from io import StringIO

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from output_sample import KIND, NAMELESS, ROWS, WEB, Disk, Machine, listed, shown

from cloudctl.output import FORMATS, View, records

GOLDEN = {
    "table": """\
CONTEXT  NAME  STATE    MEMORY_GIB
aws      wéb   running  4
gcp      -     stopped  0.5
azure    日本  running  -
""",
    "wide": r"""CONTEXT  NAME  STATE    MEMORY_GIB  ZONES  CREATED               TAGS
aws      wéb   running  4           a,b    2026-01-02T03:04:05Z  Name=x\x1b[31m,k8s.io/role=say "hi"\nthere
gcp      -     stopped  0.5         -      -                     -
azure    日本  running  -           1      2025-12-31T00:00:00Z  env=prod
""",
    "json": r"""[
  {
    "context": "aws",
    "id": "i-1",
    "name": "wéb",
    "state": "running",
    "memory_gib": 4,
    "zones": [
      "a",
      "b"
    ],
    "created": "2026-01-02T03:04:05Z",
    "tags": {
      "Name": "x\u001b[31m",
      "k8s.io/role": "say \"hi\"\nthere"
    }
  },
  {
    "context": "gcp",
    "id": "42",
    "name": null,
    "state": "stopped",
    "memory_gib": 0.5,
    "zones": [],
    "created": null,
    "tags": {}
  },
  {
    "context": "azure",
    "id": "/sub/1",
    "name": "日本",
    "state": "running",
    "memory_gib": null,
    "zones": [
      "1"
    ],
    "created": "2025-12-31T00:00:00Z",
    "tags": {
      "env": "prod"
    }
  }
]
""",
    "yaml": r"""- context: aws
  id: i-1
  name: wéb
  state: running
  memory_gib: 4
  zones:
  - a
  - b
  created: '2026-01-02T03:04:05Z'
  tags:
    Name: "x\e[31m"
    k8s.io/role: 'say "hi"

      there'
- context: gcp
  id: '42'
  name: null
  state: stopped
  memory_gib: 0.5
  zones: []
  created: null
  tags: {}
- context: azure
  id: /sub/1
  name: 日本
  state: running
  memory_gib: null
  zones:
  - '1'
  created: '2025-12-31T00:00:00Z'
  tags:
    env: prod
""",
    "csv": r"""context,id,name,state,memory_gib,zones,created,tags
aws,i-1,wéb,running,4,"[""a"",""b""]",2026-01-02T03:04:05Z,"{""Name"":""x\u001b[31m"",""k8s.io/role"":""say \""hi\""\nthere""}"
gcp,42,,stopped,0.5,[],,{}
azure,/sub/1,日本,running,,"[""1""]",2025-12-31T00:00:00Z,"{""env"":""prod""}"
""",  # noqa: E501
    "tsv": """\
context\tid\tname\tstate\tmemory_gib\tzones\tcreated\ttags
aws\ti-1\twéb\trunning\t4\t"[""a"",""b""]"\t2026-01-02T03:04:05Z\t"{""Name"":""x\\u001b[31m"",""k8s.io/role"":""say \\""hi\\""\\nthere""}"
gcp\t42\t\tstopped\t0.5\t[]\t\t{}
azure\t/sub/1\t日本\trunning\t\t"[""1""]"\t2025-12-31T00:00:00Z\t"{""env"":""prod""}"
""",  # noqa: E501
    "ndjson": r"""{"context":"aws","id":"i-1","name":"wéb","state":"running","memory_gib":4,"zones":["a","b"],"created":"2026-01-02T03:04:05Z","tags":{"Name":"x\u001b[31m","k8s.io/role":"say \"hi\"\nthere"}}
{"context":"gcp","id":"42","name":null,"state":"stopped","memory_gib":0.5,"zones":[],"created":null,"tags":{}}
{"context":"azure","id":"/sub/1","name":"日本","state":"running","memory_gib":null,"zones":["1"],"created":"2025-12-31T00:00:00Z","tags":{"env":"prod"}}
""",  # noqa: E501
    "name": "aws:i-1\ngcp:42\nazure:/sub/1\n",
    "none": "",
}

EMPTY = {
    "table": "CONTEXT  NAME  STATE  MEMORY_GIB\n",
    "wide": "CONTEXT  NAME  STATE  MEMORY_GIB  ZONES  CREATED  TAGS\n",
    "json": "[]\n",
    "yaml": "[]\n",
    "csv": "context,id,name,state,memory_gib,zones,created,tags\n",
    "tsv": "context\tid\tname\tstate\tmemory_gib\tzones\tcreated\ttags\n",
    "ndjson": "",
    "name": "",
    "none": "",
}


@pytest.mark.parametrize("name", FORMATS)
def test_a_list_is_written_to_the_letter(name: str) -> None:
    assert listed(View(name)) == GOLDEN[name]


@pytest.mark.parametrize("name", FORMATS)
def test_an_empty_list_is_written_to_the_letter(name: str) -> None:
    assert listed(View(name), ()) == EMPTY[name]


def test_every_document_format_reads_back_as_the_same_data() -> None:
    data = json.loads(GOLDEN["json"])
    assert yaml.safe_load(GOLDEN["yaml"]) == data
    assert [json.loads(line) for line in GOLDEN["ndjson"].splitlines()] == data


def test_headers_can_be_left_out() -> None:
    assert listed(View("csv", headers=False)) == GOLDEN["csv"].partition("\n")[2]
    assert listed(View("table", headers=False)).splitlines()[1] == "gcp    -     stopped  0.5"


SHOWN = replace(WEB, disks=(Disk("vol-1", 8), Disk("vol-2", 100)))


def test_show_stands_upright_in_a_table_with_a_line_for_each_object() -> None:
    assert (
        shown(View("table"), SHOWN)
        == r"""context     aws
id          i-1
name        wéb
state       running
memory_gib  4
zones       a,b
created     2026-01-02T03:04:05Z
tags        Name=x\x1b[31m,k8s.io/role=say "hi"\nthere
disks       id=vol-1,size_gb=8
            id=vol-2,size_gb=100
"""
    )


def test_show_writes_one_object_not_an_array() -> None:
    assert json.loads(shown(View("json"), SHOWN))["disks"][1] == {"id": "vol-2", "size_gb": 100}
    assert yaml.safe_load(shown(View("yaml"), SHOWN))["disks"][1] == {"id": "vol-2", "size_gb": 100}
    assert json.loads(shown(View("ndjson"), SHOWN))["id"] == "i-1"
    assert shown(View("csv", columns=("id", "state")), SHOWN) == "id,state\ni-1,running\n"
    assert shown(View("name"), SHOWN) == "aws:i-1\n"
    assert shown(View("none"), SHOWN) == ""


def test_the_provider_record_is_written_only_when_asked_for() -> None:
    row = replace(NAMELESS, native={"launched": datetime(2026, 1, 2), "blob": b"\x00", "nan": float("nan")})
    assert "native" not in json.loads(listed(View("json"), (row,)))[0]
    written = json.loads(listed(View("json", native=True), (row,)))[0]
    assert written["native"] == {"launched": "2026-01-02T00:00:00Z", "blob": "AA==", "nan": None}
    assert listed(View("csv", native=True), (row,)).splitlines()[0].endswith(",tags,native")


def test_plain_mappings_are_records_too() -> None:
    assert listed(View("ndjson"), ({"id": "x", "memory_gib": 2.0},)) == '{"id":"x","memory_gib":2}\n'


def test_yaml_repeats_what_occurs_twice() -> None:
    tags = {"a": ["b"]}
    assert "&" not in listed(View("yaml", query="[[0].tags, [0].tags]"), ({"tags": tags},))


@given(
    st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=2, max_size=4), st.sampled_from(["csv", "tsv"])
)
def test_any_text_survives_csv_and_tsv(values: list[str], name: str) -> None:
    view = View(name, columns=tuple(f"tags.{index}" for index in range(len(values))), headers=False)
    text = listed(view, ({"tags": {str(index): value for index, value in enumerate(values)}},))
    dialect = {"csv": ",", "tsv": "\t"}[name]
    assert list(csv.reader(StringIO(text, newline=""), delimiter=dialect)) == [values]


class Recorder(StringIO):
    """Notes what had been written at each flush."""

    def __init__(self) -> None:
        super().__init__()
        self.flushed: list[str] = []

    def flush(self) -> None:
        self.flushed.append(self.getvalue())


def test_ndjson_is_flushed_a_line_at_a_time_as_rows_arrive() -> None:
    out = Recorder()
    lines_seen_by_source: list[int] = []

    def source() -> object:
        for row in ROWS:
            lines_seen_by_source.append(len(out.flushed))
            yield row

    records(source(), KIND, View("ndjson"), out)
    assert lines_seen_by_source == [0, 1, 2]
    assert out.flushed[0].count("\n") == 1


@pytest.mark.parametrize("name", FORMATS)
def test_a_list_that_fails_before_its_first_row_leaves_stdout_empty(name: str) -> None:
    def source() -> object:
        raise ConnectionError("no scope answered")
        yield NAMELESS

    out = StringIO()
    with pytest.raises(ConnectionError):
        records(source(), KIND, View(name), out)
    assert out.getvalue() == ""


def test_none_still_reads_every_row() -> None:
    read: list[Machine] = []
    records((read.append(row) or row for row in ROWS), KIND, View("none"), StringIO())
    assert read == list(ROWS)
