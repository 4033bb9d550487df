"""CRC-32 and CRC-32C of a whole from those of its parts, in whatever order they were read.

The polynomials are those of ISO 3309 (zlib, ``crc32``) and of Castagnoli (RFC 3720, ``crc32c``), bits reflected. What
stands here is arithmetic of polynomials over GF(2): appending n bytes multiplies by x to the 8n.
"""

from __future__ import annotations

from functools import cache, reduce

CRC32 = 0xEDB88320
CRC32C = 0x82F63B78

_ONE = 1 << 31


def combined(first: int, second: int, length: int, polynomial: int = CRC32) -> int:
    """The checksum of two pieces, the second of which has ``length`` bytes."""
    powers = _powers(polynomial)
    bits = length << 3
    shift = reduce(
        lambda product, at: _times(powers[at], product, polynomial) if bits >> at & 1 else product,
        range(bits.bit_length()),
        _ONE,
    )
    return _times(shift, first, polynomial) ^ second


@cache
def _powers(polynomial: int) -> tuple[int, ...]:
    """x to the powers 1, 2, 4 ... of two, as far as sizes go: to 2**63."""
    found = [_ONE >> 1]
    for _ in range(63):
        found.append(_times(found[-1], found[-1], polynomial))
    return tuple(found)


def _times(left: int, right: int, polynomial: int) -> int:
    product, mask = 0, _ONE
    while left:
        if left & mask:
            product ^= right
            left ^= mask
        mask >>= 1
        right = right >> 1 ^ polynomial if right & 1 else right >> 1
    return product
