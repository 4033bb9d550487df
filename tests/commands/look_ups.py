"""Runs ``cloudctl mapping`` in the tests' own process."""

from __future__ import annotations

import json
from typing import Any

import pytest
from command_lines import Answer, answer


class LookUps:
    """Runs ``cloudctl mapping``."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *words: str) -> Answer:
        return answer(["mapping", *words], self._capsys)

    def rows(self, *words: str) -> list[dict[str, Any]]:
        """What a look-up that succeeds answers."""
        given = self(*words, "-o", "json")
        assert (given.code, given.err) == (0, ""), given
        found: list[dict[str, Any]] = json.loads(given.out)
        return found
