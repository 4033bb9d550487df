"""Output compared to the letter with files, in which what differs from run to run has a name."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).with_name("golden")
_VOLATILE = ("id", "private_ip", "public_ip", "created")
# Of resources that have no record of their own here: security groups, key pairs, images.
_AWS_ID = re.compile(r"\b(ami|i|key|sg)-[0-9a-f]{17}\b")
_MARKS = ("cloudctl-run", "cloudctl-spec", "cloudctl-claim")


def normal(text: str, records: Sequence[Mapping[str, Any]]) -> str:
    """The text with ids, addresses, times and marks of these records replaced, and columns as wide as they need.

    The width of a column follows its longest value, which may be one of those replaced.
    """
    lines = (_AWS_ID.sub(r"<\1>", _replaced(line, records)) for line in text.splitlines(keepends=True))
    return "".join(re.sub(r"(?<=\S)  +(?=\S)", "  ", line) for line in lines)


def _replaced(line: str, records: Sequence[Mapping[str, Any]]) -> str:
    """The line with the values of the record that it is about: two may have been made in the same second."""
    for record in [record for record in records if record["id"] in line] or records:
        values = {f"<{record['provider']}.{field}>": record[field] for field in _VOLATILE}
        values |= {f"<{mark.removeprefix('cloudctl-')}>": record["tags"].get(mark) for mark in _MARKS}
        for name, value in sorted(values.items(), key=lambda item: -len(str(item[1]))):
            line = line.replace(str(value), name) if value else line
    return line


def check(name: str, actual: str) -> None:
    """Compare with ``golden/NAME.txt``; ``GOLDEN=write`` in the environment writes the file instead."""
    path = _FOLDER / f"{name}.txt"
    if os.environ.get("GOLDEN") == "write":
        path.write_text(actual, encoding="utf-8")
    assert actual == path.read_text(encoding="utf-8"), f"see {path}; GOLDEN=write accepts the new text"
