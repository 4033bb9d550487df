"""What a row of the tables of refusals is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from cloudctl.sandbox.aws.s3.errors import S3Error


@dataclass(frozen=True, slots=True)
class Row:
    """One refusal: who refuses, when, with which HTTP status, code and message, and where that is written."""

    operation: str
    condition: str
    status: int
    code: str
    page: str
    message: str


class Table(Enum):
    """A table of refusals; its members' values are rows."""

    def error(self, headers: Mapping[str, str] | None = None, **words: str) -> S3Error:
        """The refusal, to be raised: capitalised words go into the error document, all of them into the message."""
        row: Row = self.value
        details = {name: value for name, value in words.items() if name[0].isupper()}
        return S3Error(row.status, row.code, row.message.format(**words), details, headers or {})
