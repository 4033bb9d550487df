"""What the formats are given: the user's view, the noun's kind, and the result to be written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import Field, dataclass
from enum import Enum
from typing import Any, ClassVar, Final, Protocol, TypeAlias

FORMATS: Final = ("table", "wide", "json", "yaml", "csv", "tsv", "ndjson", "name", "none")


class Absent(Enum):
    """The type of :data:`ABSENT`, for readers that must tell it from a value."""

    ABSENT = "absent"


ABSENT: Final = Absent.ABSENT
"""The default of a field that may be left out, whatever its type; None is written, as null: not known."""


class DataclassInstance(Protocol):
    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]


Row: TypeAlias = Mapping[str, object] | DataclassInstance


@dataclass(frozen=True, slots=True)
class View:
    """What the user asked to see, straight from the flags; :func:`cloudctl.output.validate` checks it.

    ``sort`` holds fields, ``-field`` for descending; ``filters`` holds ``path=value`` and ``path!=value``;
    ``columns`` and both others take dotted paths such as ``tags.env``. With ``color`` None the terminal,
    ``NO_COLOR`` and ``TERM=dumb`` decide.
    """

    format: str = "table"
    query: str | None = None
    columns: tuple[str, ...] = ()
    sort: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()
    limit: int | None = None
    headers: bool = True
    color: bool | None = None
    native: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """How a noun's records are shown, declared once beside their model.

    ``fields`` is every field in contract order, ``show_only`` those among them that a list leaves out;
    ``columns`` and ``wide`` are the frozen columns of the tables; csv and tsv have every listed field.
    ``key`` names the fields that ``-o name`` joins with a colon.
    """

    name: str
    columns: tuple[str, ...]
    wide: tuple[str, ...]
    fields: tuple[str, ...]
    show_only: tuple[str, ...] = ()
    key: tuple[str, ...] = ("context", "id")

    def known(self, *, listed: bool, native: bool) -> tuple[str, ...]:
        """The fields that a list, or ``show`` when not ``listed``, writes; ``native`` is the last one."""
        hidden = {"native", *(self.show_only if listed else ())}
        return tuple(field for field in self.fields if field not in hidden) + (("native",) if native else ())


@dataclass(frozen=True, slots=True)
class Result:
    """What is written: plain JSON values, ``many`` as an array, else exactly one.

    ``columns`` None means that the elements' own keys are the columns.
    """

    elements: Iterator[object]
    many: bool
    columns: tuple[str, ...] | None

    def document(self) -> object:
        """The result as a whole; reads every element."""
        return list(self.elements) if self.many else next(self.elements)
