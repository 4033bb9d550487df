"""Progress, warnings and debug output: always on stderr, as text or as JSON lines."""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import IntEnum
from typing import TextIO

from cloudctl.output.text import neutral


class Level(IntEnum):
    DEBUG = 0
    DETAIL = 1
    NOTE = 2
    WARNING = 3


@dataclass(slots=True)
class Report:
    """Where messages for people and log collectors go. ``fields`` are added to every JSON line (run id)."""

    level: Level = Level.NOTE
    as_json: bool = False
    fields: dict[str, object] = field(default_factory=dict)
    stream: TextIO | None = None
    _said: set[str] = field(default_factory=set)

    def debug(self, text: str, **fields: object) -> None:
        self._say(Level.DEBUG, text, fields)

    def detail(self, text: str, **fields: object) -> None:
        self._say(Level.DETAIL, text, fields)

    def note(self, text: str, **fields: object) -> None:
        self._say(Level.NOTE, text, fields)

    def warn(self, text: str, **fields: object) -> None:
        """A warning; the same text is said once only."""
        if text not in self._said:
            self._said.add(text)
            self._say(Level.WARNING, text, fields)

    def _say(self, level: Level, text: str, fields: dict[str, object]) -> None:
        if level < self.level:
            return
        line = self._json(level, text, fields) if self.as_json else _plain(level, text)
        write_message(line, self.stream or sys.stderr)

    def _json(self, level: Level, text: str, fields: dict[str, object]) -> str:
        time = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return json.dumps({"time": time, "level": level.name.lower(), "message": text, **self.fields, **fields})


def write_message(text: str, stream: TextIO) -> None:
    """Write what is told beside the data. Where nobody can be told any more, the work goes on all the same."""
    with suppress(OSError):
        print(text, file=stream, flush=True)


def _plain(level: Level, text: str) -> str:
    return neutral(f"cloudctl: warning: {text}" if level is Level.WARNING else f"cloudctl: {text}")
