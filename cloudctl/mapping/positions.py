"""Where a value stands in the text of a table: only those who refuse one need it."""

from __future__ import annotations

import re
from collections.abc import Iterator

Path = tuple[str | int, ...]

_HEADER = re.compile(r"\s*(\[{1,2})\s*([^\[\]]+?)\s*\]{1,2}\s*(?:#.*)?$")
_KEY_PART = re.compile(r'"[^"]*"|[\w-]+')
_KEY = re.compile(r"\s*((?:[\w-]+|\"[^\"]*\")(?:\s*\.\s*(?:[\w-]+|\"[^\"]*\"))*)\s*=")


def dotted(path: Path) -> str:
    """``("aws", 3, "sizes")`` as ``aws[3].sizes``."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")


def _keys(text: str) -> Path:
    return tuple(part.strip('"') for part in _KEY_PART.findall(text))


def _logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines with their numbers, without those that continue a text in triple quotes."""
    inside = False
    for number, line in enumerate(text.splitlines(), 1):
        if not inside:
            yield number, line
        inside ^= line.count('"""') % 2 == 1


def _section(keys: Path, of_array: bool, seen: dict[Path, int]) -> Path:
    """The full path of a header: ``[image.aws]`` belongs to the last ``[[image]]`` above it."""
    path: Path = ()
    for number, key in enumerate(keys, 1):
        path = (*path, key)
        if of_array and number == len(keys):
            seen[path] = seen.get(path, -1) + 1
        if path in seen:
            path = (*path, seen[path])
    return path


def _positions(text: str) -> list[tuple[int, Path]]:
    """Each header and key of a TOML text with its line and full path."""
    found: list[tuple[int, Path]] = []
    section: Path = ()
    seen: dict[Path, int] = {}
    for number, line in _logical_lines(text):
        if header := _HEADER.match(line):
            section = _section(_keys(header[2]), header[1] == "[[", seen)
            found.append((number, section))
        elif key := _KEY.match(line):
            found.append((number, section + _keys(key[1])))
    return found


def line_of(text: str, path: Path) -> int:
    """The line (from 1) of the key or header that the path leads to, or of the nearest one above it."""
    best, depth = 1, 0
    for number, here in _positions(text):
        if len(here) > depth and here == path[: len(here)]:
            best, depth = number, len(here)
    return best
