"""Cyclic redundancy checks by anycrc, which also tells that of a whole from those of its parts, in whatever order."""

from __future__ import annotations

from functools import cache
from typing import Any

# The clouds' names -> those of https://reveng.sourceforge.io/crc-catalogue/
MODELS = {"crc32c": "CRC32C", "crc32": "CRC32", "crc64nvme": "CRC64-NVME"}
_DIGITS = {"crc64nvme": 16}


class Crc:
    """A checksum that grows with the content; ``value`` is that of what was seen so far."""

    def __init__(self, name: str) -> None:
        self._name, self._model, self.value = name, _model(name), 0

    def update(self, data: bytes, /) -> None:
        self.value = self._model.calc(data, self.value)

    def hexdigest(self) -> str:
        return digits(self._name, self.value)


def combined(name: str, first: int, second: int, length: int) -> int:
    """The checksum of two pieces, the second of which has ``length`` bytes."""
    found: int = _model(name).combine(first, second, length)
    return found


def digits(name: str, value: int) -> str:
    """As `StoredObject.checksums` has it."""
    return f"{value:0{_DIGITS.get(name, 8)}x}"


@cache
def _model(name: str) -> Any:
    import anycrc

    return anycrc.Model(MODELS[name])
