"""What the commands of objects write obeys the schema that ``cloudctl schema`` prints, on every cloud."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from object_store import Objects

LINES = {
    "object": ["ls {url}", "ls -R --versions {url}", "stat {url}dir/a"],
    "usage": ["usage {url}"],
    "transfer": ["cp {url}dir/a {out}", "cp -R {url} {out}-all", "rm {url}dir/a --yes", "sync {url} {out}-all"],
    "action": ["cp -R --dry-run {url} {out}-all", "sync --delete --dry-run {url} {out}-all"],
    "lifecycle": ["lifecycle show {bucket}"],
}


def obeying(data: Objects, record: str, rows: Any) -> list[Any]:
    found = rows if isinstance(rows, list) else [rows]
    validator = Draft202012Validator(data.cli.json("schema", record))
    for row in found:
        validator.validate(row)
    return found


@pytest.mark.parametrize("record", LINES)
def test_what_is_written_obeys_its_schema(data: Objects, tmp_path: Path, record: str) -> None:
    data.put("dir/a", b"text", "--metadata", "mtime=1.5", "--content-type", "text/plain")
    data.put("b")
    bucket = data.url.rstrip("/")
    data.ok("lifecycle", "add", bucket, "--prefix", "tmp/", "--expire-after", "30")
    words = {"url": data.url, "bucket": bucket, "out": str(tmp_path / "out")}
    written = [row for line in LINES[record] for row in obeying(data, record, data.json(*line.format(**words).split()))]
    assert written
