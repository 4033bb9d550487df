"""The form of the table of refusals."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Any


class Refused(Exception):
    """A request that is answered with an error. ``details`` are complete error objects of their own."""

    def __init__(
        self, status: int, code: str, message: str, target: str | None = None, details: tuple[Any, ...] = ()
    ) -> None:
        super().__init__(message)
        self.status = status
        self.body: dict[str, Any] = {"code": code, "message": message}
        if target is not None:
            self.body["target"] = target
        if details:
            self.body["details"] = list(details)


@dataclass(frozen=True, slots=True)
class Row:
    """One refusal: which operation, when, with which HTTP status, code and message, and where that is written."""

    operation: str
    condition: str
    status: int
    code: str
    page: str
    message: str
    target: str | None = field(default=None)


class Table(Enum):
    """Rows to raise: ``Refusal.GROUP.error(group="x")``. ``target`` is a template like ``message``."""

    def error(self, *, details: tuple[Any, ...] = (), **values: object) -> Refused:
        """The error to raise, its templates filled with ``values``."""
        row: Row = self.value
        target = row.target.format(**values) if row.target else None
        return Refused(row.status, row.code, row.message.format(**values), target, details)
