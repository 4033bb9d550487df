"""Cyclic redundancy checks by anycrc, which also tells that of a whole from those of its parts, in whatever order."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, reduce
from typing import Any, BinaryIO

# The clouds' names -> those of https://reveng.sourceforge.io/crc-catalogue/
MODELS = {"crc32c": "CRC32C", "crc32": "CRC32", "crc64nvme": "CRC64-NVME"}
_DIGITS = {"crc64nvme": 16}
_CHUNK = 1 << 18


class Crc:
    """A checksum that grows with the content; ``value`` is that of what was seen so far."""

    def __init__(self, name: str) -> None:
        self._name, self._model, self.value = name, _model(name), 0

    def update(self, data: bytes, /) -> None:
        self.value = self._model.calc(data, self.value)

    def hexdigest(self) -> str:
        return digits(self._name, self.value)


def of(name: str, body: BinaryIO) -> int:
    """That of what follows; the body stands where it stood."""
    start, seen = body.tell(), Crc(name)
    while chunk := body.read(_CHUNK):
        seen.update(chunk)
    body.seek(start)
    return seen.value


def whole(name: str, pieces: Iterable[tuple[int, int]]) -> int:
    """The checksum of pieces that follow each other, of which the checksum and the length in bytes are known."""
    model = _model(name)
    return reduce(lambda before, piece: model.combine(before, *piece), pieces, 0)


def digits(name: str, value: int) -> str:
    """As `StoredObject.checksums` has it."""
    return f"{value:0{_DIGITS.get(name, 8)}x}"


@cache
def _model(name: str) -> Any:
    import anycrc

    return anycrc.Model(MODELS[name])
